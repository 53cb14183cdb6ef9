"""What is shown of looking after a history: sending, copying, verifying, pruning, its size, its list."""

import json
from dataclasses import replace

import pytest

from factories import MACHINE, make_sha
from lapwing.model import Commit, MetricId, RunSummary, RunWarning
from lapwing.report.copied import Copied, copied_to_json, render_copied
from lapwing.report.listing import render_listing
from lapwing.report.pruned import Losing, Pruned, pruned_to_json, render_pruned
from lapwing.report.stats import Share, Stats, render_stats, stats_to_json
from lapwing.report.sync import Synced, render_sync, sync_to_json
from lapwing.report.verified import Verified, render_verified, verified_to_json

HOSTILE = "t.py::\x1b[31mtest[bold]\u202e" + "x" * 90
AWAY = RunWarning(
    slug="remote-unreachable",
    message="The remote https://example.org/x.git cannot be reached: could not resolve host.",
    remedy="try again when the network is back.",
)
DAMAGED = RunWarning(
    slug="run-damaged",
    message=".lapwing/outbox/20231114T221320-\x1b[31m-0123456789abcdef.json is damaged: its bytes are not the ones.",
    remedy="restore it from a backup or remove it.",
)
OTHER = replace(
    MACHINE, label="hosted [b]runner[/b] \x1b[2J, with a name that is long enough for any terminal there is"
)
DAY = 86_400.0


def make_summary(number, **more):
    ordinary = {
        "id": f"{number:04x}" * 5,
        "commit": Commit(sha=make_sha(number), date=1.7e9 + number * DAY),
        "machine": MACHINE,
        "started_at": 1.7e9 + number * DAY + 60,
        "benchmarks": 40,
        "failures": 0,
        "complete": True,
        "source": "pytest",
    }
    return RunSummary(**(ordinary | more))


SYNCED = {
    "sent": Synced(sent=("a", "b"), there=("c",), runs=12),
    "empty": Synced(runs=1),
    "unasked": Synced(sent=("a",), refused=AWAY),
    "dry": Synced(sent=("a",), there=("b", "c"), stays=(DAMAGED,), dry=True),
    "refused": Synced(sent=("a",), refused=AWAY, unsent=3, stays=(DAMAGED, replace(DAMAGED, message="Another."))),
}


@pytest.mark.parametrize("case", SYNCED)
def test_what_became_of_the_outbox(case, golden):
    golden(f"sync-{case}.txt", render_sync(SYNCED[case], width=100, color=False))


def test_what_became_of_the_outbox_for_programs(golden):
    golden("sync.json", sync_to_json(SYNCED["refused"]))
    assert None is json.loads(sync_to_json(SYNCED["sent"]))["refused"]


@pytest.mark.parametrize(("case", "clean"), [("sent", True), ("empty", True), ("dry", False), ("refused", False)])
def test_what_stays_in_the_outbox_is_not_clean(case, clean):
    assert clean is SYNCED[case].is_clean


COPIED = {
    "whole": Copied(runs=10_000, copied=9_999, there=1, size=24 * 2**20, same=10_000),
    "left": Copied(runs=3, copied=1, there=0, size=2000, same=1, left=(DAMAGED, AWAY)),
    "dry": Copied(runs=3, copied=3, there=0, size=2000, dry=True),
}


@pytest.mark.parametrize("case", COPIED)
def test_what_was_copied(case, golden):
    golden(f"copied-{case}.txt", render_copied(COPIED[case], width=100, color=False))


def test_what_was_copied_for_programs(golden):
    golden("copied.json", copied_to_json(COPIED["left"]))


def test_a_history_that_is_whole(golden):
    golden("verified-clean.txt", render_verified(Verified(runs=3, values=1, size=5000), width=100, color=False))


def test_a_history_that_is_damaged(golden):
    found = Verified(runs=998, values=39_920, size=5 * 2**20, damaged=(DAMAGED,) * 2 + (AWAY,))
    golden("verified-damaged.txt", render_verified(found, width=80, color=False, ascii_only=True))
    golden("verified.json", verified_to_json(found))


def make_pruned(**more):
    losing = tuple(
        Losing(metric=MetricId(benchmark=name, name="time"), machine=MACHINE.id, before=before, after=after)
        for name, before, after in [("t.py::a", 90, 60), (HOSTILE, 50, 0), ("t.py::b", 90, 30)]
    )
    runs = tuple(make_summary(number, machine=OTHER if number == 3 else MACHINE) for number in range(12))
    ordinary = {"runs": runs, "of": 90, "size": 30_000, "size_of_all": 225_000, "protected": 7, "losing": losing}
    return Pruned(**(ordinary | more))


def test_what_would_go(golden):
    golden("pruned-dry.txt", render_pruned(make_pruned(), width=110, color=False))


def test_what_went(golden):
    golden("pruned-done.txt", render_pruned(make_pruned(done=True, warnings=(AWAY,)), width=60, color=False))


def test_what_would_go_in_full_for_programs(golden):
    golden("pruned.json", pruned_to_json(make_pruned(warnings=(AWAY,))))


def test_one_run_or_none():
    one = make_pruned(runs=(make_summary(1),), protected=1, losing=(), done=True)
    said = render_pruned(one, width=100, color=False)
    assert said.startswith("1 of 90 runs was removed: 29.3 KiB of 220 KiB.\n1 run stays: change points")
    assert "--yes" not in said
    none = make_pruned(runs=(), protected=0, losing=(), size=0)
    assert "0 of 90 runs would go: 0 B of 220 KiB.\n" == render_pruned(none, width=100, color=False)


def test_many_series_are_counted_and_all_shown_where_that_is_asked():
    losing = tuple(
        Losing(metric=MetricId(benchmark=f"t.py::b{n:02}", name="time"), machine=MACHINE.id, before=9, after=3)
        for n in range(12)
    )
    few = render_pruned(make_pruned(losing=losing), width=100, color=False)
    full = render_pruned(make_pruned(losing=losing), width=100, color=False, verbosity=1)
    assert "12 series lose values\n" in few
    assert "  and 2 more: -v lists them all.\n" in few
    assert "and 2 older ones: -v lists them all.\n" in few
    assert "-v lists" not in full
    assert 12 == full.count("t.py::b")


def share(name, runs, size, **more):
    ordinary = {"title": "", "oldest": 1.7e9, "newest": 1.71e9}
    return Share(name=name, runs=runs, size=size, **(ordinary | more))


def make_stats(**more):
    months = tuple(share(f"{2024 + n // 12}-{n % 12 + 1:02}", 10 + n, 24_000 + 1_000 * (n % 7)) for n in range(30))
    ordinary = {
        "runs": 900,
        "benchmarks": 48,
        "series": 192,
        "size": 2_400_000,
        "months": months,
        "machines": (
            share(MACHINE.id, 800, 2_000_000, title=MACHINE.title),
            share(OTHER.id, 100, 400_000, oldest=None, newest=None, title=OTHER.title),
        ),
        "sources": (share("pytest", 890, 2_390_000), share("import:\x1b[31masv", 10, 10_000)),
        "undated": 3,
        "pace": 900.0,
        "window": 90.0,
    }
    return Stats(**(ordinary | more))


def test_how_large_the_history_is(golden):
    golden("stats.txt", render_stats(make_stats(), doubts=(AWAY,), width=100, color=False))


def test_how_large_the_history_is_on_a_small_ascii_terminal(golden):
    golden("stats-ascii.txt", render_stats(make_stats(), width=60, color=False, ascii_only=True))


def test_how_large_the_history_is_for_programs(golden):
    golden("stats.json", stats_to_json(make_stats(months=make_stats().months[:2])))
    assert None is json.loads(stats_to_json(make_stats(pace=None)))["in_5_years"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pace": None}, "too young to tell"),
        ({"pace": 0.0}, "It did not grow in the last 90 days."),
        ({"months": ()}, "At the pace"),
        ({"sources": (share("csv", 900, 5, oldest=None, newest=None),)}, "when they were measured is not known"),
        ({"undated": 0}, "measured from 2023-11-14 to 2024-03-09\n"),
        ({"months": (share("2024-01", 900, 0),)}, "2024-01   900      0 B  0 B\n"),
        ({"machines": tuple(share(f"{n:012x}", 1, n) for n in range(25))}, "  and 5 more.\n"),
    ],
)
def test_every_history_has_its_words(changed, said):
    assert said in render_stats(make_stats(**changed), width=100, color=False)


def test_an_empty_history_has_no_size():
    nothing = Stats(
        runs=0,
        benchmarks=0,
        series=0,
        size=0,
        months=(),
        machines=(),
        sources=(),
        undated=0,
        pace=None,
        window=0.0,
    )
    said = "0 runs, 0 B: 0 benchmarks in 0 series on 0 machines\n"
    assert said == render_stats(nothing, width=100, color=False)


def test_what_is_not_in_the_history_of_the_commit_is_listed_apart(golden):
    runs = [make_summary(number) for number in range(3)]
    outside = [make_summary(90, machine=OTHER, complete=False, commit=Commit(sha=make_sha(90), dirty=True))]
    golden("listing-outside.txt", render_listing(runs, outside=outside, width=110, color=False))

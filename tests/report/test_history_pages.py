"""What is shown of a history: one benchmark's log, the latest changes, the runs, one run, the machine."""

import json
import math
import random
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from factories import MACHINE, make_run, make_sample, make_sha
from lapwing.model import Anchor, Commit, Failure, Level, MetricId, RunSummary, Shard
from lapwing.report.changes import render_changes
from lapwing.report.diagnosis import Diagnosis, render_diagnosis
from lapwing.report.footnotes import render_warnings
from lapwing.report.history_picture import draw_history
from lapwing.report.listing import listing_to_json, render_listing
from lapwing.report.log import render_log
from lapwing.report.picture import picture
from lapwing.report.run import render_run
from lapwing.units import RATIO, SECONDS
from report.cases import FEW, GOVERNOR, make_point
from report.test_events import event, shape

SHAS = tuple(make_sha(number) for number in range(200))
COMMITS = {
    sha: Commit(sha=sha, date=1.7e9 + 86_400 * number, subject=f"Change [b]number[/b] {number}")
    for number, sha in enumerate(SHAS)
    if number != 170
}
POINTS = (make_point(120, 1.12, state="frozen"), make_point(170, 0.95, earliest=170, latest=170))


def make_series(values=None, commits=SHAS, boundaries=()):
    if values is None:
        noise = random.Random(1)
        level = [1.0] * 120 + [1.12] * 50 + [1.07] * 30
        values = [
            1e-3 * one * (1 + noise.gauss(0, 0.01)) * (1.8 if n in (40, 90) else 1) for n, one in enumerate(level)
        ]
        values[7:11] = [math.nan] * 4
    metric = MetricId(benchmark="tests/test_codec.py::test_io[a]", name="time")
    return SimpleNamespace(metric=metric, unit=SECONDS, commits=commits, values=values, boundaries=boundaries)


def test_a_run_of_ratios_says_what_they_are_to():
    levels = tuple(Level(benchmark=name, level=level, root="b" * 40) for name, level in (("a", 1.25), ("b", 0.875)))
    ratio = make_sample("a", 1.25, 1.5, metric="relative_time", unit=RATIO)
    run = make_run(1, ratio, anchor=Anchor(name="v1.0", sha="c" * 40, levels=levels))

    text = render_run(run, width=100, color=False)

    assert "anchor   v1.0 (cccccccccc), at 0.88 ratio to 1.25 ratio in the series" in text
    one = replace(run, anchor=Anchor(name="v1.0", sha="c" * 40))
    assert "at 1.00 ratio in the series" in render_run(one, width=100, color=False)


@pytest.mark.parametrize(("width", "ascii_only"), [(100, False), (80, True)])
def test_the_history_of_a_benchmark(width, ascii_only, golden):
    text = render_log(
        make_series(), POINTS, COMMITS, machine=MACHINE, width=width, color=False, verbosity=1, ascii_only=ascii_only
    )
    golden(f"log-{width}.txt", text)


def test_a_series_that_was_measured_in_another_way_is_told_apart(golden):
    series = make_series(boundaries=(60,))
    text = render_log(series, POINTS, COMMITS, machine=MACHINE, width=100, color=False)
    golden("log-boundaries.txt", text)


def test_a_boundary_where_no_commits_are_known_is_told_all_the_same():
    series = make_series([1.0, 2.0], (), (1,))
    text = render_log(series, (), {}, machine=None, width=100, color=False)
    assert [
        "   1.00 s over 1 value",
        "-- measured in another way from here on, and not compared with before",
        "   2.00 s over 1 value",
        "   No lasting change.",
    ] == text.splitlines()[-4:]


def test_a_shard_says_which_part_it_is_of_what():
    shard = Shard(index=2, count=3, suite=("a", "b"), group="GITHUB_RUN_ID=7", attempt=2)
    text = render_run(make_run(1, shard=shard), width=100, color=False)
    assert "shard    shard 2 of 3, a suite of 2 benchmarks of GITHUB_RUN_ID=7, attempt 2" in text
    bare = render_run(make_run(1, shard=Shard(index=2, count=3)), width=100, color=False)
    assert "shard    shard 2 of 3\n" in bare


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_history_with_what_the_machine_did_and_what_is_no_step(ascii_only, golden):
    text = render_log(
        make_series(),
        POINTS[:1],
        COMMITS,
        machine=MACHINE,
        width=100,
        color=False,
        ascii_only=ascii_only,
        events=((170, event(170, 0.94, 0.95, 0.97)),),
        shapes=(shape("drift"),),
    )
    golden(f"log-events{'-ascii' if ascii_only else ''}.txt", text)


def test_very_verbose_lists_all_values():
    text = render_log(make_series(), (), COMMITS, machine=None, width=100, color=False, verbosity=2)
    assert text.count("Change [b]number") == 195
    assert "older ones" not in text
    assert "No lasting change." in text


def test_a_history_without_values_or_commits_is_told():
    text = render_log(make_series([math.nan], ()), (), {}, machine=None, width=100, color=False)
    assert text.splitlines() == ["tests/test_codec.py::test_io[a]  time", "0 values, 1 commit without one"]


@pytest.mark.parametrize("values", [[0.0], [5e-3, 5e-3], [1e-300, 1e300], [-1.0, 1.0], [1.7e308, -1.7e308]])
def test_any_values_make_a_chart(values):
    series = make_series(values, ())
    point = make_point(0, commits=None, earliest=0, latest=0)
    text = render_log(series, (point,), {}, machine=None, width=60, color=False, verbosity=1)
    assert "since value 1" in text
    assert "–" in text  # the level before the first value


def test_a_history_of_mostly_holes_is_drawn_without_them():
    values = [math.nan] * 200
    values[3:200:20] = [1e-3] * 5 + [2e-3] * 5
    shown = render_log(make_series(values), (make_point(103),), COMMITS, machine=None, width=80, color=False)
    dense = render_log(
        make_series([1e-3] * 5 + [2e-3] * 5), (make_point(5),), COMMITS, machine=None, width=80, color=False
    )
    assert "10 values, 190 commits without one" in shown
    assert [line for line in shown.splitlines() if "│" in line] == [line for line in dense.splitlines() if "│" in line]


def test_change_marks_that_collide_are_left_out():
    points = tuple(make_point(index) for index in (100, 101, 150))
    chart = render_log(make_series(), points, COMMITS, machine=None, width=80, color=False)
    (pointers,) = (line for line in chart.splitlines() if line.split() == ["^1", "^3"])
    assert pointers.index("^1") < pointers.index("^3")


def make_change(point, **more):
    ordinary = {
        "metric": MetricId(benchmark="tests/test_codec.py::test_io[a]", name="time"),
        "machine": MACHINE.id,
        "unit": SECONDS,
        "point": point,
        "before": 1e-3,
        "after": 1.12e-3,
        "recent": (1e-3, None, 1.12e-3),
        "commit": COMMITS.get(point.commits[1]) if point.commits else None,
        "shape": None,
    }
    return SimpleNamespace(**(ordinary | more))


def test_the_latest_changes(golden):
    memory = MetricId(benchmark="t.py::a", name="peak_memory")
    changes = [
        make_change(POINTS[1]),
        make_change(POINTS[0]),
        make_change(POINTS[0], metric=memory, machine="0123456789ab", commit=Commit(sha=SHAS[120])),
        make_change(make_point(5, commits=None, ratio=1.5)),
    ]
    golden("changes.txt", render_changes(changes * 3, width=100, color=False))


def test_changes_that_are_no_steps_are_called_what_they_are(golden):
    changes = [
        make_change(POINTS[1], shape=shape("transient", explains=2)),
        make_change(POINTS[0], shape=shape("drift", explains=1)),
        make_change(make_point(60, 1.3, state="frozen")),
    ]
    golden("changes-shapes.txt", render_changes(changes, width=100, color=False))


def test_verbose_shows_up_to_a_hundred_changes():
    text = render_changes([make_change(POINTS[0])] * 120, width=100, color=False, verbosity=1)
    assert text.count("✗ regressed") == 100


def test_no_change_is_said():
    assert render_changes([], width=80, color=False) == "No lasting change in the history.\n"


def summary(run, **more):
    ordinary = {
        "id": run.id,
        "commit": run.commit,
        "machine": run.machine,
        "started_at": run.started_at,
        "benchmarks": 3,
        "failures": 0,
        "complete": True,
        "source": "pytest",
    }
    return RunSummary(**(ordinary | more))


RUNS = (
    summary(make_run(1)),
    summary(make_run(2), complete=False, failures=2),
    summary(make_run(3, commit=Commit(sha="abc123\x1b", dirty=True)), source="import:asv"),
)


def test_the_runs_there_are(golden):
    golden("listing.txt", render_listing(RUNS, damaged=(FEW,), width=120, color=False))


def test_an_empty_history_is_told():
    assert render_listing((), width=80, color=False) == "0 runs on 0 machines\n"


def test_only_the_newest_runs_are_listed():
    runs = [summary(make_run(number)) for number in range(70)]
    text = render_listing(runs, width=120, color=False)
    assert text.splitlines()[2].startswith("run-0069")
    assert "and 20 older ones: -v lists them all." in text
    assert "run-0000" in render_listing(runs, width=120, color=False, verbosity=1)


def test_the_runs_as_json(golden):
    text = listing_to_json(RUNS)
    golden("listing.json", text)
    assert [run["id"] for run in json.loads(text)["runs"]] == ["run-0001", "run-0002", "run-0003"]


def make_whole_run():
    return make_run(
        1,
        make_sample("t.py::a", (1.01e-3, 1.03e-3), (0.99e-3, 1.0e-3), 1.5e-3, screened=1, loops=100, warnings=(FEW,)),
        make_sample("t.py::b", 2e-6),
        commit=Commit(sha=make_sha(1), dirty=True, subject="Try it", branch="fast"),
        failures=(Failure(benchmark="t.py::c", kind="raised", message="ValueError\nno"),),
        warnings=(GOVERNOR,),
        complete=False,
    )


@pytest.mark.parametrize("verbosity", [0, 1])
def test_one_run(verbosity, golden):
    golden(f"run-{verbosity}.txt", render_run(make_whole_run(), width=90, color=False, verbosity=verbosity))


def test_a_run_of_many_samples_is_cut():
    run = make_run(1, *(make_sample(f"t.py::t{n}") for n in range(60)))
    text = render_run(run, width=90, color=False)
    assert "and 10 samples more: -v lists them all." in text
    assert "t.py::t59" in render_run(run, width=90, color=False, verbosity=1)


def make_diagnosis(**more):
    ordinary = {"machine": MACHINE, "conditions": (GOVERNOR,), "processes": 10, "noise": 0.012, "detectable": 0.024}
    return Diagnosis(**(ordinary | more))


def test_what_the_doctor_says(golden):
    golden("doctor.txt", render_diagnosis(make_diagnosis(), width=80, color=False))


def test_a_quiet_machine_and_an_unknown_power_are_said():
    text = render_diagnosis(
        make_diagnosis(conditions=(), noise=None, detectable=None, reason="no process started."), width=80, color=False
    )
    assert "What it can detect is not known: no process started." in text
    assert "Nothing was found that disturbs measuring." in text


def test_warnings_alone():
    assert render_warnings((), width=80, color=False) == ""
    assert "[1] few-runs" in render_warnings((FEW,), width=80, color=False)


def test_a_picture_fetches_nothing_and_is_the_same_every_time():
    from report.cases import CASES

    svg = picture(CASES["regress"], title="pytest --perf")
    ET.fromstring(svg)
    ET.fromstring(picture(CASES["odd-names"]))
    assert svg == picture(CASES["regress"], title="pytest --perf")
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "pytest" in svg


@pytest.mark.parametrize("width", [40, 80, 100, 120])
def test_the_runs_fit_the_width_and_keep_their_commits(width):
    runs = [summary(make_run(n), id=f"{'jsonl-' * (n % 2)}{n:020x}", source="import:jsonl") for n in range(3)]
    table = render_listing(runs, width=width, color=False).splitlines()[1:5]
    assert max(map(len, table)) <= max(width, 78)
    assert all(make_sha(n)[:10] in row for n, row in zip((2, 1, 0), table[1:], strict=True))
    assert "jsonl-000000000000" in table[2]
    assert (width > 100) == (f"jsonl-{1:020x}" in table[2])


def test_the_machine_is_the_last_to_go_where_there_are_several():
    runs = [summary(make_run(1)), summary(make_run(2), machine=replace(MACHINE, cpu="Other"))]
    one, two = (render_listing(some, width=75, color=False).splitlines()[1].split() for some in (runs[:1], runs))
    assert ["run", "commit", "started", "benchmarks", "failed", "source"] == one
    assert ["run", "commit", "started", "machine", "benchmarks", "failed"] == two


def test_a_run_whose_source_tells_no_time_has_none():
    unknown = summary(make_run(1), started_at=0.0, source="import:csv")
    assert "1970" not in render_listing([unknown], width=120, color=False)
    assert "1970" not in render_run(make_run(1, make_sample("t.py::a"), started_at=0.0), width=90, color=False)


def test_one_value_makes_no_chart_and_one_commit_no_span():
    text = render_log(make_series([1e-3], SHAS[:1]), (), COMMITS, machine=None, width=80, color=False)
    assert [
        "1 value · 0000c0ffee 2023-11-14",
        "",
        "   1.00 ms over 1 value",
        "   No lasting change.",
    ] == text.splitlines()[1:]


def test_a_history_is_drawn_by_its_commits(golden):
    told = SimpleNamespace(series=make_series(), points=POINTS, shapes=(shape("transient"),), machine=MACHINE)
    golden("history.svg", draw_history(told))

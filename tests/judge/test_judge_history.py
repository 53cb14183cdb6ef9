from dataclasses import replace

import pytest

from factories import MACHINE, make_declared, make_sha
from judge.histories import check, noisy, run_of, runs_of, the
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import suspects
from lapwing.model import Machine, Outcome
from lapwing.units import COUNT

OTHER = Machine(cpu="Other", cpu_count=4, os="Linux", arch="arm64", interpreter="CPython 3.12")


def stepped(factor, *, at=24, count=40, seed=0, noise=0.01):
    return [v * (factor if i >= at else 1) for i, v in enumerate(noisy(count, seed=seed, noise=noise))]


def test_nothing_stored_is_nothing_judged():
    report = check([])

    assert (report.outcome, report.head, report.base, report.machine) == (Outcome.NEW, None, None, None)
    assert (report.verdicts, report.runs) == ((), ())


def test_one_value_is_new():
    report = check([run_of(0, {"b0": 1e-3})])

    assert the(report).outcome is Outcome.NEW
    assert (report.head.sha, report.base) == (make_sha(0), None)


def test_a_change_of_level_is_found_from_history_alone():
    report = check(runs_of({"b0": stepped(1.2), "b1": noisy(40, seed=1, noise=0.005)}))

    assert the(report).outcome is Outcome.REGRESSED
    assert the(report).change.commits == (make_sha(23), make_sha(24))
    assert the(report, "b1").outcome is Outcome.UNCHANGED
    assert (report.head.sha, report.base.sha) == (make_sha(39), make_sha(38))
    assert report.machine == MACHINE
    assert report.runs == ("run-0039",)


def test_a_change_of_level_that_may_be_chance_among_many_is_a_doubt_and_not_unchanged():
    series = {f"b{i}": noisy(40, seed=i, noise=0.005) for i in range(1, 60)}
    report = check(runs_of({"b0": stepped(1.1, at=31, noise=0.005)} | series))

    assert the(report, "b0").outcome is Outcome.INCONCLUSIVE
    assert the(report, "b0").reason.startswith("Suspected: the level seems to have changed by +")
    assert the(report, "b0").change.commits == (make_sha(30), make_sha(31))
    assert "9 runs ago" in the(report, "b0").reason


def test_a_confirmed_change_that_may_be_chance_among_very_many_is_a_doubt_too():
    series = {"b0": stepped(1.2), "b1": noisy(40, seed=1, noise=0.005)}
    report = check(runs_of(series), policy=Policy(false_discovery=1e-12))

    assert the(report, "b0").outcome is Outcome.INCONCLUSIVE
    assert "among all benchmarks judged here that is not beyond chance" in the(report, "b0").reason


def test_one_new_value_is_suspected_and_never_accused():
    report = check(runs_of({"b0": stepped(3.0, at=39)}))

    assert the(report).outcome is Outcome.INCONCLUSIVE
    assert the(report).reason.startswith("Suspected: head is off by +")
    assert "single values stray as far" in the(report).reason
    assert "as are" not in the(report).reason


def test_several_new_values_that_stand_off_are_said_to():
    report = check(runs_of({"b0": stepped(1.07, at=38, noise=0.02)}))

    assert "as are all of the last 2 points" in the(report).reason
    assert suspects(report) in ((), ("b0",))


def test_an_exact_metric_is_judged_by_its_last_change():
    report = check(runs_of({"b0": [100] * 10 + [130] * 3}, unit=COUNT, metric="size", spread=0))

    assert the(report).outcome is Outcome.REGRESSED
    assert the(report).reason == "It changed by +30.0 %, past the limit of 5 %; this metric has no noise."


def test_series_without_a_recent_value_are_left_out():
    report = check(runs_of({"b0": noisy(40), "old": noisy(10) + [None] * 30}))

    assert [v.metric.benchmark for v in report.verdicts] == ["b0"]


def test_holes_are_shown_and_not_filled():
    values = noisy(30)
    values[28] = None
    recent = the(check(runs_of({"b0": values, "b1": noisy(30)}))).recent

    assert len(recent) == 20
    assert recent[-2] is None


def test_machines_are_judged_apart_and_one_can_be_asked_for():
    here = runs_of({"b0": noisy(30)})
    there = runs_of({"b0": stepped(1.3, at=14, count=30, seed=1)})
    there = [replace(run, id=f"there-{run.id}", machine=OTHER) for run in there]
    both, one = check([*here, *there]), check([*here, *there], machine=OTHER.id)

    assert {v.machine: str(v.outcome) for v in both.verdicts}[OTHER.id] == "regressed"
    assert (len(both.verdicts), both.machine) == (2, None)
    assert [v.machine for v in one.verdicts] == [OTHER.id]
    assert one.machine == OTHER


def test_declared_benchmarks_bring_limits_names_and_former_ids():
    runs = runs_of({"old": stepped(1.2)})
    declared = {"new": make_declared("new", node_id="t.py::new", was=("old",), limit=0.5)}
    verdict = the(check(runs, declared=declared), "new")

    assert (verdict.node_id, verdict.limit, verdict.outcome) == ("t.py::new", 0.5, Outcome.UNCHANGED)


def test_an_id_that_is_still_in_use_is_no_former_id():
    runs = runs_of({"a": noisy(5), "b": noisy(5)})
    declared = {"a": make_declared("a"), "b": make_declared("b", was=("a",))}

    assert {v.metric.benchmark for v in check(runs, declared=declared).verdicts} == {"a", "b"}


def test_an_imported_history_is_judged_by_date_and_says_so_once():
    runs = [
        replace(run, source="import:asv", commit=replace(run.commit, sha=f"{i:08x}aaaa"))
        for i, run in enumerate(runs_of({"b0": stepped(1.2)}))
    ]
    report = check(runs[::-1])

    assert the(report).outcome is Outcome.REGRESSED
    assert [warning.slug for warning in report.warnings] == ["ordered-by-date", "few-benchmarks"]
    assert report.head.sha == "00000027aaaa"


def test_one_commit_run_twice_has_no_base():
    runs = [run_of(0, {"b0": 1e-3}, run_id="a"), run_of(0, {"b0": 1e-3}, run_id="b")]

    assert check(runs).base is None
    assert check(runs).runs == ("a", "b")


@pytest.mark.parametrize("seed", range(3))
def test_quiet_histories_accuse_nobody(seed):
    report = check(runs_of({f"b{i}": noisy(60, seed=100 * seed + i) for i in range(30)}))

    assert not {Outcome.REGRESSED, Outcome.IMPROVED} & {v.outcome for v in report.verdicts}


def test_a_fall_past_the_limit_that_a_rise_would_keep_names_the_limit_of_a_fall():
    fall = check(runs_of({"b0": stepped(0.9515, noise=0.001), "b1": noisy(40, seed=1, noise=0.005)}))
    deep = check(runs_of({"b0": stepped(0.8, noise=0.001), "b1": noisy(40, seed=1, noise=0.005)}))

    assert the(fall).outcome is Outcome.IMPROVED
    assert "past the limit of 5 % (of 4.76 % downwards);" in the(fall).reason
    assert "past the limit of 5 %;" in the(deep).reason


def test_an_exact_metric_that_goes_up_and_back_at_once_is_improved_and_no_doubt():
    report = check(runs_of({"b0": [10, 11, 10]}, unit=COUNT, metric="count"))

    assert the(report).outcome is Outcome.IMPROVED
    assert "no noise" in the(report).reason

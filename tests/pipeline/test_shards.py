"""A check over shards: one verdict over the declared set, whichever job measured what, and on which machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.errors import StoreDamaged
from lapwing.judge.policy import Policy
from lapwing.model import Failure, Outcome, Shard
from lapwing.pipeline.check import check
from lapwing.pipeline.told import history_of
from lapwing.report.advice import advice

SUITE = tuple(f"t.py::test_{letter}" for letter in "abcdef")
NOISE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
OTHER = replace(MACHINE, cpu="Other CPU", cpu_count=64, os="Linux 5.4")


def shard(  # noqa: PLR0913 - what a shard is made of
    number, index, *, count=3, suite=SUITE, attempt=1, group="G", level=1.0, told=True, **more
):
    """Make the run of shard ``index`` at commit ``number``."""
    names = suite[index - 1 :: count]
    run = make_run(
        number,
        *(make_sample(name, *(level * 1e-3 * NOISE[(number + k) % 7] for k in range(5))) for name in names),
        run_id=f"{number:03d}-{index}-{attempt}-{group}",
        **more,
    )
    part = Shard(index=index, count=count, suite=suite if told else (), group=f"{group}{number}", attempt=attempt)
    return replace(run, shard=part)


def history(count=6, **more):
    return [shard(number, index, **more) for number in range(count) for index in (1, 2, 3)]


def checked(runs, count=6, **more):
    commits = FakeCommits([make_sha(number) for number in range(count)])
    return check(store=MemoryStore(runs), commits=commits, policy=Policy(), **more).report


def outcomes(report):
    return {verdict.metric.benchmark: str(verdict.outcome) for verdict in report.verdicts}


def test_three_shards_are_judged_as_one_run_would_be():
    whole = [
        replace(make_run(number, *(sample for run in parts for sample in run.samples)), id=f"whole-{number}")
        for number in range(6)
        for parts in [[shard(number, index) for index in (1, 2, 3)]]
    ]
    sharded, alone = checked(history()), checked(whole)
    assert outcomes(alone) == outcomes(sharded)
    assert set(SUITE) == set(outcomes(sharded))
    assert list(SUITE) == [verdict.metric.benchmark for verdict in sharded.verdicts if verdict.lane == "history"]
    assert ("005-1-1-G", "005-2-1-G", "005-3-1-G") == sharded.runs
    assert {"gone", "shard"}.isdisjoint(warning.slug for warning in sharded.warnings)


def test_a_shard_that_never_arrived_is_missing_and_no_older_one_stands_for_it():
    report = checked([run for run in history() if run.id != "005-2-1-G"])
    missing = {name for name, outcome in outcomes(report).items() if outcome == "missing"}
    assert {SUITE[1], SUITE[4]} == missing
    assert Outcome.MISSING is report.outcome
    (warning,) = [warning for warning in report.warnings if warning.slug == "shard-missing"]
    assert warning.message.startswith("2 benchmarks are in no shard that arrived")
    assert "run the jobs of the shards that never arrived again, then lapwing check." == advice(report)
    assert "gone" not in [warning.slug for warning in report.warnings]


def test_a_shard_that_was_run_again_heals_what_failed():
    *others, first = history()
    broken = replace(
        first, samples=(), failures=tuple(Failure(benchmark=n, kind="raised", message="no") for n in SUITE[2::3])
    )
    assert Outcome.FAILED is checked([*others, broken]).outcome
    again = shard(5, 3, attempt=2)
    assert Outcome.FAILED is not checked([*others, broken, again]).outcome
    assert Outcome.FAILED is not checked([again, *others, broken]).outcome


def test_the_same_shard_twice_pools():
    twice = shard(5, 1, group="H", level=1.5)
    report = checked([*history(), twice])
    (verdict,) = [verdict for verdict in report.verdicts if verdict.metric.benchmark == SUITE[0] and verdict.ratio]
    assert pytest.approx(1.25, rel=0.02) == verdict.ratio.estimate


def test_a_shard_on_another_machine_has_arrived_and_has_a_series_of_its_own():
    runs = [run for run in history() if run.id != "005-2-1-G"]
    report = checked([*runs, shard(5, 2, machine=OTHER)])
    assert "missing" not in outcomes(report).values()
    there = {verdict.metric.benchmark: verdict for verdict in report.verdicts if verdict.machine == OTHER.id}
    assert {SUITE[1], SUITE[4]} == set(there)
    assert {Outcome.INCONCLUSIVE} == {verdict.outcome for verdict in there.values()}
    assert all("could not be compared" in verdict.reason for verdict in there.values())


def test_a_shard_on_another_machine_that_knows_it_is_compared_there():
    there = [shard(number, 2, machine=OTHER, group="H") for number in range(5)]
    runs = [run for run in history() if run.id != "005-2-1-G"]
    report = checked([*runs, *there, shard(5, 2, machine=OTHER)])
    reasons = [verdict.reason for verdict in report.verdicts if verdict.machine == OTHER.id]
    assert 2 == len(reasons)
    assert not any("could not be compared" in reason for reason in reasons)


def test_a_check_of_one_machine_knows_what_arrived_on_the_others():
    runs = [run for run in history() if run.id != "005-2-1-G"]
    report = checked([*runs, shard(5, 2, machine=OTHER)], machine=MACHINE.id)
    assert "missing" not in outcomes(report).values()
    assert "missing" in outcomes(checked(runs, machine=MACHINE.id)).values()


def test_what_never_arrived_is_said_once_for_a_commit_measured_on_two_machines():
    runs = [run for run in history() if run.id not in {"005-2-1-G", "005-3-1-G"}]
    report = checked([*runs, shard(5, 2, machine=OTHER)])
    missing = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.MISSING]
    assert ([SUITE[2], SUITE[5]], 1) == ([v.metric.benchmark for v in missing], len({v.machine for v in missing}))


def test_parts_that_users_split_themselves_are_missing_by_what_was_there_before():
    runs = history(told=False)
    assert Outcome.MISSING is not checked(runs).outcome
    report = checked([run for run in runs if run.id != "005-2-1-G"])
    missing = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.MISSING]
    assert {SUITE[1], SUITE[4]} == {verdict.metric.benchmark for verdict in missing}
    assert "It was there before, and shard 2 of 3 never arrived." == missing[0].reason


def test_the_first_part_of_all_without_the_others_is_not_green():
    report = checked([shard(0, 1, told=False)], count=1)
    assert {"shard 2 of 3", "shard 3 of 3"} <= {name for name, one in outcomes(report).items() if one == "missing"}


def test_users_who_measure_folders_in_jobs_of_their_own_get_the_union():
    parts = [replace(run, shard=None) for run in history()]
    report = checked(parts)
    assert set(SUITE) == set(outcomes(report))
    assert "gone" not in [warning.slug for warning in report.warnings]


def test_the_log_of_a_benchmark_goes_through_all_shards():
    commits = FakeCommits([make_sha(number) for number in range(6)])
    (told,) = history_of(store=MemoryStore(history()), commits=commits, benchmark=SUITE[1], policy=Policy())
    assert 6 == len(told.series.commits)


def renamed(number, name, was=()):
    run = make_run(number, make_sample(name, *(1e-3 * NOISE[(number + k) % 7] for k in range(5))))
    return replace(run, declared=(make_declared(name, was=was),))


def test_a_history_goes_on_under_the_present_id_in_a_check_and_a_log_though_a_retired_machine_has_the_former_one():
    here = [renamed(n, "old") for n in range(4)] + [renamed(n, "new", was=("old",)) for n in range(4, 6)]
    there = [replace(renamed(0, "old"), id="there", machine=OTHER)]
    commits = FakeCommits([make_sha(number) for number in range(6)])
    series = history_of(store=MemoryStore([*here, *there]), commits=commits, benchmark="new", policy=Policy())
    assert {MACHINE.id: 6, OTHER.id: 1} == {told.machine.id: len(told.series.commits) for told in series}
    report = checked(here)
    assert ["new"] == [verdict.metric.benchmark for verdict in report.verdicts if verdict.lane == "history"]
    assert Outcome.NEW is not report.outcome


def damaged_store(runs, *which):
    store = MemoryStore(runs)
    load = store.load

    def read(run):
        if run in which:
            raise StoreDamaged("run-damaged", f"{run} is damaged.", remedy="restore it.")
        return load(run)

    store.load = read
    return store


def test_a_damaged_run_of_several_is_left_out_and_one_that_is_alone_is_an_error():
    commits = FakeCommits([make_sha(number) for number in range(6)])
    again = shard(5, 1, group="H")
    store = damaged_store([*history(), again], "005-1-1-G")
    report = check(store=store, commits=commits, policy=Policy()).report
    assert "missing" not in outcomes(report).values()
    alone = damaged_store(history()[:1], "000-1-1-G")
    with pytest.raises(StoreDamaged):
        check(store=alone, commits=FakeCommits([make_sha(0)]), policy=Policy())


def test_each_run_is_read_once_by_a_check():
    store, read = MemoryStore(history()), []
    load = store.load
    store.load = lambda run: read.append(run) or load(run)
    check(store=store, commits=FakeCommits([make_sha(number) for number in range(6)]), policy=Policy())
    assert ["005-1-1-G", "005-2-1-G", "005-3-1-G"] == sorted(read)


def test_one_shard_alone_is_its_own_verdicts_and_the_rest_is_missing():
    report = checked([shard(0, 1)], count=1)
    assert {"new": 2, "missing": 4} == {
        word: list(outcomes(report).values()).count(word) for word in set(outcomes(report).values())
    }
    assert "shard" not in [warning.slug for warning in report.warnings]


def test_one_benchmark_that_no_shard_took_is_said_in_the_singular():
    suite = (*SUITE, "t.py::test_g")
    runs = [replace(run, shard=replace(run.shard, suite=suite)) for run in (shard(0, 1), shard(0, 2), shard(0, 3))]
    (message,) = [one.message for one in checked(runs, count=1).warnings if one.slug == "shard-missing"]
    assert message.startswith("1 benchmark is in no shard")


def test_the_log_of_a_truncated_history_says_so():
    commits = FakeCommits([make_sha(number) for number in range(3, 6)], shallow=True)
    (told,) = history_of(store=MemoryStore(history()), commits=commits, benchmark=SUITE[0], policy=Policy())
    assert ["shallow"] == [warning.slug for warning in told.warnings]
    assert 3 == len(told.series.commits)


@settings(deadline=None, derandomize=True, max_examples=10)
@given(data=st.data())
def test_no_check_depends_on_clocks_dates_or_the_order_of_storing(data):
    runs = [*history(), shard(5, 2, group="H", level=1.4), shard(3, 1, group="H")]
    clocks = data.draw(st.permutations(range(len(runs))))
    jumped = [
        replace(run, started_at=runs[clock].started_at, commit=replace(run.commit, date=float(-clock)))
        for run, clock in zip(runs, clocks, strict=True)
    ]
    stored = [jumped[place] for place in data.draw(st.permutations(range(len(runs))))]
    assert concluded(runs) == concluded(stored)


def concluded(runs):
    report = checked(runs)
    return report.outcome, report.verdicts, report.warnings, report.runs, report.head.sha

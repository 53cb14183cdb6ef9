"""The main job beside an anchor, on speeds that are known."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from fakes.anchor import FakeSides
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.memory import Remembers
from fakes.store import MemoryStore
from lapwing.errors import StoreDamaged
from lapwing.judge.policy import Policy
from lapwing.judge.relative import RELATIVE_TIME, anchored_machine
from lapwing.model import Anchor, Failure, Measured, Outcome
from lapwing.pipeline.anchor_job import AnchorJob
from lapwing.pipeline.anchored import measure_against_anchor
from lapwing.pipeline.check import check
from lapwing.units import BYTES, RATIO

NAMES = [f"test_a.py::test_{i}" for i in range(10)]
ANY = anchored_machine(MACHINE)


class Workers:
    """A sampler that knows how fast the working tree is on a machine that wanders."""

    def __init__(  # noqa: PLR0913 - what a test may say of a run
        self, speeds, *, wander=1.0, machine=MACHINE, failures=(), more=(), complete=True
    ):
        self.speeds, self.wander, self.on, self.failures = speeds, wander, machine, failures
        self.more, self.complete = more, complete
        self.asked = []

    def machine(self):
        return self.on

    def measure(self, benchmarks, *, progress):
        self.asked.append(tuple(one.benchmark for one in benchmarks))
        failed = {one.benchmark for one in self.failures}
        samples = tuple(
            make_sample(
                one.benchmark, *(self.speeds[one.benchmark] * self.wander * noise for noise in (0.999, 1, 1.001))
            )
            for one in benchmarks
            if one.benchmark in self.speeds and one.benchmark not in failed
        )
        return Measured(samples=(*samples, *self.more), failures=self.failures, complete=self.complete)


class Project:
    """Commits with known speeds, measured one after the other into one store."""

    def __init__(self, speeds, *, noise=lambda: 0.0, **sides):
        self.speeds = [dict(one) for one in speeds]
        self.store = MemoryStore()
        self.sides = FakeSides({make_sha(i): one for i, one in enumerate(self.speeds)}, noise=noise, **sides)
        self.ids = count()
        self.memory = None

    def measure(  # noqa: PLR0913 - whatever a test says
        self, number, anchor, *, store=True, going_on=lambda: True, dirty=False, declared=None, names=None, **workers
    ):
        speeds = {name: cost for name, cost in self.speeds[number].items() if isinstance(cost, float)}
        self.sides.speeds[None] = self.speeds[number]
        self.commits = FakeCommits([make_sha(i) for i in range(number + 1)], dirty=dirty)
        self.workers = Workers(speeds, **workers)
        self.told, self.safe = [], {}
        job = AnchorJob(
            anchor=Anchor(name=f"v{anchor}", sha=make_sha(anchor)),
            sides=self.sides,
            going_on=going_on,
            store=self.store if store else None,
            commits=self.commits,
            clock=FakeClock(),
            new_id=lambda: f"new-{next(self.ids)}",
            policy=Policy(),
            tool="0.1.0",
            progress=lambda *step: self.told.append(step),
            safe=lambda run: self.safe.update({run.id: run}),
            memory=self.memory,
        )
        declared = declared or [make_declared(name) for name in names or speeds]
        result = measure_against_anchor(job, declared=declared, sampler=self.workers)
        if store:
            self.store.append(result.runs)
        return result

    def series(self, name=NAMES[0]):
        """The stored ratios of a benchmark, by commit."""
        found = {}
        for run in self.store.kept.values():
            for sample in run.samples:
                if (sample.metric.benchmark, sample.metric.name) == (name, RELATIVE_TIME):
                    found[int(run.commit.sha[:4])] = sorted(value for (value,) in sample.values)[
                        len(sample.values) // 2
                    ]
        return found


def steady(commits, **more):
    return [dict.fromkeys(NAMES, 1e-3) | more for _ in range(commits)]


def outcomes(report, metric=RELATIVE_TIME):
    return {one.metric.benchmark: one.outcome for one in report.verdicts if one.metric.name == metric}


def slugs(report):
    return [warning.slug for warning in report.warnings]


def test_two_runs_are_kept_the_times_and_the_ratios():
    project = Project(steady(2))
    result = project.measure(1, 0)

    ratios, times = result.runs
    assert (MACHINE, ANY) == (times.machine, ratios.machine)
    assert times is result.run
    assert {8} == {len(sample.values) for sample in ratios.samples}
    assert (make_sha(0), "v0") == (ratios.anchor.sha, ratios.anchor.name)
    assert {(1.0, make_sha(0))} == {(level.level, level.root) for level in ratios.anchor.levels}
    assert (times.id, ratios.id) == result.report.runs
    assert [(make_sha(0), None)] == project.sides.made
    assert max(done for done, *_ in project.told) == 80
    assert {run.id: run for run in result.runs} == project.safe


def test_ratios_are_judged_and_times_are_evidence():
    project = Project(steady(3))
    first, second = project.measure(1, 0), project.measure(2, 0, wander=2.0)

    assert {Outcome.NEW} == set(outcomes(first.report).values()) == set(outcomes(first.report, "time").values())
    assert {Outcome.UNCHANGED} == set(outcomes(second.report).values())
    # The machine was twice as slow: without the anchor that would be ten verdicts in doubt.
    assert {} == outcomes(second.report, "time")
    assert Outcome.UNCHANGED is second.report.outcome
    assert make_sha(1) == second.report.base.sha


def test_a_slowdown_is_measured_again_and_found_on_another_processor():
    speeds = steady(3)
    speeds[2][NAMES[4]] = 1.2e-3
    project = Project(speeds)
    project.measure(1, 0)
    result = project.measure(2, 0, machine=replace(MACHINE, cpu="Another CPU"), wander=1.7)

    assert Outcome.REGRESSED is result.report.outcome
    assert [NAMES[4]] == [name for name, one in outcomes(result.report).items() if one is Outcome.REGRESSED]
    sample = next(one for one in result.runs[-2].samples if one.metric.benchmark == NAMES[4])
    assert (16, 8) == (len(sample.values), sample.screened)


def test_what_is_judged_is_judged_the_same_from_the_store():
    speeds = steady(4)
    speeds[3][NAMES[4]] = 1.5e-3
    project = Project(speeds)
    for number in (1, 2):
        project.measure(number, 0, wander=1 + number / 3)
    result = project.measure(3, 0, wander=0.5)
    checked = check(store=project.store, commits=project.commits, policy=Policy())

    assert outcomes(result.report) == outcomes(checked.report)
    assert {} == outcomes(checked.report, "time")
    assert Outcome.REGRESSED is checked.report.outcome
    assert {"time"} == {one.metric.name for one in check_of_machine(project).report.verdicts}


def check_of_machine(project):
    """Whoever asks for one machine is told of its times."""
    return check(store=project.store, commits=project.commits, policy=Policy(), machine=MACHINE.id)


def test_a_change_of_a_time_that_has_a_ratio_is_no_change_of_the_code():
    project = Project([dict.fromkeys(NAMES[:4], 1e-3) for _ in range(32)])
    for number in range(1, 32):
        project.measure(number, 0, wander=1.0 if number < 16 else 1.5)
    checked = check(store=project.store, commits=project.commits, policy=Policy())

    assert () == checked.changes
    assert 4 == len(check_of_machine(project).changes)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(data=st.data())
def test_whatever_is_released_and_measured_a_stored_ratio_is_the_speed_over_that_of_the_root(data):
    """Re-based at any releases, over whatever commits were measured, the series is that of the speeds, to rounding."""
    commits = data.draw(st.integers(3, 14))
    costs = data.draw(st.lists(st.floats(1e-6, 1.0), min_size=commits, max_size=commits))
    releases = sorted({0, *data.draw(st.lists(st.integers(1, commits - 1), max_size=4))})
    measured = data.draw(st.sets(st.integers(1, commits - 1), min_size=1))
    project = Project([{NAMES[0]: cost} for cost in costs])
    for number in sorted(measured):
        anchor = max(release for release in releases if release < number)
        project.measure(number, anchor)

    root = max(release for release in releases if release < min(measured))
    for number, value in project.series().items():
        assert math.isclose(costs[number] / costs[root], value, rel_tol=1e-9)
    # One chain: the boundaries of a series are its fingerprints, and there is one.
    assert 1 == len({one.fingerprint for run in project.store.kept.values() if run.anchor for one in run.declared})


def test_a_new_release_that_was_measured_has_the_level_it_was_measured_at():
    speeds = [{NAMES[0]: cost} for cost in (1.0, 1.1, 1.2, 1.3)]
    project = Project(speeds)
    for number, anchor in ((1, 0), (2, 0), (3, 2)):
        project.measure(number, anchor)

    assert {1: pytest.approx(1.1), 2: pytest.approx(1.2), 3: pytest.approx(1.3)} == project.series()
    assert [(make_sha(0), None), (make_sha(0), None), (make_sha(2), None)] == project.sides.made


def test_a_new_release_that_was_not_measured_is_measured_against_the_last_one():
    speeds = [{NAMES[0]: cost} for cost in (1.0, 1.1, 1.2, 1.3, 1.4)]
    project = Project(speeds)
    project.measure(1, 0)
    third = project.measure(3, 2)
    project.measure(4, 2)

    bridge, ratios, _ = third.runs
    assert (make_sha(2), "v0", "v2") == (bridge.commit.sha, bridge.anchor.name, ratios.anchor.name)
    assert {i: pytest.approx(1 + i / 10) for i in (1, 2, 3, 4)} == project.series()
    assert "chain-broken" not in slugs(third.report)
    # Once: the next run finds the level in the history.
    assert 1 == project.sides.made.count((make_sha(0), make_sha(2)))


def test_a_level_does_not_move_when_the_release_is_measured_again():
    rng = np.random.default_rng(3)
    project = Project(steady(5), noise=lambda: 0.02 * rng.normal())
    for number, anchor in ((1, 0), (2, 0), (3, 2), (2, 0), (4, 2)):
        project.measure(number, anchor)

    third, fourth = (
        next(run for run in project.store.kept.values() if run.anchor and run.commit.sha == make_sha(number))
        for number in (3, 4)
    )
    assert third.anchor.levels == fourth.anchor.levels


def test_without_a_way_to_the_new_release_the_series_begins_anew_and_that_is_said():
    project = Project(steady(4))
    project.measure(1, 0)
    project.sides.fails = {make_sha(0)}
    result = project.measure(3, 2)

    assert {Outcome.NEW} == set(outcomes(result.report).values())
    # There is no ratio to judge, so that times are.
    assert {Outcome.UNCHANGED} == set(outcomes(result.report, "time").values())
    warning = next(one for one in result.report.warnings if one.slug == "chain-broken")
    assert "It cannot be built." in warning.message
    assert "and 5 more" in warning.message
    assert {make_sha(2)} == {level.root for level in result.runs[-2].anchor.levels}


def test_a_release_without_the_benchmark_breaks_its_chain_alone():
    speeds = steady(4)
    speeds[2] = {NAMES[0]: 1e-3}
    project = Project(speeds)
    project.measure(1, 0)
    project.speeds[2] |= dict.fromkeys(NAMES[2:], 1e-3) | {NAMES[1]: None}
    del project.speeds[2][NAMES[2]]
    project.sides.speeds[make_sha(2)] = project.speeds[2]
    result = project.measure(3, 2)

    assert {NAMES[1], NAMES[2]} == {name for name in NAMES if name not in outcomes(result.report)}
    assert {"anchor-lacks"} == set(slugs(result.report)) - {"few-benchmarks"}


def test_a_bridge_that_crashes_is_a_boundary():
    speeds = [dict.fromkeys(NAMES[:2], 1e-3) for _ in range(4)]
    project = Project(speeds)
    project.measure(1, 0)
    project.sides.speeds[make_sha(0)] = {NAMES[0]: "crashes"}
    result = project.measure(3, 2)

    assert 2 == len(result.runs)
    warning = next(one for one in result.report.warnings if one.slug == "chain-broken")
    assert f"{NAMES[0]}: On the anchor: Its process died." in warning.message


def test_a_run_that_cannot_be_read_is_no_link():
    project = Project(steady(4))
    project.measure(1, 0)

    def damaged(run):
        raise StoreDamaged("run-damaged", "It is damaged.", remedy="restore it.")

    project.store.load = damaged
    result = project.measure(3, 2)

    assert "cannot be read" in next(one for one in result.report.warnings if one.slug == "chain-broken").message


def test_a_run_of_that_class_without_an_anchor_is_no_link():
    project = Project(steady(4))
    stray = make_run(1, make_sample(NAMES[0], 1.0, metric=RELATIVE_TIME, unit=RATIO), machine=ANY)
    project.store.append([stray])

    assert "chain-broken" in slugs(project.measure(3, 2).report)


def test_a_renamed_benchmark_goes_on():
    speeds = [{"old": 1.0}, {"old": 1.1}, {"old": 1.2}, {"new": 1.3}]
    project = Project(speeds)
    project.measure(1, 0)
    # Benchmark files are head's on both sides, but on the way from v0 to v2 they are v2's.
    project.sides.speeds[make_sha(2)] = {"old": 1.2, "new": 1.2}
    result = project.measure(3, 2, declared=[make_declared("new", was=("old",))])

    assert {3: pytest.approx(1.3)} == project.series("new")
    assert "chain-broken" not in slugs(result.report)


def test_a_step_is_seen_once_and_at_its_commit():
    rng = np.random.default_rng(5)
    speeds = steady(46)
    for one in speeds[26:]:
        one[NAMES[2]] = 1.15e-3
    project = Project(speeds, noise=lambda: 0.014 * rng.normal())
    for number in range(1, 46):
        project.measure(
            number, max(release for release in (0, 15, 30) if release < number), wander=rng.uniform(0.7, 1.4)
        )
    checked = check(store=project.store, commits=project.commits, policy=Policy())

    assert [(NAMES[2], make_sha(26))] == [(one.metric.benchmark, one.point.commits[1]) for one in checked.changes]


def test_what_the_anchor_cannot_run_is_judged_by_its_time():
    speeds = steady(3)
    speeds[0] = dict.fromkeys(NAMES[2:], 1e-3) | {NAMES[1]: None}
    speeds[2][NAMES[0]] = 3e-3
    project = Project(speeds)
    project.measure(1, 0)
    result = project.measure(2, 0)

    assert {NAMES[0], NAMES[1]} == set(outcomes(result.report, "time"))
    assert Outcome.REGRESSED is outcomes(result.report, "time")[NAMES[0]]
    warning = next(one for one in result.report.warnings if one.slug == "anchor-lacks")
    assert "2 benchmarks have no ratio to the anchor v0" in warning.message
    assert "The anchor does not have it." in warning.message
    assert {"skipped"} == {failure.kind for failure in result.runs[-2].failures}
    assert () == result.report.failures


def test_a_crash_on_the_anchors_side_is_a_warning():
    speeds = steady(3)
    speeds[0] = speeds[0] | {NAMES[0]: "crashes"}
    project = Project(speeds)
    project.measure(1, 0)
    result = project.measure(2, 0)

    assert {Outcome.UNCHANGED} == set(outcomes(result.report).values())
    assert {NAMES[0]} == set(outcomes(result.report, "time"))
    message = next(one.message for one in result.report.warnings if one.slug == "anchor-lacks")
    assert "1 benchmark has" in message
    assert "On the anchor: Its process died." in message


def test_a_crash_on_heads_side_is_a_warning():
    project = Project([{NAMES[0]: 1e-3, NAMES[1]: 1e-3}, {NAMES[0]: 1e-3, NAMES[1]: "crashes"}])
    project.workers = None
    result = project.measure(1, 0)

    assert {NAMES[0]} == set(outcomes(result.report))


def test_nothing_but_crashes_leaves_the_times():
    project = Project([{NAMES[0]: "crashes"}, {NAMES[0]: 1e-3}])
    result = project.measure(1, 0)

    assert 1 == len(result.runs)
    assert {NAMES[0]: Outcome.NEW} == outcomes(result.report, "time")
    assert "anchor-lacks" in slugs(result.report)


def test_an_anchor_that_cannot_be_built_is_a_warning():
    project = Project(steady(3), fails={make_sha(0)})
    project.measure(1, 0)
    result = project.measure(2, 0)

    assert 1 == len(result.runs)
    assert {Outcome.UNCHANGED} == set(outcomes(result.report, "time").values())
    assert "Nothing was measured against the anchor v0 (0000c0ffee), times are judged instead: It cannot be built." in {
        warning.message for warning in result.report.warnings
    }


def test_a_failed_benchmark_and_one_without_a_time_are_not_asked_for():
    failure = Failure(benchmark=NAMES[1], kind="raised", message="ValueError: no")
    rows = make_sample("rows", 7.0, metric="size", unit=BYTES)
    project = Project(steady(2))
    result = project.measure(
        1, 0, failures=(failure,), more=(rows,), declared=[make_declared(name) for name in (*NAMES[:3], "rows")]
    )

    assert {NAMES[0], NAMES[2]} == set(outcomes(result.report))
    assert Outcome.FAILED is result.report.outcome
    assert [] == [slug for slug in slugs(result.report) if slug.startswith("anchor")]
    assert (failure,) == result.report.failures


def test_an_interrupted_run_is_not_measured_against_the_anchor():
    project = Project(steady(2))
    result = project.measure(1, 0, complete=False)

    assert [] == project.sides.made
    assert 1 == len(result.runs)


def test_a_suite_without_a_time_needs_no_anchor():
    failure = Failure(benchmark="a", kind="raised", message="no")
    project = Project([{"a": 1e-3}, {"a": 1e-3}])
    result = project.measure(1, 0, failures=(failure,))

    assert [] == project.sides.made
    assert Outcome.FAILED is result.report.outcome


def test_the_second_look_that_finds_no_pairs_leaves_the_time():
    speeds = steady(3)
    speeds[2][NAMES[4]] = 1.5e-3
    project = Project(speeds)
    project.measure(1, 0)
    taken = project.sides.taken
    result = project.measure(2, 0, going_on=lambda: project.sides.taken < taken + 8)

    # Nothing confirms the ratio; its time stands, and is measured again as times are.
    assert NAMES[4] not in outcomes(result.report)
    assert Outcome.REGRESSED is outcomes(result.report, "time")[NAMES[4]]
    assert "The time was over" in next(one.message for one in result.report.warnings if one.slug == "anchor-lacks")


def test_when_the_time_is_over_there_are_the_pairs_there_were():
    project = Project(steady(2))
    result = project.measure(1, 0, going_on=lambda: project.sides.taken < 4)

    assert {4} == {len(sample.values) for sample in result.runs[-2].samples}


def test_fewer_than_three_pairs_are_no_value():
    project = Project(steady(2))
    result = project.measure(1, 0, going_on=lambda: project.sides.taken < 2)

    assert 1 == len(result.runs)
    assert "anchor-lacks" in slugs(result.report)


def test_ctrl_c_in_the_middle_keeps_the_pairs_and_ends():
    speeds = steady(3)
    project = Project(speeds)
    project.measure(1, 0)
    speeds[2][NAMES[4]] = project.speeds[2][NAMES[4]] = 1.5e-3
    project.sides.stops = project.sides.taken + 4
    result = project.measure(2, 0)

    assert result.interrupted
    assert result.run.complete
    assert not result.runs[-2].complete
    assert 1 == len(project.workers.asked)


def test_ctrl_c_before_the_first_pair_leaves_the_times():
    project = Project(steady(2), stops=0)
    result = project.measure(1, 0)

    assert result.interrupted
    assert 1 == len(result.runs)


def test_ctrl_c_on_a_bridge_leaves_nothing_of_it():
    project = Project(steady(4))
    project.measure(1, 0)
    project.sides.stops = project.sides.taken + 5
    result = project.measure(3, 2)

    assert result.interrupted
    assert 1 == len(result.runs)
    assert "anchor-interrupted" in slugs(result.report)


def test_without_a_store_there_is_the_ratio_to_the_anchor():
    project = Project([{NAMES[0]: 1.0}, {NAMES[0]: 1.25}])
    result = project.measure(1, 0, store=False)

    (ratio,) = [one for one in result.report.verdicts if one.metric.name == RELATIVE_TIME]
    assert (Outcome.NEW, pytest.approx(1.25)) == (ratio.outcome, ratio.head)


def test_a_worker_that_does_not_start_ends_the_pairs():
    project = Project(steady(2))
    project.sides.breaks = 5
    result = project.measure(1, 0)

    assert {5} == {len(sample.values) for sample in result.runs[-2].samples}


def test_budgets_are_of_times():
    project = Project([{NAMES[0]: 1.0}, {NAMES[0]: 1.25}])
    result = project.measure(1, 0, declared=[make_declared(NAMES[0], budgets=("median < 1 s",))])

    assert [("budget", "time")] == [(one.lane, one.metric.name) for one in result.report.verdicts if one.lane != "none"]


@pytest.mark.parametrize("sides", [{}, {"fails": (make_sha(0),)}])
def test_what_earlier_looks_came_to_is_remembered_of_ratios_and_of_times_without_one(sides):
    plain, remembering = Project(steady(6), **sides), Project(steady(6), **sides)
    remembering.memory = Remembers()
    for number in range(1, 5):
        assert plain.measure(number, 0).report == remembering.measure(number, 0).report
    known, hits = len(remembering.memory), remembering.memory.hits

    assert plain.measure(5, 0).report == remembering.measure(5, 0).report
    # All benchmarks have the same numbers, so they are one series, a value longer.
    assert (1, 1) == (len(remembering.memory) - known, remembering.memory.hits - hits)

"""Checking a history: the newest commits' verdicts, and the changes in it, newest first."""

from __future__ import annotations

import pytest

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.errors import RepositoryError, StoreDamaged, UsageError
from lapwing.judge.policy import Policy
from lapwing.model import Commit, Failure, Machine, Outcome
from lapwing.pipeline.changes import with_shapes
from lapwing.pipeline.check import check
from lapwing.pipeline.told import history_of
from lapwing.units import COUNT

A, B = "test_a.py::test_a", "test_a.py::test_b"
NOISE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
IMPORTED = Machine(cpu="", cpu_count=0, os="", arch="", interpreter="", label="atom / py3.7")


def value(number, step_at=None, factor=1.2):
    level = factor if step_at is not None and number >= step_at else 1.0
    return 1e-3 * level * NOISE[number % len(NOISE)]


def runs(count=30, step_at=None, **more):
    return [make_run(n, make_sample(A, value(n, step_at)), make_sample(B, value(n + 3)), **more) for n in range(count)]


def commits(count=30, **more):
    return FakeCommits([make_sha(number) for number in range(count)], **more)


def test_a_quiet_history_is_unchanged():
    checked = check(store=MemoryStore(runs()), commits=commits(), policy=Policy())

    assert Outcome.REGRESSED is not checked.report.outcome
    assert () == checked.changes
    assert MACHINE == checked.report.machine


def test_a_recent_step_is_a_regression_that_names_its_commit():
    checked = check(store=MemoryStore(runs(step_at=20)), commits=commits(), policy=Policy())

    guilty = [verdict for verdict in checked.report.verdicts if verdict.outcome is Outcome.REGRESSED]
    assert [A] == [verdict.metric.benchmark for verdict in guilty]
    assert (make_sha(19), make_sha(20)) == guilty[0].change.commits
    change = checked.changes[0]
    assert (A, make_sha(20), "Commit 20") == (change.metric.benchmark, change.commit.sha, change.commit.subject)
    assert pytest.approx(1e-3, rel=0.01) == change.before
    assert pytest.approx(1.2e-3, rel=0.01) == change.after
    assert 20 == len(change.recent)


def test_changes_come_newest_first():
    history = [make_run(n, make_sample(A, value(n, 15)), make_sample(B, value(n, 35, factor=0.8))) for n in range(60)]
    checked = check(store=MemoryStore(history), commits=commits(60), policy=Policy())

    assert [make_sha(35), make_sha(15)] == [change.point.commits[1] for change in checked.changes]


def test_a_change_that_returned_is_listed_as_no_step_and_one_that_stays_as_one():
    away = [1.3 if 40 <= n < 56 else 1.0 for n in range(90)]
    history = [
        make_run(n, make_sample(A, value(n) * away[n]), make_sample(B, value(n, 60)), exact(n)) for n in range(90)
    ]
    checked = check(store=MemoryStore(history), commits=commits(90), policy=Policy())
    changes = with_shapes(checked.changes, checked.cleared, len(checked.changes))

    said = {(one.metric.benchmark, one.point.index): one.shape.kind if one.shape else None for one in changes}
    assert {(A, 40): "transient", (A, 56): "transient", (B, 60): None, (B, 45): None} == said
    (shape,) = {one.shape for one in changes if one.shape}
    assert ((make_sha(40), make_sha(55)), 2) == (shape.commits, shape.explains)
    assert [None] * 4 == [one.shape for one in with_shapes(checked.changes, checked.cleared, 0)]


def exact(number):
    return make_sample(B, 100 + number // 45, unit=COUNT, metric="count")


def test_a_change_below_the_limit_is_not_listed_unless_the_metric_is_exact():
    history = [
        make_run(n, make_sample(A, value(n, 30, 1.02)), make_sample(B, 100 + n // 30, unit=COUNT, metric="count"))
        for n in range(60)
    ]
    checked = check(store=MemoryStore(history), commits=commits(60), policy=Policy())

    assert [B] == [change.metric.benchmark for change in checked.changes]


def test_a_hole_is_no_commit_of_a_change():
    history = runs(step_at=20)
    history[19] = make_run(19, make_sample(B, value(22)))
    checked = check(store=MemoryStore(history), commits=commits(), policy=Policy())

    assert (make_sha(18), make_sha(20)) == checked.changes[0].point.commits


def test_an_empty_history_has_no_verdicts():
    checked = check(store=MemoryStore(), commits=commits(), policy=Policy())

    assert ((), ()) == (checked.report.verdicts, checked.changes)


def test_the_newest_run_is_judged_as_it_was_measured_budgets_and_all():
    declared = (make_declared(A, budgets=("median < 1 us",)),)
    history = [
        make_run(n, make_sample(A, (value(n), value(n)), (value(n), value(n))), declared=declared) for n in range(5)
    ]
    checked = check(store=MemoryStore(history), commits=commits(5), policy=Policy())

    assert "budget" in {verdict.lane for verdict in checked.report.verdicts}


def test_a_dirty_run_is_not_what_a_check_judges():
    dirty = make_run(29, make_sample(A, 9.0), run_id="dirty", commit=Commit(sha=make_sha(29), dirty=True))
    checked = check(store=MemoryStore([*runs(), dirty]), commits=commits(), policy=Policy())

    assert ("run-0029",) == checked.report.runs


def imported(count=30, step_at=None, machine=IMPORTED):
    return [
        make_run(
            n,
            make_sample(A, value(n, step_at)),
            machine=machine,
            source="import:asv",
            run_id=f"{machine.id}-{n}",
            commit=Commit(sha=f"{n:03d}beefbeef", date=1000.0 + n),
        )
        for n in range(count)
    ]


def test_an_imported_history_is_checked_without_its_repository():
    class NoRepository(FakeCommits):
        def describe(self, shas):
            self.head()

    checked = check(store=MemoryStore(imported(step_at=16)), commits=NoRepository(), policy=Policy())

    assert ["016beefbeef"] == [change.commit.sha for change in checked.changes]
    assert Outcome.REGRESSED is checked.report.outcome
    assert "no-commits" in [warning.slug for warning in checked.report.warnings]


def test_several_machines_are_judged_at_once_or_one_alone():
    store = MemoryStore([*runs(), *imported(step_at=22)])
    both = check(store=store, commits=commits(), policy=Policy())
    one = check(store=store, commits=commits(), policy=Policy(), machine=IMPORTED.id)

    assert both.report.machine is None
    assert {MACHINE.id, IMPORTED.id} == {verdict.machine for verdict in both.report.verdicts}
    assert IMPORTED == one.report.machine
    assert {IMPORTED.id} == {verdict.machine for verdict in one.report.verdicts}


def test_what_several_machines_share_is_said_of_all():
    other = Machine(cpu="Other", cpu_count=1, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.12")
    second = [make_run(n, make_sample(A, value(n)), machine=other, run_id=f"other-{n}") for n in range(30)]
    report = check(store=MemoryStore([*runs(), *second]), commits=commits(), policy=Policy()).report

    assert (make_sha(29), make_sha(28)) == (report.head.sha, report.base.sha)


def tell(benchmark, store, **more):
    return history_of(store=store, commits=more.pop("commits", commits()), benchmark=benchmark, policy=Policy(), **more)


def test_the_history_of_a_benchmark_is_found_by_a_part_of_its_name():
    (told,) = tell("test_b", MemoryStore(runs()))

    assert (B, 30, MACHINE) == (told.series.metric.benchmark, len(told.series.commits), told.machine)
    assert "Commit 7" == told.commits[make_sha(7)].subject


def test_the_change_points_come_with_the_history():
    (told,) = tell(A, MemoryStore(runs(step_at=12)))

    assert [(make_sha(11), make_sha(12))] == [point.commits for point in told.points]


def test_a_step_that_fresh_processes_confirmed_is_told_before_the_series_can_show_it():
    quiet = [make_run(n, make_sample(A, *(1e-3 * noise for noise in NOISE))) for n in range(3)]
    slow = tuple(2e-3 * noise for noise in NOISE)
    head = make_run(3, make_sample(A, *slow, *slow, screened=len(slow)))
    (told,) = tell(A, MemoryStore([*quiet, head]), commits=commits(4))

    assert [(3, (make_sha(2), make_sha(3)))] == [(point.index, point.commits) for point in told.points]


def test_a_metric_that_is_not_judged_is_told_when_named():
    history = [make_run(n, make_sample(A, value(n)), make_sample(A, value(n), metric="cpu_time")) for n in range(5)]

    assert ["time"] == [told.series.metric.name for told in tell(A, MemoryStore(history), commits=commits(5))]
    (told,) = tell(A, MemoryStore(history), commits=commits(5), metric="cpu_time")
    assert "cpu_time" == told.series.metric.name


def test_a_metric_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match=r"no-such-metric.*name one: time"):
        tell(A, MemoryStore(runs()), metric="memory")


def test_a_benchmark_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no-such-benchmark"):
        tell("zzz", MemoryStore(runs()))


def test_a_history_of_other_branches_is_refused_with_what_to_do():
    with pytest.raises(UsageError, match="nothing-in-order"):
        tell(A, MemoryStore(runs()), commits=FakeCommits(["f" * 40]))


def test_a_renamed_benchmark_has_one_history_under_its_present_name():
    old = [make_run(n, make_sample("old", value(n))) for n in range(10)]
    new = [make_run(n, make_sample(A, value(n)), declared=(make_declared(A, was=("old",)),)) for n in range(10, 20)]
    (told,) = tell(A, MemoryStore([*old, *new]), commits=commits(20))

    assert 20 == len(told.series.commits)
    assert 20 == len(tell("old", MemoryStore([*old, *new]), commits=commits(20))[0].series.commits)
    with pytest.raises(UsageError, match="no-such-benchmark"):
        tell("older", MemoryStore([*old, *new]), commits=commits(20))


def test_an_imported_history_is_told_by_its_own_commits():
    class NoRepository(FakeCommits):
        def describe(self, shas):
            raise RepositoryError("no-repository", "None.", remedy="make one.")

    (told,) = tell(A, MemoryStore(imported()), commits=NoRepository())

    assert 1000.0 == told.commits["000beefbeef"].date


def test_a_head_without_a_run_of_its_own_is_said():
    dirty = make_run(31, run_id="dirty", commit=Commit(sha=make_sha(31), dirty=True))
    behind = check(store=MemoryStore([*runs(), dirty]), commits=commits(32), policy=Policy()).report
    one = check(store=MemoryStore(runs()), commits=commits(31), policy=Policy()).report
    level = check(store=MemoryStore(runs()), commits=commits(), policy=Policy()).report
    elsewhere = check(store=MemoryStore(imported()), commits=commits(), policy=Policy()).report

    assert make_sha(29) == behind.head.sha
    (warning,) = (warning for warning in behind.warnings if warning.slug == "head-not-measured")
    assert make_sha(31)[:10] in warning.message
    assert "2 commits before it" in warning.message
    assert any("1 commit before it" in warning.message for warning in one.warnings)
    assert "head-not-measured" not in {warning.slug for warning in (*level.warnings, *elsewhere.warnings)}


def test_a_benchmark_that_only_ever_failed_is_told_with_its_reason():
    failed = Failure(benchmark=A, kind="raised", message="ValueError: no")
    store = MemoryStore([make_run(0, declared=(make_declared(A), make_declared(B)), samples=(), failures=(failed,))])

    with pytest.raises(UsageError, match=r"no-values.*No run has a value.*raised: ValueError: no"):
        tell(A, store, commits=commits(1))
    with pytest.raises(UsageError, match=r"No run has a value of 'test_a\.py::test_b'\."):
        tell(B, store, commits=commits(1))


def test_a_history_whose_newest_run_is_damaged_is_told_from_its_values():
    class Damaged(MemoryStore):
        def load(self, run_id):
            if run_id == "run-0029":
                raise StoreDamaged("run-damaged", "It is damaged.", remedy="restore it.")
            return super().load(run_id)

    (told,) = tell(A, Damaged(runs()))
    assert 30 == len(told.series.commits)

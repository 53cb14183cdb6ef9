"""The main job: measure, judge, look again at what looks changed, judge for good."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from factories import make_declared, make_run, make_sample, make_sha
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.sampler import FakeSampler
from fakes.store import MemoryStore
from lapwing.errors import StoreError
from lapwing.judge.policy import Policy
from lapwing.model import Failure, Measured, Outcome, RunWarning
from lapwing.pipeline.measure_and_judge import confirmed, measure_and_judge
from lapwing.pipeline.unread import REASON

NAMES = [f"test_a.py::test_{i}" for i in range(10)]
NOISE = (0.999, 1.0, 1.001, 0.9995, 1.0005)


def samples(slow=None, factor=1.0):
    """Ten benchmarks of five processes round 1 ms, one of them slower by a factor."""
    return tuple(
        make_sample(name, *(1e-3 * (factor if name == slow else 1) * noise for noise in NOISE)) for name in NAMES
    )


def history(commits):
    """A store with one quiet run of each of the first ``commits`` commits."""
    return MemoryStore([make_run(number, *samples()) for number in range(commits)])


def measure(*answers, store, commits=None, declared=NAMES, safe=None):
    sampler = FakeSampler(*answers)
    ids = count()
    told = []
    run, report = measure_and_judge(
        declared=[make_declared(name) for name in declared],
        sampler=sampler,
        store=store,
        commits=commits or FakeCommits([make_sha(number) for number in range(6)]),
        clock=FakeClock(),
        new_id=lambda: f"new-{next(ids)}",
        policy=Policy(),
        tool="0.1.0",
        progress=lambda *step: told.append(step),
        safe=safe,
    )
    return run, report, sampler


def test_a_run_holds_what_was_measured_and_where():
    run, _, _ = measure(Measured(samples=samples()), store=None)

    assert ("new-0", make_sha(5), "pytest", "0.1.0") == (run.id, run.commit.sha, run.source, run.tool)
    assert samples() == run.samples
    assert NAMES == [one.benchmark for one in run.declared]


def test_without_a_store_everything_is_new():
    _, report, sampler = measure(Measured(samples=samples()), store=None)

    assert {Outcome.NEW} == {verdict.outcome for verdict in report.verdicts}
    assert 1 == len(sampler.asked)


def test_what_did_not_change_is_measured_once():
    _, report, sampler = measure(Measured(samples=samples()), store=history(5))

    assert Outcome.UNCHANGED is report.outcome
    assert [tuple(NAMES)] == sampler.asked


def test_what_looks_slower_is_measured_again_before_it_is_accused():
    slow = NAMES[3]
    again = tuple(sample for sample in samples(slow, 1.5) if sample.metric.benchmark == slow)
    run, report, sampler = measure(Measured(samples=samples(slow, 1.5)), Measured(samples=again), store=history(5))

    assert [tuple(NAMES), (slow,)] == sampler.asked
    assert Outcome.REGRESSED is report.outcome
    assert [slow] == [v.metric.benchmark for v in report.verdicts if v.outcome is Outcome.REGRESSED]
    kept = next(sample for sample in run.samples if sample.metric.benchmark == slow)
    assert (10, 5) == (len(kept.values), kept.screened)


def test_a_suspicion_that_does_not_come_back_accuses_nobody():
    slow = NAMES[3]
    again = tuple(sample for sample in samples() if sample.metric.benchmark == slow)
    _, report, _ = measure(Measured(samples=samples(slow, 1.5)), Measured(samples=again), store=history(5))

    assert Outcome.UNCHANGED is report.outcome


def test_an_interrupted_run_is_not_measured_again():
    slow = NAMES[3]
    run, report, sampler = measure(Measured(samples=samples(slow, 1.5), complete=False), store=history(5))

    assert 1 == len(sampler.asked)
    assert not run.complete
    assert Outcome.REGRESSED is not report.outcome


def test_a_shallow_clone_is_said():
    commits = FakeCommits([make_sha(5)], shallow=True)
    _, report, _ = measure(Measured(samples=samples()), store=history(5), commits=commits)

    assert "shallow" in [warning.slug for warning in report.warnings]


def test_the_warnings_of_the_run_are_said_once():
    doubt = RunWarning(slug="busy", message="It was.", remedy="wait.")
    _, report, _ = measure(Measured(samples=samples(), warnings=(doubt,)), store=history(5))

    assert 1 == report.warnings.count(doubt)


def test_a_second_look_that_failed_is_a_failure():
    first = make_run(1, make_sample("a", 1.0, 2.0), make_sample("b", 1.0))
    second = Measured(samples=(), failures=(Failure(benchmark="a", kind="timed-out", message="late"),))

    run = confirmed(first, second)

    assert ["b"] == [sample.metric.benchmark for sample in run.samples]
    assert second.failures == run.failures


def test_a_second_look_that_was_cut_short_makes_the_run_incomplete():
    first = make_run(1, make_sample("a", 1.0, 2.0))

    run = confirmed(first, Measured(samples=(), complete=False))

    assert not run.complete
    assert first.samples == run.samples


def test_the_warnings_of_both_looks_are_kept_once():
    busy = RunWarning(slug="busy", message="It was.", remedy="wait.")
    leak = RunWarning(slug="leaks-thread", message="It does.", remedy="join it.")
    first = replace(make_run(1, make_sample("a", 1.0, warnings=(busy,))), warnings=(busy,))

    run = confirmed(first, Measured(samples=(make_sample("a", 2.0, warnings=(busy, leak)),), warnings=(busy, leak)))

    assert (busy, leak) == run.warnings == run.samples[0].warnings
    assert ((1.0,), (2.0,)) == run.samples[0].values


@pytest.mark.parametrize("factor", [1.5, 2.0])
def test_the_same_history_gives_the_same_verdict_to_the_bit(factor):
    slow = NAMES[0]
    again = tuple(sample for sample in samples(slow, factor) if sample.metric.benchmark == slow)
    answers = [Measured(samples=samples(slow, factor)), Measured(samples=again)]

    assert measure(*answers, store=history(5))[1] == measure(*answers, store=history(5))[1]


def away(what, store):
    """A store whose ``what`` cannot be read."""

    def refuse(*_, **__):
        raise StoreError("remote-unreachable", "The remote is away.", remedy="try again.")

    setattr(store, what, refuse)
    return store


@pytest.mark.parametrize("what", ["runs", "recorded", "damaged"])
def test_where_no_history_can_be_read_nothing_is_new_and_nothing_passes(what):
    run, report, _ = measure(Measured(samples=samples()), store=away(what, history(5)))

    assert len(NAMES) == len(run.samples)
    assert Outcome.INCONCLUSIVE is report.outcome
    assert {(Outcome.INCONCLUSIVE, REASON)} == {(verdict.outcome, verdict.reason) for verdict in report.verdicts}
    assert [("history-unread", "No history could be read. The remote is away.", "try again.")] == [
        (one.slug, one.message, one.remedy) for one in report.warnings
    ]


def test_where_no_history_can_be_read_budgets_and_failures_still_stand():
    name = NAMES[0]
    sampler = FakeSampler(
        Measured(samples=samples()[:1], failures=(Failure(benchmark=NAMES[1], kind="raised", message="no"),))
    )
    _, report = measure_and_judge(
        declared=[make_declared(name, budgets=("mean < 1 us",)), make_declared(NAMES[1])],
        sampler=sampler,
        store=away("recorded", history(5)),
        commits=FakeCommits([make_sha(5)]),
        clock=FakeClock(),
        new_id=lambda: "new",
        policy=Policy(),
        tool="",
        progress=lambda *_: None,
    )
    found = {(verdict.lane, verdict.outcome) for verdict in report.verdicts}
    assert {("budget", Outcome.REGRESSED), ("none", Outcome.FAILED), ("none", Outcome.INCONCLUSIVE)} == found
    assert Outcome.REGRESSED is report.outcome


def interrupting(store, at):
    """A store during whose reading, the ``at``-th, Ctrl-C is pressed."""
    recorded, reads = store.recorded, count(1)

    def read(*given, **more):
        if next(reads) == at:
            raise KeyboardInterrupt
        return recorded(*given, **more)

    store.recorded = read
    return store


def test_what_was_measured_is_safe_before_anything_is_read():
    safe = []
    with pytest.raises(KeyboardInterrupt):
        measure(Measured(samples=samples()), store=interrupting(history(5), 1), safe=safe.append)

    (run,) = safe
    assert samples() == run.samples
    assert make_sha(5) == run.commit.sha


def test_a_second_look_is_safe_as_well():
    slow = NAMES[3]
    again = tuple(sample for sample in samples(slow, 1.5) if sample.metric.benchmark == slow)
    safe = []
    run, _, _ = measure(
        Measured(samples=samples(slow, 1.5)), Measured(samples=again), store=history(5), safe=safe.append
    )
    assert [run.id, run.id] == [one.id for one in safe]
    assert run == safe[-1] != safe[0]

"""The comparing job over fakes: what is asked for, what is kept, what comes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.pairs import FakePairSampler
from fakes.recordings import MemoryRecordings
from lapwing.judge.compare import ComparePolicy
from lapwing.model import Outcome
from lapwing.pipeline.compare import MOST_PROFILED, compare, report_of
from recordings import make_recording

POLICY = ComparePolicy()
CHANGES = {"t.py::slower": 0.10, "t.py::faster": -0.10} | {f"t.py::same{number}": 0.0 for number in range(8)}


def quietly(*_):
    pass


def compared(sampler, recordings=None, *, progress=quietly, attempt=0, **more):
    discovery = sampler.discover(progress=quietly)
    begun = make_recording(limit=0.03, max_time=60.0, discovery=discovery, **more)
    kept = recordings if recordings is not None else MemoryRecordings()
    return compare(begun, sampler=sampler, recordings=kept, policy=POLICY, progress=progress, attempt=attempt)


def outcomes(report):
    return {verdict.metric.benchmark.removeprefix("t.py::"): verdict.outcome for verdict in report.verdicts}


def test_what_changed_is_found_and_what_did_not_is_shown_unchanged():
    _, report = compared(FakePairSampler(CHANGES))
    found = outcomes(report)
    assert (Outcome.REGRESSED, Outcome.IMPROVED) == (found.pop("slower"), found.pop("faster"))
    assert {Outcome.UNCHANGED} == set(found.values())
    assert Outcome.REGRESSED is report.outcome


def test_pairs_at_once_come_to_the_same_in_half_the_time():
    alone, (recording, report) = FakePairSampler(CHANGES), compared(FakePairSampler(CHANGES, at_once=2))
    assert outcomes(compared(alone)[1]) == outcomes(report)
    assert recording.pairs[-1].ended < 0.7 * alone.elapsed()
    assert [pair.step for pair in recording.pairs[::2]][:2] == [pair.step for pair in recording.pairs[1::2]][:2]
    assert {2} == {pair.at_once for pair in recording.pairs[:8]}


def test_everything_measured_is_kept_as_it_comes_and_judged_the_same_later():
    kept = MemoryRecordings()
    recording, report = compared(FakePairSampler(CHANGES), kept)
    assert recording == kept.last
    assert report == report_of(kept.last, POLICY)


def test_what_changed_is_counted_and_what_got_slower_profiled():
    sampler = FakePairSampler(CHANGES)
    recording, report = compared(sampler)
    assert [("t.py::slower", "t.py::faster")] == sampler.counted
    assert [("t.py::slower",)] == sampler.profiled
    assert 1 == len(recording.profiles)
    (slower,) = [one for one in report.verdicts if one.metric.benchmark == "t.py::slower"]
    assert any("more work" in note for note in slower.notes)


def test_where_nothing_changed_nothing_is_counted_or_profiled():
    sampler = FakePairSampler({f"t.py::same{number}": 0.0 for number in range(5)})
    compared(sampler)
    assert ([], []) == (sampler.counted, sampler.profiled)


def test_of_many_slower_ones_a_few_are_profiled():
    sampler = FakePairSampler({f"t.py::slower{number}": 0.2 for number in range(9)})
    compared(sampler)
    assert MOST_PROFILED == len(sampler.profiled[0])


def test_ctrl_c_keeps_what_there_is_and_the_report_says_what_is_known():
    kept = MemoryRecordings()
    recording, report = compared(FakePairSampler(CHANGES, interrupt_at=3), kept)
    assert not recording.complete
    assert recording == kept.last
    assert 3 == len(recording.pairs)
    assert Outcome.REGRESSED not in outcomes(report).values()


@pytest.mark.parametrize(("moment", "pairs"), [("telling", 0), ("keeping", 3)])
def test_ctrl_c_between_two_pairs_keeps_what_there_is_too(moment, pairs):
    class Kept(MemoryRecordings):
        def add(self, pair):
            if moment == "keeping" and len(self.last.pairs) == pairs:
                raise KeyboardInterrupt
            super().add(pair)

    def progress(*_):
        if moment == "telling":
            raise KeyboardInterrupt

    kept = Kept()
    recording, _ = compared(FakePairSampler(CHANGES), kept, progress=progress)
    assert not recording.complete
    assert recording == kept.last
    assert pairs == len(recording.pairs)


class _StoppedWhileExplaining(FakePairSampler):
    def profile(self, benchmarks):
        raise KeyboardInterrupt


def test_ctrl_c_while_explaining_keeps_the_verdicts():
    recording, report = compared(_StoppedWhileExplaining(CHANGES))
    assert not recording.complete
    assert Outcome.REGRESSED is outcomes(report)["slower"]


def test_an_interrupted_comparison_is_gone_on_from_where_it_was():
    kept = MemoryRecordings()
    first, _ = compared(FakePairSampler(CHANGES, interrupt_at=3), kept)
    second, report = compare(
        replace(first, complete=True),
        sampler=FakePairSampler(CHANGES, seed=2),
        recordings=kept,
        policy=POLICY,
        progress=quietly,
    )
    assert first.pairs == second.pairs[:3]
    assert Outcome.REGRESSED is outcomes(report)["slower"]


def test_equal_code_is_acquitted_and_not_measured():
    sampler = FakePairSampler(CHANGES, same_code=("t.py::same0", "t.py::same1"))
    _, report = compared(sampler)
    assert Outcome.UNCHANGED is outcomes(report)["same0"]
    assert not [step for step in sampler.steps if "t.py::same0" in step.benchmarks]


def test_equal_code_is_measured_where_all_is_asked_for():
    sampler = FakePairSampler(CHANGES, same_code=("t.py::same0",))
    compared(sampler, measure_all=True)
    assert [step for step in sampler.steps if "t.py::same0" in step.benchmarks]


@pytest.mark.parametrize(("side", "outcome"), [("head", Outcome.FAILED), ("base", Outcome.NEW)])
def test_what_fails_on_a_side_is_tried_once_and_told(side, outcome):
    sampler = FakePairSampler(CHANGES, fails={"t.py::same0": side})
    _, report = compared(sampler)
    assert outcome is outcomes(report)["same0"]
    assert 1 == sum("t.py::same0" in step.benchmarks for step in sampler.steps if not step.control)


def the(report, name):
    (found,) = [one for one in report.verdicts if one.metric.benchmark == f"t.py::{name}"]
    return found


def test_what_is_judged_by_its_count_is_counted_first_and_not_timed():
    sampler = FakePairSampler(CHANGES, by_count=("t.py::slower", "t.py::same0"))
    recording, report = compared(sampler)
    assert [("t.py::slower", "t.py::same0"), ("t.py::faster",)] == sampler.counted
    assert [("t.py::slower",)] == sampler.profiled
    assert [] == [step for step in sampler.steps if {"t.py::slower", "t.py::same0"} & {*step.benchmarks}]
    assert ("instructions", Outcome.REGRESSED) == (the(report, "slower").metric.name, the(report, "slower").outcome)
    assert ("instructions", Outcome.UNCHANGED) == (the(report, "same0").metric.name, the(report, "same0").outcome)
    assert report == report_of(recording, POLICY)


def test_what_is_judged_by_its_count_alone_takes_no_pair():
    sampler = FakePairSampler({"t.py::slower": 0.1}, by_count=("t.py::slower",))
    recording, report = compared(sampler)
    assert () == recording.pairs
    assert Outcome.REGRESSED is report.outcome


def test_where_it_cannot_be_counted_time_decides_and_it_is_said():
    sampler = FakePairSampler(CHANGES, by_count=("t.py::slower",), uncountable=("t.py::slower",))
    _, report = compared(sampler)
    slower = the(report, "slower")
    assert ("time", Outcome.REGRESSED) == (slower.metric.name, slower.outcome)
    assert ["not-counted"] == [one.slug for one in slower.warnings]


def test_equal_code_is_not_counted():
    sampler = FakePairSampler(CHANGES, by_count=("t.py::same0",), same_code=("t.py::same0",))
    _, report = compared(sampler)
    assert "t.py::same0" not in sum(sampler.counted, ())
    assert Outcome.UNCHANGED is outcomes(report)["same0"]


def test_going_on_does_not_count_again_what_was_counted():
    first, _ = compared(FakePairSampler(CHANGES, by_count=("t.py::same0",)))
    sampler = FakePairSampler(CHANGES, by_count=("t.py::same0",), seed=2)
    second, _ = compare(
        first, sampler=sampler, recordings=MemoryRecordings(), policy=POLICY, progress=quietly, attempt=1
    )
    assert [] == sampler.counted
    assert first.witnesses == second.witnesses


class _StoppedWhileCounting(FakePairSampler):
    def count(self, benchmarks):
        raise KeyboardInterrupt


def test_ctrl_c_while_counting_leaves_a_recording_to_go_on_from():
    kept = MemoryRecordings()
    recording, report = compared(_StoppedWhileCounting(CHANGES, by_count=("t.py::slower",)), kept)
    assert not recording.complete
    assert recording == kept.last
    assert {Outcome.INCONCLUSIVE} == set(outcomes(report).values())


def test_progress_counts_what_is_decided():
    told = []
    compared(FakePairSampler(CHANGES), progress=lambda *line: told.append(line))
    assert (0, len(CHANGES)) == told[0][:2]
    assert any(len(CHANGES) > done > 0 for done, _, _ in told)
    assert any("decided" in said for _, _, said in told)

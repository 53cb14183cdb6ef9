"""What a recording comes to: the outcome of each benchmark, and why."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from factories import make_declared
from judge.comparisons import (
    MS,
    POLICY,
    SCORE,
    STATEMENTS,
    Noise,
    compared,
    discovered,
    judged,
    numbers,
    outcomes,
    pair_of,
    paired,
    recording_of,
    run,
    slices,
    the,
)
from lapwing.judge.compare import ComparePolicy
from lapwing.judge.compare.rehearsal import Noise as Rehearsed
from lapwing.judge.compare.rehearsal import rehearse
from lapwing.model import Failure, Outcome, RunWarning
from lapwing.recording import Found, Paired, SideFailure, Witness
from lapwing.units import SECONDS

STEADY = [0.002, -0.001, 0.001, -0.002, 0.0, 0.001, -0.001, 0.002, 0.0, -0.002, 0.001, 0.0]
SLOWER = [0.05 + one for one in (*STEADY, *STEADY[:2])]
FASTER = [-one for one in SLOWER]


def test_a_slowdown_is_told_with_its_interval_and_the_pairs_it_rests_on():
    report = judged(compared({"a": SLOWER, "b": STEADY}))
    verdict = the(report)

    assert (Outcome.REGRESSED, "compare", SECONDS) == (verdict.outcome, verdict.lane, verdict.unit)
    assert report.outcome is Outcome.REGRESSED
    assert verdict.reason == (
        "Head is slower: +5.1 % (+5.0 % to +5.2 %) in 10 pairs of fresh processes, for sure more than half the limit "
        "of 3 %."
    )
    # The two pairs that made it a candidate are no evidence, and what came when it was decided says no more.
    assert 10 == verdict.pairs == len(SLOWER) - 4
    assert verdict.base == pytest.approx(MS)
    assert verdict.head == pytest.approx(MS * verdict.ratio.estimate)
    assert 0.02 < verdict.detectable < 0.03
    assert verdict.p_value == 2 * 6 * 2**-10


def test_a_speed_up_is_the_mirror_image():
    report = judged(compared({"a": FASTER, "b": STEADY}))

    assert Outcome.IMPROVED is the(report).outcome
    assert the(report).reason.startswith("Head is faster: −4.9 %")


def test_what_lies_within_the_limit_is_unchanged():
    verdict = the(judged(compared({"a": STEADY[:4]})))

    assert Outcome.UNCHANGED is verdict.outcome
    assert (
        verdict.reason
        == "The change is ±0.0 % (−1.3 % to +1.3 %) in 4 pairs of fresh processes, all within the limit of 3 %."
    )
    assert verdict.p_value is None
    assert 0.02 < verdict.detectable < 0.03


def test_what_is_undecided_says_what_more_time_would_buy():
    verdict = the(judged(compared({"a": [0.03, 0.01, 0.02, 0.03, 0.01, 0.02]})))

    assert Outcome.INCONCLUSIVE is verdict.outcome
    assert "neither for sure more than half the limit of 3 % nor for sure within it; from" in verdict.reason
    assert verdict.notes[0].endswith("would settle it: lapwing compare --continue.")


def test_of_hopeless_noise_it_says_that_time_buys_nothing():
    verdict = the(judged(run({"a": 0.0}, scale=30.0, seed=3)))

    assert "no reasonable number of them would settle it" in verdict.notes[0]
    assert verdict.detectable > 0.1


def test_one_pair_is_no_evidence_but_an_estimate():
    verdict = the(judged(compared({"a": [0.05]})))

    assert Outcome.INCONCLUSIVE is verdict.outcome
    assert "in 1 pair of processes" in verdict.reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "It was not measured: the time was over before its turn."),
        ({"complete": False}, "It was not measured: the comparison was interrupted before its turn."),
    ],
)
def test_what_was_not_measured_is_inconclusive_with_the_reason(more, reason):
    assert reason == the(judged(recording_of(**more))).reason


def test_what_pairs_brought_nothing_of_is_said():
    assert "Its pairs brought no value" in the(judged(recording_of(pair_of(Paired(benchmark="a"))))).reason


def test_the_same_code_is_unchanged_without_a_single_pair():
    found = [Found(benchmark="a", code="1f")]
    report = judged(recording_of(discovery=discovered("a", base=found, head=found)))

    assert (Outcome.UNCHANGED, 0) == (the(report).outcome, the(report).pairs)
    assert the(report).reason == "Both sides execute the same code, so it was not measured."
    assert report.control is None


@pytest.mark.parametrize(
    ("base", "head", "more"),
    [
        (Found(benchmark="a"), Found(benchmark="a"), {}),
        (Found(benchmark="a", code="1"), Found(benchmark="a", code="2"), {}),
        (Found(benchmark="a", code="1"), Found(benchmark="a", code="1", voids=("It reads a file.",)), {}),
        (Found(benchmark="a", code="1", voids=("It calls C.",)), Found(benchmark="a", code="1"), {}),
        (Found(benchmark="a", code="1", answer="x"), Found(benchmark="a", code="1", answer="y"), {}),
        (Found(benchmark="a", code="1"), Found(benchmark="a", code="1"), {"rung": "environment"}),
        (Found(benchmark="a", code="1"), Found(benchmark="a", code="1"), {"measure_all": True}),
    ],
)
def test_no_hash_another_hash_or_a_doubt_is_no_acquittal(base, head, more):
    made = recording_of(discovery=discovered("a", base=[base], head=[head]), **more)

    assert "It was not measured" in the(judged(made)).reason


def test_the_same_code_is_never_accused_even_where_it_was_measured():
    found = [Found(benchmark="a", code="1f")]
    made = compared({"a": SLOWER}, measure_all=True, discovery=discovered("a", base=found, head=found))

    assert Outcome.INCONCLUSIVE is the(judged(made)).outcome
    assert "both sides execute the same code" in the(judged(made)).reason


RAISED = SideFailure(side="head", kind="raised", message="ValueError: no")


@pytest.mark.parametrize(
    ("base", "head", "outcome", "reason"),
    [
        ([Found(benchmark="a")], [Found(benchmark="a", failure=RAISED)], "failed", "It raised: ValueError: no"),
        ([], [Found(benchmark="a", failure=RAISED)], "failed", "It raised: ValueError: no"),
        ([], [Found(benchmark="a")], "new", "It is not there on base, so there is nothing to compare with."),
        (
            [Found(benchmark="a", failure=replace(RAISED, side="base"))],
            [Found(benchmark="a")],
            "new",
            "It cannot be measured on base. It raised: ValueError: no",
        ),
        (
            [Found(benchmark="a", failure=replace(RAISED, side="base"))],
            [Found(benchmark="a", failure=RAISED)],
            "failed",
            "It raised: ValueError: no",
        ),
        ([Found(benchmark="a")], [], "missing", "It was collected on base and is not there on head."),
    ],
)
def test_what_is_on_one_side_only_or_fails_is_told(base, head, outcome, reason):
    verdict = the(judged(recording_of(discovery=discovered("a", base=base, head=head))))

    assert (outcome, reason) == (str(verdict.outcome), verdict.reason)


def test_a_failure_in_a_pair_is_a_failure_and_one_in_the_control_is_not():
    crashed = SideFailure(side="head", kind="crashed", message="Its process died.")
    real = compared({"a": STEADY[:4]})
    pair, control = (pair_of(Paired(benchmark="a", failure=crashed), control=one) for one in (False, True))
    report = judged(replace(real, pairs=(*real.pairs, pair)))

    assert (Outcome.FAILED, "It crashed: Its process died.") == (the(report).outcome, the(report).reason)
    assert report.failures == (Failure(benchmark="a", kind="crashed", message="Its process died."),)
    assert outcomes(replace(real, pairs=(*real.pairs, control))) == {"a": "unchanged"}


def test_what_could_not_be_collected_in_a_pair_of_head_is_missing():
    gone = SideFailure(side="head", kind="unmeasured", message="It was not collected.")

    assert outcomes(recording_of(pair_of(Paired(benchmark="a", failure=gone)))) == {"a": "missing"}


def test_a_skipped_benchmark_has_no_verdict_and_is_among_the_failures():
    skipped = SideFailure(side="head", kind="skipped", message="no network")
    report = judged(recording_of(discovery=discovered("a", head=[Found(benchmark="a", failure=skipped)])))

    assert report.verdicts == ()
    assert report.failures == (Failure(benchmark="a", kind="skipped", message="no network"),)


def test_another_answer_is_said_beside_whatever_the_time_says():
    sides = [[Found(benchmark="a", answer=answer)] for answer in ("1", "2")]
    made = compared({"a": FASTER}, discovery=discovered("a", base=sides[0], head=sides[1]))
    (warning,) = the(judged(made)).warnings

    assert (Outcome.IMPROVED, "different-answer") == (the(judged(made)).outcome, warning.slug)


def test_answers_that_are_not_the_same_twice_say_nothing():
    made = compared({"a": STEADY[:4]}, discovery=discovered("a", head=[Found(benchmark="a", answer="2")]))

    assert the(judged(made)).warnings == ()


def witnessed(ratios, base, head, kind="instructions"):
    witness = Witness(benchmark="a", kind=kind, base=base, head=head)
    return the(judged(compared({"a": ratios}, witnesses=(witness,)))).notes


@pytest.mark.parametrize(
    ("ratios", "counts", "note"),
    [
        (SLOWER, (1000, 1049), "Slower, and does 4.9 % more work (instructions)."),
        (SLOWER, (1000, 1000), "Slower at the same count of instructions: cache, branch or layout."),
        (SLOWER, (1000, 900), "Slower, though it does 10 % less work (instructions)."),
        (FASTER, (1000, 900), "Faster, and does 10 % less work (instructions)."),
        (FASTER, (1000, 1100), "Faster, though it does 10 % more work (instructions)."),
        (STEADY[:4], (1000, 1100), "It does 10 % more work (instructions); in time that is not seen here."),
        (STEADY[:4], (1000, 1005), None),
        (STEADY[:4], (0, 1005), None),
    ],
)
def test_a_count_explains_what_the_time_says(ratios, counts, note):
    assert ((note,) if note else ()) == witnessed(ratios, *counts)


def test_without_a_count_of_instructions_the_interpreters_events_are_the_witness():
    found = [[Found(benchmark="a", events=count)] for count in (1000, 1001)]
    made = compared({"a": SLOWER}, discovery=discovered("a", base=found[0], head=found[1]))

    assert the(judged(made)).notes == (
        "Slower at the same count of events of the interpreter: compiled code, cache or layout.",
    )
    assert witnessed(SLOWER, 100, 110, "events") == ("Slower, and does 10 % more work (events of the interpreter).",)


def counted(base, head, **more):
    witness = Witness(benchmark="a", kind="instructions", base=base, head=head)
    declared = [make_declared("a", judged_by="instructions", **more)]
    found = [Found(benchmark="a")]
    made = recording_of(
        *compared({"a": SLOWER}).pairs,
        discovery=discovered(declared=declared, base=found, head=found),
        witnesses=(witness,),
    )
    return judged(made).verdicts


@pytest.mark.parametrize(
    ("counts", "more", "outcome"),
    [
        ((1000, 1100), {}, "regressed"),
        ((1000, 900), {}, "improved"),
        ((1000, 1040), {}, "unchanged"),
        ((1000, 1040), {"limit": 0.02}, "regressed"),
    ],
)
def test_a_benchmark_may_ask_to_be_judged_by_its_instructions(counts, more, outcome):
    (verdict,) = counted(*counts, **more)

    assert ("instructions", outcome) == (verdict.metric.name, str(verdict.outcome))
    assert "instructions" in verdict.reason


def test_where_instructions_cannot_be_counted_time_decides_and_it_is_said():
    declared = [make_declared("a", judged_by="instructions")]
    found = [Found(benchmark="a")]
    made = compared({"a": SLOWER}, discovery=discovered(declared=declared, base=found, head=found))

    assert (Outcome.REGRESSED, ["not-counted"]) == (
        the(judged(made)).outcome,
        [one.slug for one in the(judged(made)).warnings],
    )


def exact(*values, better=STATEMENTS, limit=None):
    pairs = [
        pair_of(paired("a", numbers=(numbers(base, head, name="statements", unit=better),))) for base, head in values
    ]
    found = [Found(benchmark="a")]
    made = recording_of(
        *pairs, discovery=discovered(declared=[make_declared("a", limit=limit)], base=found, head=found)
    )
    return the(judged(made), metric="statements")


HIGHER_EXACT = replace(STATEMENTS, better="higher")


@pytest.mark.parametrize(
    ("values", "more", "outcome", "reason"),
    [
        ([(100.0, 100.0)], {}, "unchanged", "It is the same on both sides, 100 count."),
        ([(100.0, 101.0)], {}, "regressed", "It is 100 count on base and 101 count on head; this metric has no noise."),
        ([(100.0, 99.0)], {}, "improved", "It is 100 count on base and 99 count on head; this metric has no noise."),
        ([(100.0, 99.0)], {"better": HIGHER_EXACT}, "regressed", None),
        ([(0.0, 2.0)], {}, "regressed", None),
        ([(100.0, 101.0)], {"limit": 0.02}, "unchanged", None),
        ([(100.0, 103.0)], {"limit": 0.02}, "regressed", None),
        (
            [(100.0, 101.0), (100.0, 102.0)],
            {},
            "inconclusive",
            "It is called exact and is not: 100 count on base, 101 count to 102 count (2 values) on head.",
        ),
        ([(100.0, 101.0), (99.0, 101.0)], {}, "inconclusive", None),
    ],
)
def test_of_a_metric_without_noise_any_change_is_one(values, more, outcome, reason):
    verdict = exact(*values, **more)

    assert outcome == str(verdict.outcome)
    assert reason in (None, verdict.reason)
    assert (outcome == "inconclusive") == bool(verdict.warnings)


def test_exact_numbers_of_control_pairs_and_of_failures_do_not_count():
    several = (
        pair_of(paired("a", numbers=(numbers(1.0, 1.0, unit=STATEMENTS), numbers((), 1.0, name="x", unit=STATEMENTS)))),
        pair_of(paired("a", numbers=(numbers(1.0, 9.0, unit=STATEMENTS),)), control=True),
    )
    report = judged(recording_of(*several))

    assert [("time"), ("rows/s")] == [one.metric.name for one in report.verdicts]
    assert Outcome.UNCHANGED is the(report, metric="rows/s").outcome


def test_a_recorded_metric_is_judged_by_pairs_in_its_own_direction():
    pairs = [
        pair_of(paired("a", one, numbers=(numbers(100.0, 90.0 + one), numbers(-2.0, -1.0, name="score", unit=SCORE))))
        for one in SLOWER
    ]
    report = judged(recording_of(*pairs))

    assert {"time": "regressed", "rows/s": "regressed", "score": "improved"} == {
        one.metric.name: str(one.outcome) for one in report.verdicts
    }
    assert the(report, metric="rows/s").reason.startswith("Head is slower: −10.0 %")
    assert the(report, metric="score").reason.startswith("Head is better: ")
    assert -1.0 == the(report, metric="score").head


def test_processor_time_is_judged_where_the_policy_says_so():
    report = judged(compared({"a": SLOWER}), ComparePolicy(not_judged=frozenset()))

    assert ["time", "cpu_time"] == [one.metric.name for one in report.verdicts]


def test_a_benchmark_has_a_limit_of_its_own():
    found = [Found(benchmark="a")]
    discovery = discovered(declared=[make_declared("a", limit=0.2)], base=found, head=found)

    assert outcomes(compared({"a": SLOWER}, discovery=discovery)) == {"a": "unchanged"}


def test_where_base_is_found_changed_against_itself_nobody_is_accused():
    report = judged(compared({"a": SLOWER, "b": STEADY}, control={"b": SLOWER}))

    assert report.control.accused == ("b",)
    assert not report.control.trusted
    assert Outcome.INCONCLUSIVE is the(report).outcome
    assert (
        "base compared with itself was found changed in 1 benchmark, so this comparison accuses nobody"
        in the(report).reason
    )
    assert ["control-off"] == [one.slug for one in report.warnings]


def test_two_accused_of_the_control_are_counted_in_the_warning():
    report = judged(compared({"a": SLOWER, "b": STEADY}, control={"a": SLOWER, "b": SLOWER}))

    assert "2 benchmarks were found changed between base and base itself (a, b)." in report.warnings[0].message
    assert "in 2 benchmarks" in the(report).reason


def test_a_calm_control_states_an_error_below_what_is_planned():
    made = run({**{f"b{i}": 0.0 for i in range(20)}, "slow": 0.06}, seed=11)
    control = judged(made).control

    assert (True, (), 2) == (control.trusted, control.accused, control.benchmarks)
    assert 4 <= control.pairs
    assert control.rate < control.planned


def test_where_the_noise_of_the_run_would_accuse_too_many_nobody_is():
    # One benchmark whose pairs are far apart: the margin means nothing, and of the error that is allowed it has all.
    wild = [0.5 * one for one in (1.0, 0.9, 1.1, 1.2, 0.8, 0.7, 1.3, 1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.1)]
    report = judged(compared({"a": wild}), ComparePolicy(planned=1e-9))
    expected = report.control.rate

    assert expected > 2e-9
    assert Outcome.INCONCLUSIVE is the(report).outcome
    assert "of unchanged benchmarks would be found changed" in the(report).reason
    assert "of unchanged benchmarks would be accused. So this comparison accuses nobody." in report.warnings[0].message


@pytest.mark.parametrize("width", [1, 20])
def test_the_rehearsal_says_what_wild_noise_would_do(width):
    # Noise so wide that the margin is nothing: Benjamini-Hochberg keeps the accusations of a suite to 4 %.
    wild = Rehearsed(Noise(1)(5_000) / 0.0145, np.full(width, 0.3))
    bands, kinds = np.full(width, math.log1p(0.03)), np.zeros(width, dtype=np.int64)
    stated, of = rehearse(wild, bands, kinds, POLICY, 1)

    assert (stated, of) == rehearse(wild, bands, kinds, POLICY, 1)
    assert stated / of <= 0.04 / width
    assert stated > 0 or width > 1


def moved(count, by, control=0.0):
    rows = {f"b{i}": [by + one for one in STEADY] for i in range(count)}
    return compared(rows, control={"b0": [control + one for one in STEADY[:4]]})


def test_that_most_benchmarks_moved_together_is_said_and_acquits_nobody():
    report = judged(moved(8, 0.05))

    assert ["moved-together"] == [one.slug for one in report.warnings]
    assert "by about +5.1 %: something that all of them use" in report.warnings[0].message
    assert {Outcome.REGRESSED} == {one.outcome for one in report.verdicts}


def test_where_base_against_itself_moved_as_well_it_is_the_way_of_measuring():
    report = judged(moved(8, 0.05, control=0.04))

    assert "and base against itself by +4.1 %: it is the way of measuring" in report.warnings[0].message
    assert {Outcome.INCONCLUSIVE} == {one.outcome for one in report.verdicts}
    assert "and so did base against itself" in the(report, "b0").reason


def test_a_machine_that_wanders_is_said_to():
    pairs = [pair_of(*(paired(name, 0.0, level=MS * level) for name in "abc")) for level in (1.0, 1.0, 1.3, 1.0)]
    report = judged(recording_of(*pairs, names=tuple("abc")))

    assert ["machine-wandered"] == [one.slug for one in report.warnings]
    assert "moved by 30 %" in report.warnings[0].message


def test_two_benchmarks_are_too_few_to_say_that_the_machine_wanders():
    pairs = [pair_of(*(paired(name, level=MS * level) for name in "ab")) for level in (1.0, 1.5)]
    lonely = [pair_of(*(paired(name) for name in names)) for names in ("ab", "bc", "ca")]

    assert judged(recording_of(*pairs, names=tuple("ab"))).warnings == ()
    assert judged(recording_of(*lonely, names=tuple("abc"))).warnings == ()


def sloped(change, *, ratio=0.0, level=0.0):
    base = slices(*(MS * math.exp(level * i / 3) for i in range(4)))
    head = slices(*(MS * math.exp(level * i / 3 + change + ratio * i / 3) for i in range(4)))
    return pair_of(paired("a", base=base, head=head))


def test_a_change_that_changes_within_each_pair_is_not_steady():
    report = judged(recording_of(*(sloped(one, ratio=0.06) for one in SLOWER)))

    assert Outcome.INCONCLUSIVE is the(report).outcome
    assert "one side is still warming up" in the(report).reason


def test_a_level_that_falls_on_both_sides_alike_is_a_warning():
    report = judged(recording_of(*(sloped(one, level=-0.2) for one in SLOWER)))

    assert (Outcome.REGRESSED, ["not-steady"]) == (
        the(report).outcome,
        [one.slug for one in the(report).warnings],
    )


def test_single_blocks_have_no_trend():
    pairs = [pair_of(paired("a", one, blocks=1)) for one in SLOWER]

    assert Outcome.REGRESSED is the(judged(recording_of(*pairs))).outcome


def test_the_warnings_of_pairs_discovery_and_recording_are_in_the_report_once():
    load = RunWarning(slug="load", message="Busy.", remedy="Wait.")
    made = compared({"a": STEADY[:4]})
    pairs = tuple(replace(one, warnings=(load,)) for one in made.pairs)
    made = replace(made, pairs=pairs, warnings=(load,), discovery=replace(made.discovery, warnings=(load,)))

    assert (load,) == judged(made).warnings


def test_the_report_is_of_the_recording():
    made = compared({"a": STEADY[:4]})
    report = judged(made)

    assert (report.base, report.head, report.machine, report.runs) == (made.base, made.head, made.machine, (made.id,))


def test_reruns_pool_with_the_first_attempt_and_what_that_decided_stands():
    first = run({"a": 0.025, "b": 0.08, "c": 0.0}, max_time=9.0, seed=0)
    before = outcomes(first)
    again = run({"a": 0.025, "b": 0.08, "c": 0.0}, seed=50, attempt=1, start=replace(first, max_time=None))

    assert {"a": "inconclusive", "b": "regressed", "c": "unchanged"} == before
    assert {**before, "a": "regressed"} == outcomes(again)
    assert the(judged(again)).pairs > the(judged(first)).pairs
    assert the(judged(again)).p_value < 0.01


def test_reruns_settle_the_unchanged_too():
    first = run({"a": 0.01, "b": 0.0}, max_time=4.0, seed=2, scale=2.0)
    again = run({"a": 0.01, "b": 0.0}, seed=3, attempt=1, start=replace(first, max_time=None), scale=0.3)

    assert {"a": "unchanged", "b": "unchanged"} == outcomes(again)

"""What must not matter to a comparison, and what must turn it round."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge.comparisons import POLICY, compared, judged, numbers, outcomes, pair_of, paired, recording_of, run, slices
from lapwing.judge.compare import next_step
from lapwing.model import Outcome
from lapwing.recording import Discovery

change = st.floats(-0.2, 0.2, allow_nan=False)
# What the noise of a recording would do is rehearsed, which takes long on the noise that hypothesis makes up.
QUICK = replace(POLICY, rehearsed=20)

columns = st.dictionaries(st.sampled_from("abcd"), st.lists(change, min_size=1, max_size=24), min_size=1)

MIRRORED = {Outcome.REGRESSED: Outcome.IMPROVED, Outcome.IMPROVED: Outcome.REGRESSED}


def swapped(recording):
    """Return the recording with base and head in each other's place."""
    pairs = tuple(
        replace(pair, paired=tuple(replace(one, base=one.head, head=one.base) for one in pair.paired))
        for pair in recording.pairs
    )
    return replace(recording, pairs=pairs)


def scaled(recording, factor):
    """Return the recording as on a machine that is slower by ``factor``."""

    def slower(some):
        return tuple(replace(one, value=one.value * factor, cpu=one.cpu * factor) for one in some)

    pairs = tuple(
        replace(pair, paired=tuple(replace(one, base=slower(one.base), head=slower(one.head)) for one in pair.paired))
        for pair in recording.pairs
    )
    return replace(recording, pairs=pairs)


def essence(report):
    return {one.metric: (one.outcome, one.ratio, one.p_value, one.detectable, one.pairs) for one in report.verdicts}


@settings(deadline=None, derandomize=True, max_examples=25)
@given(columns, columns)
def test_swapping_base_and_head_mirrors_every_verdict_and_interval(rows, control):
    recording = compared(rows, control={name: values for name, values in control.items() if name in rows})
    before, after = judged(recording, QUICK), judged(swapped(recording), QUICK)

    for one, other in zip(before.verdicts, after.verdicts, strict=True):
        assert MIRRORED.get(one.outcome, one.outcome) is other.outcome
        assert (one.p_value, one.detectable, one.pairs) == (other.p_value, other.detectable, other.pairs)
        assert 1 / one.ratio.low == pytest.approx(other.ratio.high, rel=1e-12)
        assert 1 / one.ratio.estimate == pytest.approx(other.ratio.estimate, rel=1e-12)
        assert 1 / one.ratio.high == pytest.approx(other.ratio.low, rel=1e-12)
    assert next_step(recording, POLICY) == next_step(swapped(recording), POLICY)


@settings(deadline=None, derandomize=True, max_examples=15)
@given(columns, st.sampled_from([0.25, 2.0, 1024.0]))
def test_a_slower_machine_gives_the_same_verdicts(rows, factor):
    recording = compared(rows)

    for one, other in zip(
        judged(recording, QUICK).verdicts, judged(scaled(recording, factor), QUICK).verdicts, strict=True
    ):
        assert one.outcome is other.outcome
        assert one.ratio.estimate == pytest.approx(other.ratio.estimate, rel=1e-12)


@settings(deadline=None, derandomize=True, max_examples=15)
@given(columns, st.randoms(use_true_random=False))
def test_the_order_of_benchmarks_does_not_matter(rows, chance):
    recording = compared(rows)
    discovery = recording.discovery
    turned = replace(
        recording,
        discovery=Discovery(
            declared=shuffled(discovery.declared, chance),
            base=shuffled(discovery.base, chance),
            head=shuffled(discovery.head, chance),
        ),
        pairs=tuple(replace(pair, paired=shuffled(pair.paired, chance)) for pair in recording.pairs),
    )
    step, other = next_step(recording, POLICY), next_step(turned, POLICY)

    assert essence(judged(recording, QUICK)) == essence(judged(turned, QUICK))
    assert (step and set(step.benchmarks)) == (other and set(other.benchmarks))


def shuffled(values, chance):
    found = list(values)
    chance.shuffle(found)
    return tuple(found)


def test_the_same_recording_is_judged_the_same_to_the_bit():
    recording = run({f"b{i}": effect for i, effect in enumerate((0.0, 0.02, 0.05, -0.05, 0.0, 0.0))}, seed=9)

    assert judged(recording) == judged(recording)
    assert next_step(recording, POLICY) == next_step(recording, POLICY)


def test_what_was_decided_after_some_pairs_is_decided_for_good():
    recording = run({f"b{i}": effect for i, effect in enumerate((0.0, 0.03, 0.06, -0.05, 0.0, 0.0))}, seed=4)
    decided = {}
    for count in (*range(0, len(recording.pairs), 3), len(recording.pairs)):
        for name, outcome in outcomes(replace(recording, pairs=recording.pairs[:count])).items():
            if name in decided:
                assert decided[name] == outcome
            elif outcome != "inconclusive":
                decided[name] = outcome

    assert set(decided) == {f"b{i}" for i in range(6)}


def test_disturbed_slices_do_not_move_what_calm_ones_say():
    def pairs(wait):
        draw = random.Random(1)
        for _ in range(14):
            waits = [wait if i == draw.randrange(4) else 0.0 for i in range(4)]
            head = tuple(slices(1e-3 * (1.05 + 9 * one), waited=one)[0] for one in waits)
            yield pair_of(paired("a", head=head))

    calm, busy = (judged(recording_of(*pairs(wait))).verdicts[0] for wait in (0.0, 0.8))

    assert calm.ratio == busy.ratio


def test_a_metric_for_which_more_is_better_is_turned_round():
    more = [pair_of(paired("a", numbers=(numbers(100.0, 110.0 + i % 3),))) for i in range(14)]
    found = {one.metric.name: str(one.outcome) for one in judged(recording_of(*more)).verdicts}

    assert found == {"time": "unchanged", "rows/s": "improved"}

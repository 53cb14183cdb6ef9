"""Working something out once gives what working it out again gives."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from factories import make_declared
from judge.comparisons import POLICY, compared, judged, numbers, run
from lapwing.judge.compare import next_step
from lapwing.judge.compare.remembered import Remembered
from lapwing.judge.compare.replay import replay


def test_the_same_object_is_worked_out_once_and_an_equal_one_again():
    asked = []
    remembered = Remembered(lambda one: asked.append(one) or len(asked))
    first, equal = ["a"], ["a"]

    assert [remembered(one) for one in (first, equal, first, equal)] == [1, 2, 1, 2]


def test_no_more_is_kept_than_said():
    asked = []
    remembered = Remembered(lambda one: asked.append(one) or len(asked), most=2)
    one, two, three = ["a"], ["b"], ["c"]

    assert [remembered(some) for some in (one, two, three, three, one)] == [1, 2, 3, 3, 4]


def test_a_replay_is_asked_for_by_recording_policy_and_what_of_it():
    recording = compared({"a": [0.1] * 9}, control={"a": [0.0] * 4})
    strict = replace(POLICY, false_discovery=0.001)

    assert replay(recording, POLICY) is replay(recording, POLICY)
    assert len({id(replay(recording, one, control=two)) for one in (POLICY, strict) for two in (False, True)}) == 4
    assert replay(recording, POLICY, attempt=1).reruns is not None


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_recording_that_is_followed_pair_by_pair_and_one_read_afresh_say_the_same_to_the_bit(scale):
    made = run({f"b{i}": effect for i, effect in enumerate((0.0, 0.02, 0.05, -0.05, 0.0, 0.0))}, seed=2, scale=scale)
    made = replace(made, pairs=(*made.pairs, *again(made)))

    for count in range(len(made.pairs) + 1):
        followed = replace(made, pairs=made.pairs[:count])
        step, state = next_step(followed, POLICY, attempt=count % 2), replayed(followed)
        if count % 9 and count < len(made.pairs) - 12:
            continue
        fresh = deepcopy(followed)
        assert (step, state) == (next_step(fresh, POLICY, attempt=count % 2), replayed(fresh))
        next_step(followed, POLICY)
    assert judged(made) == judged(deepcopy(made))


def again(recording):
    """Return pairs of a rerun, the first of them bringing a metric that was not there before."""
    last = [pair for pair in recording.pairs if not pair.step.control][-12:]
    pairs = [replace(pair, step=replace(pair.step, attempt=1)) for pair in last]
    first, *rest = pairs[6].paired
    more = replace(first, numbers=(numbers(1.0, 1.1),))
    return [*pairs[:6], replace(pairs[6], paired=(more, *rest)), *pairs[7:]]


def replayed(recording):
    found = replay(recording, POLICY)
    arrays = [found.suites.phases, found.suites.values, found.suites.p_values, found.suites.priors]
    arrays += [] if found.reruns is None else [found.reruns.log_e, found.reruns.first]
    return [one.tobytes() for one in arrays], found.asked, found.missed


def test_a_pair_more_does_not_change_what_was_returned_before():
    made = compared({"a": [0.1] * 12})
    before = replay(replace(made, pairs=made.pairs[:8]), POLICY)
    counts = before.suites.counts.copy()
    replay(made, POLICY)

    assert (before.suites.counts == counts).all()


@pytest.mark.parametrize(
    "change",
    [
        lambda made: {"limit": 0.2},
        lambda made: {"pairs": made.pairs[:3]},
        lambda made: {"pairs": made.pairs[1:]},
        lambda made: {"discovery": replace(made.discovery, declared=(make_declared("a", limit=0.2),))},
    ],
)
def test_a_recording_that_is_no_continuation_is_replayed_from_the_start(change):
    made = compared({"a": [0.1, 0.02] * 6})
    replay(made, POLICY)
    other = replace(made, **change(made))

    assert replayed(other) == replayed(deepcopy(other))

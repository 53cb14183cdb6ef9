"""Working something out once gives what working it out again gives."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from judge.comparisons import POLICY, compared, judged, run
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


def test_a_recording_that_was_followed_pair_by_pair_and_one_read_afresh_say_the_same_to_the_bit():
    made = run({f"b{i}": effect for i, effect in enumerate((0.0, 0.02, 0.05, -0.05, 0.0, 0.0))}, seed=2)
    fresh = deepcopy(made)

    assert judged(made) == judged(fresh)
    for count in range(len(made.pairs)):
        assert next_step(replace(made, pairs=made.pairs[:count]), POLICY) == next_step(
            replace(fresh, pairs=fresh.pairs[:count]), POLICY
        )

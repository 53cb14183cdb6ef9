"""How often is a question about two commits answered wrongly, and in which words?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.judge.bisect import Duel, Placing
from lapwing.model import Interval

RISK = 0.05


def answered(question, values):
    for value in values:
        if question.done:
            break
        question.feed(float(value))
    return question


def noise(kind, seed, shape):
    draw = np.random.default_rng(seed)
    return 0.015 * (draw.standard_normal(shape) if kind == "normal" else draw.standard_t(3, shape))


def placed(values, *, middle=0.02, slower=True, risk=RISK):
    return answered(Placing(middle=middle, slower=slower, risk=risk), values)


@pytest.mark.parametrize("kind", ["normal", "heavy"])
@pytest.mark.parametrize("wrong", ["old", "new"])
def test_a_commit_in_the_middle_is_put_on_either_side_no_oftener_than_the_risk(kind, wrong):
    # The worst case there is: whoever is farther on one side is put on the other more rarely.
    rows = noise(kind, 7, (800, 64)) + 0.02
    sides = [placed(row).side for row in rows]

    # 800 throws of 5 % are more than 7 % once in 200.
    assert sides.count(wrong) / 800 <= RISK + 0.02
    assert sides.count("between") > 600


def test_a_commit_at_either_end_is_put_there():
    for level, side in ((0.0, "old"), (0.04, "new")):
        sides = [placed(row + level, risk=0.005).side for row in noise("normal", 8, (200, 64))]
        assert sides.count(side) > 190
        assert {side, "between"} >= set(sides)


@given(st.lists(st.floats(-0.2, 0.2), min_size=64, max_size=64))
@settings(max_examples=30)
def test_a_change_and_its_undoing_are_seen_alike(values):
    slower, faster = placed(values), placed([-value for value in values], slower=False)

    assert slower.side == faster.side
    assert slower.level == faster.level
    up, down = slower.effect().ratio, faster.effect().ratio
    assert (pytest.approx(1 / down.high), pytest.approx(1 / down.low)) == (up.low, up.high)


def test_no_more_pairs_are_wanted_than_the_answer_takes():
    quick = placed([0.5] * 64, risk=0.025)
    assert ("new", 8, pytest.approx(0.5)) == (quick.side, quick.effect().pairs, quick.level)
    assert Interval(low=math.exp(0.5), estimate=math.exp(0.5), high=math.exp(0.5)) == quick.effect().ratio


def test_where_bad_hangs_whatever_answers_twice_is_from_before():
    placing = Placing(middle=math.inf, slower=True, risk=RISK)
    placing.feed(0.0)
    assert not placing.done
    placing.feed(0.2)
    assert "old" == placing.side
    ratio = placing.effect().ratio
    assert ratio.low == ratio.estimate == ratio.high == pytest.approx(math.exp(0.1))


@pytest.mark.parametrize("kind", ["normal", "heavy"])
def test_a_difference_of_half_the_limit_is_called_one_no_oftener_than_the_risk(kind):
    half = 0.5 * math.log1p(0.03)
    rows = noise(kind, 9, (250, 100)) + half
    results = [answered(Duel(limit=0.03, risk=RISK), row).result for row in rows]

    # 250 throws of 5 % are more than 9 % once in 200.
    assert (results.count("slower") + results.count("faster")) / 250 <= RISK + 0.04


def test_a_duel_tells_slower_faster_and_the_same():
    rows = noise("normal", 10, (3, 100))
    duels = [
        answered(Duel(limit=0.03, risk=0.005), row + level) for row, level in zip(rows, (0.1, -0.1, 0), strict=True)
    ]

    assert ["slower", "faster", "same"] == [duel.result for duel in duels]
    for duel, level in zip(duels[:2], (0.1, -0.1), strict=True):
        ratio = duel.effect().ratio
        assert ratio.low < math.exp(level) < ratio.high
        assert duel.level == pytest.approx(math.log(ratio.estimate))
        assert 8 <= duel.effect().pairs
        assert 0 < duel.detectable < 0.06


def test_a_duel_that_is_not_done_knows_nothing():
    duel = Duel(limit=0.03, risk=0.005)
    duel.feed(0.3)
    assert (False, "unknown") == (duel.done, duel.result)

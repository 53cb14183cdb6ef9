import math

import numpy as np

from lapwing.detect.intervals import intervals, penalty
from lapwing.detect.scan import LIBERAL, proposed, scan


def test_a_perfect_step_is_proposed_with_the_highest_score_of_a_rank_sum():
    noise = np.tile([3.0, 1.0, 4.0, 2.0], 5)
    (scanned,) = scan((noise + np.repeat([0.0, 10.0], 10))[None, :], intervals(20), -math.inf)

    assert scanned.splits == (10,)
    assert scanned.score >= math.sqrt(3 * 10 * 10 / 21) * 0.98 - penalty(20, 20)


def test_a_series_below_what_is_asked_has_nothing_to_say():
    rows = np.random.default_rng(1).normal(size=(30, 60))
    known = [one.score for one in scan(rows, intervals(60), -math.inf)]
    least = sorted(known)[20]

    assert [score >= least for score in known] == [one is not None for one in scan(rows, intervals(60), least)]


def test_memory_lowers_the_score():
    rng = np.random.default_rng(7)
    walk = np.cumsum(rng.normal(size=(1, 120)), axis=1)
    white = np.sort(walk, axis=1)[:, rng.permutation(120)]

    assert scan(walk, intervals(120), LIBERAL)[0].score < 5
    assert scan(white, intervals(120), -math.inf)[0].score < LIBERAL + 1


def test_the_best_interval_proposes_first_and_no_other_that_holds_its_split():
    values = np.zeros((1, 120)) + np.random.default_rng(3).normal(size=120)
    values[0, 40:] += 5
    values[0, 80:] += 5
    (scanned,) = scan(values, intervals(120), LIBERAL)

    assert {40, 80} <= set(scanned.splits)
    assert min(np.diff(scanned.splits)) > 16


def test_nothing_is_proposed_below_the_least():
    grid = intervals(40)
    scores = np.full(grid.starts.shape[0], LIBERAL - 0.01)

    assert proposed(scores, scores[None, :], np.zeros((1, grid.splits.shape[0])), grid) == []


def test_many_rows_at_once_are_scanned_as_each_by_itself():
    rows = np.random.default_rng(2).normal(size=(40, 500)) + (np.arange(500) > 200) * np.arange(40)[:, None] / 20
    grid = intervals(500)

    assert [scan(row[None, :], grid, 0.5)[0] for row in rows] == scan(rows, grid, 0.5)

import math

import numpy as np
import pytest

from lapwing.judge.case import Case
from lapwing.judge.step import measure_step, moves_over, recent_moves, scale_of, weigh_step
from lapwing.judge.suite import CLASS_SPREAD, LEAST_SPREAD, Suite, suite_of
from lapwing.model import MetricId
from lapwing.units import SECONDS


def case(values, *, processes=(), errors=None, **more):
    ordinary = {
        "metric": MetricId(benchmark="b", name="time"),
        "node_id": "b",
        "unit": SECONDS,
        "machine": "m",
        "limit": 0.05,
        "values": np.array(values, dtype=float),
        "commits": tuple(map(str, range(len(values)))),
        "errors": np.full(len(values), math.nan) if errors is None else np.array(errors),
        "head": float(values[-1]),
        "processes": tuple(processes),
    }
    return Case(**(ordinary | more))


def test_a_suite_that_moves_together_has_a_shift():
    assert suite_of(np.array([0.1, 0.11, 0.09, 0.1, 0.12, 0.1, 0.1, 0.08])).shift == pytest.approx(0.1)
    assert suite_of(np.array([0.1, 0.11, 0.09, 0.1, 0.12])).shift == pytest.approx(0.1)


def test_a_suite_of_which_a_part_moves_has_none():
    assert suite_of(np.array([0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])).shift == 0
    assert suite_of(np.array([0.1, 0.1, 0.1, 0.0, 0.1])).shift == 0
    assert suite_of(np.array([0.005] * 10)).shift == 0


def test_a_small_suite_lends_no_spread_and_a_quiet_one_little():
    assert suite_of(np.array([0.0, 0.2, 0.1])) == Suite(spread=CLASS_SPREAD, count=3)
    assert suite_of(np.array([math.nan, *[0.0] * 9])) == Suite(spread=LEAST_SPREAD, count=9)


def test_the_nearest_process_is_the_evidence_and_both_sides_are_none():
    assert measure_step(case([1.0, 2.0], processes=(2.0, 1.5, 3.0)), 0).nearest == pytest.approx(math.log(1.5))
    assert measure_step(case([1.0, 2.0], processes=(2.0, 0.9, 3.0)), 0).nearest == 0.0
    assert measure_step(case([2.0, 1.0], processes=(1.0, 1.5)), 0).nearest == pytest.approx(math.log(0.75))


def test_a_long_quiet_past_is_believed_more_than_the_suite():
    rng = np.random.default_rng(1)
    quiet = np.exp(0.005 * rng.normal(size=20))
    long = scale_of(measure_step(case([*quiet, 1.0]), 0), Suite())
    short = scale_of(measure_step(case([*quiet[:4], 1.0]), 0), Suite())

    assert long < 0.012 < short < CLASS_SPREAD


def test_no_scale_is_below_what_the_processes_spread_says():
    errors = [0.02] * 10 + [0.08]

    assert scale_of(measure_step(case([1.0] * 11, errors=errors), 0), Suite(spread=0.01)) > 0.08


def test_what_is_detectable_would_have_been_called():
    still = case([1.0] * 11, processes=(1.0,) * 5)
    evidence = weigh_step(still, measure_step(still, 0), Suite(spread=0.02), 0.01)
    head = 1 + evidence.detectable + 1e-6
    moved = case([1.0] * 10 + [head], processes=(head,) * 5)

    assert weigh_step(moved, measure_step(moved, 0), Suite(spread=0.02), 0.01).p_value <= 0.01


def test_a_single_recorded_value_has_heavier_tails_than_five_processes():
    values = [1.0] * 10 + [1.3]
    single, several = case(values), case(values, processes=(1.3,) * 5)
    p_values = [weigh_step(one, measure_step(one, 0), Suite(spread=0.02), 0.01).p_value for one in (single, several)]

    assert p_values[0] > 0.001 > p_values[1]


def test_recent_moves_are_worse_above_nought_and_shorter_pasts_have_holes():
    moves = recent_moves(case([1.0, 1.0, 2.0]))

    assert np.isnan(moves[:18]).all()
    assert moves_over(moves[None, :], 2)[0] == pytest.approx(math.log(2))
    assert recent_moves(case([-1.0, 1.0]))[-1] == pytest.approx(2.0)

"""Levels that creep: against the last release, and against the best level that was kept."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.batches import Finder
from lapwing.judge import creep
from lapwing.judge.case import Case
from lapwing.judge.creep import find_creep
from lapwing.judge.judging import judge_cases
from lapwing.judge.level import find_levels
from lapwing.judge.policy import Policy
from lapwing.judge.written import judged_verdicts
from lapwing.model import MetricId, Outcome
from lapwing.units import COUNT, SECONDS, base_unit

RATE, _ = base_unit("rows/s")
POLICY = Policy()


def case(logs, *, unit=SECONDS, release=0, limit=0.05, name="b0"):
    values = np.exp(np.asarray(logs, dtype=float))
    return Case(
        metric=MetricId(benchmark=name, name="time"),
        node_id=name,
        unit=unit,
        machine="m",
        limit=limit,
        values=values,
        commits=tuple(f"{i:010d}" for i in range(values.shape[0])),
        errors=np.full(values.shape[0], math.nan),
        head=float(values[-1]),
        release=release,
    )


def noise(count, seed=0, sigma=0.01):
    return sigma * np.random.default_rng(seed).standard_normal(count)


def slope(total, count=150, *, flat=40, seed=0):
    """Return logs that creep by ``total`` after ``flat`` values and stay there for the last 25."""
    rise = np.concatenate([np.zeros(flat), np.linspace(0, total, count - flat - 25), np.full(25, total)])
    return rise + noise(count, seed)


def creep_of(one, policy=POLICY):
    (levels,) = find_levels([one], policy)
    return find_creep(one, levels.points, policy)


def verdicts(*cases, policy=POLICY):
    return judged_verdicts(cases, judge_cases(cases, policy, find=Finder(alpha=policy.alpha)))


def lanes(*cases):
    return [(one.lane, str(one.outcome)) for one in verdicts(*cases)]


def test_a_creep_since_the_release_regresses_in_its_own_lane_and_says_why():
    history, creep = verdicts(case(slope(math.log(1.2)), release=40))

    assert ("creep", Outcome.REGRESSED) == (creep.lane, creep.outcome)
    assert Outcome.REGRESSED is not history.outcome
    assert 0.1 == creep.limit
    assert pytest.approx(1.2, rel=0.02) == creep.ratio.estimate
    assert pytest.approx(1.2, rel=0.02) == creep.head / creep.base
    assert creep.reason.startswith("It crept past the creep limit of 10 %: +")
    assert "over its level at the last release (0000000039), by the last 20 runs;" in creep.reason
    assert creep.reason.endswith("no single change past the limit of 5 %.")


def test_without_a_release_the_best_level_kept_is_what_counts():
    (_, creep) = verdicts(case(slope(math.log(1.2))))

    assert (Outcome.REGRESSED, "creep") == (creep.outcome, creep.lane)
    assert "over the best level kept for 20 runs" in creep.reason


def test_an_improvement_since_the_release_that_is_lost_again_slowly_has_crept():
    logs = np.concatenate([noise(40), np.log(0.7) + slope(math.log(1.2), seed=1)])
    creep = creep_of(case(logs, release=40))

    assert not creep.at_release
    assert pytest.approx(1.2, rel=0.03) == creep.ratio.estimate


def test_within_the_creep_limit_there_is_nothing_to_say():
    assert ["history"] == [lane for lane, _ in lanes(case(slope(math.log(1.08)), release=40))]


def test_past_the_limit_by_the_estimate_alone_it_is_suspected():
    (*_, creep) = verdicts(case(slope(math.log(1.105)) + noise(150, 3, 0.03), release=40))

    assert (Outcome.INCONCLUSIVE, "creep") == (creep.outcome, creep.lane)
    assert creep.reason.startswith("Suspected: it may have crept past the creep limit of 10 %: +")
    assert creep.reason.endswith("More runs can tell.")


def test_a_new_level_of_a_few_values_is_not_established():
    logs = noise(100)
    logs[-4:] += 0.3

    assert None is creep_of(case(logs, release=40))


def test_a_rise_that_the_history_lane_accuses_is_not_told_twice():
    logs = noise(100)
    logs[-15:] += 0.3

    assert [("history", "regressed")] == lanes(case(logs, release=40))


def test_a_rise_told_long_ago_counts_against_the_release_and_is_named():
    logs = noise(150)
    logs[90:] += 0.2
    creep = creep_of(case(logs, release=40))
    (*_, said) = verdicts(case(logs, release=40))

    assert creep.at_release
    assert "of it +22." in said.reason
    assert "at 0000000090 in one step each" in said.reason


def test_a_rise_told_long_ago_is_the_new_normal_where_nothing_was_released():
    logs = noise(150)
    logs[90:] += 0.2

    assert None is creep_of(case(logs))
    assert None is creep_of(case(logs, release=120))


def test_for_a_throughput_falling_is_creeping_and_rising_is_not():
    fall, rise = (case(sign * slope(math.log(1.2)), unit=RATE, release=40) for sign in (-1, 1))

    assert ("creep", "regressed") in lanes(fall)
    assert ["history"] == [lane for lane, _ in lanes(rise)]
    assert ["history"] == [lane for lane, _ in lanes(case(-slope(math.log(1.2)), release=40))]


def test_a_count_creeps_without_noise():
    one = case(np.log(np.repeat(np.arange(100, 116), 6)), unit=COUNT, release=10)
    creep = creep_of(one)

    assert (0.0, pytest.approx(115)) == (creep.p_value, creep.head)
    assert ("creep", "regressed") in lanes(one)


def test_a_benchmark_whose_own_limit_is_wider_creeps_by_that():
    assert None is creep_of(case(slope(math.log(1.2)), release=40, limit=0.3))


def test_short_series_values_that_are_not_positive_and_unasked_ones_have_no_creep():
    low = case(slope(math.log(1.3)), release=40)
    signed = Case(
        metric=low.metric,
        node_id="b",
        unit=SECONDS,
        machine="m",
        limit=0.05,
        values=low.values - 2,
        commits=low.commits,
        errors=low.errors,
        head=-1.0,
        release=40,
    )

    assert None is creep_of(case(noise(15), release=3))
    assert None is creep_of(signed)
    assert ["history"] == [lane for lane, _ in lanes(case(slope(math.log(1.3)), release=None))]


def test_a_release_of_the_first_commits_borrows_the_values_after_it():
    creep = creep_of(case(slope(math.log(1.2), flat=12), release=1))

    assert creep.at_release
    assert "0000000009" == creep.since


def test_a_release_just_before_head_has_no_level_to_creep_from():
    assert None is creep_of(case(noise(45), release=44))


def test_quiet_series_do_not_creep():
    assert 0 == sum(creep_of(case(noise(200, seed, 0.03), release=50)) is not None for seed in range(40))


def test_levels_and_creep_share_one_family():
    (_, alone) = verdicts(case(slope(math.log(1.2)), release=40))
    (_, among, *_) = verdicts(
        case(slope(math.log(1.2)), release=40), *(case(noise(150, i), release=40, name=f"b{i}") for i in range(1, 40))
    )

    # One creep among 41 looks: 40 levels and itself.
    assert pytest.approx(41 / 2 * alone.p_value) == among.p_value


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([0.9, 1.0, 1.01, 1.2, 1.5]) | st.floats(0.5, 2.0), min_size=31, max_size=90),
    st.sampled_from([SECONDS, RATE]),
    st.integers(0, 40),
)
def test_no_level_is_passed_over_that_is_near(values, unit, start):
    one = case(np.log(values), unit=unit)
    newest = one.values.shape[0] - 10
    start = min(start, newest - creep.KEPT)
    best = creep._best(one, start, newest)
    if creep._is_near(one, best.place, newest, POLICY):
        assert creep._may_be_near(one, start, newest, POLICY)


@pytest.mark.parametrize("unit", [SECONDS, RATE])
def test_where_no_level_can_be_near_none_is_looked_for(unit, monkeypatch):
    one = case(noise(200), unit=unit)
    assert not creep._may_be_near(one, 0, 180, POLICY)
    monkeypatch.setattr(creep, "_best", None)
    assert find_creep(one, (), POLICY) is None

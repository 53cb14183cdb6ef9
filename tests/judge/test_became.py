"""What became of a change: back, worse still, or nobody can tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import make_sha
from lapwing.detect.order import FirstParents
from lapwing.detect.series import Series
from lapwing.judge.became import GONE, LONGEST_AWAY, became
from lapwing.judge.policy import Policy
from lapwing.model import ChangePoint, Interval, MetricId
from lapwing.units import COUNT, SECONDS, Unit

NOISE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
RATE = Unit(symbol="1/s", better="higher", noise="noisy")
HOLE = float("nan")


def make_series(*values, unit=SECONDS, boundaries=(), shas=None, scale=1.0, noise=NOISE):
    shas = shas or [make_sha(n) for n in range(len(values))]
    found = np.array([value * scale * noise[n % len(noise)] for n, value in enumerate(values)])
    return Series(
        metric=MetricId(benchmark="a", name="time"),
        unit=unit,
        machine="m",
        commits=tuple(shas),
        values=found,
        errors=np.full(len(values), HOLE),
        boundaries=boundaries,
    )


def make_point(index, state="confirmed", *, earliest=None, latest=None):
    ratio = Interval(low=1.1, estimate=1.2, high=1.3)
    span = {"earliest": index if earliest is None else earliest, "latest": index if latest is None else latest}
    return ChangePoint(index=index, ratio=ratio, p_value=0.001, state=state, **span)


def told(series, *points, first=20, count=None, limit=0.05):
    order = FirstParents([make_sha(n) for n in range(count or len(series.commits))])
    return became(series, tuple(points), first, order, limit, Policy())


def test_a_level_that_stays_is_worse():
    found = told(make_series(*[1.0] * 20, *[1.2] * 30), make_point(20))
    assert ("worse", 49, 20, True, False) == (found.kind, found.place, found.since, found.again, found.hopeful)
    assert pytest.approx(1.2, rel=0.01) == found.ratio.estimate
    assert pytest.approx((1.0, 1.2), rel=0.01) == (found.before, found.now)


@pytest.mark.parametrize("after", [4, 5, 6, 30])
def test_five_values_or_four_of_them_at_the_level_before_are_back(after):
    found = told(make_series(*[1.0] * 20, *[1.2] * 12, *[1.0] * after), make_point(20))
    assert ("back", 32, False) == (found.kind, found.since, found.again)
    assert pytest.approx(1.0, rel=0.01) == found.ratio.estimate


@pytest.mark.parametrize(("after", "hopeful"), [(1, False), (2, True), (3, True)])
def test_fewer_are_only_a_hope(after, hopeful):
    found = told(make_series(*[1.0] * 20, *[1.2] * 12, *[1.0] * after), make_point(20))
    assert ("worse", hopeful) == (found.kind, found.hopeful)


def test_a_level_that_is_half_mended_is_worse():
    assert "worse" == told(make_series(*[1.0] * 20, *[1.2] * 12, *[1.1] * 20), make_point(20)).kind


def test_with_much_noise_it_takes_more_values():
    loud = (0.93, 1.06, 1.0, 0.96, 1.05, 0.98, 1.04)
    kinds = [
        told(make_series(*[1.0] * 20, *[1.6] * 12, *[1.0] * after, noise=loud), make_point(20)).kind
        for after in (5, 8, 20)
    ]
    assert ["worse", "worse", "back"] == kinds


def test_better_than_before_is_back_too():
    assert "back" == told(make_series(*[1.0] * 20, *[1.2] * 12, *[0.7] * 8), make_point(20)).kind


def test_of_a_rate_less_is_worse():
    assert "worse" == told(make_series(*[1.0] * 20, *[0.8] * 12, unit=RATE), make_point(20)).kind
    assert "back" == told(make_series(*[1.0] * 20, *[0.8] * 12, *[1.0] * 6, unit=RATE), make_point(20)).kind


def test_an_exact_metric_is_back_by_one_value():
    exact = [make_series(*[100.0] * 20, *[120.0] * 9, last, unit=COUNT, noise=(1.0,)) for last in (120.0, 100.0)]
    found = [told(one, make_point(20)) for one in exact]
    assert [("worse", 120.0), ("back", 100.0)] == [(one.kind, one.now) for one in found]
    assert [20, 29] == [one.since for one in found]


def test_another_change_since_makes_a_level_of_its_own():
    found = told(make_series(*[1.0] * 20, *[1.2] * 20, *[1.5] * 20), make_point(20), make_point(40))
    assert ("worse", 40, False) == (found.kind, found.since, found.again)
    assert pytest.approx(1.5, rel=0.01) == found.ratio.estimate


def test_a_change_before_it_ends_the_level_that_counts():
    found = told(make_series(*[2.0] * 10, *[1.0] * 10, *[1.2] * 10), make_point(10), make_point(20))
    assert pytest.approx(1.2, rel=0.01) == found.ratio.estimate


def test_a_change_that_is_placed_anew_is_the_one_that_may_lie_there():
    moved = make_point(23, earliest=18, latest=24)
    found = told(make_series(*[1.0] * 23, *[1.2] * 10), moved, make_point(30, "suspect"))
    assert 23 == found.since


def test_holes_are_nothing():
    values = [HOLE if n % 3 == 1 else 1.0 if n < 20 or n > 31 else 1.2 for n in range(50)]
    found = told(make_series(*values), make_point(20))
    assert ("back", 32) == (found.kind, found.since)


def test_what_nobody_can_tell():
    shas = [make_sha(n) for n in range(40)]
    level = [*[1.0] * 20, *[1.2] * 20]
    assert GONE == told(make_series(*level), first=0)  # nothing before
    assert GONE == told(make_series(*[1.0] * 20, *[HOLE] * 20))  # nothing after
    assert GONE == told(make_series(*level, boundaries=(22,)))  # not to be compared
    assert GONE == told(make_series(*level, *[HOLE] * 30))  # not measured any more
    assert GONE == told(make_series(*level), count=40 + LONGEST_AWAY)  # nor the machine
    assert GONE == told(make_series(*level, shas=[f"{n:040x}" for n in range(40)]))  # of other commits
    assert "worse" == told(make_series(*level, shas=shas), count=39 + LONGEST_AWAY).kind


@given(scale=st.floats(1e-9, 1e9), after=st.integers(1, 30), level=st.sampled_from([0.8, 1.0, 1.02, 1.2]))
def test_the_scale_of_a_series_does_not_matter(scale, after, level):
    values = (*[1.0] * 20, *[1.2] * 10, *[level] * after)
    one, other = (told(make_series(*values, scale=by), make_point(20)) for by in (1.0, scale))
    assert (one.kind, one.hopeful, one.again) == (other.kind, other.hopeful, other.again)

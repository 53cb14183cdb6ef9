"""Which regressions may have one cause, and where it is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from factories import make_sha
from judge.test_became import HOLE, make_point, make_series
from lapwing.detect.order import FirstParents
from lapwing.judge.causes import Regression, apart, badness, causes_of, overlap, regressions_of
from lapwing.judge.environment import Cleared
from lapwing.model import MetricId, Outcome
from lapwing.units import COUNT, SECONDS
from report.cases import make_verdict

ORDER = FirstParents([make_sha(n) for n in range(60)])
NOTHING = Cleared(series=(), points=(), moves={}, lines={})


def make_regression(name, low, high, ratio=1.2):
    verdict = make_verdict(name, "regressed", ratio)
    return Regression(verdict=verdict, commits=(make_sha(high - 1), make_sha(high)), span=(low, high))


def changed(low, high, **more):
    point = replace(make_point(20), commits=(low, high))
    return replace(make_verdict("a", "regressed", 1.2, change=point, machine="m"), **more)


def test_what_is_confirmed_by_the_history_lane_is_a_regression_and_nothing_else():
    ends = (make_sha(19), make_sha(20))
    good = changed(*ends)
    others = [
        changed(*ends, lane="creep"),
        changed(*ends, outcome=Outcome.INCONCLUSIVE),
        changed(*ends, outcome=Outcome.IMPROVED),
        replace(good, change=None),
        replace(good, change=replace(good.change, state="suspect")),
        replace(good, change=replace(good.change, commits=None)),
        changed("e" * 40, make_sha(20)),
        changed(make_sha(19), "e" * 40),
        changed(make_sha(20), make_sha(19)),
    ]
    (found,) = regressions_of([*others, good], NOTHING, ORDER)
    assert (ends, (19, 20)) == (found.commits, found.span)


def test_a_change_that_begins_with_the_newest_value_is_one_only_of_a_metric_without_noise():
    ends = (make_sha(28), make_sha(29))
    for unit, count in ((SECONDS, 0), (COUNT, 1)):
        series = make_series(*[1.0] * 29, 1.2, HOLE, unit=unit)
        verdict = replace(changed(*ends), metric=series.metric, unit=unit)
        cleared = replace(NOTHING, series=(series,), points=((),))
        assert count == len(regressions_of([verdict], cleared, ORDER))


def test_an_abbreviated_hash_is_told_whole():
    (found,) = regressions_of([changed(make_sha(19)[:10], make_sha(20)[:10])], NOTHING, ORDER)
    assert (make_sha(19), make_sha(20)) == found.commits


def test_a_change_may_lie_where_its_point_may():
    series = make_series(*[1.0] * 20, *[1.2] * 10)
    verdict = replace(changed(make_sha(19), make_sha(20)), metric=MetricId(benchmark="a", name="time"))
    for point, span in (
        (make_point(20, earliest=18, latest=22), (17, 22)),
        (make_point(20), (19, 20)),
        (make_point(20, earliest=0, latest=22), (0, 22)),
    ):
        cleared = replace(NOTHING, series=(series,), points=((point,),))
        assert [span] == [one.span for one in regressions_of([verdict], cleared, ORDER)]
    # Of another metric, and of commits that git does not know.
    odd = make_series(*[1.0] * 30, shas=[f"{n:040x}" for n in range(30)])
    other = replace(series, metric=MetricId(benchmark="b", name="time"))
    cleared = replace(NOTHING, series=(odd, other), points=((make_point(20),), (make_point(20),)))
    assert [(19, 20)] == [one.span for one in regressions_of([verdict], cleared, ORDER)]


def test_what_may_lie_at_one_place_is_one_cause_the_worst_first():
    (cause,) = causes_of(
        [make_regression("a", 10, 20), make_regression("b", 15, 16, 1.5), make_regression("c", 14, 18, 1.1)]
    )
    assert ["b", "a", "c"] == [one.verdict.metric.benchmark for one in cause.regressions]
    assert (15, 16) == cause.span
    assert (make_sha(15), make_sha(16)) == cause.commits


def test_the_commits_are_those_that_most_of_them_name():
    (cause,) = causes_of([make_regression("a", 10, 20, 1.9), *(make_regression(f"b{n}", 9, 15) for n in range(3))])
    assert (make_sha(14), make_sha(15)) == cause.commits


def test_neighbouring_commits_are_two_causes_the_gravest_first():
    first, second = causes_of([make_regression("a", 10, 11), make_regression("b", 11, 12, 2.0)])
    assert ["b", "a"] == [cause.regressions[0].verdict.metric.benchmark for cause in (first, second)]
    assert () == causes_of([])


def test_without_a_ratio_nothing_is_known_of_how_bad_it_is():
    assert 0.0 == badness(make_verdict(ratio=None))


def test_how_far_two_ranges_are_apart():
    assert [0, 0, 0, 3] == [apart((1, 5), other) for other in ((2, 3), (4, 9), (5, 9), (8, 9))]
    assert [True, True, False, False] == [overlap((1, 5), other) for other in ((2, 3), (4, 9), (5, 9), (8, 9))]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=25))
def test_each_is_in_one_cause_and_all_of_a_cause_may_lie_at_its_place(spans):
    given = [make_regression(f"b{n}", low, low + size) for n, (low, size) in enumerate(spans)]
    causes = causes_of(given)
    listed = [one.verdict.metric.benchmark for cause in causes for one in cause.regressions]
    assert sorted(one.verdict.metric.benchmark for one in given) == sorted(listed)
    for cause in causes:
        assert cause.span[0] < cause.span[1]
        assert all(one.span[0] <= cause.span[0] and cause.span[1] <= one.span[1] for one in cause.regressions)
    # The order in which they come does not matter.
    assert causes == causes_of(given[::-1])

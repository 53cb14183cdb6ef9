import pytest

from lapwing.detect.online.rates import SPAN, least_score, p_value
from lapwing.detect.online.rates_table import RATES, SCORES


def test_the_table_falls_with_the_score():
    assert sorted(RATES, reverse=True) == list(RATES)
    assert sorted(SCORES) == list(SCORES)


@pytest.mark.parametrize("alpha", [1e-6, 0.001, 0.01, 0.05, 0.5])
def test_the_score_asked_for_has_the_probability_asked_for(alpha):
    assert p_value(SPAN, least_score(alpha)) == pytest.approx(alpha)


def test_more_points_make_a_score_likelier_and_a_higher_score_is_less_likely():
    assert p_value(100, 3.5) < p_value(1000, 3.5) <= 1
    assert p_value(100, 2.0) > p_value(100, 4.0) > p_value(100, 5.0) >= p_value(100, 50.0) > 0

import math

import pytest

from factories import make_sample
from lapwing.detect.centre import centre, process_centres, quantile, relative_error
from lapwing.units import COUNT, Unit

RATE = Unit(symbol="rows/s", better="higher", noise="noisy")


def test_a_slow_process_and_slow_values_do_not_move_the_centre():
    sample = make_sample("b", (1.0, 1.0, 1.0, 9.0), (1.1, 1.1, 1.1, 5.0), (8.0, 8.0, 8.0, 8.0))

    assert centre(sample) == 1.1


def test_the_quartile_is_on_the_better_side():
    values = (1.0, 2.0, 3.0, 4.0, 5.0)

    assert centre(make_sample("b", values)) == 2.0
    assert centre(make_sample("b", values, unit=RATE)) == 4.0
    assert centre(make_sample("b", values, unit=COUNT)) == 3.0


def test_screened_processes_are_not_judged():
    sample = make_sample("b", 9.0, 9.0, 1.0, 1.2, 1.1, screened=2)

    assert process_centres(sample) == (1.0, 1.2, 1.1)
    assert centre(sample) == 1.1


def test_quantile_is_linear_between_values():
    assert quantile([3.0, 1.0], 0.25) == 1.5
    assert quantile([7.0], 0.9) == 7.0


@pytest.mark.parametrize("values", [(1.0,), (0.0, 0.0, 0.0)])
def test_an_error_that_cannot_be_known_is_nan(values):
    assert math.isnan(relative_error(make_sample("b", *values)))


def test_the_error_grows_with_the_spread_between_processes_and_ignores_one_outlier():
    near = relative_error(make_sample("b", 1.00, 1.01, 0.99, 1.02, 0.98))
    far = relative_error(make_sample("b", 1.0, 1.1, 0.9, 1.2, 0.8))
    spiked = relative_error(make_sample("b", 1.00, 1.01, 0.99, 1.02, 50.0))
    many = relative_error(make_sample("b", *(1 + i / 100 for i in range(-6, 7))))

    assert far == pytest.approx(10 * near)
    assert spiked == pytest.approx(near, rel=0.1)
    assert 0 < many < far


def test_the_error_is_about_right_on_normal_processes():
    import numpy as np

    rng = np.random.default_rng(5)
    draws = 1 + 0.05 * rng.normal(size=(2000, 5))
    samples = [make_sample("b", *map(float, row)) for row in draws]
    told = np.sqrt(np.mean([relative_error(s) ** 2 for s in samples]))
    true = np.std([centre(s) for s in samples])

    assert 0.8 < told / true < 1.35

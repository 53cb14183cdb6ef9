"""How surprising a series is in all: a chance, and the same however it is asked."""

import numpy as np
import pytest
from scipy.stats import kstest

from lapwing.detect.surprise import p_value_of_any, p_values


def rows():
    rng = np.random.default_rng(2)
    return [rng.normal(size=n) + (np.arange(n) > n // 3) * 2 for n in (30, 80, 0, 80, 80, 1, 200)]


def noisy_step(step):
    rng = np.random.default_rng(0)
    return (np.repeat([1.0, step], 40) * np.exp(0.02 * rng.standard_t(4, 80))).tolist()


def test_many_series_are_as_surprising_as_each_by_itself():
    assert [p_values([row])[0] for row in rows()] == p_values(rows())


@pytest.mark.parametrize("size", [33, 60, 104, 150, 333])  # the last two are between rows of the table
def test_p_values_are_uniform_on_shuffled_spikes(size):
    rng = np.random.default_rng(size)
    rows = list(rng.permuted(np.tile(rng.standard_cauchy(size), (2000, 1)), axis=1))

    assert kstest(p_values(rows), "uniform").pvalue > 0.01


def test_how_surprising_a_sequence_is_is_known_though_nothing_is_found():
    values = noisy_step(1.0)

    assert 0.05 < p_value_of_any([None, *values]) == p_value_of_any(values) <= 1
    assert p_value_of_any(noisy_step(1.3)) < 1e-6
    assert p_value_of_any([]) == p_value_of_any([2.0]) == p_value_of_any([2.0] * 30) == 1.0

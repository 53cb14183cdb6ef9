import math

import numpy as np
import pytest

from lapwing.detect.noise import inflation, middle, robust_scale, widening


def with_memory(noise, rho=0.3):
    noise = noise.copy()
    for i in range(1, noise.shape[-1]):
        noise[..., i] += rho * noise[..., i - 1]
    return noise


def test_inflation_knows_memory_and_ignores_what_it_cannot_know():
    white = np.random.default_rng(4).normal(size=4000)

    assert inflation(white, ()) < 1.06
    assert 1.25 < inflation(with_memory(white), ()) < 1.5
    assert inflation(np.cumsum(white), ()) == pytest.approx(math.sqrt(19))
    assert inflation(white[:10], ()) == 1.0
    assert inflation(np.zeros(40), (20,)) == inflation(np.full(40, 1e-15), ()) == 1.0
    assert inflation(np.r_[np.zeros(30), [1.0, 1.0]], ()) > 1.0


def test_one_spike_hides_no_memory():
    noise = with_memory(np.random.default_rng(4).normal(size=400))
    spiked = noise.copy()
    spiked[200] = 1e6

    assert inflation(spiked, ()) == pytest.approx(inflation(noise, ()), rel=0.1)


def test_memory_is_not_counted_across_a_split():
    left = np.tile([1.0, 1.0, -1.0, -1.0], 8)

    assert widening(left, tuple(range(2, 32, 2))) == pytest.approx(math.sqrt(19))
    assert widening(left, tuple(range(1, 32, 2))) == 1.0


def test_memory_is_unknown_where_every_pair_is_cut():
    assert widening(np.ones(6), tuple(range(1, 6))) == 1.0


def test_robust_scale_is_right_on_normal_noise_and_unknown_for_one_point():
    assert robust_scale(np.random.default_rng(1).normal(size=5000)) == pytest.approx(1.0, abs=0.05)
    assert math.isnan(robust_scale(np.array([1.0])))


@pytest.mark.parametrize("values", [[4.0], [4.0, 1.0], [3.0, 9.0, 1.0], [5.0, 2.0, 8.0, 2.0]])
def test_the_middle_is_the_median(values):
    assert np.median(values) == middle(np.array(values))

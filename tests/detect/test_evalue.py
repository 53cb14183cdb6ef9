from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from lapwing.detect.evalue import RHO, log_e_above, rejected

NO_MARGIN = np.zeros(1)


def test_a_bet_on_noise_about_nought_or_below_wins_nothing_on_average():
    # With u = l c <= 0 and y = l |x - c|, over the coin that the sign of x - c is.
    u = -np.linspace(0, 8, 1_601)[:, None]
    y = np.linspace(0, 25, 5_001)[None, :]
    log_mean = u - u * u / 2 - y * y / 2 + np.logaddexp(y * (1 - u), -y * (1 - u)) - math.log(2)

    assert log_mean.max() == 0
    assert (log_mean[1:, 1:] < 0).all()


def test_the_closed_form_is_the_mixture():
    values = np.array([0.01, 0.02, -0.005, 0.03])
    total, squares = values.sum(), (values**2).sum()

    def bet(size):
        prior = 2 / (RHO * math.sqrt(2 * math.pi)) * math.exp(-(size**2) / (2 * RHO**2))
        return prior * math.exp(size * total - size**2 * squares / 2)

    mixture, _ = quad(bet, 0, 12 * RHO)

    assert math.exp(log_e_above(values[None, :], NO_MARGIN)[0]) == pytest.approx(mixture)


def test_without_values_nothing_is_won():
    assert log_e_above(np.full((1, 3), np.nan), NO_MARGIN).tolist() == [0.0]


def test_holes_are_left_out():
    full = log_e_above(np.array([[0.02, 0.03]]), NO_MARGIN)

    assert full == log_e_above(np.array([[0.02, np.nan, 0.03]]), NO_MARGIN)


@pytest.mark.parametrize("centre", [0.015, 0.0])
def test_looking_after_every_pair_is_wrong_as_seldom_as_said(centre):
    draw = np.random.default_rng(2)
    values = centre + 0.014 * draw.standard_t(3, size=(2_000, 60))
    margin = np.full(2_000, 0.015)
    best = np.max([log_e_above(values[:, :n], margin) for n in range(1, 61)], axis=0)

    assert np.mean(best >= math.log(20)) <= 0.05


def test_a_true_change_wins_within_thirty_pairs():
    values = 0.03 + 0.014 * np.random.default_rng(4).normal(size=(500, 30))

    assert np.mean(log_e_above(values, np.full(500, 0.015)) >= math.log(100)) > 0.9


def test_e_bh_rejects_the_largest_where_together_they_are_large_enough():
    log_e = np.log(np.array([1.0, 45.0, 39.0, 90.0]))

    assert rejected(log_e, 0.05, 4).tolist() == [False, True, True, True]
    assert rejected(log_e, 0.05, 400).tolist() == [False] * 4
    assert rejected(np.zeros(0), 0.05, 1).tolist() == []

"""Many series at once are judged as one by one by the plain rules, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from detect.plain_standing import plain_splits
from lapwing.detect.online import advance
from lapwing.detect.online.state import NOTHING
from lapwing.detect.scale import additive
from lapwing.detect.segments import find_splits


def row(kind, seed, length):
    """Return a series of ``kind``, on the scale where noise adds."""
    rng = np.random.default_rng([seed, length])
    noise = 0.02 * rng.standard_t(rng.choice([1.5, 4.0, 30.0]), length)
    few = rng.choice([1.0, 1.2, 1.5], 8).repeat(-(-length // 8))[:length]
    values = {
        "quiet": np.exp(noise),
        "steps": few * np.exp(noise),
        "walk": np.exp(np.cumsum(noise) / 3),
        "wander": few * np.exp(np.convolve(noise, np.ones(6))[:length]),
        "ties": np.round(few * np.exp(noise), 2),
        "coin": rng.integers(0, 2, length) + 5.0 * (np.arange(length) > length // 2),
        "constant": few,
        "excursions": np.where(np.arange(length) % 40 < 9, 1.3, 1.0) * np.exp(noise),
        "spikes": few * np.where(rng.random(length) < 0.1, 20.0, 1.0) * np.exp(noise),
        "signed": few - 1.2 + noise,
        "tiny": 1e-300 * few * np.exp(noise),
        "huge": -1e200 * few * np.exp(noise),
    }
    return additive(values[kind])


KINDS = (
    "quiet", "steps", "walk", "wander", "ties", "coin", "constant", "excursions", "spikes", "signed", "tiny", "huge",
)  # fmt: skip


@pytest.mark.parametrize("length", [2, 11, 16, 37, 90, 160, 400])
def test_many_series_of_all_shapes_are_judged_as_each_by_the_plain_rules(length):
    rows = [row(kind, seed, length) for kind in KINDS for seed in range(4)]

    found = find_splits(rows, 0.03)

    assert [plain_splits(one, 0.03) for one in rows] == found
    assert [find_splits([one], 0.03)[0] for one in rows] == found
    assert length < 37 or sum(map(bool, found)) >= 8


def test_series_of_many_lengths_are_fitted_together_and_judged_as_each():
    rows = [row(kind, 3, 90 + 7 * i) for i, kind in enumerate(KINDS)] + [row("steps", 5, n) for n in (8, 160, 90, 160)]

    assert [plain_splits(one, 0.03) for one in rows] == find_splits(rows, 0.03)


def test_more_series_than_are_fitted_at_once_are_judged_as_each():
    rows = [row("steps", seed, 400) for seed in range(130)]

    assert [plain_splits(one, 0.03) for one in rows] == find_splits(rows, 0.03)


def test_histories_are_followed_as_by_the_plain_rules(monkeypatch):
    rows = [np.exp(row(kind, 7, 130 + 3 * i)) for i, kind in enumerate(KINDS)]
    seen = advance.advanced(rows, [NOTHING] * len(rows), 0.01)
    monkeypatch.setattr(advance, "find_splits", lambda some, alpha: [plain_splits(one, alpha) for one in some])

    assert advance.advanced(rows, [NOTHING] * len(rows), 0.01) == seen
    assert sum(bool(one.confirmed) for one in seen) >= 4

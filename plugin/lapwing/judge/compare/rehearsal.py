"""How many unchanged benchmarks would the protocol accuse with the noise of this very run? It rehearses on that noise.

On unchanged code base and head can change places in any pair, so that each value is as likely as its negative. Values
are drawn from what the run's pairs showed about their own centres, each benchmark with its own spread, and go through
the same protocol as the real ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.paired import hodges_lehmann
from lapwing.judge.compare.spread import errors
from lapwing.judge.compare.suites import Phase, Suites

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats, Ints
    from lapwing.judge.compare.policy import ComparePolicy

_HL_COST: Final = 1.0233


class Noise:
    """What pairs look like where nothing changes: residuals in units of each row's spread, and the rows' spreads."""

    def __init__(self, residuals: Floats, spreads: Floats) -> None:
        """Keep the sizes of the residuals, sorted: the order of pairs and their signs say nothing."""
        self.residuals = np.sort(np.abs(residuals))
        self.spreads = spreads


def noise_of(suites: Suites) -> Noise | None:
    """Return the noise of the rows that have two pairs at least; None where there are none."""
    residuals, spreads = [], []
    for row in range(suites.phases.shape[0]):
        count = int(suites.counts[row])
        if count > 1:
            values = suites.values[row : row + 1, :count]
            spread = float(errors(values, suites.priors[row : row + 1])[0]) * math.sqrt(count) / _HL_COST
            # A residual from an estimated centre is a little short: of two values it is 0.7 of its size.
            short = math.sqrt(1 - 1 / count)
            residuals.append((values[0] - hodges_lehmann(values)[0]) / (spread * short))
            spreads.append(spread)
    return Noise(np.concatenate(residuals), np.array(spreads)) if spreads else None


def rehearse(noise: Noise, bands: Floats, kinds: Ints, policy: ComparePolicy, seed: int) -> tuple[int, int]:
    """Return how many of how many unchanged rows the protocol accuses; the same for the same seed.

    ``bands``, ``kinds`` and the noise's spreads are of the same rows.
    """
    width = bands.shape[0]
    groups = max(1, math.ceil(policy.rehearsed / width))
    suites = Suites(groups, bands, kinds, policy)
    spreads = np.tile(noise.spreads, groups)
    draw = np.random.Generator(np.random.PCG64(abs(seed)))
    while (rows := suites.open()).size:
        chance = draw.random((2, rows.shape[0]))
        sizes = np.interp(
            chance[0] * (noise.residuals.shape[0] - 1), np.arange(noise.residuals.shape[0]), noise.residuals
        )
        suites.feed(rows, np.where(chance[1] < 0.5, -sizes, sizes) * spreads[rows])  # noqa: PLR2004 - a coin
    accused = int(np.isin(suites.phases, (Phase.HIGHER, Phase.LOWER)).sum())
    return accused, groups * width

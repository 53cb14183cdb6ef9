"""What are the levels between some splits of a series, and what is the noise about them?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.cusum import rank_peak
from lapwing.detect.intervals import penalty
from lapwing.detect.noise import inflation, middle
from lapwing.detect.place import Place, locate
from lapwing.detect.student import Student, fitted, levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats

_LEVEL: Final = 8
"""Points of a stretch from which its likelihood counts: the spikes of a bad hour make a likely level of fewer."""

_FITTED: Final = 0.5
"""What a likelihood pays for noise that was fitted to the same points. With it p-values of 0.01 and of 0.001 came up in
1.0 and 0.2 % of shuffled series, without in up to 1.6 and 0.6 %; F1 was the same."""

_HOPELESS: Final = 1.0
"""A likelihood score this far below what is asked is not made up for by ranks, which took a third of
the time on 10,000 points."""

_LASTS: Final = 13
"""Points from which a level lasts though it then returns to the one before: in real noise disturbances of 10 to 12
points are common, and were a third of the changes found where there were none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """A series cut at ``places``, each level the likeliest under the noise, which is the same about all of them.

    ``left`` is what the levels leave over of the values, ``widening`` what memory widens sums of it by.
    """

    values: Floats
    places: tuple[Place, ...]
    levels: tuple[float, ...]
    left: Floats
    noise: Student
    widening: float

    @property
    def splits(self) -> list[int]:
        """The first point of each level but the first."""
        return [place.index for place in self.places]

    @property
    def edges(self) -> list[int]:
        """The first point of each level, and the number of points."""
        return [0, *self.splits, self.values.shape[0]]

    def scores(self, least: float) -> list[float]:
        """Return for each split the score of the two levels beside it against one.

        By likelihood, and where that is below ``least`` by ranks if they say more; minus infinity beside an excursion.
        The likelihood ratio ``2 G`` of one level more is about the square of a normal deviate (Wilks 1938), so that its
        root is read as a Z is.
        """
        edges, family = self.edges, self.values.shape[0]
        apart = _losses(self.noise, self.left, edges)
        returning = [self._returns(edges, stretch) for stretch in range(len(self.levels))]
        found = []
        for i, together in enumerate(self._joined(edges)):
            low, at, high = edges[i : i + 3]
            score = -math.inf
            if not (returning[i] or returning[i + 1]):
                if min(at - low, high - at) >= _LEVEL:
                    gain = max(0.0, together - apart[i] - apart[i + 1])
                    score = math.sqrt(2 * gain) / self.widening - penalty(family, high - low) - _FITTED
                if score == -math.inf or least - _HOPELESS <= score < least:
                    score = max(score, rank_peak(self.values[low:high], family, self.widening))
            found.append(score)
        return found

    def _joined(self, edges: list[int]) -> list[float]:
        """Return for each split the loss of the stretches beside it as one; every other pair is done at once."""
        found = [0.0] * len(self.places)
        for first in range(min(2, len(found))):
            pairs = edges[first : first + 2 * ((len(found) - first + 1) // 2) + 1 : 2]
            values, inside = self.values[pairs[0] : pairs[-1]], [edge - pairs[0] for edge in pairs]
            start = [middle(values[low:high]) for low, high in pairwise(inside)]
            about = levels(values, inside, start, self.noise)
            found[first::2] = _losses(self.noise, values - np.repeat(about, _counts(inside)), inside)
        return found

    def _returns(self, edges: list[int], stretch: int) -> bool:
        """Tell whether a stretch is an excursion: too short to last, and the level after it near the one before."""
        if not 0 < stretch < len(self.levels) - 1 or edges[stretch + 1] - edges[stretch] >= _LASTS:
            return False
        before, here, after = self.levels[stretch - 1 : stretch + 2]
        return abs(after - before) < min(abs(here - before), abs(after - here)) / 2


def placed(values: Floats, splits: Sequence[int]) -> Fit:
    """Return the fit of ``values`` (finite) with each of the rough ``splits`` at its best place between its neighbours.

    Those that come to lie in one place are one.
    """
    edges = [0, *splits, values.shape[0]]
    rough = [middle(values[low:high]) for low, high in pairwise(edges)]
    left = values - np.repeat(rough, _counts(edges))
    noise = fitted(left, float(np.ptp(values)) / 100 or 1.0)
    widening = inflation(left, splits)
    about = levels(values, edges, rough, noise).tolist()
    places: dict[int, Place] = {}
    for i in range(len(splits)):
        low, high = edges[i], edges[i + 2]
        place = locate(values[low:high], about[i], about[i + 1], noise, widening).moved(low)
        places.setdefault(place.index, place)
    kept = tuple(places[index] for index in sorted(places))
    edges = [0, *(place.index for place in kept), values.shape[0]]
    start = about if len(kept) == len(splits) else [middle(values[low:high]) for low, high in pairwise(edges)]
    found = levels(values, edges, start, noise)
    return Fit(
        values=values,
        places=kept,
        levels=tuple(found.tolist()),
        left=values - np.repeat(found, _counts(edges)),
        noise=noise,
        widening=widening,
    )


def _losses(noise: Student, left: Floats, edges: list[int]) -> list[float]:
    found: list[float] = np.add.reduceat(noise.losses(left), edges[:-1]).tolist()
    return found


def _counts(edges: list[int]) -> list[int]:
    return [high - low for low, high in pairwise(edges)]

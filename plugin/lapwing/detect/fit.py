"""What are the levels between some splits of a series, and what is the noise about them?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.cusum import rank_peak
from lapwing.detect.intervals import penalty
from lapwing.detect.noise import inflation, middle
from lapwing.detect.place import Place, locate
from lapwing.detect.stretches import counts, medians
from lapwing.detect.student import Student, fitted, levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats

_LEVEL: Final = 8
"""Points of a stretch from which its likelihood counts: the spikes of a bad hour make a likely level of fewer."""

_FITTED: Final = 0.25
"""What a likelihood pays for noise that was fitted to the same points. That no change is surer than that there is any
keeps p-values honest already (on shuffled noise 0.01 comes up in 0.7 % at most); this weighs small steps against false
ones beside true ones: F1 .905 and precision .962 with it, .903 and .964 with twice as much."""

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

    def keeping(self, stay: Sequence[int]) -> Fit:
        """Return the fit with only those of its splits whose numbers are in ``stay``, placed anew.

        The noise is fitted anew: what a change that falls explained is noise.
        """
        known = dict(zip(pairwise(self.edges), self.levels, strict=True))
        edges = [0, *(self.places[i].index for i in stay), self.values.shape[0]]
        start = [known[ends] if ends in known else middle(self.values[slice(*ends)]) for ends in pairwise(edges)]
        return _about(self.values, edges, np.array(start))

    def _joined(self, edges: list[int]) -> list[float]:
        """Return for each split the loss of the stretches beside it as one; all of them at once, end to end."""
        pairs = [self.values[low:high] for low, high in zip(edges, edges[2:], strict=False)]
        values, ends = np.concatenate(pairs), list(accumulate((pair.shape[0] for pair in pairs), initial=0))
        # Two steps: a level not yet the likeliest would make two levels look better than they are.
        about = levels(values, ends, medians(values, ends), self.noise, rounds=2)
        return _losses(self.noise, values - about.repeat(counts(ends)), ends)

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
    return _about(values, edges, medians(values, edges))


def _about(values: Floats, edges: Sequence[int], rough: Floats) -> Fit:
    """Return the fit of ``values`` with the noise that there is about the levels ``rough`` between ``edges``."""
    left = values - rough.repeat(counts(edges))
    noise = fitted(left, float(np.ptp(values)) / 100 or 1.0)
    return _settled(values, edges, levels(values, edges, rough, noise), noise, inflation(left, edges[1:-1]))


def _settled(values: Floats, edges: Sequence[int], about: Floats, noise: Student, widening: float) -> Fit:
    """Return the fit with each split at its best place, given levels ``about`` between the rough ``edges``."""
    found = {place.index: place for place in reversed(locate(values, edges, about, noise, widening))}
    places = tuple(found[index] for index in sorted(found))
    between = [0, *sorted(found), values.shape[0]]
    start = about if len(between) == len(edges) else medians(values, between)
    likeliest = levels(values, between, start, noise)
    return Fit(
        values=values,
        places=places,
        levels=tuple(likeliest.tolist()),
        left=values - likeliest.repeat(counts(between)),
        noise=noise,
        widening=widening,
    )


def _losses(noise: Student, left: Floats, edges: list[int]) -> list[float]:
    found: list[float] = np.add.reduceat(noise.losses(left), edges[:-1]).tolist()
    return found

"""What are the levels between some splits of a series, and what is the noise about them? Of many series at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.cusum import rank_peak
from lapwing.detect.intervals import penalty
from lapwing.detect.noise import inflations, middle, sizes_of
from lapwing.detect.place import Place, locate
from lapwing.detect.stretches import end_to_end, medians
from lapwing.detect.student import Student, each, fitted, levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.detect.stretches import Stretches
    from lapwing.detect.student import Noises

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

    ``edges`` are the first point of each level, and the number of points. ``left`` is what the levels leave over of the
    values, ``widening`` what memory widens sums of it by, ``span`` how far apart the values are.
    """

    values: Floats
    places: tuple[Place, ...]
    levels: tuple[float, ...]
    left: Floats
    edges: list[int]
    span: float
    noise: Student
    widening: float

    @property
    def splits(self) -> list[int]:
        """The first point of each level but the first."""
        return self.edges[1:-1]

    def returns(self, stretch: int) -> bool:
        """Tell whether a stretch is an excursion: too short to last, and the level after it near the one before."""
        if not 0 < stretch < len(self.levels) - 1 or self.edges[stretch + 1] - self.edges[stretch] >= _LASTS:
            return False
        before, here, after = self.levels[stretch - 1 : stretch + 2]
        return abs(after - before) < min(abs(here - before), abs(after - here)) / 2


def scores(fits: Sequence[Fit], asked: Sequence[float]) -> list[list[float]]:
    """Return for each split of each fit (of one split at least) the score of the two levels beside it against one.

    By likelihood, and where that is below what is ``asked`` of its fit by ranks if they say more; minus infinity beside
    an excursion. The likelihood ratio ``2 G`` of one level more is about the square of a normal deviate (Wilks 1938),
    so that its root is read as a Z is.
    """
    own = end_to_end([fit.edges for fit in fits])
    noise = each([fit.noise for fit in fits], [fit.values.shape[0] for fit in fits])
    apart = _losses(noise, _joined([fit.left for fit in fits]), own)
    together = iter(_together(fits))
    return [
        _scores(fit, apart[first:last], list(islice(together, len(fit.places))), least)
        for fit, (first, last), least in zip(fits, pairwise(own.firsts), asked, strict=True)
    ]


def _scores(fit: Fit, apart: Sequence[float], together: Sequence[float], least: float) -> list[float]:
    edges, family = fit.edges, fit.values.shape[0]
    returning = [fit.returns(stretch) for stretch in range(len(fit.levels))]
    found = []
    for i, both in enumerate(together):
        low, at, high = edges[i : i + 3]
        score = -math.inf
        if not (returning[i] or returning[i + 1]):
            if min(at - low, high - at) >= _LEVEL:
                gain = max(0.0, both - apart[i] - apart[i + 1])
                score = math.sqrt(2 * gain) / fit.widening - penalty(family, high - low) - _FITTED
            if score == -math.inf or least - _HOPELESS <= score < least:
                score = max(score, rank_peak(fit.values[low:high], family, fit.widening))
        found.append(score)
    return found


def _together(fits: Sequence[Fit]) -> list[float]:
    """Return for each split of each fit the loss of the stretches beside it as one; all of them at once, end to end."""
    pairs, of_each = [], []
    for fit in fits:
        own = [fit.values[low:high] for low, high in zip(fit.edges, fit.edges[2:], strict=False)]
        of_each.append(sum(pair.shape[0] for pair in own))
        pairs += own
    values = _joined(pairs)
    stretches = end_to_end([list(accumulate((pair.shape[0] for pair in pairs), initial=0))])
    noise = each([fit.noise for fit in fits], of_each)
    # Two steps: a level not yet the likeliest would make two levels look better than they are.
    about = levels(values, stretches, np.array(medians(values, stretches.edges)), noise, rounds=2)
    return _losses(noise, values - about.repeat(stretches.counts), stretches)


def placed(rows: Sequence[Floats], splits: Sequence[Sequence[int]]) -> list[Fit]:
    """Return the fit of each of ``rows`` (finite) with its rough ``splits`` at their best places.

    Each is sought between its neighbours. Those that come to lie in one place are one.
    """
    rough = end_to_end([[0, *own, row.shape[0]] for row, own in zip(rows, splits, strict=True)])
    values = _joined(rows)
    spans = np.maximum.reduceat(values, rough.starts[:-1]) - np.minimum.reduceat(values, rough.starts[:-1])
    return _about(values, rough, np.array(medians(values, rough.edges)), spans.tolist())


def keeping(fits: Sequence[Fit], stay: Sequence[Sequence[int]]) -> list[Fit]:
    """Return each fit with only those of its splits whose numbers are in its ``stay``, placed anew.

    The noise is fitted anew: what a change that falls explained is noise.
    """
    cuts, start = [], []
    for fit, own in zip(fits, stay, strict=True):
        edges = [0, *(fit.edges[i + 1] for i in own), fit.edges[-1]]
        known = dict(zip(pairwise(fit.edges), fit.levels, strict=True))
        start += [known[ends] if ends in known else middle(fit.values[slice(*ends)]) for ends in pairwise(edges)]
        cuts.append(edges)
    values = _joined([fit.values for fit in fits])
    return _about(values, end_to_end(cuts), np.array(start), [fit.span for fit in fits])


def _about(values: Floats, rough: Stretches, start: Floats, spans: Sequence[float]) -> list[Fit]:
    """Return the fits of series with the noise that there is about the levels ``start`` of the ``rough`` stretches.

    Each split is at its best place, given the likeliest levels between the rough ones.
    """
    starts = rough.starts
    rows = list(pairwise(starts))
    left = values - start.repeat(rough.counts)
    sizes = sizes_of(left, starts)
    noises = [fitted(sizes[low:high], wide / 100 or 1.0) for (low, high), wide in zip(rows, spans, strict=True)]
    cuts = [
        [edge - low for edge in rough.edges[first + 1 : after]]
        for low, (first, after) in zip(starts, pairwise(rough.firsts), strict=False)
    ]
    widenings = inflations(left, sizes, cuts, starts)
    noise = each(noises, [high - low for low, high in rows])
    about = levels(values, rough, start, noise)
    places = [
        tuple(sorted({place.index: place for place in reversed(own)}.values(), key=lambda place: place.index))
        for own in locate(values, rough, about, noise, widenings)
    ]
    edges = [[0, *(place.index for place in own), high - low] for own, (low, high) in zip(places, rows, strict=True)]
    found = end_to_end(edges)
    likeliest = levels(values, found, _from(about, values, rough, found), noise)
    left = values - likeliest.repeat(found.counts)
    return [
        Fit(
            values=values[low:high],
            places=places[i],
            levels=tuple(likeliest[found.firsts[i] : found.firsts[i + 1]].tolist()),
            left=left[low:high],
            edges=edges[i],
            span=spans[i],
            noise=noises[i],
            widening=widenings[i],
        )
        for i, (low, high) in enumerate(rows)
    ]


def _from(about: Floats, values: Floats, rough: Stretches, found: Stretches) -> Floats:
    """Return the levels to begin with: those of the rough stretches, or medians where a series lost some."""
    if rough.firsts == found.firsts:
        return about
    return np.concatenate(
        [
            about[was[0] : was[1]]
            if was[1] - was[0] == now[1] - now[0]
            else np.array(medians(values, found.edges[now[0] : now[1] + 1]))
            for was, now in zip(pairwise(rough.firsts), pairwise(found.firsts), strict=True)
        ]
    )


def _losses(noise: Noises, left: Floats, stretches: Stretches) -> list[float]:
    found: list[float] = np.add.reduceat(noise.losses(left), stretches.lows).tolist()
    return found


def _joined(rows: Sequence[Floats]) -> Floats:
    return rows[0] if len(rows) == 1 else np.concatenate(rows)

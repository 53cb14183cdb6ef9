"""Which changes of level stand, worked out one series and one place at a time, as the rules read?

What the product finds of many series at once (:mod:`lapwing.detect.segments`) is to be this to the bit.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from lapwing.detect.cusum import peaks, tied
from lapwing.detect.intervals import intervals, penalty
from lapwing.detect.place import LOSS
from lapwing.detect.ranks import centred_ranks, rank_scores
from lapwing.detect.scan import proposed, scan
from lapwing.detect.segments import Split
from lapwing.detect.student import fitted
from lapwing.detect.thresholds import critical_value, p_value

NEAR = np.array([8.0] * 5 + [9.0] + [8.0] * 5)


def plain_splits(values, alpha):
    length = values.shape[0]
    grid, least = intervals(length), critical_value(length, alpha)
    (scanned,) = scan(values[None, :], grid, least)
    if scanned is None:
        return ()
    fit = Plain(values, [0, *scanned.splits, length])
    highest, sums, _ = peaks(fit.noise_pulls()[None, :], grid)
    hidden = proposed(highest[0] / fit.widening - grid.penalties, highest, sums, grid)
    fresh = [split for split in hidden if min(abs(split - edge) for edge in fit.edges) >= 5]
    if fresh:
        fit = Plain(values, sorted([*fit.edges, *fresh]))
    while len(fit.edges) > 2:
        scores = fit.scores(least)
        beside = [scores[max(0, i - 1) : i] + scores[i + 1 : i + 2] for i in range(len(scores))]
        stay = [i for i, one in enumerate(scores) if not (one < least and all(one <= other for other in beside[i]))]
        if len(stay) == len(scores):
            surest = p_value(length, scanned.score)
            return tuple(
                Split(index=at, earliest=first, latest=last, p_value=max(surest, p_value(length, score)))
                for (at, first, last), score in zip(fit.places, scores, strict=True)
            )
        known = dict(zip(pairwise(fit.edges), fit.levels, strict=True))
        fit = Plain(values, [0, *(fit.places[i][0] for i in stay), length], known)
    return ()


class Plain:
    """A series cut at the best places near rough ``edges``."""

    def __init__(self, values, edges, known=()):
        self.values = values
        known = dict(known)
        levels = np.array([known.get(ends, float(np.median(values[slice(*ends)]))) for ends in pairwise(edges)])
        left = values - spread(levels, edges)
        self.noise = fitted(np.sort(np.abs(left)), float(np.ptp(values)) / 100 or 1.0)
        self.widening = memory(left, edges[1:-1])
        about = self.reweighted(values, edges, levels)
        found = {}
        for i in reversed(range(len(edges) - 2)):
            place = self.place(edges[i : i + 3], about[i], about[i + 1])
            found[place[0]] = place
        self.places = [found[at] for at in sorted(found)]
        self.edges = [0, *sorted(found), values.shape[0]]
        if len(self.edges) != len(edges):
            about = np.array([np.median(values[low:high]) for low, high in pairwise(self.edges)])
        likeliest = self.reweighted(values, self.edges, about)
        self.levels = likeliest.tolist()
        self.left = values - spread(likeliest, self.edges)

    def losses(self, left):
        scaled = left / self.noise.scale
        return (self.noise.freedom + 1) / 2 * np.log1p(scaled * scaled / self.noise.freedom)

    def noise_pulls(self):
        scaled = self.left / self.noise.scale
        return (self.noise.freedom + 1) * scaled / (self.noise.freedom + scaled * scaled)

    def reweighted(self, values, edges, levels):
        weights = 1 / ((values - spread(levels, edges)) ** 2 + self.noise.freedom * self.noise.scale**2)
        return 1.0 / np.add.reduceat(weights, edges[:-1]) * np.add.reduceat(weights * values, edges[:-1])

    def place(self, edges, old, new):
        low, _, high = edges
        stretch = self.values[low : high - 1]
        gains = self.losses(stretch - new) / self.widening**2 - self.losses(stretch - old) / self.widening**2
        likelihoods = gains.cumsum()
        likelihoods -= likelihoods.max()
        chances = np.exp(likelihoods)
        if chances.shape[0] > NEAR.shape[0]:
            chances = np.correlate(chances, NEAR, "same")
        index = low + 1 + int(chances.argmax())
        near = np.flatnonzero(likelihoods >= -LOSS)
        return index, min(index, low + 1 + int(near[0])), max(index, low + 1 + int(near[-1]))

    def scores(self, least):
        edges, family = self.edges, self.values.shape[0]
        apart = np.add.reduceat(self.losses(self.left), edges[:-1]).tolist()
        found = []
        for i, (low, at, high) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
            score = -math.inf
            if not (self.returns(i) or self.returns(i + 1)):
                both = self.values[low:high]
                if min(at - low, high - at) >= 8:
                    level = np.array([np.median(both)])
                    for _ in range(2):
                        level = self.reweighted(both, [0, high - low], level)
                    together = float(np.add.reduceat(self.losses(both - level), [0])[0])
                    gain = max(0.0, together - apart[i] - apart[i + 1])
                    score = math.sqrt(2 * gain) / self.widening - penalty(family, high - low) - 0.25
                if score == -math.inf or least - 1 <= score < least:
                    score = max(score, ranked(both, family, self.widening))
            found.append(score)
        return found

    def returns(self, i):
        if not 0 < i < len(self.levels) - 1 or self.edges[i + 1] - self.edges[i] >= 13:
            return False
        before, here, after = self.levels[i - 1 : i + 2]
        return abs(after - before) < min(abs(here - before), abs(after - here)) / 2


def spread(levels, edges):
    return np.asarray(levels).repeat(np.diff(edges))


def memory(left, splits):
    count = left.shape[0]
    if count < 16:
        return 1.0
    scale = 1.4826 * float(np.median(np.abs(left))) or float(np.std(left))
    left = np.clip(left, -3 * scale, 3 * scale)
    power, products = float(left @ left) / count, left[:-1] * left[1:]
    total, pairs = float(products.sum()), count - 1 - len(splits)
    if splits:
        total -= float(products[[split - 1 for split in splits]].sum())
    if power <= 1e-24 or pairs <= 0:
        return 1.0
    rho = min(max(total / pairs / power + 1 / count, 0.0), 0.9)
    return math.sqrt((1 + rho) / (1 - rho))


def ranked(values, family, widening):
    length = values.shape[0]
    before = np.arange(1.0, length)
    ranks = centred_ranks(values[None, :])[0]
    left = rank_scores(ranks)
    left -= left.mean(axis=1)[:, None]
    off = np.abs(left[:, :-1].cumsum(axis=1)) * np.sqrt(length * (length - 1) / (before * (length - before)))
    squares = [float(one @ one) for one in left]
    best = max(
        high / math.sqrt(square) if square > 1e-9 * length else 0.0
        for high, square in zip(off.max(axis=1).tolist(), squares, strict=True)
    )
    return best * float(tied(ranks @ ranks / length, length, length)) / widening - penalty(family, length)

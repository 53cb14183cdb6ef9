"""How well do change points agree with those that several people marked? F1 and covering, each of many annotators.

Source: van den Burg and Williams (2020), "An Evaluation of Change Point Detection Algorithms", section 3.2: the first
point of a series counts as marked by everybody, and as found; precision is against the points that anybody marked,
recall the mean over the annotators; covering (Arbeláez et al. 2011) is the mean over them of how the stretches overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

Labels = Mapping[str, Sequence[int]]

MARGIN = 5


def f1(labels: Labels, found: Sequence[int], margin: int = MARGIN) -> float:
    """Return F1 of ``found`` against the points that each annotator marked."""
    points = {0, *found}
    marked = [{0, *points_of} for points_of in labels.values()]
    precision = _right(set().union(*marked), points, margin) / len(points)
    recall = sum(_right(one, points, margin) / len(one) for one in marked) / len(marked)
    return 2 * precision * recall / (precision + recall)


def covering(labels: Labels, found: Sequence[int], length: int) -> float:
    """Return the covering of the annotators' stretches by those that ``found`` cuts ``length`` points into."""
    cut = _stretches(found, length)
    return sum(_covered(_stretches(marked, length), cut) / length for marked in labels.values()) / len(labels)


def _right(truth: Collection[int], found: Collection[int], margin: int) -> int:
    """Return how many of ``truth`` have a found point of their own within ``margin``: the nearest that is free."""
    free, right = set(found), 0
    for place in sorted(truth):
        near = [point for point in free if abs(place - point) <= margin]
        if near:
            free.remove(min((abs(place - point), point) for point in near)[1])
            right += 1
    return right


def _stretches(points: Sequence[int], length: int) -> list[tuple[int, int]]:
    edges = [0, *sorted({point for point in points if 0 < point < length}), length]
    return list(pairwise(edges))


def _covered(truth: list[tuple[int, int]], found: list[tuple[int, int]]) -> float:
    """Return the sum over the true stretches of their length times their best overlap (Jaccard) with a found one."""
    return sum((high - low) * max(_jaccard(low, high, *other) for other in found) for low, high in truth)


def _jaccard(low: int, high: int, other_low: int, other_high: int) -> float:
    common = max(0, min(high, other_high) - max(low, other_low))
    return common / (high - low + other_high - other_low - common)

"""In which cases was Lapwing most wrong, and what do they look like? For whoever works on it, in a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cases import Case
from lapwing import change_points
from lapwing.model import ChangePoint
from lapwing.report.sparkline import sparkline
from scoring import match

WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One case, what was found in it, which of that is false and which step was missed."""

    case: Case
    points: tuple[ChangePoint, ...]
    false: tuple[ChangePoint, ...]
    missed: tuple[int, ...]

    @property
    def weight(self) -> tuple[float, int]:
        """How bad it is: false points by how sure they were, then missed ones; more is worse."""
        return (sum(-math.log10(max(point.p_value, 1e-12)) for point in self.false), len(self.missed))


def show(cases: Sequence[Case], alpha: float | None, count: int) -> None:
    """Print the ``count`` worst cases: the values, the truth (T), what was found right (o) and false (x)."""
    wrong = sorted((_wrong(case, alpha) for case in cases), key=lambda one: one.weight, reverse=True)
    for one in wrong[:count]:
        if not (one.false or one.missed):
            break
        print("\n".join(lines(one)) + "\n")


def lines(one: Wrong) -> list[str]:
    """Return one case as lines of a terminal."""
    case, matched = one.case, set(one.points) - set(one.false)
    found = [(point.index, "o" if point in matched else "x") for point in one.points]
    size = len(case.values)
    said = [f"{case.source}: {case.series[:80]}, {size} points, noise {case.sigma:.2%}", _picture(case.values)]
    said.append(_marks([(index, "T") for index in case.truth], size) + "  truth")
    said.append(_marks(found, size) + "  found (o right, x false)")
    said += [
        f"  true at {step.index}: {step.sigma:g} sigma ({math.expm1(step.log_ratio):+.2%})"
        + (" missed" if step.index in one.missed else "")
        for step in case.steps
    ]
    said += [
        f"  false at {point.index} ({point.earliest} .. {point.latest}): {point.ratio.estimate - 1:+.2%}, "
        f"p = {point.p_value:.2g}, {point.state}"
        for point in one.false
    ]
    return said


def _wrong(case: Case, alpha: float | None) -> Wrong:
    points = change_points(case.values) if alpha is None else change_points(case.values, alpha=alpha)
    matched = match(case.truth, [point.index for point in points])
    right = set(matched.values())
    return Wrong(
        case=case,
        points=points,
        false=tuple(point for point in points if point.index not in right),
        missed=tuple(index for index in case.truth if index not in matched),
    )


def _picture(values: Sequence[float]) -> str:
    """Return all the values in one line, each character the median of its share, the outermost cut off."""
    logs = np.log(np.asarray(values))
    parts = np.array_split(logs, min(WIDTH, logs.shape[0]))
    middle = np.array([float(np.median(part)) for part in parts])
    low, high = float(np.quantile(middle, 0.01)), float(np.quantile(middle, 0.99))
    # From 1 to 2, since a sparkline's least span is a tenth of its values.
    scaled = 1 + (np.clip(middle, low, high) - low) / max(high - low, 1e-12)
    return sparkline(scaled.tolist(), width=WIDTH)


def _marks(marks: Sequence[tuple[int, str]], size: int) -> str:
    width = min(WIDTH, size)
    line = [" "] * width
    for index, mark in marks:
        line[min(width - 1, index * width // size)] = mark
    return "".join(line)

"""Draw the nine shapes: what Lapwing reports of each, and why.

``python benchmarks/detect/draw_shapes.py`` writes ``SHAPES.md`` and a picture of each beside it. The same bytes every
time: ``tests/report/test_detection.py`` compares them.
"""

from __future__ import annotations

import math
import random
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lapwing.detect.series import Series
from lapwing.model import MetricId
from lapwing.pipeline.detect import detect
from lapwing.report.detection import render_detection
from lapwing.report.series_picture import draw_series
from lapwing.units import SECONDS

HERE = Path(__file__).parent
COUNT = 200
NOISE = 0.02
BASE = 1e-3
INTRODUCTION = (
    "Made by `python benchmarks/detect/draw_shapes.py`; a test compares. Each series has 200 values of 1 ms with 2 % "
    "of noise, but for what is said. In the pictures blue lines are levels and slopes, dashed lines are change points "
    "with the range in which each may lie below, and coloured bands are shapes that are no change. `lapwing detect "
    "FILE` says the same of any file of numbers."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One shape: its name, what its 200 values are, why it is reported as it is, and the values."""

    name: str
    what: str
    why: str
    values: tuple[float, ...]


def made(seed, level=None, noise=None):
    """Return the values of a series: the logarithm is ``level(i, source)`` and normal noise of scale ``noise(i)``."""
    source = random.Random(seed)
    values = []
    for i in range(COUNT):
        at = level(i, source) if level else 0.0
        values.append(BASE * math.exp(at + source.gauss(0.0, noise(i) if noise else NOISE)))
    return tuple(values)


def told(words):
    """Return words as a paragraph of Markdown."""
    return textwrap.fill(words, 118, break_long_words=False, break_on_hyphens=False)


def silent(*_):
    """Tell nobody how far it is."""


CASES = (
    Case(
        name="null",
        what="Noise of 2 % round one level.",
        why="Nothing is reported. Where nothing changes a change is found with probability 0.01 (`--alpha`), over all "
        "places and lengths together, and a shape of one kind with 0.002.",
        values=made(1),
    ),
    Case(
        name="step",
        what="The level rises by 10.5 % at index 120 and stays.",
        why="One change point. The ranks before it and after it differ more than those of 200 points of noise do by "
        "chance; its place is the likeliest under noise with spikes, and the range holds it with 95 %. After 20 points "
        "it is *frozen*: the new level is normal.",
        values=made(12, lambda i, _: 0.1 * (i >= 120)),
    ),
    Case(
        name="staircase",
        what="Four rises of 10.5 %, each of 40 points.",
        why="Four change points and no drift: between the steps the values do not go on rising, and four steps fit "
        "better than a slope.",
        values=made(3, lambda i, _: 0.1 * (i // 40)),
    ),
    Case(
        name="outliers",
        what="Six points, two of them neighbours, are 1.5 to 3 times the level.",
        why="Nothing is reported. A rank is a rank: a point three times the level counts as one 5 % above it does. "
        "Real histories have 0.3 to 2 % of such points, so up to three in a row are noise.",
        values=made(4, lambda i, _: {18: 0.7, 61: 1.1, 97: 0.5, 140: 0.9, 141: 0.6, 183: 0.4}.get(i, 0.0)),
    ),
    Case(
        name="late step",
        what="The level rises by 22 % ten points before the end.",
        why="One change point, *confirmed* and not frozen: with ten points it stands, but is not yet normal. With "
        "fewer than five it would be a *suspect*, which never fails a build by itself.",
        values=made(5, lambda i, _: 0.2 * (i >= 190)),
    ),
    Case(
        name="transient",
        what="The level is 16 % up for 12 points, and returns.",
        why="No change point but a transient: the level after it is that before it, and the excursion is shorter than "
        "the 20 points that make a level normal. It is no regression to be fixed, and no improvement when it ends.",
        values=made(6, lambda i, _: 0.15 * (100 <= i < 112)),
    ),
    Case(
        name="drift",
        what="The level rises by 22 %, a tenth of a percent at each point.",
        why="No change point but a drift: a scan for steps cuts a slope into steps, but between them the values go on "
        "rising, and one slope fits better than all of them. There is no commit to blame; slow creep has a limit "
        "of its own.",
        values=made(17, lambda i, _: 0.2 * i / COUNT),
    ),
    Case(
        name="variance change",
        what="The noise grows fourfold at index 110; the level stays.",
        why="No change point, and the change of the noise is told: the level did not move, but whatever is judged from "
        "here on is judged less sharply.",
        values=made(8, noise=lambda i: NOISE * (4 if i >= 110 else 1)),
    ),
    Case(
        name="bimodal",
        what="Each point is, by chance, at one of two levels 22 % apart.",
        why="No change point: the two take turns, and neither lasts. That there are two is told, since something has "
        "two states: a cache, a layout of memory, two kinds of machine under one name.",
        values=made(9, lambda _, source: 0.2 * (source.random() < 0.4)),
    ),
)


def found_in(case):
    """Return what Lapwing finds in the values of a case."""
    values = np.array(case.values)
    series = Series(
        metric=MetricId(benchmark=case.name, name="time"),
        unit=SECONDS,
        machine="",
        commits=(),
        values=values,
        errors=np.full(COUNT, np.nan),
    )
    (found,) = detect([series], alpha=0.01, progress=silent)
    return found


def file_of(case):
    """Return the name of a case's picture."""
    return f"{case.name.replace(' ', '-')}.svg"


def pages():
    """Return the text of each file by its path below this folder."""
    text = [
        "# Nine shapes: what is reported, and why",
        "",
        told(INTRODUCTION),
        "",
    ]
    files = {}
    for case in CASES:
        found = found_in(case)
        files[f"shapes/{file_of(case)}"] = draw_series(found)
        table = render_detection([found], width=100, color=False)
        text += [f"## {case.name.capitalize()}", "", told(case.what), "", f"![{case.name}](shapes/{file_of(case)})", ""]
        text += ["```text", table.rstrip("\n"), "```", "", told(case.why), ""]
    return {"SHAPES.md": "\n".join(text), **files}


def main():
    for name, text in pages().items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path)


if __name__ == "__main__":
    main()

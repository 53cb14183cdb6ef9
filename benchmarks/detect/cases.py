"""What are histories whose truth is known? The noise of real ones, and steps of known place and size in it.

    python benchmarks/detect/cases.py tune|evaluate OUT.jsonl.gz [--count 1000] [--seed 1]

The noise is what is left of one real history (logarithms less their running median of 21), drawn anew in blocks of ten
points on average, round the end (the stationary bootstrap of Politis and Romano 1994): its spikes, skew, ties and short
memory stay, its own steps and drift do not. A step's sigma is 1.4826 MAD of that history's noise. Two cases of five are
quiet; the others have one, two or three steps, 15 points or more from each other and from both ends, sizes of 1, 2, 3
and 5 sigma equally often, 70 % of them upwards. The noise of ``evaluate`` is of benchmarks that nobody tunes on.
``ar1`` is no real noise: autoregressive of 0.3, one half normal, one half Student-t with 4 degrees of freedom.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from histories import Use, histories

Floats = np.ndarray[Any, np.dtype[np.float64]]
Name = Literal["tune", "evaluate", "ar1"]

SIGMAS = (1.0, 2.0, 3.0, 5.0)
SHORTEST, LONGEST = 80, 400
APART = 15
BLOCK = 10
WINDOW = 21
LEAST_HISTORY = 50
STEADY, WILD = 1e-4, 0.5
"""Histories of less noise are counts in disguise, of more are not one benchmark."""

MEMORY = 0.3
UPWARDS = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From ``index`` on the level is higher by ``log_ratio``, which is ``sigma`` times the noise."""

    index: int
    sigma: float
    log_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One history and the truth about it; ``sigma`` is its noise on the log scale."""

    series: str
    source: str
    sigma: float
    values: tuple[float, ...]
    steps: tuple[Step, ...]

    @property
    def kind(self) -> Literal["null", "steps"]:
        """What sort of case this is."""
        return "steps" if self.steps else "null"

    @property
    def truth(self) -> list[int]:
        """The indices of its steps."""
        return [step.index for step in self.steps]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What is left of one real history (log scale), its spread and its level."""

    series: str
    source: str
    left: Floats
    sigma: float
    level: float


def make_cases(name: Name, count: int = 1000, seed: int = 1) -> tuple[Case, ...]:
    """Return ``count`` cases; the same on every machine."""
    draw = random.Random(f"{name} {seed}")
    pool = list(_noises(name)) if name != "ar1" else []
    by_source: dict[str, list[Noise]] = {}
    for noise in pool:
        by_source.setdefault(noise.source, []).append(noise)
    decks = {source: _Deck(draw, noises) for source, noises in by_source.items()}
    sizes = _Deck(draw, SIGMAS)
    found = []
    for number in range(count):
        length = draw.randint(SHORTEST, LONGEST)
        if name == "ar1":
            # Not of the case's number: quiet cases would get only one of the two.
            noise = _autoregressive(draw, length, normal=draw.random() < 0.5)
        else:
            source = sorted(decks)[number // 5 % len(decks)]
            noise = _drawn_anew(draw, decks[source].next(), length)
        found.append(_case(draw, noise, sizes if number % 5 >= 2 else None))
    return tuple(found)


class _Deck:
    """Gives each of its cards equally often, in an order drawn anew each time round."""

    def __init__(self, draw: random.Random, cards: Sequence[Any]) -> None:
        self._draw, self._cards, self._left = draw, list(cards), list[Any]()

    def next(self) -> Any:
        if not self._left:
            self._left = self._draw.sample(self._cards, len(self._cards))
        return self._left.pop()


def _case(draw: random.Random, noise: Noise, sizes: _Deck | None) -> Case:
    length = noise.left.shape[0]
    shift, steps = np.zeros(length), []
    for index in _places(draw, length) if sizes else ():
        sigma = sizes.next() if sizes else 0.0
        log_ratio = sigma * noise.sigma * (1 if draw.random() < UPWARDS else -1)
        shift[index:] += log_ratio
        steps.append(Step(index=index, sigma=sigma, log_ratio=log_ratio))
    # To nine digits, so that another machine's last bit of a logarithm makes no other case.
    values = tuple(float(f"{value:.9g}") for value in noise.level * np.exp(shift + noise.left))
    return Case(series=noise.series, source=noise.source, sigma=noise.sigma, values=values, steps=tuple(steps))


def _places(draw: random.Random, length: int) -> list[int]:
    """Return the indices of one to three steps, every choice that keeps them apart equally likely."""
    count = min(draw.choices((1, 2, 3), (5, 3, 2))[0], length // APART - 1)
    room = length - APART * (count + 1)
    return [place + APART * (i + 1) for i, place in enumerate(sorted(draw.randint(0, room) for _ in range(count)))]


def all_noise(use: Use) -> tuple[Noise, ...]:
    """Return the noise of every history there is for this use."""
    return tuple(_noises(use))


def noise_of(draw: random.Random, length: int, use: Use = "evaluate") -> Noise:
    """Return ``length`` points of the noise of one history, drawn anew."""
    return _drawn_anew(draw, draw.choice(_cached(use)), length)


@lru_cache
def _cached(use: Use) -> tuple[Noise, ...]:
    return all_noise(use)


def _noises(use: Use) -> Iterator[Noise]:
    for history in histories(use):
        values = np.array(history.values)
        values = values[np.isfinite(values) & (values > 0)]
        if values.shape[0] < LEAST_HISTORY:
            continue
        logs = np.log(values)
        left = logs - _running_median(logs)
        sigma = 1.4826 * float(np.median(np.abs(left - np.median(left))))
        if STEADY < sigma < WILD:
            yield Noise(
                series=history.series,
                source=history.source,
                left=left,
                sigma=sigma,
                level=math.exp(float(np.median(logs))),
            )


def _running_median(values: Floats) -> Floats:
    padded = np.pad(values, WINDOW // 2, mode="reflect")
    median: Floats = np.median(np.lib.stride_tricks.sliding_window_view(padded, WINDOW), axis=1)
    return median


def _drawn_anew(draw: random.Random, noise: Noise, length: int) -> Noise:
    count = noise.left.shape[0]
    places = [draw.randrange(count)]
    while len(places) < length:
        places.append(draw.randrange(count) if draw.random() < 1 / BLOCK else (places[-1] + 1) % count)
    return Noise(
        series=noise.series, source=noise.source, left=noise.left[places], sigma=noise.sigma, level=noise.level
    )


def _autoregressive(draw: random.Random, length: int, *, normal: bool) -> Noise:
    values, before = [], 0.0
    for _ in range(length + WINDOW):
        shock = draw.gauss(0, 1)
        if not normal:
            shock /= math.sqrt(sum(draw.gauss(0, 1) ** 2 for _ in range(4)) / 4) * math.sqrt(2)
        before = MEMORY * before + math.sqrt(1 - MEMORY**2) * shock
        values.append(before)
    sigma = 0.02
    name = "normal" if normal else "Student-t"
    return Noise(series=f"ar1 {name}", source=name, left=sigma * np.array(values[WINDOW:]), sigma=sigma, level=1e-3)


def read_cases(path: Path) -> Iterator[Case]:
    """Give the cases of a file of JSON lines; where ``kind`` is missing nothing changed."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            series = str(row["series"])
            yield Case(
                series=series,
                source=str(row.get("source", series.split(":", maxsplit=1)[0])),
                sigma=float(row.get("mad", math.nan)),
                values=tuple(row["values"] if "values" in row else row["value"]),
                steps=tuple(Step(**step) for step in row.get("steps", ())),
            )


def main() -> int:
    """Write cases."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=["tune", "evaluate", "ar1"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    cases = make_cases(args.name, args.count, args.seed)
    with args.out.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        for case in cases:
            row = asdict(case)
            row = {"kind": case.kind, "mad": row.pop("sigma"), **row}
            file.write((json.dumps(row) + "\n").encode())
    print(f"{len(cases)} cases of {len({case.series for case in cases})} histories in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

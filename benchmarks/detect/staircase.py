"""Is every step of a staircase found? Ten rising steps of 5 sigma in 1000 points, thirty in 3000.

    python benchmarks/detect/staircase.py [--times 20] [--alpha A]

What makes a project slow is many small steps. The noise is normal; and that of real histories, where a step may fall
beside a spike.
"""

from __future__ import annotations

import random
import sys

import numpy as np

from asked import parser_of, ticking
from cases import Noise, noise_of
from peers import installed, lapwing
from rows import Bar, Row, Share, counted, say
from scoring import match

SIZES = ((10, 1000), (30, 3000))
SIGMAS = 5.0
ALL = Bar(share=1.0, least=True)


def main() -> int:
    """Count the steps that everybody finds and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--times", type=int, default=20)
    args = parser.parse_args()
    times = max(2, args.times // 10) if args.quick else args.times
    detectors = {"lapwing": lapwing(args.alpha), **installed(args.peers)}
    rows = []
    for noise in ("normal", "real"):
        for steps, length in SIZES:
            found = {name: Share() for name in detectors}
            false = dict.fromkeys(detectors, 0)
            for time in ticking(range(times), f"{steps} steps in {length}, {noise} noise"):
                values, places = staircase(steps, length, real=noise == "real", seed=time)
                for name, detect in detectors.items():
                    points = detect(values)
                    matched = match(places, points)
                    false[name] += len(points) - len(matched)
                    found[name].count += len(matched)
                    found[name].of += steps
            question = f"staircase: {steps} steps of {SIGMAS:g} sigma in {length} points, {times} times, {noise} noise"
            peers = {name: f"{share} + {false[name]} false" for name, share in found.items() if name != "lapwing"}
            if noise == "normal":
                rows.append(counted(question, found["lapwing"], ALL, peers=peers))
            else:
                measured = f"{found['lapwing']} + {false['lapwing']} false"
                rows.append(Row(question=question, bar="–", measured=measured, peers=peers))
    return say(rows, args.rows)


def staircase(steps: int, length: int, *, real: bool, seed: int) -> tuple[list[float], list[int]]:
    """Return a staircase and the first index of each of its levels, which are about equally long."""
    draw = random.Random(f"staircase {steps} {length} {real} {seed}")
    tread = length // (steps + 1)
    places = [tread * (i + 1) + draw.randint(-tread // 5, tread // 5) for i in range(steps)]
    noise = noise_of(draw, length) if real else _normal(draw, length)
    logs = noise.left.copy()
    for place in places:
        logs[place:] += SIGMAS * noise.sigma
    return np.exp(logs).tolist(), places


def _normal(draw: random.Random, length: int) -> Noise:
    left = np.array([draw.gauss(0, 0.01) for _ in range(length)])
    return Noise(series="normal", source="normal", left=left, sigma=0.01, level=1.0)


if __name__ == "__main__":
    sys.exit(main())

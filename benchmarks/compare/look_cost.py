"""How much does it cost to look twelve times? The smallest of twelve signed-rank p-values, where nothing changed.

    python benchmarks/compare/look_cost.py [--histories 1_000_000] [--seed 1]

A history is 64 values of one size distribution with the signs of coins, and is tested at each of the protocol's looks
(``policy.LOOKS``) by its own test. Printed is P(smallest one-sided p <= t) / t for the t that matter: down to what one
guilty among a thousand candidates needs. ``policy.LOOK_COST`` must be above all of them (else the script ends with 1).

Small p-values are rare, so most histories have coins that favour heads, and each counts for as much less as a fair coin
would have come to it less often (importance sampling; the weight is that of the history up to the look that crossed).
Beside each ratio is its standard error; of the coins, each t takes the one where that is smallest.

Ranks know no shape, but they know order: what it costs where the noise grows fourfold while it is measured is printed
as well, and is above what is asked of steady noise. A million histories of each kind take 15 s of processor.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import numpy as np

from lapwing.detect.ranks import Floats
from lapwing.detect.signed_rank import upper_p
from lapwing.judge.compare.policy import LOOK_COST, LOOKS

COINS = (0.5, 0.62, 0.72)
CHUNK = 20_000
# 2 * LOOK_COST * t is what Benjamini-Hochberg compares with 0.04 k / m.
GRID = np.exp2(-np.arange(3.0, 18.01, 0.25))
STEADY = "steady"
DRIFTS = {STEADY: 0.0, "growing": float(np.log(4)), "shrinking": -float(np.log(4))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """By t of ``GRID``: how often the smallest p-value is below it, over t, and its standard error."""

    ratios: Floats
    errors: Floats


def main() -> int:
    """Print the ratios and return 1 where one of steady noise is above the policy's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--histories", type=int, default=1_000_000, help="of each kind, over all coins")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(DRIFTS), nargs="+", default=[STEADY, "growing"])
    args = parser.parse_args()
    holds = True
    for kind in args.only:
        cost = simulated(args.histories, args.seed, DRIFTS[kind])
        place = int(np.argmax(cost.ratios))
        largest = float(cost.ratios[place])
        print(f"\n{kind}: at most {largest:.2f} ± {cost.errors[place]:.2f}, at t = {GRID[place]:.2g}")
        for t, ratio, error in zip(GRID[::4], cost.ratios[::4], cost.errors[::4], strict=True):
            print(f"  t = {t:7.2g}   P / t = {ratio:.2f} ± {error:.2f}", flush=True)
        holds = holds and (kind != STEADY or largest <= LOOK_COST)
    print(f"\nthe policy's {LOOK_COST:g} {'holds' if holds else 'DOES NOT HOLD'}")
    return int(not holds)


def simulated(histories: int, seed: int, drift: float) -> Cost:
    """Return the cost of ``histories`` histories whose sizes change by ``drift`` (log) over all pairs."""
    draw = np.random.default_rng(seed)
    ratios, errors = [], []
    for coin in COINS:
        chunks = [_chunk(draw, coin, drift) for _ in range(max(1, round(histories / len(COINS) / CHUNK)))]
        count = CHUNK * len(chunks)
        mean = np.sum([one for one, _ in chunks], axis=0) / count
        squares = np.sum([one for _, one in chunks], axis=0) / count
        # A coin that never got so far knows nothing of it.
        errors.append(np.where(mean > 0, np.sqrt((squares - mean**2) / count) / GRID, np.inf))
        ratios.append(mean / GRID)
    best = np.argmin(errors, axis=0)[None, :]
    return Cost(
        ratios=np.take_along_axis(np.array(ratios), best, axis=0)[0],
        errors=np.take_along_axis(np.array(errors), best, axis=0)[0],
    )


def _chunk(draw: np.random.Generator, coin: float, drift: float) -> tuple[Floats, Floats]:
    """Return by t of ``GRID`` the sums of the weights, and of their squares, of the histories that come below it."""
    sizes = draw.exponential(size=(CHUNK, LOOKS[-1])) * np.exp(drift * np.linspace(0, 1, LOOKS[-1]))
    heads = draw.random(sizes.shape) < coin
    values = np.where(heads, sizes, -sizes)
    weights = np.cumsum(np.where(heads, np.log(0.5 / coin), np.log(0.5 / (1 - coin))), axis=1)
    p_values = np.stack([upper_p(values[:, :look]) for look in LOOKS], axis=1)
    weights = np.exp(weights[:, np.array(LOOKS) - 1])
    sums, squares = np.zeros(GRID.shape), np.zeros(GRID.shape)
    for i, t in enumerate(GRID):
        below = p_values <= t * (1 + 1e-9)
        crossed = below.any(axis=1)
        own = weights[crossed, np.argmax(below[crossed], axis=1)]
        sums[i], squares[i] = own.sum(), np.square(own).sum()
    return sums, squares


if __name__ == "__main__":
    sys.exit(main())

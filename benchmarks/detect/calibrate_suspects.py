"""How far off must the newest points be to be suspect? Chosen on the quiet stretches of the histories to tune on.

    python benchmarks/detect/calibrate_suspects.py

For each class of noise and each size of a grid: how many suspects are raised in 1000 quiet points, and how many steps
of 6 sigma are seen within 4 points. The size is taken at which one suspect fewer would cost more than ``WORTH`` of the
steps; numpy's, pandas' and OpenTelemetry's histories count alike. Prints the trade-off and the constants, and whether
they are those of the package. Nothing is drawn at random; some seconds.
"""

from __future__ import annotations

import numpy as np

from histories import histories
from quiet import quiet, sigma

WORTHS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
WORTH = 0.05
SIZES = (2.5, 2.75, 3.0, 3.25, 3.5, 3.75, 4.0, 4.5, 5.0, 6.0, 8.0)
STEP = 6.0


def nearest(newest, count):
    last = newest[:, -count:]
    one_side = (last > 0).all(axis=1) | (last < 0).all(axis=1)
    return np.where(one_side, np.abs(last).min(axis=1), 0.0)


def places(rows):
    """Return every place of ``rows``: newest 8 points in sigma of the 40 before, spread, sigma of all, is it first?"""
    from lapwing.detect.suspects import BASE

    found = []
    for row in rows:
        noise = sigma(row)
        if not 1e-4 < noise < 0.5 or row.size < BASE + 8:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(np.log(row), BASE + 8)
        base = windows[:, :BASE]
        middle = np.median(base, axis=1, keepdims=True)
        away = np.abs(base - middle)
        scale = 1.4826 * np.median(away, axis=1) * BASE / (BASE - 0.8)
        known = scale > 1e-9
        scale = np.where(known, scale, np.inf)
        first = np.arange(len(windows)) == 0
        found.append(
            (
                (windows[:, BASE:] - middle) / scale[:, None],
                np.quantile(away, 0.9, axis=1) / scale,
                noise / scale,
                first,
            )
        )
    return [np.concatenate(parts) for parts in zip(*found, strict=True)]


def measured(rows):
    """Return (suspects in 1000 points, share of steps seen), each by class and size."""
    from lapwing.detect.suspects import BY_COUNT, LEAST, NOISE_CLASSES

    newest, spread, noise, first = places(rows)
    classes = np.digitize(spread, NOISE_CLASSES)
    quiet_tails = np.stack([nearest(newest, count) for count in range(2, 9)], axis=1)
    stepped = [newest[:, -4:] + side * STEP * noise[:, None] for side in (1, -1)]
    step_tails = [np.stack([nearest(one, count) for count in (2, 3, 4)], axis=1) for one in stepped]
    suspects, seen = np.zeros((len(LEAST), len(SIZES))), np.zeros((len(LEAST), len(SIZES)))
    for j, size in enumerate(SIZES):
        asked = size * np.array(BY_COUNT)
        hit = (quiet_tails >= asked).any(axis=1)
        hit[1:] &= ~hit[:-1] | first[1:]
        caught = np.mean([(one >= asked[:3]).any(axis=1) for one in step_tails], axis=0)
        for i in range(len(LEAST)):
            suspects[i, j] = 1000 * hit[classes == i].sum() / len(newest)
            seen[i, j] = caught[classes == i].sum() / len(newest)
    return suspects, seen


def main():
    from lapwing.detect.suspects import LEAST

    names = list(dict.fromkeys(one.source for one in histories("tune")))
    found = [measured(quiet("tune", name)) for name in names]
    suspects = np.array([one[0] for one in found])
    seen = np.array([one[1] for one in found])
    rows = np.arange(len(LEAST))
    print("worth    sizes by class        " + "   ".join(name.ljust(20) for name in names))
    chosen = ()
    for worth in WORTHS:
        at = (seen.mean(axis=0) - worth * suspects.mean(axis=0)).argmax(axis=1)
        sizes = tuple(SIZES[i] for i in at)
        if worth == WORTH:
            chosen = sizes
        told = [
            f"{a[rows, at].sum():4.1f} suspects {b[rows, at].sum():5.1%}" for a, b in zip(suspects, seen, strict=True)
        ]
        print(f"{worth:<8} {sizes!s:<20}  " + "   ".join(told))
    print(f"LEAST = {chosen}:", "the same as in the package" if chosen == LEAST else f"the package has {LEAST}")
    return 0 if chosen == LEAST else 1


if __name__ == "__main__":
    raise SystemExit(main())

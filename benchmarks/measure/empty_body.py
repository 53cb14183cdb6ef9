"""How far is the measured time of an empty body from a hand-written timeit of the same function?

Run: python benchmarks/measure/empty_body.py
"""

from __future__ import annotations

import statistics
import timeit

from lapwing.measure.clock import system_stopwatch
from lapwing.measure.loop import call_by_name
from lapwing.measure.meter import Meter
from lapwing.measure.sampler import Rules


def none() -> None:
    pass


def two(first, second) -> None:
    pass


def main() -> None:
    cases = (
        ("no arguments", none, {}, "fn()"),
        ("two fixtures", two, {"first": 1, "second": 2}, "fn(first, second)"),
    )
    for name, fn, arguments, statement in cases:
        ours, theirs = [], []
        for _ in range(9):
            meter = Meter(rules=Rules(share=0.1), stopwatch=system_stopwatch())
            meter.take(call_by_name(fn, arguments))
            assert meter.taken is not None
            ours.append(statistics.median(meter.taken.time))
            timer = timeit.Timer(statement, globals={"fn": fn} | arguments)
            theirs.append(min(timer.repeat(5, 200_000)) / 200_000)
        off = (statistics.median(ours) - statistics.median(theirs)) * 1e9
        print(
            f"{name}: lapwing {statistics.median(ours) * 1e9:.1f} ns, timeit {statistics.median(theirs) * 1e9:.1f} ns, "
            f"off by {off:+.1f} ns (must be below 50)"
        )


if __name__ == "__main__":
    main()

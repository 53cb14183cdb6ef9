"""Does a benchmark keep to its time budget? Calls of many lengths, five processes of a second in all.

Run: python benchmarks/measure/budget.py
"""

from __future__ import annotations

import time

from lapwing.measure.book import Book
from lapwing.measure.clock import system_stopwatch
from lapwing.measure.loop import Call
from lapwing.measure.meter import Meter
from lapwing.measure.options import PerfOptions
from lapwing.measure.sampler import Rules
from lapwing.model import Declared

BUDGET, PROCESSES = 1.0, 5


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def spent(call: float) -> tuple[float, int]:
    book = Book(
        declared=Declared(benchmark="b", node_id="b"),
        options=PerfOptions(),
        budget=BUDGET,
        wanted=PROCESSES,
        timeout=60,
    )
    start = time.perf_counter()
    while book.pending:
        rules = Rules(share=book.share(1.0), single=book.single, near=book.loops)
        meter = Meter(rules=rules, stopwatch=system_stopwatch())
        meter.take(Call(busy, (call,)))
        taken = meter.taken
        assert taken is not None
        fields = ("time", "cpu_time", "loops", "spent", "single", "longest")
        book.enter(
            {
                "taken": {name: getattr(taken, name) for name in fields},
                "records": [],
                "warnings": [],
                "failure": None,
                "reports": [],
            }
        )
    return time.perf_counter() - start, book.done


def main() -> None:
    for call in (1e-6, 1e-5, 1e-4, 1e-3, 5e-3, 0.02, 0.05, 0.15, 0.3):
        total, processes = spent(call)
        off = (total / BUDGET - 1) * 100
        print(f"call {call * 1e3:8.3f} ms: {total:.3f} s of {BUDGET} s in {processes} processes ({off:+.0f} %)")


if __name__ == "__main__":
    main()

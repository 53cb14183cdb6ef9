"""Which benchmarks of two sides are acquitted? Asked of real sessions, as ``lapwing compare`` asks."""

from __future__ import annotations

import time

from fakes.sides import FakeSides
from lapwing.measure.pairs import Pairs


def slow_clock():
    """Seconds that last a minute: looking ends when it does not pay, which a busy machine must not decide."""
    return time.perf_counter() / 60


def looked(tmp_path, files, *, changed=None):
    """Return what discovery found of each benchmark, by its test's name: base's and head's.

    ``files`` are name, base's text and head's text (None where it is not there). What differs is ``changed``.
    """
    fake = FakeSides(tmp_path / "both")
    for name, base, head in files:
        for side, text in (("base", base), ("head", head)):
            if text is not None:
                fake.write(name, text, only=side)
    fake.changed = tuple(name for name, base, head in files if base != head) if changed is None else changed
    pairs = Pairs(
        sides=fake,
        arguments=("-p", "lapwing.plugin"),
        timeout=300.0,
        seed=1,
        clock=slow_clock,
        cores=(),
        looks=True,
    )
    found = pairs.discover(progress=lambda *_: None)
    assert not found.warnings, found.warnings
    base = {one.benchmark: one for one in found.base}
    return {one.benchmark.rpartition("::")[2]: (base[one.benchmark], one) for one in found.head}


def is_acquitted(both):
    """Tell whether a benchmark is acquitted: the same code, and nothing that voids it."""
    base, head = both
    assert base.failure is None is head.failure
    assert all(one.code or one.voids for one in both), "it was not looked at"
    return bool(base.code) and base.code == head.code and not base.voids and not head.voids

"""What is switched off while the clock runs? The garbage collector, tracers and profilers; all put back afterwards."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


__tracebackhide__ = True  # a failing test shows its own lines, not ours


def settle_heap() -> None:
    """Collect garbage and put what collection made aside for good: it outlives every benchmark of this process.

    With two million objects imported, collecting around each of 40 measurements took 10 of 26 s, outside of any budget.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def quiet(*, collector: bool = False, watched: bool = False) -> Iterator[None]:
    """Collect garbage and freeze what is left, then keep the collector off (unless ``collector``) and tracers away.

    Where the call is ``watched`` and not timed, tracers and profilers stay: they are who watches.
    """
    was_on = gc.isenabled()
    tracer, profiler = (None, None) if watched else (sys.gettrace(), sys.getprofile())
    frozen = gc.get_freeze_count() > 0  # by the project or by ourselves, one level up: not ours to thaw
    gc.collect()
    if not frozen:
        gc.freeze()
    try:
        if not collector:
            gc.disable()
        if tracer is not None:
            sys.settrace(None)
        if profiler is not None:
            sys.setprofile(None)
        yield
    finally:
        if tracer is not None:
            sys.settrace(tracer)
        if profiler is not None:
            sys.setprofile(profiler)
        if not frozen:
            gc.unfreeze()
        if was_on:
            gc.enable()
        else:
            gc.disable()

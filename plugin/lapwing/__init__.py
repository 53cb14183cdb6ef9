"""Lapwing keeps Python projects fast.

The public names, imported only when asked for, since ``import lapwing`` is paid by every test run:

- :data:`perf` marks a test as a benchmark;
- :func:`change_points` finds the lasting changes of level in a sequence of numbers;
- :func:`compare` tells whether head is slower than base by the numbers of both.
"""

from __future__ import annotations

# Not imported from typing, which is half of what `import lapwing` would cost (5 of 10 ms).
TYPE_CHECKING = False
if TYPE_CHECKING:
    from lapwing.detect.points import change_points as change_points
    from lapwing.judge.comparison import Comparison as Comparison
    from lapwing.judge.comparison import compare as compare
    from lapwing.measure.mark import perf as perf
    from lapwing.model import ChangePoint as ChangePoint
    from lapwing.model import Interval as Interval

__all__ = ["ChangePoint", "Comparison", "Interval", "__version__", "change_points", "compare", "perf"]

__version__ = "0.1.0"

_HOMES = {
    "perf": "lapwing.measure.mark",
    "change_points": "lapwing.detect.points",
    "compare": "lapwing.judge.comparison",
    "ChangePoint": "lapwing.model",
    "Comparison": "lapwing.judge.comparison",
    "Interval": "lapwing.model",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'lapwing' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - lazy by design

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted(__all__)

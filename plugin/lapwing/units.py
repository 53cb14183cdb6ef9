"""What does a number mean: its symbol, which way is better, and whether it is noisy?

Values are in base units everywhere (seconds, bytes, counts). Scaling happens once, at the printer: :func:`scale_for`
picks one scale for a row of numbers, :func:`format_value` writes one.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, Literal

from lapwing.errors import UsageError

Better = Literal["lower", "higher"]
Noise = Literal["noisy", "exact"]

_MAX_SYMBOL: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of measure: ``symbol`` in base units, the direction that is better, and its noise class.

    An ``exact`` metric (a size, a count) has no noise: any change of it is a change.
    """

    symbol: str
    better: Better
    noise: Noise

    def __post_init__(self) -> None:
        """Refuse what cannot be printed in a table or parsed again."""
        if not self.symbol.isprintable() or len(self.symbol) > _MAX_SYMBOL:
            raise UsageError(
                "bad-unit",
                f"The unit {self.symbol[:40]!r} is not a short printable text.",
                remedy=f"name the unit in at most {_MAX_SYMBOL} printable characters.",
            )
        if self.better not in ("lower", "higher"):
            raise UsageError(
                "bad-direction",
                f"better={self.better!r} is no direction.",
                remedy="say better='lower' or better='higher'.",
            )
        if self.noise not in ("noisy", "exact"):
            raise UsageError(
                "bad-noise-class",
                f"noise={self.noise!r} is no noise class.",
                remedy="say noise='noisy' or noise='exact'.",
            )


SECONDS: Final = Unit(symbol="s", better="lower", noise="noisy")
BYTES: Final = Unit(symbol="B", better="lower", noise="noisy")
COUNT: Final = Unit(symbol="count", better="lower", noise="exact")
RATIO: Final = Unit(symbol="ratio", better="lower", noise="noisy")
"""Of a time to another time, both taken at once: it has no dimension, and hardly depends on the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How to print a row: values are divided by ``divisor`` and followed by ``symbol``."""

    divisor: float
    symbol: str


_TIME: Final = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
_DATA: Final = (("GiB", 2.0**30), ("MiB", 2.0**20), ("KiB", 2.0**10), ("B", 1.0))
_PLAIN: Final = (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1.0))

# Every symbol a user may write in a budget, an import or `perf.record`, and its factor to the base unit.
TO_BASE: Final[dict[str, tuple[str, float]]] = {
    "s": ("s", 1.0),
    "sec": ("s", 1.0),
    "seconds": ("s", 1.0),
    "second": ("s", 1.0),
    "ms": ("s", 1e-3),
    "msec": ("s", 1e-3),
    "milliseconds": ("s", 1e-3),
    "us": ("s", 1e-6),
    "µs": ("s", 1e-6),
    "μs": ("s", 1e-6),
    "usec": ("s", 1e-6),
    "microseconds": ("s", 1e-6),
    "ns": ("s", 1e-9),
    "nanoseconds": ("s", 1e-9),
    "min": ("s", 60.0),
    "B": ("B", 1.0),
    "bytes": ("B", 1.0),
    "byte": ("B", 1.0),
    "kB": ("B", 1e3),
    "KB": ("B", 1e3),
    "MB": ("B", 1e6),
    "GB": ("B", 1e9),
    "KiB": ("B", 2.0**10),
    "MiB": ("B", 2.0**20),
    "GiB": ("B", 2.0**30),
}

_RATE: Final = re.compile(r"(/\s*s(ec(ond)?)?$)|(\bper[ _-]?sec)|(^ops$)|(^hz$)", re.IGNORECASE)


def base_unit(symbol: str, *, better: Better | None = None, noise: Noise | None = None) -> tuple[Unit, float]:
    """Return the base unit a written symbol stands for, and the factor from it to the base.

    ``base_unit("ms")`` is ``(SECONDS, 0.001)``. An unknown symbol is its own base. Where ``better`` is not given it
    follows from the unit: rates (``rows/s``, ``ops/sec``, ``iter/sec``) are better higher, all else lower.
    Where ``noise`` is not given, ``count`` is exact and all else noisy.
    """
    base, factor = TO_BASE.get(symbol, (symbol, 1.0))
    direction: Better = better or ("higher" if _RATE.search(base) else "lower")
    return Unit(symbol=base, better=direction, noise=noise or ("exact" if base == COUNT.symbol else "noisy")), factor


def scale_for(values: tuple[float, ...], unit: Unit) -> Scale:
    """Return the one scale that prints all of ``values`` readably: chosen by the smallest non-zero magnitude."""
    magnitudes = [abs(value) for value in values if value and math.isfinite(value)]
    smallest = min(magnitudes, default=1.0)
    table = _TIME if unit.symbol == "s" else _DATA if unit.symbol == "B" else _PLAIN
    # 0.9995 and not 1: a value that would be printed as 1000 of the smaller unit takes the larger one. A plain number
    # is read as it is up to 9,999: 1,234 rows/s and not 1.23 k rows/s.
    least = {"k": 10.0}
    symbol, divisor = next((row for row in table if smallest >= row[1] * least.get(row[0], 0.9995)), table[-1])
    if table is _PLAIN:
        symbol = f"{symbol} {unit.symbol}".strip() if symbol else unit.symbol
    return Scale(divisor=divisor, symbol=symbol)


def format_value(value: float, unit: Unit, scale: Scale | None = None) -> str:
    """Write one value with three significant digits and its scaled unit, as in ``1.24 ms``."""
    if not math.isfinite(value):
        return "–"
    chosen = scale or scale_for((value,), unit)
    scaled = value / chosen.divisor
    magnitude = abs(scaled)
    # A count below a thousand is written as the whole number it is.
    if unit.noise == "exact" and chosen.divisor == 1.0 and scaled == int(scaled):
        text = f"{int(scaled)}"
    elif magnitude >= 99.95:  # noqa: PLR2004 - the boundary at which 3 digits need no decimals
        text = f"{scaled:,.0f}"
    elif magnitude >= 9.995:  # noqa: PLR2004 - one decimal
        text = f"{scaled:.1f}"
    elif magnitude >= 0.01 or magnitude == 0:  # noqa: PLR2004 - two decimals
        text = f"{scaled:.2f}"
    else:
        text = f"{scaled:.3g}"
    return f"{text} {chosen.symbol}".strip()


def format_change(ratio: float) -> str:
    """Write a ratio of new to old as a signed percentage, ``+4.2 %``; from tenfold on as a factor, ``×12``."""
    if not math.isfinite(ratio) or ratio < 0:
        return "–"
    if ratio >= 10:  # noqa: PLR2004 - beyond this nobody reads percentages
        return f"×{ratio:.3g}"
    percent = (ratio - 1) * 100
    text = f"{percent:+.1f} %"
    return "±0.0 %" if text in ("+0.0 %", "-0.0 %") else text.replace("-", "−")

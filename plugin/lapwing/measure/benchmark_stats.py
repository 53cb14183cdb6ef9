"""What does ``benchmark.stats`` say? The numbers that suites written for pytest-benchmark assert on."""

from __future__ import annotations

import statistics
from typing import Any, Final


class Stats:
    """Figures over the values of this process, in seconds, by the names and definitions of pytest-benchmark."""

    fields: Final = (
        "min", "max", "mean", "stddev", "rounds", "median", "iqr", "q1", "q3", "iqr_outliers", "stddev_outliers",
        "outliers", "ld15iqr", "hd15iqr", "ops", "total",
    )  # fmt: skip

    def __init__(self, data: list[float]) -> None:
        self.data = data
        self.sorted_data = ordered = sorted(data)
        self.min, self.max = ordered[0], ordered[-1]
        self.mean = statistics.mean(data)
        self.stddev = statistics.stdev(data) if len(data) > 1 else 0
        self.rounds = len(data)
        self.median = statistics.median(data)
        self.total = sum(data)
        self.ops = self.rounds / self.total if self.total else 0
        self.q1, self.q3 = _quartiles(ordered)
        self.iqr = self.q3 - self.q1
        low, high = self.q1 - 1.5 * self.iqr, self.q3 + 1.5 * self.iqr
        self.ld15iqr = min(value for value in ordered if value >= low)
        self.hd15iqr = max(value for value in ordered if value <= high)
        self.iqr_outliers = sum(not low <= value <= high for value in ordered)
        self.stddev_outliers = sum(abs(value - self.mean) > self.stddev for value in ordered)
        self.outliers = f"{self.stddev_outliers};{self.iqr_outliers}"

    def __bool__(self) -> bool:
        return bool(self.data)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {field: getattr(self, field) for field in self.fields}


def _quartiles(ordered: list[float]) -> tuple[float, float]:
    """Return the medians of the lower and the upper half; the middle counts a quarter in each (method 3) if odd."""
    count = len(ordered)
    if count == 1:
        return ordered[0], ordered[0]
    if count % 2 == 0:
        return statistics.median(ordered[: count // 2]), statistics.median(ordered[count // 2 :])
    n, rest = divmod(count, 4)
    if rest == 1:
        return 0.25 * ordered[n - 1] + 0.75 * ordered[n], 0.75 * ordered[3 * n] + 0.25 * ordered[3 * n + 1]
    return 0.75 * ordered[n] + 0.25 * ordered[n + 1], 0.25 * ordered[3 * n + 1] + 0.75 * ordered[3 * n + 2]


class BenchmarkStats:
    """What ``benchmark.stats`` is: the figures under ``stats``, and what they are of."""

    def __init__(self, fixture: Any, data: list[float], iterations: int) -> None:
        self.fixture = fixture
        self.name, self.fullname, self.group = fixture.name, fixture.fullname, fixture.group
        self.param, self.params = fixture.param, fixture.params
        self.extra_info = fixture.extra_info
        self.iterations = iterations
        self.options: dict[str, Any] = {}
        self.stats = Stats(data)

    def __bool__(self) -> bool:
        return bool(self.stats)

    @property
    def has_error(self) -> bool:
        """Whether the measured call raised."""
        return bool(self.fixture.has_error)

    def __getitem__(self, key: str) -> Any:
        """Return a figure, or an attribute of this object where there is no such figure."""
        try:
            return getattr(self.stats, key)
        except AttributeError:
            return getattr(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return what ``[key]`` returns, or ``default``."""
        try:
            return self[key]
        except AttributeError:
            return default

    def as_dict(self, *, include_data: bool = True, flat: bool = False, stats: bool = True) -> dict[str, Any]:
        """Return everything as pytest-benchmark's JSON has it."""
        result: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("group", "name", "fullname", "params", "param", "extra_info", "options")
        }
        if stats:
            figures = self.stats.as_dict() | {"iterations": self.iterations}
            if include_data:
                figures["data"] = self.stats.data
            if flat:
                result.update(figures)
            else:
                result["stats"] = figures
        return result

"""Which fixtures does ``--perf`` offer? ``perf`` that measures, and ``benchmark`` in the place of pytest-benchmark's.

Registered late, so that they win over other plugins'; a fixture of that name in the project's conftest wins over them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lapwing.measure.benchmark_fixture import BenchmarkFixture, mark_options
from lapwing.measure.perf_fixture import MeasuringPerf, PlainPerf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lapwing.measure.meter import Meter


class Fixtures:
    """The fixtures, as a plugin; ``now`` tells what is being measured, None where nothing is (the controller)."""

    def __init__(self, now: Callable[[], tuple[Meter, MeasuringPerf] | None]) -> None:
        self._now = now

    @pytest.fixture
    def perf(self) -> PlainPerf:
        """Measure a part of the test: ``perf(fn, *args)``, ``with perf:``, ``perf.record(name, value)``."""
        now = self._now()
        return PlainPerf() if now is None else now[1]

    @pytest.fixture
    def benchmark(self, request: Any) -> Iterator[BenchmarkFixture]:
        """Measure a call, as pytest-benchmark does: ``benchmark(fn, *args)``, ``benchmark.pedantic(...)``."""
        now = self._now()
        if now is None:
            pytest.fail("the benchmark fixture of --perf works in Lapwing's own processes only", pytrace=False)
        mark = request.node.get_closest_marker("benchmark")
        options = mark_options(mark.args, mark.kwargs) if mark is not None else {}
        fixture = BenchmarkFixture(request.node, now[0], options)
        yield fixture
        fixture.undo()

    @pytest.fixture
    def benchmark_weave(self, benchmark: BenchmarkFixture) -> Any:
        """Measure every call of a function made elsewhere, through aspectlib."""
        return benchmark.weave

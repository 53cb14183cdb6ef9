"""What is ``@perf``? The marker ``pytest.mark.perf`` under a name that can be imported.

pytest is imported when the mark is applied and not before: ``from lapwing import perf`` is paid by every test run.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Perf:
    """Marks a test function, method or class as a benchmark, bare or with options.

    ``@perf`` and ``@perf(limit=0.03, budget="p99 < 2 ms")`` are ``@pytest.mark.perf`` and
    ``@pytest.mark.perf(...)``, so both work wherever pytest takes a mark: ``pytest.param(..., marks=perf(limit=0.1))``,
    ``pytestmark = perf``. The options are checked when the tests are collected.
    """

    def __call__(self, target: Any = None, /, **options: Any) -> Any:
        """Mark ``target``; without one, return the mark with its options."""
        import pytest  # noqa: PLC0415 - see the module's docstring

        mark = pytest.mark.perf.with_args(**options) if options else pytest.mark.perf
        return mark if target is None else mark(target)

    @property
    def mark(self) -> Any:
        """The bare mark itself: what ``pytestmark = perf`` is read through."""
        return self().mark

    def __repr__(self) -> str:
        """Say what it is in an error message."""
        return "<lapwing.perf>"


perf = Perf()

"""How much of a test's reports travels to the session that asked? What a person can read, and word of the rest.

A benchmark that prints is called ten thousand times: what one process captured was 200 MB, more than an answer holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pytest

MOST: Final = 10_000
"""Characters of a failure and of each captured section: pages, not books."""


def bounded(report: pytest.TestReport) -> pytest.TestReport:
    """Shorten what ``report`` shows, in place, and return it."""
    report.sections = [(title, shortened(text)) for title, text in report.sections]
    if report.failed and len(text := report.longreprtext) > 10 * MOST:
        report.longrepr = shortened(text)
    return report


def shortened(text: str) -> str:
    """Return ``text``, without its middle where it is longer than :data:`MOST`."""
    left_out = len(text) - MOST
    if left_out <= 0:
        return text
    half = MOST // 2
    return f"{text[:half]}\n... {left_out:,} characters left out ...\n{text[-half:]}"

"""What is shown and written of a report, and which exit code does it give?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import StoreError
from lapwing.wiring.named_file import write_named

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.model import Report
    from lapwing.settings import Settings


def render(  # noqa: PLR0913 - a report, and four things about the reader
    report: Report, settings: Settings, *, width: int, color: bool, verbosity: int, ascii_only: bool = False
) -> str:
    """Return what a terminal shows of a report; that its run is not in the history is shown to the quietest reader."""
    from lapwing.report.footnotes import render_warnings
    from lapwing.report.terminal import render as rendered
    from lapwing.wiring.keeping import NOT_STORED

    text = rendered(
        report, width=width, color=color, verbosity=verbosity, ascii_only=ascii_only, fail_on=settings.fail_on
    )
    unstored = [warning for warning in report.warnings if verbosity < 0 and warning.slug == NOT_STORED]
    return text + render_warnings(unstored, width=width, color=color, ascii_only=ascii_only)


def write_json(report: Report, path: Path) -> None:
    """Write the report for programs.

    Raises:
        UsageError: the file cannot be written (``unwritable-file``).
    """
    from lapwing.report.json import to_json

    write_named(path, to_json(report).encode("ascii"))


def exit_code(report: Report, settings: Settings) -> int:
    """Return the exit code of a report: 1 for what blocks, else 4 where its run is not in the history, else the rest.

    A regression stays one whatever becomes of its run: who lets 4 pass, for jobs that may not write, still stops at 1.
    """
    from lapwing.report.wording import BLOCKING
    from lapwing.report.wording import exit_code as code_of
    from lapwing.wiring.keeping import NOT_STORED

    stored = all(warning.slug != NOT_STORED for warning in report.warnings)
    if stored or report.outcome in BLOCKING:
        return code_of(report.outcome, fail_on=settings.fail_on)
    return StoreError.exit_code

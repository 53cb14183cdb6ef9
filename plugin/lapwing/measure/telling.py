"""How is measuring told in the session that asked for it? A bar or lines while it lasts, then each test's reports."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TextIO

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Progress = Callable[[int, int, str], None]

_TENTHS: Final = 10


@contextmanager
def progress_on(reporter: Any) -> Iterator[Progress]:
    """Show progress where pytest's ``reporter`` writes: a bar on a terminal, elsewhere a line for each tenth.

    None where there is no reporter (``-p no:terminal``) or it is to be quiet.
    """
    # pytest's real stdout, which capturing has not replaced.
    stream = None if reporter is None else reporter._tw._file  # noqa: SLF001 - it has no other way to it
    if stream is None:
        yield lambda done, total, what: None  # noqa: ARG005 - the port's names
    elif stream.isatty() and not os.environ.get("CI"):
        with _bar(stream) as show:
            yield show
    else:
        yield _Lines(reporter.write_line)


@contextmanager
def _bar(stream: TextIO) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - 60 ms that only a terminal pays
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("measuring"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    # Redrawn twice a second: a bar that turns faster is work beside the measured one.
    with Progress(*columns, console=Console(file=stream), transient=True, refresh_per_second=2) as bar:
        task = bar.add_task("", total=None, what="")

        def show(done: int, total: int, what: str) -> None:
            printable = "".join(letter if letter.isprintable() else "?" for letter in what[-60:])
            bar.update(task, completed=done, total=total, what=printable)

        yield show


class _Lines:
    """A line for each tenth that is done, and one at the start."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._tenth = -1
        self._total = 0

    def __call__(self, done: int, total: int, what: str) -> None:
        if not total and what:  # something else than measurements
            self._write(f"lapwing: {what}")
            return
        tenth = _TENTHS * done // total if total else _TENTHS
        if done == 0 or tenth > self._tenth:
            if (done, tenth, total) == (0, self._tenth, self._total):
                return
            self._tenth, self._total = tenth, total
            self._write(f"lapwing: {done} of {total} measurements ({tenth * _TENTHS} %)")


def tell_reports(items: list[Any], reports: Mapping[str, list[dict[str, Any]]], failed: Mapping[str, str]) -> None:
    """Emit each test's reports as pytest does when it runs one: those of the worker, or one made of the failure."""
    for item in items:
        given, failure = reports.get(item.nodeid), failed.get(item.nodeid)
        if not given and failure is None:
            continue  # not reached
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in _reports(item, given or [], failure):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _reports(item: Any, given: list[dict[str, Any]], failure: str | None) -> list[pytest.TestReport]:
    hook = item.config.hook
    reports = [hook.pytest_report_from_serializable(config=item.config, data=data) for data in given]
    for report in reports:
        if isinstance(report.longrepr, list):  # a skip's place and reason, which JSON knows as a list
            report.longrepr = tuple(report.longrepr)
    if failure is not None and not any(report.failed or report.skipped for report in reports):
        return [_failed(item, failure)]
    return reports


def _failed(item: Any, message: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome="failed",
        longrepr=message,
        when="call",
    )

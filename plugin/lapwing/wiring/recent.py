"""Where does ``lapwing report`` read the last values on the default branch? In the store, without a clone.

What an untrusted job handed over has no part in it but the names to look up. No verdict hangs on what comes of it, so
where there is no history, or none that can be reached, that is a sentence and no error.
"""

# ruff: noqa: PLC0415 - who has no history pays for none of it
from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import LapwingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lapwing.model import Declared, MetricId, Report
    from lapwing.pipeline.recent import Recent
    from lapwing.settings import Settings

COMMITS: Final = 200
"""Commits of the default branch that are asked for: 20 that were measured are among them, or the line is shorter."""

RUNS: Final = 48
"""Runs that are read of a branch: 20 commits with a ratio to an anchor are 40; one of 1,000 benchmarks takes 30 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a history may be: in the project at ``root``, or, for a job without a clone (None), of one at ``address``.

    ``address`` is where the repository is on the web, empty where nobody knows.
    """

    root: Path | None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Whose values."""

    metrics: set[MetricId]
    declared: tuple[Declared, ...]
    machine: str


def recent(
    settings: Settings, place: Place, report: Report, declared: Iterable[Declared], environ: Mapping[str, str]
) -> tuple[Recent, str]:
    """Return the last values of what the report is about, and a sentence where they cannot be had."""
    metrics = {verdict.metric for verdict in report.verdicts}
    machine = report.machine.id if report.machine is not None else ""
    if not metrics or settings.store == "none":
        return {}, ""
    wanted = _Wanted(metrics=metrics, declared=tuple(declared), machine=machine)
    try:
        if place.root is not None:
            return _read(settings.store, place.root, wanted, place.root), ""
        if not is_elsewhere(settings.store) or not place.address:
            return {}, ""
        with tempfile.TemporaryDirectory(prefix="lapwing-history-", ignore_cleanup_errors=True) as scratch:
            store = at_remote(settings.store, place.address)
            return _read(store, Path(scratch), wanted, place.address, environ), ""
    except LapwingError as error:
        return {}, f"No sparklines: the history cannot be read. {error.message}"
    except OSError as error:
        return {}, f"No sparklines: the history cannot be read ({error.strerror or type(error).__name__})."


def is_elsewhere(store: str) -> bool:
    """Tell whether a store is there without a clone: nothing of the folder that a job runs in is read."""
    return "://" in store or Path(store).is_absolute()


def at_remote(store: str, address: str) -> str:
    """Return the place of a store for a job without a clone of the repository at ``address``."""
    from lapwing.history import branch
    from lapwing.history.branch.address import SCHEME

    return branch.at_remote(store, address) if store.lower().startswith(SCHEME) else store


def _read(
    store: str, root: Path, wanted: _Wanted, order: Path | str, environ: Mapping[str, str] | None = None
) -> Recent:
    """Read a store; ``order`` is the clone that tells the order of commits, or the address of what has them."""
    from lapwing.history import open_store
    from lapwing.pipeline.recent import recent_of

    with closing(open_store(store, root, newest=RUNS)) as opened:
        if not opened.runs():
            return {}
        shas = _first_parents(order, root, environ or {})
        return recent_of(opened, shas, wanted.metrics, declared=wanted.declared, machine=wanted.machine)


def _first_parents(order: Path | str, root: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    if isinstance(order, Path):
        from lapwing.history.commits import GitCommits

        return GitCommits(order).first_parents()
    from lapwing.history.branch import main_line

    return main_line(order, root / "commits.git", environ=environ, most=COMMITS)

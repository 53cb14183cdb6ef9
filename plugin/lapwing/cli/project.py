"""Where does a command run, with which settings, and which options do commands share?"""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lapwing.ports import HistoryStore
    from lapwing.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where the command runs and with which settings."""

    root: Path
    settings: Settings

    @contextmanager
    def store(self) -> Iterator[HistoryStore]:
        """Open the history and close it again."""
        from lapwing.wiring import adapters

        store = adapters.open_store(self.settings, self.root)
        try:
            yield store
        finally:
            store.close()


def project_of(flags: Mapping[str, object]) -> Project:
    """Return the project around the working directory, its settings under the command's ``flags``."""
    from lapwing import settings

    here = Path.cwd()
    signs = ("pyproject.toml", ".git")
    root = next((place for place in (here, *here.parents) if any((place / sign).exists() for sign in signs)), here)
    return Project(root=root, settings=settings.load(root, os.environ, flags))


def machine_of(store: HistoryStore, wanted: str | None) -> str | None:
    """Return the id of the machine that the user named by a part of it, None where none was named."""
    from lapwing.report.choice import choose_machine

    return None if wanted is None else choose_machine(wanted, [run.machine for run in store.runs()])


store_option = click.option("--store", metavar="WHERE", help="Where the history is kept: a path or a URL.")
machine_option = click.option(
    "--machine", metavar="ID", help="Only this machine: the beginning of its id, or its name."
)
verbose_option = click.option("-v", "--verbose", count=True, help="Show more.")

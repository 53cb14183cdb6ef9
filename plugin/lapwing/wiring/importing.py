"""Who reads what another tool wrote, and what is known of it that it does not say?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.detect.series import Series
    from lapwing.history.importers import Given, Imported
    from lapwing.model import Commit

    Progress = Callable[[int, int, str], None]


def read_import(path: Path, form: str, progress: Progress, given: Given | None = None) -> Imported:
    """Read what another tool wrote; ``form`` is a format's name or ``auto``; ``given`` holds where it is silent."""
    from lapwing.history.importers import read
    from lapwing.history.importers.given import NOTHING

    return read(path, format=None if form == "auto" else form, given=given or NOTHING, progress=progress)


def given(root: Path, *, commit: str | None, date: str | None, machine: str | None) -> Given:
    """Return what the user says of results that do not say it themselves; git tells of a commit what it knows.

    Raises:
        UsageError: the date is none (``bad-date``), or the commit is no hash and unknown to git (``no-such-commit``).
        RepositoryError: git is asked for ``HEAD`` or another word and cannot tell.
    """
    from lapwing.history.importers import Given
    from lapwing.history.importers.fields import moment

    try:
        moved = moment("--date", date)
    except ValueError as error:
        raise UsageError(
            "bad-date", f"{error}.", remedy="give seconds since 1970 or a date as 2026-11-27T12:00:00Z."
        ) from None
    known = None if commit is None else _given_commit(root, commit, moved)
    return Given(commit=known, date=moved, machine=machine or "")


def _given_commit(root: Path, word: str, date: float | None) -> Commit:
    from lapwing.history.revision import resolve
    from lapwing.model import Commit

    # A work tree that has changed since says nothing of numbers that a file holds.
    found = resolve(root, word)
    return replace(found, dirty=False) if found is not None else Commit(sha=word, date=date)


def read_series(  # noqa: PLR0913 - a file, and what the user says of its numbers
    file: str, stdin: IO[bytes] | None, progress: Progress, *, unit: str, better: str, column: str, exact: bool
) -> tuple[Series, ...]:
    """Read the series of a file of numbers, or of ``stdin`` where that is given."""
    from pathlib import Path

    from lapwing.history.importers.series_file import Wanted, read_series

    path = Path(file) if stdin is None else Path("standard input")
    wanted = Wanted(unit=unit, better=better, column=column, exact=exact)
    return read_series(path, wanted, stream=stdin, progress=progress)

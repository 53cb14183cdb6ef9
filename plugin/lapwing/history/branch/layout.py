"""Where does a run lie in the branch? ``runs/YEAR/MONTH/DAY/ID.run.xz``, by the day it began (UTC).

    lapwing-history.json      says that this is a Lapwing history, and which version of this layout it has
    README.md                 says so to people
    runs/2026/11/27/ID.run.xz   one run, written once and never changed
    removed/ID                an empty file: this run was removed on purpose

By the day, so that a commit rewrites four small folders and not one of 10,000 entries: 2.4 kB of git for each run,
where a flat folder took 7. A run that is gone without a mark in ``removed`` was lost, not removed; so the marks stay,
also when the branch is compacted: a clone that has not looked for a year must learn of them.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from lapwing.errors import RecordError

if TYPE_CHECKING:
    from lapwing.model import Run

MARKER: Final = b"lapwing-history.json"
MARKER_CONTENT: Final = b'{"format":"lapwing-history","version":1}\n'
README: Final = b"README.md"
README_CONTENT: Final = b"""\
# A Lapwing history

This branch is written by [Lapwing](https://pypi.org/project/lapwing/), which watches the speed of this project.
Each file under `runs/` is one run: a JSON document, compressed with xz, written once and never changed. Empty files
under `removed/` name runs that were removed on purpose.

Read it with `lapwing --help`. Please do not edit it by hand, and do not merge it into another branch.
"""
RUNS: Final = b"runs"
REMOVED: Final = b"removed"

MAX_NAME: Final = 200
"""Bytes of a run's id as a file name; file systems take 255 with the ending."""

_ENDING: Final = ".run.xz"
_DAY: Final = re.compile(r"runs/(\d{4})/(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/([^/]+)\.run\.xz", re.ASCII)
_LAST_SECOND: Final = 253_402_300_799.0
"""The end of the year 9999; a clock that says more is put there."""


def name_of(run_id: str) -> str:
    """Return the name that a run's id has in the branch: itself, with whatever is no plain ASCII percent-encoded.

    Raises:
        RecordError: ``bad-run-id``, the id is empty or too long for a file's name.
    """
    name = quote(run_id, safe="")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if not 0 < len(name) <= MAX_NAME:
        raise RecordError(
            "bad-run-id",
            f"The run id {run_id[:60]!r} is empty or too long for a file in a git branch.",
            remedy=f"give the run an id of at most {MAX_NAME} plain characters.",
        )
    return name


def path_of(run: Run) -> str:
    """Return the path of ``run``. Raises :class:`~lapwing.errors.RecordError` as :func:`name_of` does."""
    began = datetime.fromtimestamp(min(max(run.started_at, 0.0), _LAST_SECOND), tz=timezone.utc)
    return f"runs/{began.year:04d}/{began.month:02d}/{began.day:02d}/{name_of(run.id)}{_ENDING}"


def id_of(path: bytes) -> str | None:
    """Return the id of the run at ``path``, or None where no run of ours can be: hostile names end here."""
    try:
        found = _DAY.fullmatch(path.decode("ascii"))
    except UnicodeDecodeError:
        return None
    return None if found is None else run_of_name(found[4])


def run_of_name(name: str) -> str | None:
    """Return the id that has this name, or None where no id has."""
    try:
        run_id = unquote(name, errors="strict")
        return run_id if name_of(run_id) == name else None
    except (RecordError, UnicodeError):
        return None


def mark_of(run_id: str) -> str:
    """Return the path that says that the run was removed on purpose."""
    return f"removed/{name_of(run_id)}"


def blob_name(content: bytes, *, digits: int) -> str:
    """Return the name that git gives a file of this content, in a repository whose names have ``digits`` digits."""
    make = sha1 if digits == 40 else sha256  # noqa: PLR2004 - git's two kinds of names, of 40 and of 64 digits
    return make(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

"""Where does a run wait that the store refused? In a file of its own in the outbox, until it can be sent.

A file holds one run document (see ``schema.py``). Its name ends with the beginning of the document's SHA-256: no run
takes another's place, one that is kept twice is there once, and a flipped bit in a number is seen.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from lapwing.errors import StoreDamaged, StoreError, StoreTooNew, StoreUnwritable
from lapwing.history.own_folder import make_folder
from lapwing.history.schema import MAX_DOCUMENT, decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lapwing.model import Run

FOLDER: Final = ".lapwing/outbox"

_DIGITS: Final = 16
_NAME: Final = re.compile(rf".*-([0-9a-f]{{{_DIGITS}}})\.json", re.DOTALL)
_ODD: Final = re.compile(r"[^0-9A-Za-z_-]", re.ASCII)
_MOST_OF_ID: Final = 60


class OutboxFiles:
    """Keeps runs under ``root``; implements :class:`~lapwing.ports.Outbox`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / FOLDER

    def require_room(self) -> None:
        """Find out whether a run could be kept.

        Raises:
            StoreUnwritable: ``outbox-unwritable``.
        """
        with _refusals(self._folder):
            make_folder(self._folder)
            beside = self._folder / f".{uuid4().hex}.new"
            try:
                _write_new(beside, b"{}")
            finally:
                beside.unlink(missing_ok=True)

    def keep(self, run: Run) -> Path:
        """Keep ``run``, whole or not at all, and return its file: elsewhere where the outbox cannot be written.

        Raises:
            StoreUnwritable: no folder takes it, neither the project's nor the system's temporary one (``not-kept``).
        """
        content = encode(run)
        name = _name_of(run, content)
        for path in self._places(name):
            with suppress(OSError):
                if path.parent == self._folder:
                    make_folder(self._folder)
                _write_whole(path, content)
                return path
        raise StoreUnwritable(
            "not-kept",
            "The run could neither be stored nor written to a file: what was measured is in this report alone.",
            remedy="free some disk space, or make .lapwing in the project writable, and measure again.",
        )

    def holds(self, path: Path) -> bool:
        """Tell whether a file that :meth:`keep` returned is in the outbox."""
        return path.parent == self._folder

    def waiting(self) -> tuple[str, ...]:
        """Return the names of what waits, the oldest run first.

        Raises:
            StoreUnwritable: the folder cannot be read (``outbox-unwritable``).
        """
        with _refusals(self._folder):
            try:
                found = os.listdir(self._folder)  # noqa: PTH208 - Path.iterdir makes a path of each
            except FileNotFoundError:
                return ()
        return tuple(sorted(name for name in found if name.endswith(".json") and not name.startswith(".")))

    def read(self, name: str) -> Run:
        """Return a run that waits.

        Raises:
            StoreDamaged: ``run-damaged``, the file is not what was written.
            StoreTooNew: ``run-too-new``.
            StoreError: the file cannot be read (``run-unreadable``).
        """
        path = self._folder / name
        try:
            content = _read(path)
        except OSError as error:
            raise StoreError(
                "run-unreadable",
                f"{path} cannot be read: {error.strerror or error}.",
                remedy="make it a readable file, or move it away.",
            ) from None
        named = _NAME.fullmatch(name)
        if named and named[1] != sha256(content).hexdigest()[:_DIGITS]:
            raise _damaged(path, "its bytes are not the ones that were written")
        try:
            return decode(content)
        except (StoreDamaged, StoreTooNew) as error:
            raise type(error)(error.slug, f"{path} cannot be read. {error.message}", remedy=error.remedy) from None

    def discard(self, name: str) -> None:
        """Remove what the store has now.

        Raises:
            StoreUnwritable: ``outbox-unwritable``.
        """
        with _refusals(self._folder):
            (self._folder / name).unlink(missing_ok=True)

    def _places(self, name: str) -> Iterator[Path]:
        yield self._folder / name
        for folder in (self._root, Path(tempfile.gettempdir())):
            yield folder / f"lapwing-run-{name}"


def _name_of(run: Run, content: bytes) -> str:
    """Return a name that sorts by when the run began, for people; what it is by is the digest."""
    try:
        began = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=run.started_at)
        when = f"{began:%Y%m%dT%H%M%S}"
    except (OverflowError, ValueError):  # a clock may say anything
        when = "00000000T000000"
    return f"{when}-{_ODD.sub('_', run.id)[:_MOST_OF_ID]}-{sha256(content).hexdigest()[:_DIGITS]}.json"


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that is never seen in part; what has its name already has its content."""
    beside = path.with_name(f".{path.name[:100]}.{uuid4().hex}.new")
    try:
        _write_new(beside, content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    # The name outlives a power cut too, where a folder can be synchronised (not on Windows).
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    if not path.is_file():  # a pipe would be waited for
        raise OSError("it is no file")
    if path.stat().st_size > MAX_DOCUMENT:
        raise _damaged(path, f"it has more than the {MAX_DOCUMENT:,} bytes that a run may have")
    return path.read_bytes()


def _damaged(path: Path, what: str) -> StoreDamaged:
    return StoreDamaged(
        "run-damaged",
        f"{path} is damaged: {what}.",
        remedy="restore it from a backup or remove it; it is kept as it is, and all others are sent.",
    )


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Turn what the file system raises within the block into an error of ours about ``folder``."""
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(
            "outbox-unwritable",
            f"The outbox {folder} cannot be read or written: {error.strerror or error}.",
            remedy="make .lapwing/outbox in the project a folder that can be written.",
        ) from None

"""How does an export come to its place: whole, and never over anything that is not an export?"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER: Final = ".lapwing-export"
"""A file in every folder that was exported, with the names of all others: such a folder may be replaced."""


@contextmanager
def whole_file(target: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Give a stream that becomes the file ``target`` where all goes well; else nothing is there that was not before.

    Raises:
        UsageError: there is such a file and ``force`` does not say to replace it (``export-target``), or it cannot be
            written (``unwritable-file``).
    """
    if target.is_dir() or (target.exists() and not force):
        what = "a folder" if target.is_dir() else "there already"
        remedy = "name another file." if target.is_dir() else "name another file, or replace this one with --force."
        raise UsageError("export-target", f"{target} is {what}.", remedy=remedy)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".lapwing-export-", dir=target.parent, delete=False) as stream:
            temporary = Path(stream.name)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        # A temporary file is for its owner alone; a new file has the rights that the user's umask gives.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of ``target`` where all goes well; else what is there stays.

    Raises:
        UsageError: there is something that is no earlier export, or one with files that are not its own
            (``export-target``), or it cannot be written (``unwritable-file``).
    """
    _require_own(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        workshop = tempfile.TemporaryDirectory(
            prefix=".lapwing-export-", dir=target.parent.resolve(), ignore_cleanup_errors=True
        )
    except OSError as error:
        raise _unwritable(target, error) from None
    with workshop as place:
        new, old = Path(place) / "new", Path(place) / "old"
        try:
            new.mkdir()
            yield new
            names = sorted(_files(new))
            (new / MARKER).write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="\n")
            if target.exists():
                target.rename(old)
            new.rename(target)
        except OSError as error:
            if old.exists() and not target.exists():
                old.rename(target)
            raise _unwritable(target, error) from None


def _require_own(target: Path) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if target.is_dir() and not target.is_symlink():
        try:
            if next(target.iterdir(), None) is None:
                return
            own = set((target / MARKER).read_text(encoding="utf-8").splitlines())
            foreign = sorted(_files(target) - own - {MARKER})
        except FileNotFoundError:
            foreign = []
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                "export-target", f"{target} cannot be looked at: {error}.", remedy="name another."
            ) from None
        else:
            if not foreign:
                return
        if foreign:
            raise UsageError(
                "export-target",
                f"{target} has files that no export wrote, {foreign[0][:100]!r} first.",
                remedy="move them away, or name another folder.",
            )
    raise UsageError(
        "export-target",
        f"{target} is there and is no folder that Lapwing exported to.",
        remedy="name a folder that is empty or not there.",
    )


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _unwritable(target: Path, error: OSError) -> UsageError:
    return UsageError(
        "unwritable-file", f"{target} cannot be written: {error.strerror or error}.", remedy="name a place that can be."
    )


def _umask() -> int:
    # There is no way to ask for it but to set it.
    mask = os.umask(0)
    os.umask(mask)
    return mask

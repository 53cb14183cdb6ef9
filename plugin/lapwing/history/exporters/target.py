"""How does an export come to its place: whole, and never over anything that is not an export?"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARKER: Final = ".lapwing-export"
"""A file in every folder that was exported, with the names of all others: such a folder may be replaced."""


@contextmanager
def whole_file(target: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Give a stream that becomes the file ``target`` where all goes well; else nothing is there that was not before.

    Raises:
        UsageError: there is such a file and ``force`` does not say to replace it (``export-target``), or it cannot be
            written (``unwritable-file``).
    """
    require_free(target, force=force)
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


def require_free(target: Path, *, force: bool) -> None:
    """Refuse a folder, and a file that ``force`` does not say to replace.

    Raises:
        UsageError: ``export-target``.
    """
    if target.is_dir() or (target.exists() and not force):
        what = "a folder" if target.is_dir() else "there already"
        remedy = "name another file." if target.is_dir() else "name another file, or replace this one with --force."
        raise UsageError("export-target", f"{target} is {what}.", remedy=remedy)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of ``target`` where all goes well; else what is there stays.

    Raises:
        UsageError: there is something that is no earlier export, or one with files that are not its own
            (``export-target``), or it cannot be written (``unwritable-file``).
    """
    require_own(target)
    with _workshop(target, target.parent) as (new, old):
        yield new
        _mark(new)
        try:
            if target.exists():
                target.rename(old)
            new.rename(target)
        except BaseException:
            # Ctrl-C too: what stays in the workshop goes with it.
            if old.exists() and not target.exists():
                old.rename(target)
            raise


@contextmanager
def whole_entries(target: Path) -> Iterator[Path]:
    """Give a new folder whose entries take the places of those of an earlier export in ``target``, where all goes well.

    What stands beside them in ``target`` (what was made of an export) is not touched; nothing may be in them.

    Raises:
        UsageError: as :func:`whole_folder`.
    """
    require_own(target, beside=True)
    if not (target / MARKER).is_file():
        with whole_folder(target) as new:
            yield new
        return
    before = _entries(target)
    with _workshop(target, target) as (new, old):
        old.mkdir()
        yield new
        _mark(new)
        _exchange(target, new, old, before)


@contextmanager
def _workshop(target: Path, within: Path) -> Iterator[tuple[Path, Path]]:
    """Give a new folder within another, and the place of an old one; both are gone in the end.

    Raises:
        UsageError: something cannot be written, in the block too (``unwritable-file``).
    """
    try:
        within.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".lapwing-export-", dir=within.resolve(), ignore_cleanup_errors=True
        ) as place:
            new, old = Path(place) / "new", Path(place) / "old"
            new.mkdir()
            yield new, old
    except OSError as error:
        raise _unwritable(target, error) from None


def _exchange(target: Path, new: Path, old: Path, before: list[str]) -> None:
    """Move the entries of an export in, those of the earlier one out; the marker, which says what is ours, comes last.

    Meanwhile it names the files of both, so that the next export knows what it finds after this one was killed.

    Whatever breaks it off is raised, and everything is as before.
    """
    entries = sorted({path.name for path in new.iterdir()} - {MARKER})
    earlier, both = (target / MARKER).read_bytes(), old / MARKER
    both.write_bytes(earlier + (new / MARKER).read_bytes())
    both.replace(target / MARKER)
    moved: list[tuple[Path, Path]] = []
    try:
        for name in dict.fromkeys((*before, *entries)):
            if (target / name).is_file() and (new / name).is_file():
                # Never without it: the next export takes over what people wrote into a configuration.
                shutil.copy2(target / name, old / name)
                moved.append((target / name, old / name))
            elif (target / name).exists():
                (target / name).rename(old / name)
                moved.append((target / name, old / name))
            if (new / name).exists():
                (new / name).replace(target / name)
                moved.append((new / name, target / name))
        (new / MARKER).replace(target / MARKER)
    except BaseException:
        for source, place in reversed(moved):
            place.replace(source)
        with suppress(OSError):  # on a full disk both are named on, which says too much and nothing wrong
            both.write_bytes(earlier)
            both.replace(target / MARKER)
        raise


def _entries(target: Path) -> list[str]:
    """Return what an earlier export has in the folder itself."""
    return sorted(_first_parts((target / MARKER).read_text(encoding="utf-8").splitlines()))


def _first_parts(names: Iterable[str]) -> set[str]:
    """Return the entries that files of these names are in; a marker of another's hand may name what is outside."""
    return {name.partition("/")[0] for name in names} - {"", ".", ".."}


def _mark(new: Path) -> None:
    names = sorted(_files(new))
    (new / MARKER).write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="\n")


def require_own(target: Path, *, beside: bool = False) -> None:
    """Refuse a folder that is no earlier export, or has other files in it; ``beside`` is where those may stand.

    Raises:
        UsageError: ``export-target``.
    """
    if not target.exists() and not target.is_symlink():
        return
    if target.is_dir() and not target.is_symlink():
        try:
            if next(target.iterdir(), None) is None:
                return
            own = set((target / MARKER).read_text(encoding="utf-8").splitlines())
            found = {one for name in _first_parts(own) for one in _below(target, name)} if beside else _files(target)
            foreign = sorted(found - own - {MARKER})
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


def _below(target: Path, name: str) -> set[str]:
    entry = target / name
    if entry.is_dir():
        return {f"{name}/{one}" for one in _files(entry)}
    return {name} if os.path.lexists(entry) else set()


def _unwritable(target: Path, error: OSError) -> UsageError:
    return UsageError(
        "unwritable-file", f"{target} cannot be written: {error.strerror or error}.", remedy="name a place that can be."
    )


def _umask() -> int:
    # There is no way to ask for it but to set it.
    mask = os.umask(0)
    os.umask(mask)
    return mask

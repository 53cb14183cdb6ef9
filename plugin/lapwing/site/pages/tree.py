"""How are the files of a site written so that only what changed is, and nobody sees half a site?

A new tree is made beside the old one, of links to those of its files that are the same, and takes its place by a
rename. What is the same is told by a manifest of digests in the tree: of what a file was made from, so that an
unchanged file is not even made again, and of its bytes, so that what is in it is known to go on from.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from lapwing.errors import UsageError
from lapwing.site.pages.leftovers import OLD, PREFIX, owned, put_right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MANIFEST: Final = "lapwing.json"
"""The file by which a folder is known to be a site of ours."""

Grow: TypeAlias = "Callable[[str, bytes], bytes | None]"
"""Given what an old file was made from and its bytes, returns the new ones; None where they do not go on from it."""

_VERSION: Final = 2
_MOST: Final = 64 * 2**20
"""Bytes of a manifest that is read; one of 100,000 files has 12 MB."""
_TRIES: Final = 9
"""How often it is tried again where another build puts its site in place meanwhile, which takes microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the manifest has of a file: digests of what it was made from and of its bytes, and its size."""

    source: str
    digest: str
    size: int


@dataclass(slots=True, kw_only=True)
class Tree:
    """A site while it is written; ``written`` counts the bytes of files that are new or changed.

    ``since`` is when the manifest of the old one was written, in nanoseconds: after all of its files.
    """

    folder: Path
    old: Path
    known: Mapping[str, Made]
    since: int = 0
    made: dict[str, Made] = field(default_factory=dict)
    written: int = 0
    _folders: set[str] = field(default_factory=set)

    def put(self, path: str, source: str, make: Callable[[], bytes], grow: Grow | None = None) -> None:
        """Have a file at ``path``: the old one where it was made from the same ``source``, else what ``make`` gives.

        ``grow``, where it is given, is asked first whether the new file goes on from the old one.
        """
        known = self.known.get(path)
        if known is not None and known.source == source and self._keep(path, known):
            self.made[path] = known
            return
        content = None if known is None or grow is None else self._grown(path, known, grow)
        if content is None:
            content = make()
        fresh = Made(source=source, digest=_digest_of(content), size=len(content))
        if known is None or known.digest != fresh.digest or not self._keep(path, known):
            self._write(path, content)
        self.made[path] = fresh

    def put_bytes(self, path: str, content: bytes) -> None:
        """Have a file at ``path`` with ``content``."""
        self.put(path, _digest_of(content), lambda: content)

    def _keep(self, path: str, known: Made) -> bool:
        """Link the old file into the new tree; False where it is not there or not whole."""
        old = self._whole(path, known)
        if old is None:
            return False
        try:
            new = self._place(path)
            try:
                os.link(old, new)
            except OSError:  # a file system without hard links
                shutil.copyfile(old, new)
        except OSError:
            return False
        return True

    def _grown(self, path: str, known: Made, grow: Grow) -> bytes | None:
        """Return what the old file becomes; None where it is not the one that was written, or does not go on."""
        old = self._whole(path, known)
        try:
            content = None if old is None else old.read_bytes()
        except OSError:
            return None
        # By its bytes and not its size: what is wrong in it would be told as right for ever.
        return None if content is None or _digest_of(content) != known.digest else grow(known.source, content)

    def _whole(self, path: str, known: Made) -> Path | None:
        """Return the old file, None where it is no file of the size that was written, or was written since."""
        old = self.old / path
        try:
            found = os.lstat(old)
        except OSError:
            return None
        is_whole = stat.S_ISREG(found.st_mode) and found.st_size == known.size and found.st_mtime_ns <= self.since
        return old if is_whole else None

    def _write(self, path: str, content: bytes) -> None:
        place = self._place(path)
        if path in self.made:
            # A second file of the same path: the first may be a link to the old site's, which stays as it is.
            place.unlink()
        place.write_bytes(content)
        self.written += len(content)

    def _place(self, path: str) -> Path:
        """Return where a new file is written, its folder made."""
        folder, _, _ = path.rpartition("/")
        if folder not in self._folders:
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return self.folder / path


@contextmanager
def new_tree(target: Path, made_by: str) -> Iterator[Tree]:
    """Give a tree to write; at the end of the block it takes the place of ``target``, at an error it is gone.

    What another ``made_by`` made (this version and asv's) is made again.

    Raises:
        UsageError: ``target`` cannot be written, or is there and is no site (``site-target``).
    """
    known, since = _known(target, made_by), _written_at(target / MANIFEST)
    with workshop(target) as place:
        folder = place / "site"
        folder.mkdir()
        tree = Tree(folder=folder, old=target, known=known, since=since)
        try:
            yield tree
            rows = {path: [one.source, one.digest, one.size] for path, one in sorted(tree.made.items())}
            document = json.dumps({"version": _VERSION, "made_by": made_by, "files": rows})
            (folder / MANIFEST).write_text(document, encoding="utf-8", newline="\n")
        except OSError as error:
            raise _refused(target, "written", error) from None
        put_in_place(folder, target)


def _known(target: Path, made_by: str) -> dict[str, Made]:
    """Return what the manifest of an old site says; nothing where it cannot be gone by."""
    path = target / MANIFEST
    try:
        if path.stat().st_size > _MOST:
            return {}
        document = json.loads(path.read_bytes())
        if document["version"] != _VERSION or document["made_by"] != made_by:
            return {}
        rows = document["files"].items()
        return {str(path): Made(source=str(one), digest=str(two), size=int(size)) for path, (one, two, size) in rows}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


def _written_at(manifest: Path) -> int:
    try:
        return manifest.stat().st_mtime_ns
    except OSError:
        return 0


def digest(*parts: bytes | str) -> str:
    """Return what tells one sequence of texts or bytes from another."""
    made = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "little"))
        made.update(data)
    return made.hexdigest()


def _digest_of(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def check_target(target: Path) -> None:
    """Refuse a folder that is no site: it will be replaced whole, and it may be somebody's home.

    What a build that was killed left is put right first.

    Raises:
        UsageError: ``site-target``.
    """
    put_right(_real(target), _is_site)
    # Asked again: another build may be between its two renames.
    if all(target.exists() and not _is_site(target) and not _is_empty_folder(target) for _ in range(_TRIES)):
        raise UsageError(
            "site-target",
            f"{target} is there and is not a site that Lapwing built.",
            remedy="name a folder that is empty or not there: lapwing site --out DIR.",
        )


def _is_site(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (MANIFEST, "regressions.json"))


def _is_empty_folder(target: Path) -> bool:
    return target.is_dir() and next(target.iterdir(), None) is None


def _real(target: Path) -> Path:
    """Return what is replaced: where a server's folder is a link, what it leads to and not the link."""
    return Path(os.path.realpath(target))


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """Make a folder beside ``target``, on its file system so that the move at the end is one rename."""
    target = _real(target)
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=target.parent))
            stack.enter_context(owned(place, target, _is_site))
        except OSError as error:
            raise _refused(target.parent, "written", error) from None
        yield place


def put_in_place(new: Path, target: Path) -> None:
    """Move the new site to its place; the old one goes only when the new one can stand there.

    Of two builds at once the site of the one that ends last stays.

    Raises:
        UsageError: ``site-target``.
    """
    target = _real(target)
    for tried in range(_TRIES):
        old = new.parent / f"{OLD}{tried}"
        try:
            with suppress(FileNotFoundError):
                target.rename(old)
            new.rename(target)
        except OSError as error:
            is_taken = error.errno in (errno.ENOTEMPTY, errno.EEXIST)
            if old.exists() and not target.exists():
                with suppress(OSError):  # who ends the workshop tries again, and keeps what cannot be put back
                    old.rename(target)
            if not is_taken or tried == _TRIES - 1:
                raise _refused(target, "replaced", error) from None
        else:
            return


def _refused(target: Path, what: str, error: OSError) -> UsageError:
    said = error.strerror or type(error).__name__
    return UsageError("site-target", f"{target} cannot be {what}: {said}.", remedy="name another folder with --out.")

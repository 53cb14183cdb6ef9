"""What files does a commit, or the working tree, consist of, and how are they laid out in a folder?

Submodules are part of the tree that holds them. Paths are those of the repository, with ``/`` between folders.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lapwing.errors import RepositoryError
from lapwing.measure.sides.git import Git
from lapwing.measure.sides.large_files import filled_in
from lapwing.measure.sides.overlay import BUILT
from lapwing.measure.sides.stays import stays_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SUBMODULE = "160000"
_OURS = frozenset({".lapwing", BUILT})


class Tree(Protocol):
    """The files of one side before they are anywhere.

    ``paths`` are its files, ``absent`` its submodules that are not initialised.
    """

    @property
    def paths(self) -> frozenset[str]:
        """All files, submodules' too."""

    @property
    def absent(self) -> tuple[str, ...]:
        """The submodules that are not initialised: they are empty folders."""

    def read(self, path: str) -> bytes | None:
        """Return the contents of one file, None where there is none."""

    def lay_out(self, paths: Collection[str], target: Path) -> None:
        """Write the files ``paths`` below ``target``."""


class WorkTree:
    """The working tree at ``top``: tracked files as they are, and what is not tracked and not ignored."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._absent: list[str] = []
        self._paths = frozenset(self._list("", top))

    @property
    def paths(self) -> frozenset[str]:
        """All files, submodules' too."""
        return self._paths

    @property
    def absent(self) -> tuple[str, ...]:
        """The submodules that are not initialised."""
        return tuple(sorted(self._absent))

    def read(self, path: str) -> bytes | None:
        """Return the contents of one file, None where there is none."""
        if path not in self._paths:
            return None
        try:
            return (self._top / path).read_bytes()
        except OSError:
            return None

    def lay_out(self, paths: Collection[str], target: Path) -> None:
        """Copy the files ``paths`` below ``target``."""
        copy_files(self._top, target, self._paths.intersection(paths))

    def _list(self, prefix: str, folder: Path) -> Iterator[str]:
        listed = Git(where=folder).tell("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        for path in dict.fromkeys(os.fsdecode(name) for name in listed.split(b"\0") if name):
            if not _OURS.isdisjoint(path.split("/")):
                continue
            place = folder / path.rstrip("/")
            if place.is_symlink() or place.is_file():
                yield prefix + path
            elif (place / ".git").exists() and not path.endswith("/"):
                yield from self._list(f"{prefix}{path}/", place)
            elif place.is_dir() and not path.endswith("/") and self._is_submodule(folder, path):
                self._absent.append(prefix + path)

    def _is_submodule(self, folder: Path, path: str) -> bool:
        # Else it is a tracked file, or a link, in whose place there is a folder now.
        staged = Git(where=folder).tell("ls-files", "-z", "--stage", "--", f":(literal){path}")
        return staged.startswith(_SUBMODULE.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The files of one commit of one repository: the whole tree, or one submodule at ``prefix``."""

    git_dir: Path
    prefix: str
    sha: str
    blobs: dict[str, str]


class CommitTree:
    """The tree of a commit. ``top`` is the work tree, where submodules are looked for."""

    def __init__(self, top: Path, sha: str, scratch: Path) -> None:
        self._scratch = scratch
        self._absent: list[str] = []
        git_dir = Path(Git(where=top).word("rev-parse", "--absolute-git-dir"))
        self._parts = tuple(self._read_parts(git_dir, top, "", sha))
        self._paths = frozenset(part.prefix + path for part in self._parts for path in part.blobs)

    @property
    def paths(self) -> frozenset[str]:
        """All files, submodules' too."""
        return self._paths

    @property
    def absent(self) -> tuple[str, ...]:
        """The submodules that are not initialised."""
        return tuple(sorted(self._absent))

    def read(self, path: str) -> bytes | None:
        """Return the contents of one file as git holds it, None where there is none."""
        for part in self._parts:
            name = path.removeprefix(part.prefix)
            if path.startswith(part.prefix) and name in part.blobs:
                return Git(where=self._scratch, git_dir=part.git_dir).tell("cat-file", "blob", part.blobs[name])
        return None

    def lay_out(self, paths: Collection[str], target: Path) -> None:
        """Check the files ``paths`` out below ``target``, as git would (line ends, filters, links, modes)."""
        for number, part in enumerate(self._parts):
            chosen = [name for name in part.blobs if part.prefix + name in paths]
            if not chosen:
                continue
            place = target / part.prefix
            if not stays_in(target, place):
                continue
            place.mkdir(parents=True, exist_ok=True)
            git = Git(where=place, git_dir=part.git_dir, index=self._scratch / f"index-{number}")
            git.tell("read-tree", part.sha)
            given = b"".join(os.fsencode(name) + b"\0" for name in sorted(chosen))
            git.tell("checkout-index", "--force", "--quiet", "-z", "--stdin", given=given)
            filled_in(place, chosen, part.git_dir)

    def _read_parts(self, git_dir: Path, work: Path, prefix: str, sha: str) -> Iterator[_Part]:
        git = Git(where=self._scratch, git_dir=git_dir)
        blobs: dict[str, str] = {}
        modules: dict[str, str] = {}
        for line in git.tell("ls-tree", "-r", "-z", "--full-tree", sha).split(b"\0"):
            if line:
                facts, _, name = line.partition(b"\t")
                mode, _, oid = facts.decode("ascii").split(" ")
                path = os.fsdecode(name)
                if _OURS.isdisjoint(path.split("/")):
                    (modules if mode == _SUBMODULE else blobs)[path] = oid
        yield _Part(git_dir=git_dir, prefix=prefix, sha=sha, blobs=blobs)
        names = _module_names(git, sha) if modules else {}
        for path, oid in modules.items():
            held = _module_git_dir(git_dir, work / path, names.get(path, path))
            if held is None:
                self._absent.append(prefix + path)
                continue
            if (
                Git(where=self._scratch, git_dir=held).ask("cat-file", "-e", f"{oid}^{{commit}}", none_at=(1, 128))
                is None
            ):
                raise RepositoryError(
                    "no-submodule-commit",
                    f"The submodule {prefix}{path} has no commit {oid[:10]}, which {sha[:10]} wants.",
                    remedy=f"fetch it: git -C {shlex.quote(prefix + path)} fetch origin {oid[:10]}; or all: "
                    "'git fetch --recurse-submodules=yes'.",
                )
            yield from self._read_parts(held, work / path, f"{prefix}{path}/", oid)


def copy_files(source: Path, target: Path, paths: Collection[str]) -> None:
    """Copy files, links as links, modes and times with them; what stands in the way on ``target`` stays.

    What is neither file nor link (a socket, a pipe) is passed over, and so is what a link on ``target`` would lead out
    of it.

    Raises:
        RepositoryError: a file cannot be read (``unreadable-file``).
    """
    made: set[Path] = set()
    for path in sorted(paths):
        start, end = source / path, target / path
        if end.parent not in made:
            if not stays_in(target, end.parent):
                continue
            try:
                end.parent.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError):  # a folder here, a file there
                continue
            made.add(end.parent)
        if not os.path.lexists(end):
            with suppress(FileNotFoundError, shutil.SpecialFileError):  # deleted meanwhile, or a pipe
                _copy(start, end)


def _copy(start: Path, end: Path) -> None:
    try:
        shutil.copy2(start, end, follow_symlinks=False)
    except PermissionError:
        raise RepositoryError(
            "unreadable-file", f"{start} cannot be read.", remedy="make it readable, or have git ignore it."
        ) from None
    if not end.is_symlink():
        end.chmod(stat.S_IMODE(end.stat().st_mode) | stat.S_IRUSR | stat.S_IWUSR)


def _module_names(git: Git, sha: str) -> dict[str, str]:
    """Return the names of the submodules by their paths, as ``.gitmodules`` of that commit has them."""
    answer = git.ask("config", "-z", "--blob", f"{sha}:.gitmodules", "--get-regexp", r"^submodule\..*\.path$",
                     none_at=(1, 128))  # fmt: skip
    named: dict[str, str] = {}
    for item in (answer or b"").split(b"\0"):
        key, _, path = os.fsdecode(item).partition("\n")
        if path:
            named[path.rstrip("/")] = key.removeprefix("submodule.").removesuffix(".path")
    return named


def _module_git_dir(parent: Path, work: Path, name: str) -> Path | None:
    """Return where the submodule's objects are: its own ``.git``, or what the parent keeps of it."""
    if (work / ".git").exists():
        return Path(Git(where=work).word("rev-parse", "--absolute-git-dir"))
    common = Path(Git(where=parent, git_dir=parent).word("rev-parse", "--git-common-dir"))
    held = (parent / common) / "modules" / name
    inside = ".." not in Path(name).parts and not Path(name).is_absolute()
    return held.resolve() if inside and (held / "HEAD").is_file() else None

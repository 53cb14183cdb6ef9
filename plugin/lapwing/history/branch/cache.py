"""Where are the branch's objects kept here, and how do they come and go? In a bare repository of our own.

Not in the user's: a fetch writes its shallow file, its refs and its settings, a clone of it would have our objects, and
two jobs in one clone would meet there. This one holds nothing that is not at the remote too, so where it is damaged or
has grown it is thrown away and fetched again: the folders of 10,000 runs, and what is noted of them, are 3 MB.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from lapwing.history.branch.objects import opened_objects
from lapwing.history.branch.refusals import NO_BRANCH, OTHER_NAMES
from lapwing.history.branch.remote import NAME
from lapwing.history.branch.running import Late, require_git
from lapwing.history.branch.tree import BadTree, Entry, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from lapwing.history.branch.refusals import Doing, Refusals
    from lapwing.history.branch.running import Runner, Said

TIP: Final = "refs/lapwing/tip"
_NEW: Final = "refs/lapwing/new"

_AT_ONCE: Final = 2_000
"""Blobs asked for in one request: 80 kB of names."""

_MOST_PACKS: Final = 150
"""Each fetch and each commit leaves a pack; from here on git is slower than a fetch anew."""

_MOVED: Final = ("fetch first", "non-fast-forward", "stale info", "shallow update not allowed", "needs force")
"""git's words for a branch that somebody else has moved since we looked."""

# The remote was busy with another push; or with ours: where the line breaks git sends it once more by itself, and is
# told that the branch is not where it was.
_BUSY: Final = (
    "failed to update ref",
    "cannot lock ref",
    "failed to lock",
    "incorrect old value",
    "reference already exists",
    "unpacker error",
)
_NOT_SENT: Final = ("could not read from remote", "unable to access", "does not appear to be", "connection refused")
_BROKEN: Final = ("hung up", "reset by peer", "timed out", "broken pipe", "unexpected disconnect", "empty reply")
_DAMAGE: Final = (
    "corrupt",
    "bad object",
    "missing blob",
    "missing tree",
    "missing commit",
    "unable to read",
    "invalid object",
    "packfile",
    "unresolved delta",
    "bad tree object",
    "could not parse",
    "failed to read object",
    "not a valid object",
    "broken",
    "shallow file",
    "object directory",
    "expected",
    # Ours; of a remote it says that it "does not appear to be" one.
    "not a git repository: ",
)

Pushed = Literal["done", "moved", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """The newest commit of the branch, its tree, and what is at the top of that."""

    sha: str
    tree: str
    entries: dict[bytes, Entry]

    @property
    def digits(self) -> int:
        """Hexadecimal digits of this repository's object names, 40 or 64."""
        return len(self.sha)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a commit changes: files to write, by path, and paths to take away; and its message."""

    writes: Sequence[tuple[str, bytes]] = ()
    deletes: Sequence[str] = ()
    message: str


class Cache:
    """The repository in ``runner.folder``, of the branch ``ref``. Whoever uses it holds the lock."""

    def __init__(self, runner: Runner, *, ref: str, refusals: Refusals) -> None:
        self._runner = runner
        self._ref = ref
        self._refusals = refusals

    @property
    def runner(self) -> Runner:
        """Runs git in this repository."""
        return self._runner

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._runner.folder

    def prepare(self) -> None:
        """Make the repository where there is none, and clear away what a killed process left.

        Raises:
            StoreError: ``git-too-old``, ``no-git``.
            OSError: the folder cannot be written.
        """
        if not all((self.folder / part).exists() for part in ("HEAD", "config", "objects", "refs")):
            self._make()
        elif sum(1 for _ in (self.folder / "objects" / "pack").glob("*.pack")) > _MOST_PACKS:
            self.renew()
        # Whoever holds our lock is alone here: what is locked was left by a process that was killed.
        for pattern in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/info/*.lock"):
            for left in self.folder.glob(pattern):
                left.unlink(missing_ok=True)

    def renew(self, *, names: str = "sha1") -> None:
        """Throw the repository away and begin again."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._make(names=names)

    def fetch_tip(self) -> Tip | None:
        """Fetch the newest commit with its folders, without files and without a past; None where there is no branch.

        Raises:
            StoreError: the remote cannot be reached or refuses.
        """
        said = self._fetch_tip()
        if said.code and any(words in said.error.lower() for words in OTHER_NAMES):
            self._change_names()
            said = self._fetch_tip()
        if said.code and any(words in said.error.lower() for words in _DAMAGE):
            self.renew()
            said = self._fetch_tip()
        if said.code:
            if any(words in said.error.lower() for words in NO_BRANCH):
                return None
            raise self._refusals.meaning(said.error, "read")
        tip = self.tip()
        if tip is None:
            # The remote has answered, so it is our copy that cannot be read.
            self.renew(names=self._names())
            said = self._fetch_tip()
            tip = self.tip() if said.code == 0 else None
        if tip is None:
            raise self._refusals.not_a_store("its newest commit has no folder that can be read")
        return tip

    def fetch_files(self, shas: Iterable[str]) -> None:
        """Fetch the files with these names, many in one request; those that are here already are not asked for.

        What the remote does not have stays missing.

        Raises:
            StoreError: the remote cannot be reached or refuses.
        """
        here = self._present()
        wanted = [sha for sha in dict.fromkeys(shas) if sha not in here]
        for start in range(0, len(wanted), _AT_ONCE):
            self._fetch_some(wanted[start : start + _AT_ONCE])

    def commit(self, parent: Tip | None, files: Files, *, when: float) -> str:
        """Make a commit of ``files`` on ``parent`` and return its name; no work tree and no index is used.

        Raises:
            StoreError: ``disk-full``, ``store-unwritable``.
        """
        stream = [
            b"feature done\n",
            b"commit %s\nmark :1\n" % _NEW.encode(),
            b"committer Lapwing <lapwing@localhost> %d +0000\n" % max(0, int(when)),
            _data(files.message.encode()),
        ]
        if parent is not None:
            stream.append(b"from %s\n" % parent.sha.encode())
        stream += [b"D %s\n" % path.encode("ascii") for path in files.deletes]
        for path, content in files.writes:
            stream += [b"M 100644 inline %s\n" % path.encode("ascii"), _data(content)]
        stream += [b"get-mark :1\n", b"done\n"]
        said = self._runner.run("fast-import", "--quiet", "--force", "--date-format=raw", given=b"".join(stream))
        if said.code:
            raise self._refusals.meaning(said.error, "read")
        return said.out.decode("ascii").strip()

    def orphan(self, tip: Tip, *, message: str, when: float) -> str:
        """Make a commit of the tip's own tree without a past, and return its name."""
        stream = [
            b"feature done\n",
            b"commit %s\nmark :1\n" % _NEW.encode(),
            b"committer Lapwing <lapwing@localhost> %d +0000\n" % max(0, int(when)),
            _data(message.encode()),
            b'M 040000 %s ""\n' % tip.tree.encode(),
            b"get-mark :1\n",
            b"done\n",
        ]
        # A ref that exists would be the commit's parent.
        self._runner.run("update-ref", "-d", _NEW)
        said = self._runner.run("fast-import", "--quiet", "--force", "--date-format=raw", given=b"".join(stream))
        if said.code:
            raise self._refusals.meaning(said.error, "read")
        return said.out.decode("ascii").strip()

    def push(self, sha: str, *, instead_of: str | None = None) -> Pushed:
        """Push a commit, without force; or by ``instead_of`` in the place of exactly that commit.

        ``moved``: the remote has another tip by now, and kept it. ``unsure``: the line broke or time ran out, and the
        remote may have taken it or not.

        Raises:
            StoreError: ``push-refused``, ``disk-full`` or ``remote-unreachable``; the remote has not taken it.
        """
        lease = () if instead_of is None else (f"--force-with-lease={self._ref}:{instead_of}",)
        try:
            said = self._runner.run(
                "push", "--porcelain", "--no-verify", *lease, NAME, f"{sha}:{self._ref}", network=True
            )
        except Late:
            return "unsure"
        if said.code == 0:
            return "done"
        rejected = [line for line in said.out.decode("utf-8", "replace").splitlines() if line.startswith("!")]
        text = f"{' '.join(rejected)} {said.error}".lower()
        if any(words in text for words in OTHER_NAMES):
            # An empty remote tells only now. Nothing was sent, and all is built anew.
            self._change_names()
            return "moved"
        if rejected:
            # A disk without room shows as one of those too, and by no patience does it get any.
            if "no space left" not in text and any(words in text for words in _MOVED):
                return "moved"
            if "no space left" not in text and any(words in text for words in _BUSY):
                return "unsure"
            raise self._refusals.meaning(f"{said.error}\n{rejected[0]}", "write")
        if any(words in text for words in _BROKEN) and not any(words in text for words in _NOT_SENT):
            return "unsure"
        raise self._refusals.meaning(said.error, "write")

    def may_push(self, tip: Tip) -> None:
        """Find out whether the remote would take a push. Raises :class:`~lapwing.errors.StoreError`."""
        doing: Doing = "write"
        try:
            said = self._runner.run(
                "push", "--porcelain", "--dry-run", "--no-verify", NAME, f"{tip.sha}:{self._ref}", network=True
            )
        except Late:
            raise self._refusals.unreachable("it did not answer in time") from None
        rejected = [line for line in said.out.decode("utf-8", "replace").splitlines() if line.startswith("!")]
        if said.code and not rejected:
            raise self._refusals.meaning(said.error, doing)

    def _make(self, *, names: str = "sha1") -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        require_git(self.folder)
        said = self._runner.run("init", "--bare", "--quiet", "--template=", f"--object-format={names}")
        if said.code:
            raise self._refusals.meaning(said.error, "read")

    def _change_names(self) -> None:
        self.renew(names="sha1" if self._names() == "sha256" else "sha256")

    def _names(self) -> str:
        try:
            return "sha256" if b"sha256" in (self.folder / "config").read_bytes() else "sha1"
        except OSError:
            return "sha1"

    def _fetch_tip(self) -> Said:
        try:
            return self._runner.run(
                "fetch",
                "--quiet",
                "--depth=1",
                "--filter=blob:none",
                "--no-tags",
                "--no-write-fetch-head",
                NAME,
                f"+{self._ref}:{TIP}",
                network=True,
            )
        except Late:
            raise self._refusals.unreachable("it did not answer in time") from None

    def tip(self, name: str = TIP) -> Tip | None:
        """Return the commit called ``name`` with what is at its top, None where that cannot be read here.

        Raises:
            StoreError: ``not-a-store``, its top folder is no folder.
        """
        with opened_objects(self._runner) as objects:
            commit = objects.get(name, most=2**20)
            if commit is None or commit.kind != "commit" or commit.content is None:
                return None
            first = commit.content.split(b"\n", 1)[0]
            tree = first[5:].decode("ascii", "replace")
            raw = objects.tree(tree) if first.startswith(b"tree ") and tree.isalnum() else None
        if not isinstance(raw, bytes):
            return None
        try:
            entries = parse_tree(raw, digits=len(commit.sha))
        except BadTree as error:
            raise self._refusals.not_a_store(f"its top folder is damaged, {error}") from None
        return Tip(sha=commit.sha, tree=tree, entries={entry.name: entry for entry in entries})

    def _present(self) -> set[str]:
        said = self._runner.run(
            "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)", "--buffer"
        )
        return set(said.out.decode("ascii", "replace").split())

    def _fetch_some(self, shas: Sequence[str]) -> None:
        try:
            # As git itself fetches what a partial clone lacks: nothing to negotiate about, the names on stdin.
            said = replace(self._runner, remote=(*self._runner.remote, ("fetch.negotiationAlgorithm", "noop"))).run(
                "fetch",
                "--quiet",
                "--filter=blob:none",
                "--no-tags",
                "--no-write-fetch-head",
                "--stdin",
                NAME,
                given="".join(f"{sha}\n" for sha in shas).encode("ascii"),
                network=True,
            )
        except Late:
            raise self._refusals.unreachable("it did not answer in time") from None
        if said.code == 0:
            return
        if "not our ref" not in said.error and "unadvertised object" not in said.error:
            raise self._refusals.meaning(said.error, "read")
        # One of them the remote does not have, and it sends none for that: the others are asked for apart.
        if len(shas) > 1:
            half = len(shas) // 2
            self._fetch_some(shas[:half])
            self._fetch_some(shas[half:])


def _data(content: bytes) -> bytes:
    return b"data %d\n" % len(content) + content + b"\n"

"""Builds the site: writes the history as an asv tree and runs ``asv publish`` on it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.detect.series import build_series
from lapwing.errors import UsageError
from lapwing.judge.identity import aliases_of
from lapwing.site.asv_tree import Placed, write_tree
from lapwing.site.plan import declared_in, plan_site
from lapwing.site.repository import BRANCH, borrow, environment, invent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lapwing.ports import Commits, HistoryStore
    from lapwing.site.plan import Plan

ASV: Final = ("-m", "asv", "publish", "--no-pull", "--config", "asv.conf.json")
_FULL: Final = 40
_SHORT: Final = 8
_TAIL: Final = 15  # lines of asv's output that an error quotes


def _tell(said: str) -> None:
    sys.stderr.write(f"lapwing: {said}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsvSite:
    """The site as asv builds it; a :class:`~lapwing.ports.Site`.

    ``root`` is a folder of the project's repository, ``say`` is told in a sentence what is not as might be expected.
    """

    root: Path
    say: Callable[[str], None] = _tell

    def build(self, store: HistoryStore, commits: Commits, target: Path) -> Path:
        """Build the site at ``target``, in place of one that is there, and return its start page.

        What was there stays until the new site is whole.

        Raises:
            UsageError: asv is not installed (``asv-missing``) or fails (``site-failed``), there is nothing to show
                (``empty-history``), or ``target`` cannot be written or holds something else (``site-target``).
        """
        if find_spec("asv") is None:
            raise UsageError(
                "asv-missing",
                "The site is built by asv, which is not installed.",
                remedy="pip install 'lapwing[site]'.",
            )
        _check_target(target)
        plan = plan_site(store, commits)
        for note in plan.notes:
            self.say(note)
        with _workshop(target) as place:
            original = _prepare(plan, store, self.root, place)
            _publish(place, self.root.resolve().name or "project")
            _restore_hashes(place / "html", original)
            _put(place / "html", target)
        return target / "index.html"


def _check_target(target: Path) -> None:
    """Refuse a folder that is no site: it will be replaced whole, and it may be somebody's home."""
    if target.exists() and not (target / "regressions.json").is_file() and not _is_empty_folder(target):
        raise UsageError(
            "site-target",
            f"{target} is there and is not a site that Lapwing built.",
            remedy="name a folder that is empty or not there: lapwing site --out DIR.",
        )


def _is_empty_folder(target: Path) -> bool:
    return target.is_dir() and next(target.iterdir(), None) is None


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Make a folder beside ``target``, on its file system so that the move at the end is one rename."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(
            prefix=".lapwing-site-", dir=target.parent.resolve(), ignore_cleanup_errors=True
        )
    except OSError as error:
        raise UsageError(
            "site-target", f"{target.parent} cannot be written: {error.strerror}.", remedy="name another --out."
        ) from None
    with folder as place:
        yield Path(place)


def _prepare(plan: Plan, store: HistoryStore, project: Path, place: Path) -> dict[str, str]:
    """Make the repository and the results tree; return the original hash of each hash that had to be made up."""
    if plan.hashes is None:
        hashes = invent(plan.chain, place / "repository")
        original = {there: commit.sha for there, (commit, _) in zip(hashes, plan.chain, strict=True)}
    else:
        borrow(project, plan.head, place / "repository")
        hashes, original = plan.hashes, {}
    places = {
        commit.sha: Placed(sha=there, date=date) for there, (commit, date) in zip(hashes, plan.chain, strict=True)
    }
    recorded = {machine: store.recorded(machine=machine) for machine in plan.orders}
    declared = declared_in(plan, store, {one.metric.benchmark for several in recorded.values() for one in several})
    aliases = aliases_of(declared.values())
    write_tree(
        place / "results",
        series={key: build_series(recorded[key], order, aliases) for key, order in plan.orders.items()},
        machines={run.machine.id: run.machine for run in plan.runs},
        declared=declared,
        places=places,
    )
    return original


def _publish(place: Path, project: str) -> None:
    """Run ``asv publish`` in ``place``.

    Raises:
        UsageError: it fails or writes no site (``site-failed``), with the end of what it said.
    """
    settings = {
        "version": 1,
        "project": project,
        "project_url": "#",
        "repo": str(place / "repository"),
        "dvcs": "git",
        # asv's own default is git's init.defaultBranch or master, and a traceback where there is no such branch.
        "branches": [BRANCH],
        "results_dir": "results",
        "html_dir": "html",
        "hash_length": 10,
    }
    (place / "asv.conf.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, *ASV]
    done = subprocess.run(  # noqa: S603 - no shell, our own words
        command,
        cwd=place,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode == 0 and (place / "html" / "index.json").is_file():
        return
    said = done.stdout.decode("utf-8", "replace").strip().splitlines()[-_TAIL:]
    raise UsageError(
        "site-failed",
        f"asv publish ended with {done.returncode} and said: {' / '.join(said) or 'nothing'}.",
        remedy="check that this asv works here: 'python -m asv --version'.",
    )


def _restore_hashes(html: Path, original: Mapping[str, str]) -> None:
    """Put the commits' own hashes where asv wrote those of the repository that was made up for it."""
    if not original:
        return
    index = html / "index.json"
    document = json.loads(index.read_text(encoding="utf-8"))
    known = document["revision_to_hash"]
    document["revision_to_hash"] = {revision: _plain(original.get(sha, sha)) for revision, sha in known.items()}
    index.write_text(json.dumps(document), encoding="utf-8", newline="\n")
    feed = html / "regressions.xml"
    if feed.is_file():
        # The feed writes a hash whole in addresses and its first 8 digits in sentences.
        words = {size: {sha[:size]: _plain(own) for sha, own in original.items()} for size in (_FULL, _SHORT)}
        text = re.sub(
            r"\b[0-9a-f]{8}(?:[0-9a-f]{32})?\b",
            lambda found: words[len(found[0])].get(found[0], found[0]),
            feed.read_text(encoding="utf-8"),
        )
        feed.write_text(text, encoding="utf-8", newline="\n")


def _plain(sha: str) -> str:
    """Return a commit's own word in characters that XML and addresses can hold; an import may have any token."""
    return re.sub(r"[^0-9A-Za-z_.\-]", "_", sha)


def _put(html: Path, target: Path) -> None:
    """Move the new site to its place; the old one goes only when the new one can stand there."""
    old = html.parent / "old"
    try:
        if target.exists():
            target.rename(old)
        html.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise UsageError(
            "site-target", f"{target} cannot be replaced: {error.strerror}.", remedy="close what holds it open."
        ) from None

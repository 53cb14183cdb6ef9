"""What is head measured against, and who makes the sides of it?"""

# ruff: noqa: PLC0415 - a run without an anchor pays for none of it
from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError, RepositoryError
from lapwing.model import Anchor, RunWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lapwing.ports import Commits, PairSampler, Tags
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]

AUTO: Final = "auto"
CACHE: Final = ".lapwing/cache"

NO_RELEASE: Final = RunWarning(
    slug="no-release",
    message="There is no release among head's first parents to be the anchor, so times are judged and no ratios.",
    remedy="fetch the tags ('git fetch --tags') if there are any, or name a commit: --perf-anchor COMMIT.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """How pytest was called: with which arguments, in which folder."""

    arguments: tuple[str, ...]
    cwd: Path


def find_anchor(wanted: str, *, cwd: Path, commits: Commits, tags: Tags) -> Anchor | None:
    """Return what ``wanted`` (``auto``, a tag or a commit) means here; None where ``auto`` finds no release.

    Raises:
        RepositoryError: there is no such commit (``unknown-revision``), or the clone is cut off (``shallow``).
    """
    if wanted != AUTO:
        from lapwing.measure.sides.revisions import resolve

        return Anchor(name=wanted, sha=resolve(cwd, wanted).base.sha)
    from lapwing.judge.release import last_release

    release = last_release(tags.tags(), commits.first_parents())
    if release is not None:
        return Anchor(name=release.name, sha=release.sha)
    if commits.is_shallow():
        raise RepositoryError(
            "shallow",
            "This clone is shallow, and no release is in it to be the anchor.",
            remedy="fetch the whole history with its tags: 'git fetch --unshallow --tags', in GitHub Actions "
            "'fetch-depth: 0'; or name a commit: --perf-anchor COMMIT.",
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A :class:`~lapwing.ports.SidesMaker`: sides from git, measured by pairs of pytest sessions like this one.

    ``files`` says whose files that are no code are on both sides (:class:`~lapwing.measure.sides.revisions.Chosen`).
    """

    invocation: Invocation
    settings: Settings
    root: Path
    files: str | None = None

    @contextmanager
    def between(self, base: str, head: str | None, *, progress: Progress) -> Iterator[PairSampler]:
        """Make the sides of ``base`` and ``head`` (full hashes, None for the working tree) while they are used.

        Raises:
            LapwingError: they cannot be made, or a worker of theirs is lost.
        """
        from lapwing.measure.clock import system_stopwatch
        from lapwing.measure.pair import SideGone
        from lapwing.measure.pairs import Pairs
        from lapwing.measure.process import WorkerLate, WorkerLost
        from lapwing.measure.processors import cores
        from lapwing.measure.sides.make import make_sides
        from lapwing.measure.sides.revisions import resolve

        cwd = self.invocation.cwd
        chosen = replace(resolve(cwd, base, head), files=self.files)
        with make_sides(chosen, cwd=cwd, cache=self.root / CACHE, progress=lambda said: progress(0, 0, said)) as sides:
            pairs = Pairs(
                sides=sides,
                arguments=self.invocation.arguments,
                timeout=self.settings.timeout,
                seed=int.from_bytes(os.urandom(6), "big"),
                clock=system_stopwatch().wall,
                cores=cores(),
            )
            try:
                yield pairs
            except (SideGone, WorkerLate, WorkerLost) as problem:
                # Between two benchmarks: nobody's failure, and the anchor fails no run.
                raise MeasureError(
                    "no-worker", f"A worker ended or hung between two benchmarks: {problem}.", remedy="measure again."
                ) from None
            finally:
                pairs.close()

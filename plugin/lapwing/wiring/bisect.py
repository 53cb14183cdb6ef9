"""Which concrete thing does ``lapwing bisect`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.wiring.named_file import write_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.judge.bisect import Bisected
    from lapwing.measure.sides.revisions import Chosen
    from lapwing.settings import Settings
    from lapwing.wiring.anchor import Between

    Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What the user asked for: a benchmark, revisions (None for the defaults), pytest's arguments, from which folder.

    ``max_time`` is seconds, None for no end.
    """

    benchmark: str
    good: str | None
    bad: str | None
    arguments: tuple[str, ...]
    cwd: Path
    max_time: float | None = None


def bisect(sought: Sought, settings: Settings, root: Path, progress: Progress) -> Bisected:
    """Find the commit that changed the benchmark's speed.

    Raises:
        LapwingError: revisions that are none, no release to begin at, a benchmark that cannot be measured on both ends.
    """
    from lapwing.history.ancestry import commits_between
    from lapwing.measure.clock import system_stopwatch
    from lapwing.measure.sides.revisions import WORKING, resolve
    from lapwing.pipeline.bisect import BisectJob
    from lapwing.pipeline.bisect import bisect as bisected
    from lapwing.wiring.anchor import Between, Invocation

    clock = system_stopwatch().wall
    began = clock()
    chosen = _ends(sought)
    current = resolve(sought.cwd, "HEAD").head.sha
    sides = Between(
        invocation=Invocation(arguments=sought.arguments, cwd=sought.cwd),
        settings=settings,
        root=root,
        files=WORKING if chosen.head.sha == current else chosen.head.sha,
    )
    job = BisectJob(
        wanted=sought.benchmark,
        commits=commits_between(chosen.top, chosen.base.sha, chosen.head.sha),
        sides=sides,
        narrowed=lambda name: _narrowed(sides, name),
        limit=settings.compare_limit,
        going_on=lambda: sought.max_time is None or clock() - began < sought.max_time,
        progress=progress,
        said=chosen.said,
    )
    return bisected(job)


def _ends(sought: Sought) -> Chosen:
    """Return GOOD as base and BAD as head: BAD is the commit checked out unless named, GOOD the last release before it.

    Raises:
        RepositoryError: a revision that is none, or no release among BAD's first parents (``no-good``).
    """
    from lapwing.history.ancestry import first_parents_of
    from lapwing.history.tags import GitTags
    from lapwing.judge.release import last_release
    from lapwing.measure.sides.revisions import resolve

    bad = sought.bad or "HEAD"
    if sought.good is not None:
        return resolve(sought.cwd, sought.good, bad)
    tip = resolve(sought.cwd, bad, bad)
    past = first_parents_of(tip.top, tip.head.sha)
    release = last_release(GitTags(tip.top).tags(), past)
    if release is None or release.sha == tip.head.sha:
        raise RepositoryError(
            "no-good",
            f"There is no release before {tip.head.short} to begin at.",
            remedy="name a commit that was fast, 'lapwing bisect BENCHMARK GOOD', or fetch the tags: "
            "'git fetch --tags'.",
        )
    said = f"GOOD is {release.sha[:10]}, the last release ({release.name})."
    chosen = resolve(sought.cwd, release.sha, tip.head.sha)
    return replace(chosen, said=(said, *chosen.said))


def _narrowed(sides: Between, name: str) -> Between | None:
    """Return sides that collect the file of a node id alone, None where there is no such file.

    Where pytest was told what to collect, it collects that.
    """
    file = name.partition("::")[0]
    if not file.endswith(".py") or not (sides.invocation.cwd / file).is_file():
        return None
    if any((sides.invocation.cwd / one.partition("::")[0]).exists() for one in sides.invocation.arguments):
        return None
    return replace(sides, invocation=replace(sides.invocation, arguments=(*sides.invocation.arguments, file)))


def split_words(words: tuple[str, ...], cwd: Path) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return which words of a command are GOOD and BAD (None where not given), and which are pytest's."""
    from lapwing.measure.sides.words import split_words as split

    return split(words, cwd)


def write_json(text: str, path: Path) -> None:
    """Write a document for programs.

    Raises:
        UsageError: the file cannot be written (``unwritable-file``).
    """
    write_named(path, text.encode("ascii"))

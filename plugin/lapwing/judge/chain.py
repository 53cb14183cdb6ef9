"""What is an anchor's level in a series of ratios, so that the series goes on when the anchor changes?

A stored value is *ratio of head to the anchor* times *the anchor's level*. The first anchor of a chain is its root and
has level 1. When the anchor changes from A to B, the ratios change by what B differs from A, and B's level takes that
out again: it is B's own value in the series. In the order in which it is looked for:

1. the level that the newest run used, where it was measured against B already: one release has one level, whatever is
   measured later, so that nothing jumps in the middle of it;
2. 1, where B is the root;
3. the median of the values stored at commit B, which was measured against A before it was a release;
4. B measured against A in this job, by pairs: such a *bridge* is stored as a run of commit B, and so becomes 3;
5. where that cannot be done, a new chain: B is its root, the series has a boundary, and a warning says so.

Each new anchor adds the error of its level, 0.6 % for 8 pairs that spread by 1.4 %, to all values that follow, once. It
does not grow within a release, and is a tenth of the usual limit.

A benchmark without any value in the history begins a chain at level 1: the first value is its ratio to the anchor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.centre import quantile
from lapwing.detect.order import order_runs, same_commit
from lapwing.judge.relative import has_root, is_relative
from lapwing.model import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lapwing.detect.order import FirstParents
    from lapwing.model import Anchor, Machine, Recorded, RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a history says of one benchmark's ratios.

    ``newest`` is the run with the newest one before or at head, ``at_anchor`` are the values (with their fingerprints)
    of the runs at the anchor's commit.
    """

    newest: str
    at_anchor: tuple[tuple[float, str], ...] = ()


def known_ratios(  # noqa: PLR0913 - the store's parts, git's, and which of it
    *,
    recorded: Iterable[Recorded],
    runs: Collection[RunSummary],
    first_parents: FirstParents,
    machine: Machine,
    anchor: str,
    aliases: Mapping[str, str],
) -> dict[str, Known]:
    """Return what the history has of each benchmark on ``machine``, by its present id.

    Only clean and complete runs count; the newest is by git's order, of one commit the one stored last. ``anchor`` is a
    full hash, and need not be in the first-parent history.
    """
    usable = [run for run in runs if run.machine.id == machine.id and run.complete and not run.commit.dirty]
    place = order_runs(usable, first_parents).position
    stored = {run.id: number for number, run in enumerate(usable)}
    there = {run.id for run in usable if same_commit(run.commit.sha, anchor)}
    newest: dict[str, tuple[int, int, str]] = {}
    values: dict[str, list[tuple[float, str]]] = {}
    for one in recorded:
        if one.machine != machine.id or not is_relative(one.metric, one.unit):
            continue
        benchmark = aliases.get(one.metric.benchmark, one.metric.benchmark)
        for run, value, fingerprint in zip(one.runs, one.values, one.fingerprints, strict=True):
            if run in place:
                age = (place[run], stored[run], run)
                newest[benchmark] = max(newest.get(benchmark, age), age)
            if run in there:
                values.setdefault(benchmark, []).append((value, fingerprint))
    return {
        benchmark: Known(newest=run, at_anchor=tuple(values.get(benchmark, ())))
        for benchmark, (_, _, run) in newest.items()
    }


def level_of(benchmark: str, anchor: str, known: Known, used: Anchor, before: Level) -> Level | None:
    """Return the level of ``anchor`` (a full hash) for ``benchmark``, None where only a bridge can tell it.

    ``used`` is the anchor of the run ``known.newest``, and ``before`` its level there.
    """
    if before.root == anchor:
        return first_level(benchmark, anchor)
    if used.sha == anchor:
        return Level(benchmark=benchmark, level=before.level, root=before.root)
    values = [value for value, fingerprint in known.at_anchor if has_root(fingerprint, before.root) and value > 0]
    return Level(benchmark=benchmark, level=quantile(values, 0.5), root=before.root) if values else None


def first_level(benchmark: str, anchor: str) -> Level:
    """Return the level of the anchor that begins a chain."""
    return Level(benchmark=benchmark, level=1.0, root=anchor)

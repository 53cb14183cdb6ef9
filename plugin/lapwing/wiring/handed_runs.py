"""How are runs judged that a job nobody trusts handed over? After those of the default branch, in a history of its own.

The newest runs of the store are copied to a folder that is thrown away, the handed ones after them, and the copy is
checked as any history; nothing of them reaches the store. The order is that of the commit itself, as the forge has it,
so a pull request is judged by what it was branched off from.
"""

# ruff: noqa: PLC0415 - numpy is paid for by whoever judges
from __future__ import annotations

import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import HandoverRefused, LapwingError, StoreDamaged
from lapwing.wiring.pushed import Pushed, unreadable
from lapwing.wiring.quoted import quoted_run
from lapwing.wiring.recent import at_remote, is_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lapwing.history.handover_runs import HandedRuns
    from lapwing.model import Run
    from lapwing.ports import HistoryStore
    from lapwing.settings import Settings

COMMITS: Final = 1_000
"""Commits that are asked for: 200 kB of them."""

RUNS: Final = 300
"""Runs that are copied: twenty seconds where each has 1,000 benchmarks, one where it has 50."""


def judged(handed: HandedRuns, settings: Settings, address: str, sha: str, environ: Mapping[str, str]) -> Pushed:
    """Judge what was measured of the commit ``sha``, by the settings' rules and the history they name.

    ``address`` is where the repository is on the web, empty where nobody knows.

    Raises:
        HandoverRefused: it is of another commit, or of a work tree with changes (``handover-other-commit``), or cannot
            be judged (``handover-unjudged``).
    """
    import numpy as np

    from lapwing.judge.compare.held import hold_declared

    if any(run.commit.sha != sha or run.commit.dirty for run in handed.runs):
        raise HandoverRefused(
            "handover-other-commit",
            f"What was handed over is not of the clean commit {sha}.",
            remedy="have the job that measures check out exactly the commit, and change no file of it.",
        )
    own, said = [], dict[str, None]()
    for run in handed.runs:
        declared, more = hold_declared(run.declared, limit=settings.limit, widest=settings.widest_limit)
        own.append(replace(quoted_run(run), declared=declared))
        said |= dict.fromkeys(more)
    try:
        # Of 1e308 beside a millisecond numpy would warn in the job's log.
        with (
            tempfile.TemporaryDirectory(prefix="lapwing-history-", ignore_cleanup_errors=True) as scratch,
            np.errstate(all="ignore"),
        ):
            found = _checked(tuple(own), settings, address, sha, environ, Path(scratch))
    except LapwingError as error:
        return unreadable(error)
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        # Numbers made to harm may do anything to whoever judges them; the pull request is told all the same.
        raise HandoverRefused(
            "handover-unjudged",
            f"It cannot be judged ({type(error).__name__}).",
            remedy="hand over what 'pytest --perf' measured, as it is.",
        ) from None
    return replace(found, sentences=(*found.sentences, *said))


def _checked(  # noqa: PLR0913, PLR0917 - what was handed over, and all that it is judged by
    own: tuple[Run, ...], settings: Settings, address: str, sha: str, environ: Mapping[str, str], scratch: Path
) -> Pushed:
    from lapwing.history import open_store
    from lapwing.history.branch import main_line
    from lapwing.history.line import Line
    from lapwing.pipeline.at_commit import OfMachines, machines_at
    from lapwing.pipeline.check import check
    from lapwing.wiring import adapters

    shas: tuple[str, ...] = (sha,)
    with closing(open_store("judged.db", scratch)) as copy:
        if is_elsewhere(settings.store) and address:
            place = at_remote(settings.store, address)
            with closing(open_store(place, scratch, newest=RUNS)) as store:
                if store.runs():
                    shas = main_line(address, scratch / "commits.git", environ=environ, most=COMMITS, head=sha)
                    copy.append(_before(store, shas))
        copy.append(own)
        seen = OfMachines(store=copy, machines=machines_at(copy.runs(), sha))
        report = check(store=seen, commits=Line(shas), policy=adapters.policy(settings)).report
        count = len(seen.runs()) - len(own)
    return Pushed(
        report=report,
        sentences=(f"Judged against {count:,} runs in the history, of the commits before it on the same machines.",),
        locations={one.benchmark: one.location for run in own for one in run.declared if one.location},
    )


def _before(store: HistoryStore, shas: tuple[str, ...]) -> Iterator[Run]:
    """Return the newest runs of the commits ``shas`` that can be read. None was handed over: those ids are ours."""
    from lapwing.detect.order import FirstParents

    order = FirstParents(shas)
    placed = [run for run in store.runs() if order.place(run.commit.sha) is not None]
    for one in placed[-RUNS:]:
        with suppress(StoreDamaged):
            yield store.load(one.id)

"""Which concrete thing does ``lapwing issues`` get, and where may it do something?

Where the default branch is, and nowhere else: what is confirmed there was merged. No event of a pull request gets here.
"""

# ruff: noqa: PLC0415 - numpy is paid for by whoever judges
from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from lapwing.review import check_suite
from lapwing.wiring.accepted import accepted_here
from lapwing.wiring.adapters import commits, open_store, policy

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from lapwing.forge.surroundings import Surroundings
    from lapwing.pipeline.issues.job import Told
    from lapwing.pipeline.issues.stand import Ground
    from lapwing.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What came of it: ``told`` for the summary, None where there was nothing to look at; ``done`` in sentences."""

    told: Told | None
    done: tuple[str, ...]


def issue(*, suite: str, settings: Settings, root: Path, around: Surroundings, dry: bool) -> Issued:
    """Open, change and close the issues of what the history confirms; ``dry`` only says what there would be to tell.

    Raises:
        ForgeError: something could not be written, or not surely; the same again finishes it.
        StoreError: the history cannot be read.
        LapwingError: the settings are wrong, or the history cannot be judged.
    """
    from lapwing.pipeline.issues.job import tell_issues, told_alone
    from lapwing.pipeline.issues.telling import Manner
    from lapwing.wiring.report import accepted_in

    check_suite(suite)
    why = _not_here(around)
    if why:
        return Issued(told=None, done=(f"No issues: they are of the default branch, and {why}.",))
    ground = _ground(settings, root)
    if ground is None:
        return Issued(told=None, done=("No issues: nothing in the history could be judged.",))
    manner = Manner(
        suite=suite,
        label=settings.issue_label,
        most=settings.most_issues,
        mention=settings.mention_author,
        compare=around.compare,
        job=around.job,
    )
    git = commits(root)
    if dry or around.forge is None:
        alone = told_alone(ground, git, manner, "nothing is written in a dry run." if dry else "there is no token.")
        return Issued(told=alone, done=alone.done)
    told = tell_issues(ground, forge=around.forge, commits=git, manner=manner, said=accepted_in)
    return Issued(told=told, done=told.done)


def _not_here(around: Surroundings) -> str:
    """Return why this is no place for issues, empty where it is: on the default branch, or by hand."""
    if around.task.do == "main" or not around.in_workflow:
        return ""
    return around.task.why


def _ground(settings: Settings, root: Path) -> Ground | None:
    """Judge the history as ``lapwing check`` does; None where there was nothing to judge."""
    from lapwing.pipeline.issues.stand import ground_of
    from lapwing.wiring.check import check

    with closing(open_store(settings, root)) as store:
        checked = check(store=store, settings=settings, root=root, machine=None, progress=_silent)
        titles = {run.machine.id: run.machine.title for run in store.runs()}
    if not checked.report.verdicts or not checked.order.shas:
        return None
    return ground_of(
        checked.report,
        checked.cleared,
        order=checked.order,
        policy=policy(settings),
        titles=titles,
        waivers=accepted_here(root),
        today=_today(),
        site=settings.site_url,
    )


def _silent(done: int, total: int, what: str) -> None:
    """Say nothing of how far it is: a job's log is read afterwards."""


def _today() -> date:
    return datetime.now(timezone.utc).date()

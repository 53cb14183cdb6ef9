"""``lapwing issues``: an issue for each regression that the history confirms on the default branch."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import click

from lapwing.cli.app import EXIT_CODES, lapwing
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import plain
from lapwing.cli.summary import add_to_summary

if TYPE_CHECKING:
    from lapwing.pipeline.issues.job import Told


_CODES: Final = f"{EXIT_CODES}  6  the forge cannot be reached, or will not\n"


@lapwing.command(epilog=f"\b\nExample:\n  $ lapwing issues --dry-run\n\n\b\n{_CODES}")
@store_option
@click.option("--suite", default="default", metavar="NAME", help="Which suite it is of; each has its own issues.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what there is to tell, and write nothing.")
def issues(*, store: str | None, suite: str, dry: bool) -> int:
    """Open an issue for each cause of regressions that the history confirms, and close it when it is fixed.

    For the job of the default branch, after 'pytest --perf' there: what changed at the same commits is one issue, kept
    up to date, closed when the level is back or accepted (.lapwing/accepted.toml), and opened again when it comes back
    or gets worse. What a person closed stays closed, unless it gets worse. Nobody is mentioned unless mention-author
    asks for it.
    Without a token, or with one that may not write issues, there is the job's summary alone. The exit code is 0
    whatever there is to tell.
    """
    from lapwing.forge.surroundings import surroundings
    from lapwing.report.issue_summary import issues_summary
    from lapwing.wiring.issues import issue

    project = project_of({"store": store})
    around = surroundings(os.environ)
    found = issue(suite=suite, settings=project.settings, root=project.root, around=around, dry=dry)
    if found.told is not None:
        _say(found.told)
        add_to_summary(around.summary, issues_summary(found.told.causes, found.told.done))
    for line in found.done:
        click.echo(f"lapwing: {plain(line)}")
    return 0


def _say(told: Told) -> None:
    """Print a line for each cause that is open."""
    from lapwing.report.issue import issue_title

    for one in told.causes:
        click.echo(f"lapwing: {plain(issue_title(one))}")

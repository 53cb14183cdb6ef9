"""``lapwing report``: what a comparison came to, told on the pull request."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from lapwing.cli.app import EXIT_CODES, lapwing
from lapwing.cli.stream import plain
from lapwing.cli.summary import add_to_summary
from lapwing.errors import UsageError

if TYPE_CHECKING:
    from lapwing.report.telling import Telling, Trouble


@lapwing.command(
    epilog=f"\b\nExample:\n  $ lapwing report\n\n\b\n{EXIT_CODES}  6  the forge cannot be reached, or will not\n"
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--suite", default="default", metavar="NAME", help="Which suite it is of; each has its own comment.")
@click.option(
    "--comment",
    type=click.Choice(["always", "changed"]),
    default="always",
    help="Begin a comment where nothing changed?",
)
@click.option(
    "--history", is_flag=True, help="Report what 'lapwing check' says of the commit; on a push to main it does."
)
@click.option(
    "--artifact",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --history: write nothing anywhere but what another job may judge, for 'lapwing report' there.",
)
@click.option("--annotate", is_flag=True, help="Also show remarks beside the lines of what got slower.")
@click.option(
    "--workflow", metavar="PATH", help="The path of the workflow that measures, where it is not the usual one."
)
def report(  # noqa: PLR0913 - one argument for each option
    *,
    file: Path | None,
    suite: str,
    comment: Literal["always", "changed"],
    history: bool,
    artifact: Path | None,
    annotate: bool,
    workflow: str | None,
) -> int:
    """Write what was measured to the pull request: one comment, one status that gates, the job's summary.

    In a workflow that runs after the one that measures it finds the pull request and what was handed over by itself,
    judges the numbers anew by the default branch's rules, and writes. With FILE, which 'lapwing compare --artifact'
    wrote, it reports what this very job measured; on a push to the default branch, or with --history, what the history
    says of the commit that 'pytest --perf' measured into it.
    Without a token, or with one that may only read, there is the summary alone. The exit code is 0 whatever the
    verdict: the status gates.
    """
    from lapwing.forge.surroundings import WORKFLOW, surroundings
    from lapwing.report.remarks import workflow_commands
    from lapwing.wiring.report import Wanted
    from lapwing.wiring.report import report as reported

    if artifact is not None:
        return _hand_over(artifact, suite, history=history)
    around = surroundings(os.environ, workflow=workflow or WORKFLOW)
    wanted = Wanted(suite=suite, file=file, root=Path.cwd(), history=history, comments=comment, remark=annotate)
    found = reported(wanted, around, os.environ)
    if found.told is not None:
        _summarize(found.told, around.summary)
    for line in found.done:
        click.echo(f"lapwing: {plain(line)}")
    if around.annotates and found.remarks:
        click.echo(workflow_commands(found.remarks), nl=False)
    return 0


def _hand_over(artifact: Path, suite: str, *, history: bool) -> int:
    """Write the runs of the commit checked out for a job that may write."""
    from lapwing.settings import load
    from lapwing.wiring.pushed import hand_over

    if not history:
        raise UsageError(
            "no-history",
            "--artifact is for what a history holds.",
            remedy="add --history; a comparison is handed over by 'lapwing compare --artifact'.",
        )
    root = Path.cwd()
    count = hand_over(load(root, os.environ, {}), root, suite, artifact)
    click.echo(f"lapwing: {count} run{'s' if count > 1 else ''} handed over in {plain(str(artifact))}")
    return 0


def _summarize(told: Telling | Trouble, place: Path | None) -> None:
    """Add to the job's summary, or print what would be there; a line of the log can begin no command of a workflow."""
    from lapwing.report.gate import gate_of
    from lapwing.report.markdown import summary

    gate = gate_of(told)
    click.echo(f"lapwing: {gate.name} is {gate.state}: {plain(gate.description)}")
    add_to_summary(place, summary(told))

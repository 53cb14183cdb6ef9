"""``lapwing check``: the newest commits, judged from the history alone."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from pathlib import Path

import click

from lapwing.cli.app import EXIT_CODES, UNDECIDED, lapwing
from lapwing.cli.project import machine_of, machine_option, project_of, store_option, verbose_option
from lapwing.cli.stream import plain, progress_shown, show_text, stream_of


@lapwing.command(epilog=f"\b\nExample:\n  $ lapwing check --limit 0.03 --json report.json\n\n\b\n{EXIT_CODES}")
@store_option
@machine_option
@click.option(
    "--json", "json_file", metavar="FILE", help="Also write the report as JSON; '-' is stdout, and only that."
)
@click.option("--fail-on", multiple=True, metavar="inconclusive", help="What else fails: 'inconclusive' exits 3.")
@click.option("--limit", metavar="SHARE", help="The relative change that matters, as 0.05 or '5 %'.")
@click.option("--creep-limit", metavar="SHARE", help="How far a level may creep in small steps, as 0.1 or '10 %'.")
@click.option("--jobs", metavar="N", help="Look at the history in N processes.")
@click.option("--cluster", metavar="ADDRESS", help="Look at it on the Dask cluster of this scheduler (tcp://...).")
@verbose_option
@click.option("-q", "--quiet", is_flag=True, help="Show the verdict and what blocks only.")
def check(  # noqa: PLR0913 - one argument for each option
    *,
    store: str | None,
    machine: str | None,
    json_file: str | None,
    fail_on: tuple[str, ...],
    limit: str | None,
    creep_limit: str | None,
    jobs: str | None,
    cluster: str | None,
    verbose: int,
    quiet: bool,
) -> int:
    """Judge the newest commits from the history, and list its latest changes."""
    from lapwing.history import printable
    from lapwing.model import Outcome
    from lapwing.pipeline.changes import with_shapes
    from lapwing.report.changes import most_changes, render_changes
    from lapwing.report.json import to_json
    from lapwing.report.terminal import render
    from lapwing.report.wording import exit_code
    from lapwing.wiring import check as wired
    from lapwing.wiring import told

    project = project_of(
        {
            "store": store,
            "limit": limit,
            "fail_on": fail_on or None,
            "creep_limit": creep_limit,
            "jobs": jobs,
            "cluster": cluster,
        }
    )
    with project.store() as history, progress_shown() as progress:
        checked = wired.check(
            store=history,
            settings=project.settings,
            root=project.root,
            machine=machine_of(history, machine),
            progress=progress,
        )
    fails = project.settings.fail_on
    code = exit_code(checked.report.outcome, fail_on=fails)
    if not checked.report.verdicts:
        # A store's name with a typo in it must not make a gate green without a word.
        place = plain(printable(project.settings.store))
        click.echo(f"lapwing: nothing in the history {place} could be judged.", err=True)
        code = UNDECIDED if Outcome.INCONCLUSIVE in fails else code
    if json_file == "-":
        show_text(to_json(checked.report))
        return code
    if json_file is not None:
        told.write_json(checked.report, Path(json_file))
    stream, verbosity = stream_of(), -1 if quiet else verbose
    text = render(checked.report, verbosity=verbosity, fail_on=fails, **stream)
    if not quiet:
        changes = with_shapes(checked.changes, checked.cleared, most_changes(verbosity))
        text += "\n" + render_changes(changes, verbosity=verbosity, **stream)
    show_text(text, color=stream["color"])
    return code

"""``lapwing history prune``: remove runs, after having shown which."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lapwing.cli.history import history
from lapwing.cli.project import machine_of, machine_option, project_of, store_option, verbose_option
from lapwing.cli.stream import show_text, stream_of

if TYPE_CHECKING:
    from lapwing.pipeline.retention import Period


@history.command(epilog="\b\nExample:\n  $ lapwing history prune --older-than 1y --one-a week")
@store_option
@click.option("--older-than", metavar="AGE", help="What was measured before: 90d, 12w, 6mo, 2y or a date.")
@click.option(
    "--one-a",
    metavar="PERIOD",
    type=click.Choice(("day", "week", "month")),
    help="Keep one commit of each machine in each day, week or month.",
)
@click.option(
    "--keep-last", metavar="N", type=click.IntRange(min=0), help="Keep the last N runs stored of each machine."
)
@machine_option
@click.option("--source", metavar="NAME", help="Only runs of this source: pytest, import:asv, ...")
@click.option("--dirty", is_flag=True, help="Only runs of a work tree with changes.")
@click.option("--incomplete", is_flag=True, help="Only runs that were interrupted; with --dirty either.")
@click.option("--also-protected", is_flag=True, help="Also what change points, newest levels or creep rest on.")
@click.option("--yes", is_flag=True, help="Remove them. Without it nothing is removed.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@verbose_option
def prune(  # noqa: PLR0913 - one argument for each option
    *,
    store: str | None,
    older_than: str | None,
    one_a: Period | None,
    keep_last: int | None,
    machine: str | None,
    source: str | None,
    dirty: bool,
    incomplete: bool,
    also_protected: bool,
    yes: bool,
    as_json: bool,
    verbose: int,
) -> None:
    """Show which runs would go, what room that makes and which series lose values; remove them with --yes.

    A run goes where all that is asked agrees. Whatever is asked, of each series these stay: the last 20 values, the
    last 20 up to the last release, and 20 on either side of each change point.
    """
    from lapwing.cli.dates import moment
    from lapwing.pipeline.prune import plan_pruning
    from lapwing.pipeline.prune import prune as pruned
    from lapwing.pipeline.retention import Wanted
    from lapwing.report.pruned import pruned_to_json, render_pruned
    from lapwing.wiring import adapters

    project = project_of({"store": store})
    with project.store() as kept:
        plan = plan_pruning(
            store=kept,
            commits=adapters.commits(project.root),
            tags=adapters.tags(project.root),
            policy=adapters.policy(project.settings),
            wanted=Wanted(
                before=None if older_than is None else moment(older_than, now=adapters.clock().now()),
                keep_last=keep_last,
                one_a=one_a,
                machine=machine_of(kept, machine),
                source=source,
                dirty=dirty,
                incomplete=incomplete,
            ),
            also_protected=also_protected,
        )
        done = pruned(kept, plan) if yes else plan
    if as_json:
        show_text(pruned_to_json(done))
        return
    stream = stream_of()
    show_text(render_pruned(done, verbosity=verbose, **stream), color=stream["color"])

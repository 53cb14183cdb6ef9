"""``lapwing history stats``: how large the history is, and will be."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import click

from lapwing.cli.history import history
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import show_text, stream_of


@history.command(epilog="\b\nExample:\n  $ lapwing history stats")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def stats(*, store: str | None, as_json: bool) -> None:
    """Tell how large the history is, how it grew month by month, and what it will be in one year and in five.

    Months are those in which runs were measured; of imports that do not know, the months of their commits.
    """
    from lapwing.pipeline.stats import stats as numbers
    from lapwing.report.stats import render_stats, stats_to_json
    from lapwing.wiring import adapters, keeping

    project = project_of({"store": store})
    with project.store() as kept:
        found = numbers(store=kept, clock=adapters.clock())
    if as_json:
        show_text(stats_to_json(found))
        return
    stream = stream_of()
    show_text(render_stats(found, doubts=keeping.waiting(project.root), **stream), color=stream["color"])

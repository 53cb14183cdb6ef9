"""``lapwing history`` and ``lapwing import``: the runs there are, and those other tools have."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from pathlib import Path

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import machine_of, machine_option, project_of, store_option, verbose_option
from lapwing.cli.stream import plain, progress_shown, show_text, stream_of


@lapwing.group(epilog="\b\nExample:\n  $ lapwing history list -v")
def history() -> None:
    """Look at the history itself."""


@history.command("list", epilog="\b\nExample:\n  $ lapwing history list --json")
@store_option
@machine_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@verbose_option
def history_list(*, store: str | None, machine: str | None, as_json: bool, verbose: int) -> None:
    """List the runs there are, the last stored first."""
    from lapwing.report.listing import listing_to_json, render_listing

    with project_of({"store": store}).store() as kept:
        wanted, damaged = machine_of(kept, machine), kept.damaged()
        runs = [run for run in kept.runs() if wanted in (None, run.machine.id)]
    if as_json:
        show_text(listing_to_json(runs))
        return
    stream = stream_of()
    show_text(render_listing(runs, damaged=damaged, verbosity=verbose, **stream), color=stream["color"])


@lapwing.command("import", epilog="\b\nExample:\n  $ lapwing import auto old-results/ .benchmarks/*/*.json")
@click.argument("form", metavar="FORMAT|auto")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
def import_(*, form: str, paths: tuple[Path, ...], store: str | None) -> None:
    """Read results that another tool wrote into the history.

    FORMAT is asv, pytest-benchmark, csv, jsonl, or run (a run that could not be stored); auto looks at the file. What
    is there already is not stored twice.
    """
    from lapwing import wiring
    from lapwing.report.footnotes import render_warnings

    stream = stream_of()
    with project_of({"store": store}).store() as kept:
        for path in paths:
            with progress_shown() as progress:
                found = wiring.read_import(path, form, progress)
            new = kept.append(found.runs)
            click.echo(f"{plain(str(path))}: {len(found.runs):,} runs read, {new:,} of them new.")
            show_text(render_warnings(found.warnings, **stream), color=stream["color"])

"""``lapwing sync``: what waits in the outbox is sent, and what is here of a remote history is brought up to date."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import progress_shown, show_text, stream_of
from lapwing.errors import StoreError


@lapwing.command(epilog="\b\nExample:\n  $ lapwing sync")
@store_option
@click.option("--dry-run", is_flag=True, help="Only tell what would be sent.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def sync(*, store: str | None, dry_run: bool, as_json: bool) -> int:
    """Send the runs that wait in .lapwing/outbox, where a history refused them, then fetch what others added.

    A file leaves the outbox once the history has its run. One that cannot be read is named and stays. Exits with 4
    where something stays.
    """
    from lapwing.report.sync import render_sync, sync_to_json
    from lapwing.wiring import sync as wired

    project = project_of({"store": store})
    with project.store() as kept, progress_shown() as progress:
        done = wired.sync(store=kept, root=project.root, progress=progress, dry=dry_run)
    stream = stream_of()
    text = sync_to_json(done) if as_json else render_sync(done, **stream)
    show_text(text, color=stream["color"] and not as_json)
    return 0 if done.is_clean else StoreError.exit_code

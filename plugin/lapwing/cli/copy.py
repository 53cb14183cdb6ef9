"""``lapwing history copy``: a history in another store."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from contextlib import closing

import click

from lapwing.cli.history import history
from lapwing.cli.project import project_of
from lapwing.cli.stream import progress_shown, show_text, stream_of
from lapwing.errors import StoreError


@history.command(epilog="\b\nExample:\n  $ lapwing history copy .lapwing/history.db git+branch://lapwing-history")
@click.argument("source", metavar="A")
@click.argument("target", metavar="B")
@click.option("--dry-run", is_flag=True, help="Only tell how much would be copied.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def copy(*, source: str, target: str, dry_run: bool, as_json: bool) -> int:
    """Copy every run of the history A into B that B has not, then compare all of them byte by byte.

    A and B are paths (from the project's root) or URLs, as for --store; A is only read, and what is in B stays. Run
    again after an interruption it goes on. Exits with 4 where a run could not be copied.
    """
    from lapwing.report.copied import copied_to_json, render_copied
    from lapwing.wiring import adapters
    from lapwing.wiring import copying as wired

    root = project_of({}).root
    with (
        closing(adapters.open_place(source, root)) as one,
        closing(adapters.open_place(target, root)) as other,
        progress_shown() as progress,
    ):
        done = wired.copy_history(source=one, target=other, progress=progress, dry=dry_run)
    stream = stream_of()
    text = copied_to_json(done) if as_json else render_copied(done, **stream)
    show_text(text, color=stream["color"] and not as_json)
    return StoreError.exit_code if done.left else 0

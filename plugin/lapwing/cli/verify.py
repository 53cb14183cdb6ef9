"""``lapwing history verify``: is every record what was written?"""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import click

from lapwing.cli.history import history
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import progress_shown, show_text, stream_of
from lapwing.errors import StoreError


@history.command(epilog="\b\nExample:\n  $ lapwing history verify")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def verify(*, store: str | None, as_json: bool) -> int:
    """Read every record and compare the index with it; name what is damaged, and exit with 4 where something is.

    Nothing is repaired: what is damaged is kept as it is. 'fsck' is the same command.
    """
    from lapwing.pipeline.verify import verify as verified
    from lapwing.report.verified import render_verified, verified_to_json

    with project_of({"store": store}).store() as kept, progress_shown() as progress:
        found = verified(store=kept, progress=progress)
    stream = stream_of()
    text = verified_to_json(found) if as_json else render_verified(found, **stream)
    show_text(text, color=stream["color"] and not as_json)
    return StoreError.exit_code if found.damaged else 0


history.add_command(verify, "fsck")

"""``lapwing history compact``: cut off the past of a history branch."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import click

from lapwing.cli.history import history
from lapwing.cli.project import project_of, store_option


@history.command(epilog="\b\nExample:\n  $ lapwing history compact --store git+branch://lapwing-history")
@store_option
def compact(*, store: str | None) -> None:
    """Replace the commits of a history branch by one with the same runs; to be done once a year or so.

    No run goes. Whoever pushes meanwhile builds anew on the new commit, and loses nothing. What was removed from the
    history is gone from the remote only after this, once it has collected its garbage.
    """
    from lapwing.wiring.compacting import compact as compacted

    with project_of({"store": store}).store() as kept:
        done = compacted(kept)
    if done is None:
        click.echo("There is no branch yet, so there is nothing to compact.")
        return
    said = f"The branch is one commit now, {done.after[:10]}, with all its {done.runs:,} runs"
    click.echo(f"{said}; it was at {done.before[:10]}.")

"""``lapwing init``: the workflows that measure pull requests and tell them."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from typing import Final

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import project_of
from lapwing.cli.stream import plain
from lapwing.forge.setting_up import KINDS

LEFT: Final = 1

_SAID: Final = {
    "new": "written",
    "as it is": "as it was",
    "upgraded": "upgraded; nobody had edited it",
    "edited": "left as it is, since somebody edited it; --force overwrites it",
    "overwritten": "overwritten, though somebody had edited it",
}


@lapwing.command(epilog=f"\b\nExample:\n  $ lapwing init {KINDS[0]}\n")
@click.argument("forge", metavar="|".join(KINDS))
@click.option("--branch", metavar="NAME", help="The default branch, where git does not know it.")
@click.option("--force", is_flag=True, help="Overwrite also what somebody edited.")
def init(*, forge: str, branch: str | None, force: bool) -> int:
    """Write the workflows that measure pull requests and tell them, keep the history and publish its site.

    Asks nothing, explains everything in the files. Again, it upgrades them in place; what somebody edited is left
    alone, and how it differs is shown. Exits 1 where a file was left.
    """
    from lapwing.wiring.init import initialize

    planned = initialize(forge, project_of({}).root, branch=branch, force=force)
    for one in planned:
        click.echo(f"{plain(one.path)}: {_SAID[one.what]}")
        if one.what in ("edited", "overwritten", "upgraded"):
            click.echo("".join(plain(line) + "\n" for line in one.difference.splitlines()), nl=False)
    return LEFT if any(one.what == "edited" for one in planned) else 0

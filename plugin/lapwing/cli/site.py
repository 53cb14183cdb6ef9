"""``lapwing site``: the history as web pages."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import sys

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import plain


@lapwing.command(epilog="\b\nExample:\n  $ lapwing site --out public\n\nNeeds asv: pip install 'lapwing[site]'.")
@click.option(
    "--out", metavar="DIR", default=".lapwing/site", show_default=True, help="Where to; what is there is replaced."
)
@store_option
def site(*, out: str, store: str | None) -> None:
    """Build the history as a web site of static files."""
    from lapwing import wiring

    project = project_of({"store": store})
    if sys.stderr.isatty():
        click.echo("Building the site with asv, about 0.1 s for 1,000 values ...", err=True)
    start = wiring.build_site(project.settings, project.root, project.root / out)
    click.echo(f"The site is built: {plain(str(start))}")
    click.echo(f"Look at it with: {plain(f'python -m http.server --directory {start.parent}')}")

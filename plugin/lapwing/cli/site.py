"""``lapwing site``: the history as web pages."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import project_of, store_option
from lapwing.cli.stream import plain, progress_shown


@lapwing.command(epilog="\b\nExample:\n  $ lapwing site --out public\n\nNeeds asv: pip install 'lapwing[site]'.")
@click.option(
    "--out",
    metavar="DIR",
    default=".lapwing/site",
    show_default=True,
    help="Where to; a site that is there is renewed.",
)
@click.option("--serve", is_flag=True, help="Then serve it on this machine and open the browser, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to serve on; any, if not named.")
@click.option("--push", metavar="BRANCH", help="Then make it the content of this branch of origin, for static pages.")
@click.option("--by-asv", is_flag=True, help="Have 'asv publish' build it, all of it, with asv's own change points.")
@store_option
def site(  # noqa: PLR0913 - one argument for each option
    *, out: str, serve: bool, port: int, push: str | None, by_asv: bool, store: str | None
) -> None:
    """Build the history as a web site of static files; of one that is there only what changed."""
    from lapwing.wiring import site as wired

    project = project_of({"store": store})
    with progress_shown() as progress:
        start = wired.build_site(project.settings, project.root, project.root / out, progress, by_asv=by_asv)
    click.echo(f"The site is built: {plain(str(start))}")
    if push is not None:
        commit = wired.push_site(start.parent, push, project.root)
        click.echo(f"It is on the branch {plain(push)} of origin: {commit[:10]}")
    if serve:
        wired.serve_site(start.parent, port, lambda address: click.echo(f"Look at it: {address} (Ctrl-C ends it)"))
    elif push is None:
        click.echo("Look at it with: lapwing site --serve")

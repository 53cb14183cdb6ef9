"""``lapwing log`` and ``lapwing show``: one benchmark through the history, one run whole."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from pathlib import Path

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import machine_of, machine_option, project_of, store_option, verbose_option
from lapwing.cli.stream import plain, show_text, stream_of


@lapwing.command(epilog="\b\nExample:\n  $ lapwing log test_decode_large")
@click.argument("benchmark")
@store_option
@machine_option
@click.option("--metric", metavar="NAME", help="Only this metric, such as time or peak_memory.")
@click.option("--plot", metavar="FILE", help="Also draw it, as .svg or .png; of several series one picture each.")
@verbose_option
def log(  # noqa: PLR0913 - one argument for each option
    *, benchmark: str, store: str | None, machine: str | None, metric: str | None, plot: str | None, verbose: int
) -> None:
    """Tell the history of BENCHMARK: its chart, its levels, the commits that changed them.

    BENCHMARK is an id, a pytest node id, or a part of exactly one of them. -v lists the last values, -vv all.
    """
    from lapwing.report.footnotes import render_warnings
    from lapwing.report.log import render_log
    from lapwing.wiring import log as wired

    project = project_of({"store": store})
    with project.store() as history:
        told = wired.history_of(
            store=history,
            settings=project.settings,
            root=project.root,
            benchmark=benchmark,
            metric=metric,
            machine=machine_of(history, machine),
        )
    stream = stream_of()
    texts = [
        render_log(
            one.series,
            one.points,
            one.commits,
            machine=one.machine,
            verbosity=verbose,
            events=one.events,
            shapes=one.shapes,
            **stream,
        )
        for one in told
    ]
    doubts = render_warnings(tuple(dict.fromkeys(warning for one in told for warning in one.warnings)), **stream)
    show_text("\n".join([*texts, *([doubts] if doubts else [])]), color=stream["color"])
    if plot is not None:
        for path in wired.draw(told, Path(plot)):
            click.echo(f"Drawn: {plain(str(path))}")


@lapwing.command(epilog="\b\nExample:\n  $ lapwing show 3f9c0a12")
@click.argument("run")
@store_option
@verbose_option
def show(*, run: str, store: str | None, verbose: int) -> None:
    """Show what one RUN measured, in which processes, under which conditions.

    RUN is the beginning of a run's id or of a commit, or HEAD. -v shows every value.
    """
    from lapwing.report.choice import choose_runs
    from lapwing.report.run import render_run
    from lapwing.wiring import adapters

    project = project_of({"store": store})
    with project.store() as history:
        wanted = adapters.commits(project.root).head().sha if run == "HEAD" else run
        first, *others = choose_runs(wanted, history.runs())
        document = history.load(first)
    stream = stream_of()
    show_text(render_run(document, verbosity=verbose, **stream), color=stream["color"])
    if others:
        click.echo(f"\nOther runs of this commit: {', '.join(map(plain, others))}")

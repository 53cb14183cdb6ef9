"""``lapwing history``, ``lapwing import`` and ``lapwing export``: the runs there are, and those other tools have."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import machine_of, machine_option, project_of, store_option, verbose_option
from lapwing.cli.stream import plain, progress_shown, show_text, stream_of
from lapwing.errors import UsageError


@lapwing.group(epilog="\b\nExample:\n  $ lapwing history list -v")
def history() -> None:
    """Look at the history itself, look after it, move it."""


@history.command("list", epilog="\b\nExample:\n  $ lapwing history list --since 30d --benchmark test_decode -v")
@store_option
@machine_option
@click.option("--branch", metavar="NAME", help="Only runs made on this branch.")
@click.option("--since", metavar="DATE", help="Only runs measured since then: 2026-11-24, or an age such as 30d.")
@click.option("--until", metavar="DATE", help="Only runs measured up to then, that day included.")
@click.option("--commit", metavar="COMMIT", help="Only runs of this commit: a hash or its beginning, a tag, HEAD~3.")
@click.option("--range", "span", metavar="A..B", help="Only runs of the commits after A, up to B.")
@click.option("--source", metavar="NAME", help="Only runs of this source: pytest, import:asv, ...")
@click.option("--benchmark", metavar="PATTERN", help="Only runs with a value of a benchmark of this name, or part.")
@click.option("--limit", "-n", metavar="N", type=click.IntRange(min=1), help="Only the newest N.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@verbose_option
def history_list(  # noqa: PLR0913 - one argument for each option
    *,
    store: str | None,
    machine: str | None,
    branch: str | None,
    since: str | None,
    until: str | None,
    commit: str | None,
    span: str | None,
    source: str | None,
    benchmark: str | None,
    limit: int | None,
    as_json: bool,
    verbose: int,
) -> None:
    """List the runs there are, the newest first: in git's order where git knows their commits.

    Of one commit the last stored is first. Runs of commits that are not in the history of the one checked out come
    after the others. The JSON has the runs in the order of storing.
    """
    from lapwing.cli.dates import moment
    from lapwing.pipeline.listed import Wish, listed
    from lapwing.report.listing import listing_to_json, render_listing
    from lapwing.wiring import adapters, keeping

    project, now = project_of({"store": store}), adapters.clock().now()
    with project.store() as kept:
        wish = Wish(
            machine=machine_of(kept, machine),
            branch=branch,
            since=None if since is None else moment(since, now=now),
            until=None if until is None else moment(until, now=now, end=True),
            commit=commit,
            span=None if span is None else _ends(span),
            source=source,
            benchmark=benchmark,
            limit=limit,
        )
        found = listed(
            store=kept, commits=adapters.commits(project.root), resolve=adapters.revision(project.root), wish=wish
        )
        doubts = (*keeping.waiting(project.root), *kept.damaged())
        if as_json:
            chosen = {run.id for run in (*found.runs, *found.outside)}
            show_text(listing_to_json([run for run in kept.runs() if run.id in chosen]))
            return
    stream = stream_of()
    text = render_listing(found.runs, outside=found.outside, damaged=doubts, verbosity=verbose, **stream)
    show_text(text, color=stream["color"])


def _ends(span: str) -> tuple[str, str]:
    """Return the two ends of a range as git writes it."""
    first, dots, last = span.partition("..")
    if not dots or last.startswith("."):
        raise UsageError("bad-range", f"{span[:100]!r} is no range.", remedy="give two commits, as in v1.0..HEAD.")
    return first.strip(), last.strip()


@lapwing.command("import", epilog="\b\nExample:\n  $ lapwing import auto old-results/ .benchmarks/*/*.json")
@click.argument("form", metavar="FORMAT|auto")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--commit", metavar="REV", help="The commit measured, where a file does not say it.")
@click.option("--date", metavar="DATE", help="When it was measured, where a file does not say it.")
@click.option("--machine", metavar="NAME", help="What to call the machine, where a file does not say it.")
def import_(  # noqa: PLR0913 - one for each option
    *, form: str, paths: tuple[Path, ...], store: str | None, commit: str | None, date: str | None, machine: str | None
) -> None:
    """Read results that another tool wrote into the history.

    FORMAT is asv, pytest-benchmark, github-action-benchmark, google-benchmark, hyperfine, pyperf, bencher, csv, jsonl,
    or run (a run that could not be stored, or was exported); auto looks at the file. What is there already is not
    stored twice.

    Files of hyperfine, pyperf, Google Benchmark and Bencher do not say which commit they measured: say it with
    --commit REV, for the one checked out --commit HEAD.
    """
    from lapwing.report.footnotes import render_warnings
    from lapwing.wiring import importing

    stream = stream_of()
    project = project_of({"store": store})
    said = importing.given(project.root, commit=commit, date=date, machine=machine)
    with project.store() as kept:
        for path in paths:
            with progress_shown() as progress:
                found = importing.read_import(path, form, progress, said)
            new = kept.append(found.runs)
            click.echo(f"{plain(str(path))}: {len(found.runs):,} runs read, {new:,} of them new.")
            show_text(render_warnings(found.warnings, **stream), color=stream["color"])


@lapwing.command(epilog="\b\nExample:\n  $ lapwing export asv tree")
@click.argument("form", metavar="FORMAT")
@click.argument("dest", metavar="DEST", type=click.Path(path_type=Path, allow_dash=True))
@store_option
@machine_option
@click.option("--benchmark", "benchmarks", metavar="NAME", multiple=True, help="Only these: a part of a name, or a*b.")
@click.option("--metric", "metrics", metavar="NAME", multiple=True, help="Only these metrics.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--dry-run", is_flag=True, help="Only tell how much would be written.")
def export(  # noqa: PLR0913 - one for each option
    *,
    form: str,
    dest: Path,
    store: str | None,
    machine: str | None,
    benchmarks: tuple[str, ...],
    metrics: tuple[str, ...],
    force: bool,
    dry_run: bool,
) -> None:
    """Write the history in a format that other tools read, and 'lapwing import' as well.

    FORMAT is csv, jsonl or parquet (DEST is a file; - is standard output, for the first two), or asv, pytest-benchmark
    or run (DEST is a folder). A folder that was exported before is replaced, and no other one.

    Of asv it is a folder of its own: results, and an asv.conf.json that names the project's repository and Lapwing's
    plugin, so that 'asv publish --config DEST/asv.conf.json', where Lapwing is installed too, shows what 'lapwing site'
    does.
    """
    from lapwing.history.exporters.selection import Selection
    from lapwing.wiring import exporting

    project = project_of({"store": store})
    with ExitStack() as using:
        kept = using.enter_context(project.store())
        selection = Selection(machine=machine_of(kept, machine), benchmarks=benchmarks, metrics=metrics)
        target: Path | IO[bytes] = sys.stdout.buffer if str(dest) == "-" else dest
        if dry_run:
            target = using.enter_context(exporting.trial(form, target, force=force))
        progress = using.enter_context(progress_shown())
        if form == "asv" and isinstance(target, Path):
            done = exporting.export_asv(
                kept, selection, target, settings=project.settings, root=project.root, progress=progress
            )
        else:
            done = exporting.export(kept, selection, form, target, force=force, progress=progress)
    # On stdout there is the export itself.
    click.echo(
        f"{plain(str(dest))}: {_count(done.runs, 'run')} {'would be ' if dry_run else ''}written.", err=str(dest) == "-"
    )
    for what, count in done.left_out.items():
        click.echo(f"lapwing: left out: {_count(count, what)}.", err=True)
    for note in done.notes:
        click.echo(f"lapwing: {note}", err=True)


def _count(count: int, what: str) -> str:
    """Say how many; what is counted is named by its first word, as in ``run of a changed work tree``."""
    first, _, rest = what.partition(" ")
    return f"{count:,} {first}{'' if count == 1 else 's'} {rest}".rstrip()

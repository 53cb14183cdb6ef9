"""The command line: arguments in, text and an exit code out; the jobs themselves are the pipeline's.

Nothing heavy is imported before a command runs, so ``lapwing --help`` answers at once.
"""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from lapwing import __version__
from lapwing.errors import LapwingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lapwing.ports import HistoryStore
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]

UNDECIDED: Final = 3
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141  # what a shell reports of a program that SIGPIPE ended
_WIDTH_OF_A_LOG: Final = 100
_PATIENCE: Final = 2.0  # seconds that nobody needs to be told anything for

_EXIT_CODES: Final = """\
Exit codes:
  0  nothing that blocks
  1  a benchmark regressed, failed or is missing
  2  the command, the settings or the input are wrong
  3  inconclusive, where --fail-on inconclusive asks for it
  4  the history cannot be read or written
"""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every refusal is one sentence on stderr."""
    try:
        code = lapwing.main(args, prog_name="lapwing", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except LapwingError as error:
        click.echo(f"lapwing: {_plain(str(error))}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("lapwing: interrupted.", err=True)
        return INTERRUPTED
    except SystemExit as error:
        # click leaves with 1 where the reader (head, less) has what it wants; 1 would say that something regressed.
        return BROKEN_PIPE if error.code == 1 else 0
    except BrokenPipeError:
        # The same, at the last flush. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code if isinstance(code, int) else 0


def _plain(text: str) -> str:
    """Return an error's text on one line, in characters that stderr can show."""
    from lapwing.report.escape import escape
    from lapwing.report.look import needs_ascii

    return escape(text, ascii_only=needs_ascii(getattr(sys.stderr, "encoding", None)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Project:
    """Where the command runs and with which settings."""

    root: Path
    settings: Settings

    @contextmanager
    def store(self) -> Iterator[HistoryStore]:
        """Open the history and close it again."""
        from lapwing import wiring

        store = wiring.open_store(self.settings, self.root)
        try:
            yield store
        finally:
            store.close()


def _project(flags: Mapping[str, object]) -> _Project:
    from lapwing import settings

    here = Path.cwd()
    signs = ("pyproject.toml", ".git")
    root = next((place for place in (here, *here.parents) if any((place / sign).exists() for sign in signs)), here)
    return _Project(root=root, settings=settings.load(root, os.environ, flags))


def _stream() -> dict[str, Any]:
    """Return what a renderer must know of stdout: width, colour, characters."""
    from lapwing.report.look import needs_ascii

    tty = sys.stdout.isatty()
    color = not os.environ.get("NO_COLOR") and (tty or bool(os.environ.get("FORCE_COLOR")))
    return {
        "width": shutil.get_terminal_size((_WIDTH_OF_A_LOG, 24)).columns,
        "color": color,
        "ascii_only": needs_ascii(getattr(sys.stdout, "encoding", None)),
    }


def _print(text: str, *, color: bool = False) -> None:
    """Write to stdout; a stream that cannot show a character gets its escape, never a crash."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False, color=color or None)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show how far long work is on stderr: a bar on a terminal, elsewhere after 2 s a line for every tenth of it."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress as Bar

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("")
            yield lambda done, total, what: bar.update(
                task, completed=done, total=total or None, description=escape(_plain(what)[:60])
            )
        return
    told, begun = -1, time.monotonic()

    def line(done: int, total: int, what: str) -> None:
        nonlocal told
        tenth = 10 * done // total if total else 0
        if tenth > told and time.monotonic() - begun > _PATIENCE:
            told = tenth
            click.echo(f"lapwing: {done:,} of {total:,} {_plain(what)[:100]}".rstrip(), err=True)

    yield line


def _machine(store: HistoryStore, wanted: str | None) -> str | None:
    from lapwing.report.choice import choose_machine

    return None if wanted is None else choose_machine(wanted, [run.machine for run in store.runs()])


_store = click.option("--store", metavar="WHERE", help="Where the history is kept: a path or a URL.")
_machine_option = click.option(
    "--machine", metavar="ID", help="Only this machine: the beginning of its id, or its name."
)
_verbose = click.option("-v", "--verbose", count=True, help="Show more.")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"\b\nExample:\n  $ pytest --perf && lapwing check\n\n\b\n{_EXIT_CODES}",
)
@click.version_option(__version__, prog_name="lapwing")
def lapwing() -> None:
    """Keep a Python project fast: judge and show what 'pytest --perf' measured.

    Mark tests with @perf, measure each commit with 'pytest --perf', then ask here.
    """


@lapwing.command(epilog=f"\b\nExample:\n  $ lapwing check --limit 0.03 --json report.json\n\n\b\n{_EXIT_CODES}")
@_store
@_machine_option
@click.option(
    "--json", "json_file", metavar="FILE", help="Also write the report as JSON; '-' is stdout, and only that."
)
@click.option("--fail-on", multiple=True, metavar="inconclusive", help="What else fails: 'inconclusive' exits 3.")
@click.option("--limit", metavar="SHARE", help="The relative change that matters, as 0.05 or '5 %'.")
@_verbose
@click.option("-q", "--quiet", is_flag=True, help="Show the verdict and what blocks only.")
def check(  # noqa: PLR0913 - one argument for each option
    *,
    store: str | None,
    machine: str | None,
    json_file: str | None,
    fail_on: tuple[str, ...],
    limit: str | None,
    verbose: int,
    quiet: bool,
) -> int:
    """Judge the newest commits from the history, and list its latest changes."""
    from lapwing import pipeline, wiring
    from lapwing.model import Outcome
    from lapwing.report.changes import render_changes
    from lapwing.report.json import to_json
    from lapwing.report.terminal import render
    from lapwing.report.wording import exit_code

    project = _project({"store": store, "limit": limit, "fail_on": fail_on or None})
    with project.store() as history:
        checked = pipeline.check(
            store=history,
            commits=wiring.commits(project.root),
            policy=wiring.policy(project.settings),
            machine=_machine(history, machine),
        )
    fails = project.settings.fail_on
    code = exit_code(checked.report.outcome, fail_on=fails)
    if not checked.report.verdicts:
        # A store's name with a typo in it must not make a gate green without a word.
        click.echo(f"lapwing: nothing in the history {_plain(project.settings.store)} could be judged.", err=True)
        code = UNDECIDED if Outcome.INCONCLUSIVE in fails else code
    if json_file == "-":
        _print(to_json(checked.report))
        return code
    if json_file is not None:
        wiring.write_json(checked.report, Path(json_file))
    stream, verbosity = _stream(), -1 if quiet else verbose
    text = render(checked.report, verbosity=verbosity, fail_on=fails, **stream)
    if not quiet:
        text += "\n" + render_changes(checked.changes, verbosity=verbosity, **stream)
    _print(text, color=stream["color"])
    return code


@lapwing.command(epilog="\b\nExample:\n  $ lapwing log test_decode_large")
@click.argument("benchmark")
@_store
@_machine_option
@click.option("--metric", metavar="NAME", help="Only this metric, such as time or peak_memory.")
@_verbose
def log(*, benchmark: str, store: str | None, machine: str | None, metric: str | None, verbose: int) -> None:
    """Tell the history of BENCHMARK: its chart, its levels, the commits that changed them.

    BENCHMARK is an id, a pytest node id, or a part of exactly one of them. -v lists the last values, -vv all.
    """
    from lapwing import pipeline, wiring
    from lapwing.report.log import render_log

    project = _project({"store": store})
    with project.store() as history:
        told = pipeline.history_of(
            store=history,
            commits=wiring.commits(project.root),
            benchmark=benchmark,
            metric=metric,
            machine=_machine(history, machine),
            policy=wiring.policy(project.settings),
        )
    stream = _stream()
    texts = [
        render_log(one.series, one.points, one.commits, machine=one.machine, verbosity=verbose, **stream)
        for one in told
    ]
    _print("\n".join(texts), color=stream["color"])


@lapwing.command(epilog="\b\nExample:\n  $ lapwing show 3f9c0a12")
@click.argument("run")
@_store
@_verbose
def show(*, run: str, store: str | None, verbose: int) -> None:
    """Show what one RUN measured, in which processes, under which conditions.

    RUN is the beginning of a run's id or of a commit, or HEAD. -v shows every value.
    """
    from lapwing import wiring
    from lapwing.report.choice import choose_runs
    from lapwing.report.run import render_run

    project = _project({"store": store})
    with project.store() as history:
        wanted = wiring.commits(project.root).head().sha if run == "HEAD" else run
        first, *others = choose_runs(wanted, history.runs())
        document = history.load(first)
    stream = _stream()
    _print(render_run(document, verbosity=verbose, **stream), color=stream["color"])
    if others:
        click.echo(f"\nOther runs of this commit: {', '.join(map(_plain, others))}")


@lapwing.group(epilog="\b\nExample:\n  $ lapwing history list -v")
def history() -> None:
    """Look at the history itself."""


@history.command("list", epilog="\b\nExample:\n  $ lapwing history list --json")
@_store
@_machine_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@_verbose
def history_list(*, store: str | None, machine: str | None, as_json: bool, verbose: int) -> None:
    """List the runs there are, the last stored first."""
    from lapwing.report.listing import listing_to_json, render_listing

    with _project({"store": store}).store() as kept:
        wanted, damaged = _machine(kept, machine), kept.damaged()
        runs = [run for run in kept.runs() if wanted in (None, run.machine.id)]
    if as_json:
        _print(listing_to_json(runs))
        return
    stream = _stream()
    _print(render_listing(runs, damaged=damaged, verbosity=verbose, **stream), color=stream["color"])


@lapwing.command("import", epilog="\b\nExample:\n  $ lapwing import auto old-results/ .benchmarks/*/*.json")
@click.argument("form", metavar="FORMAT|auto")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@_store
def import_(*, form: str, paths: tuple[Path, ...], store: str | None) -> None:
    """Read results that another tool wrote into the history.

    FORMAT is asv, pytest-benchmark, csv, jsonl, or run (a run that could not be stored); auto looks at the file. What
    is there already is not stored twice.
    """
    from lapwing import wiring
    from lapwing.report.footnotes import render_warnings

    stream = _stream()
    with _project({"store": store}).store() as kept:
        for path in paths:
            with _progress() as progress:
                found = wiring.read_import(path, form, progress)
            new = kept.append(found.runs)
            click.echo(f"{_plain(str(path))}: {len(found.runs):,} runs read, {new:,} of them new.")
            _print(render_warnings(found.warnings, **stream), color=stream["color"])


@lapwing.command(epilog="\b\nExample:\n  $ lapwing site --out public\n\nNeeds asv: pip install 'lapwing[site]'.")
@click.option(
    "--out", metavar="DIR", default=".lapwing/site", show_default=True, help="Where to; what is there is replaced."
)
@_store
def site(*, out: str, store: str | None) -> None:
    """Build the history as a web site of static files."""
    from lapwing import wiring

    project = _project({"store": store})
    if sys.stderr.isatty():
        click.echo("Building the site with asv, about 0.1 s for 1,000 values ...", err=True)
    start = wiring.build_site(project.settings, project.root, project.root / out)
    click.echo(f"The site is built: {_plain(str(start))}")
    click.echo(f"Look at it with: {_plain(f'python -m http.server --directory {start.parent}')}")


@lapwing.command(epilog="\b\nExample:\n  $ lapwing doctor")
@_store
def doctor(*, store: str | None) -> None:
    """Tell what makes this machine noisy, what helps, and what it can detect.

    The last is measured: the same code in several fresh processes, which takes some seconds.
    """
    from lapwing import wiring
    from lapwing.report.diagnosis import render_diagnosis

    project = _project({"store": store})
    with _progress() as progress:
        diagnosis = wiring.doctor(project.settings, project.root, progress)
    stream = _stream()
    _print(render_diagnosis(diagnosis, **stream), color=stream["color"])


if __name__ == "__main__":
    sys.exit(main())

"""``lapwing compare``: head against base, on this machine, now."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lapwing.cli.app import EXIT_CODES, lapwing
from lapwing.cli.passed_on import PassingOn
from lapwing.cli.project import Project, project_of, verbose_option
from lapwing.cli.stream import progress_shown, show_text, stream_of

if TYPE_CHECKING:
    from lapwing.model import Report
    from lapwing.recording import Recording

NO_BENCHMARKS: Final = 5
STOPPED: Final = 2


@lapwing.command(
    cls=PassingOn,
    context_settings={"ignore_unknown_options": True},
    epilog=f"\b\nExample:\n  $ lapwing compare main -k test_decode_large\n\n\b\n{EXIT_CODES}"
    "  5  no benchmark was collected\n",
)
@click.argument("words", metavar="[BASE] [HEAD] [PYTEST ARGUMENT]...", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--json", "json_file", metavar="FILE", help="Also write the report as JSON; '-' is stdout, and only that."
)
@click.option("--artifact", metavar="FILE", help="Also write what another job may judge: lapwing report FILE.")
@click.option("--suite", default="default", metavar="NAME", help="Which suite the artifact is of.")
@click.option("--limit", metavar="SHARE", help="The relative change that matters, as 0.03 or '3 %'.")
@click.option("--max-time", metavar="SECONDS", help="Measure no longer than this.")
@click.option("--all", "measure_all", is_flag=True, help="Measure also what executes the same code on both sides.")
@click.option("--continue", "go_on", is_flag=True, help="Go on with the last comparison where it could not tell.")
@click.option("--replay", metavar="FILE", type=click.Path(path_type=Path), help="Judge a recording again.")
@click.option("--fail-on", multiple=True, metavar="inconclusive", help="What else fails: 'inconclusive' exits 3.")
@verbose_option
@click.option("-q", "--quiet", is_flag=True, help="Show the verdict and what blocks only.")
def compare(  # noqa: PLR0913 - one argument for each option
    *,
    words: tuple[str, ...],
    json_file: str | None,
    artifact: str | None,
    suite: str,
    limit: str | None,
    max_time: str | None,
    measure_all: bool,
    go_on: bool,
    replay: Path | None,
    fail_on: tuple[str, ...],
    verbose: int,
    quiet: bool,
) -> int:
    """Compare HEAD with BASE on this machine, interleaved, until each benchmark is decided.

    BASE is where this branch left the default branch and HEAD the working tree, unless revisions are given; all other
    words are pytest's. Every recording is kept in .lapwing/compare; --replay judges one again, to the same verdicts.
    """
    from lapwing.review import check_suite
    from lapwing.wiring import compare as wired

    check_suite(suite)
    flags = {"compare_limit": limit, "compare_max_time": max_time, "fail_on": fail_on or None}
    project = project_of(flags)
    if replay is not None:
        recording, report = wired.replay(replay)
    else:
        base, head, arguments = wired.split_words(words, Path.cwd())
        wanted = wired.Wanted(
            base=base, head=head, arguments=arguments, cwd=Path.cwd(), measure_all=measure_all, go_on=go_on
        )
        with progress_shown() as progress:
            recording, report = wired.compare(wanted, project.settings, project.root, progress)
    code = _exit_code(recording, report, project)
    if artifact is not None:
        wired.write_artifact(recording, suite, Path(artifact))
    if json_file == "-":
        from lapwing.report.json import to_json

        show_text(to_json(report))
        return code
    _show(recording, report, project, verbosity=-1 if quiet else verbose)
    if json_file is not None:
        from lapwing.wiring.told import write_json

        write_json(report, Path(json_file))
    return code


def _exit_code(recording: Recording, report: Report, project: Project) -> int:
    """Return 2 for an interrupted comparison, 5 where there is nothing to compare, else the verdict's code."""
    from lapwing.report.wording import exit_code

    if not recording.complete:
        return STOPPED
    if not report.verdicts:
        return NO_BENCHMARKS
    return exit_code(report.outcome, fail_on=project.settings.fail_on)


def _show(recording: Recording, report: Report, project: Project, *, verbosity: int) -> None:
    """Print the report and what made things slower, and write the pictures of it."""
    from lapwing.report.cause import render_causes
    from lapwing.report.terminal import render
    from lapwing.wiring.compare import write_pictures

    stream = stream_of()
    text = render(report, verbosity=verbosity, fail_on=project.settings.fail_on, **stream)
    if recording.profiles and verbosity >= 0:
        pictures = write_pictures(recording, project.root)
        text += render_causes(recording.profiles, pictures=pictures, **stream)
    show_text(text, color=stream["color"])
    if not recording.complete:
        click.echo("lapwing: interrupted; 'lapwing compare --continue' goes on from here.", err=True)

"""``lapwing bisect``: the commit that made a benchmark slower."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lapwing.cli.app import UNDECIDED, lapwing
from lapwing.cli.passed_on import PassingOn
from lapwing.cli.project import project_of, verbose_option
from lapwing.cli.stream import progress_shown, show_text, stream_of

if TYPE_CHECKING:
    from lapwing.judge.bisect import Bisected

STOPPED: Final = 2

_CODES: Final = """\
Exit codes:
  0  a commit, or a range of commits, is named
  2  the command, the settings or the input are wrong; it was interrupted
  3  BAD is not shown to differ from GOOD
"""


@lapwing.command(
    cls=PassingOn,
    context_settings={"ignore_unknown_options": True},
    epilog=f"\b\nExample:\n  $ lapwing bisect test_decode_large v1.4.0 main\n\n\b\n{_CODES}",
)
@click.argument("benchmark")
@click.argument("words", metavar="[GOOD] [BAD] [PYTEST ARGUMENT]...", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--json", "json_file", metavar="FILE", help="Also write the answer as JSON; '-' is stdout, and only that."
)
@click.option("--limit", metavar="SHARE", help="The relative change that matters, as 0.03 or '3 %'.")
@click.option("--max-time", metavar="SECONDS", help="Measure no longer than this, and name the range that is left.")
@verbose_option
@click.option("-q", "--quiet", is_flag=True, help="Show the answer without the steps to it.")
def bisect(  # noqa: PLR0913 - one argument for each option
    *,
    benchmark: str,
    words: tuple[str, ...],
    json_file: str | None,
    limit: str | None,
    max_time: str | None,
    verbose: int,
    quiet: bool,
) -> int:
    """Find the commit after GOOD, up to BAD, that made BENCHMARK slower (or faster).

    BENCHMARK is an id, a pytest node id, or a part of exactly one of them. GOOD is the last release and BAD the commit
    checked out, unless revisions are given; all other words are pytest's. Every commit runs the same benchmark files:
    BAD's, or the working tree's where BAD is checked out. What cannot be built or collected is skipped, and a commit
    that does not answer in time counts as slow.
    """
    from lapwing.report.bisect import bisected_to_json, render_bisected
    from lapwing.wiring import bisect as wired

    project = project_of({"compare_limit": limit, "compare_max_time": max_time})
    good, bad, arguments = wired.split_words(words, Path.cwd())
    sought = wired.Sought(
        benchmark=benchmark,
        good=good,
        bad=bad,
        arguments=arguments,
        cwd=Path.cwd(),
        # The setting is for a comparison; a search has no end unless one is asked for.
        max_time=None if max_time is None else project.settings.compare_max_time,
    )
    with progress_shown() as progress:
        found = wired.bisect(sought, project.settings, project.root, progress)
    if json_file == "-":
        show_text(bisected_to_json(found))
        return _exit_code(found)
    stream = stream_of()
    show_text(render_bisected(found, verbosity=-1 if quiet else verbose, **stream), color=stream["color"])
    if json_file is not None:
        wired.write_json(bisected_to_json(found), Path(json_file))
    return _exit_code(found)


def _exit_code(found: Bisected) -> int:
    if found.ended == "interrupted":
        return STOPPED
    return UNDECIDED if found.kind == "none" else 0

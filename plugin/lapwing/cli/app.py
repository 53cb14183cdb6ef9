"""Which commands are there, and which exit codes? Each command is in a file of its own and joins this group."""

from __future__ import annotations

from typing import Final

import click

from lapwing import __version__

UNDECIDED: Final = 3
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141  # what a shell reports of a program that SIGPIPE ended

EXIT_CODES: Final = """\
Exit codes:
  0  nothing that blocks
  1  a benchmark regressed, failed or is missing
  2  the command, the settings or the input are wrong
  3  inconclusive, where --fail-on inconclusive asks for it
  4  the history cannot be read or written
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"\b\nExample:\n  $ pytest --perf && lapwing check\n\n\b\n{EXIT_CODES}",
)
@click.version_option(__version__, prog_name="lapwing")
def lapwing() -> None:
    """Keep a Python project fast: judge and show what 'pytest --perf' measured.

    Mark tests with @perf, measure each commit with 'pytest --perf', then ask here.
    """

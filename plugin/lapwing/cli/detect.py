"""``lapwing detect``: the lasting changes in a file of numbers, with no pytest and no history."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import sys
from typing import Final

import click

from lapwing.cli.app import lapwing
from lapwing.cli.project import verbose_option
from lapwing.cli.stream import progress_shown, show_text, stream_of

_EPILOG: Final = """\
\b
Example:
  $ lapwing detect numbers.csv --unit ms

\b
FILE is one of:
  a number on each line
  CSV: columns of numbers, each a series; or a row for each point with
       value, and benchmark, commit, date, metric, unit, better, machine
  JSONL: {"series": "parse", "unit": "ms", "value": [1.2, null, 1.3]}
      or {"benchmark": "parse", "value": 1.2, "commit": "3f9c0a1"}
  An empty cell, or line of one column, and null are holes. At most
  5,000,000 values; oldest first, whatever the dates say.

\b
JSON has, for each of "series":
  series, metric, machine, unit, better, values, holes
  changes: index, earliest, latest, label, label_before, outcome,
           ratio {estimate, low, high}, p_value, state
  shapes:  kind, first, last, size {estimate, low, high}, p_value,
           explains (indices of change points), sentence
  kind is transient, drift, variance or bimodal; labels are commits or dates

\b
Exit codes:
  0  done, whatever was found
  1  with --fail: a level became worse and stayed so
  2  the command or the file is wrong
"""


@lapwing.command(epilog=_EPILOG)
@click.argument("file", metavar="FILE|-")
@click.option("--alpha", type=float, default=0.03, show_default=True, help="Chance of a change where there is none.")
@click.option("--exact", is_flag=True, help="Sizes and counts without noise: any change is one.")
@click.option("--better", type=click.Choice(["lower", "higher"]), help="Which way is better; else the unit tells.")
@click.option("--unit", metavar="SYMBOL", help="The unit of all values, as ms, MB or rows/s.")
@click.option("--column", metavar="NAME", help="The column of a CSV file with the numbers: a name, or 1, 2, ...")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@click.option("--fail", is_flag=True, help="Exit 1 where a level became worse and stayed so.")
@verbose_option
def detect(  # noqa: PLR0913 - one argument for each option
    *,
    file: str,
    alpha: float,
    exact: bool,
    better: str | None,
    unit: str | None,
    column: str | None,
    as_json: bool,
    fail: bool,
    verbose: int,
) -> int:
    """Find the lasting changes of level in the series of FILE, oldest value first; - is stdin.

    A change that returns, a slope, and a change of the noise are named, and are no changes. Indices count from 0, holes
    too. -v draws each series.
    """
    from lapwing.pipeline.detect import detect as detected
    from lapwing.report.detection import is_failing, render_detection
    from lapwing.report.detection_json import detection_to_json
    from lapwing.wiring import importing

    stdin = sys.stdin.buffer if file == "-" else None
    with progress_shown() as progress:
        series = importing.read_series(
            file, stdin, progress, unit=unit or "", better=better or "", column=column or "", exact=exact
        )
        found = detected(series, alpha=alpha, progress=progress)
    if as_json:
        show_text(detection_to_json(found, alpha=alpha))
    else:
        stream = stream_of()
        show_text(render_detection(found, verbosity=verbose, **stream), color=stream["color"])
    return 1 if fail and is_failing(found) else 0

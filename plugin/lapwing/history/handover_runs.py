"""What does a job that nobody trusts hand over of what it measured into a history? Its runs, whole, and no verdicts.

Whoever reads them judges them anew, after the default branch's own. The document is version 2 of what is handed over
(:mod:`lapwing.history.handover` is version 1, a comparison):

    {"schema": 2, "suite": NAME, "runs": [run documents, as run.schema.json says]}

Several runs of one commit are the parts of a job: of a machine, and of the class of its ratios to an anchor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lapwing.errors import HandoverRefused, LapwingError, RecordError
from lapwing.history.handover import MAX_BYTES, MOST_BENCHMARKS, MOST_VALUES
from lapwing.history.schema import decode, encode
from lapwing.review import check_suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import Run

SCHEMA: Final = 2
MOST_RUNS: Final = 8
MOST_PROCESSES: Final = 1_000
"""Of one sample: a run has 64 at most, and as many screened. Judging takes the square: 16,000 cost 24 seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedRuns:
    """Runs of one commit that were handed over, under ids of the reader's, and of which suite they are."""

    suite: str
    runs: tuple[Run, ...]


def is_of_runs(document: dict[str, Any]) -> bool:
    """Tell whether a document says that it holds runs."""
    version = document.get("schema")
    return isinstance(version, int) and not isinstance(version, bool) and version == SCHEMA


def write_runs(runs: Sequence[Run], suite: str) -> bytes:
    """Return what to hand over of a commit's runs; the same bytes for the same runs.

    Raises:
        UsageError: ``bad-suite``.
        RecordError: it would not be taken (``handover-too-large``).
    """
    name = check_suite(suite).encode("ascii")
    data = b'{"schema":%d,"suite":"%s","runs":[%s]}\n' % (SCHEMA, name, b",".join(map(encode, runs)))
    if len(data) > MAX_BYTES or not 0 < len(runs) <= MOST_RUNS or _is_too_much(runs):
        raise RecordError(
            "handover-too-large",
            f"The commit has {len(runs)} runs of {_benchmarks(runs):,} benchmarks, {len(data):,} bytes; "
            f"{MOST_RUNS} of {MOST_BENCHMARKS:,}, {MAX_BYTES:,} bytes, are taken.",
            remedy="measure the suite in several parts, each with --suite and a name of its own.",
        )
    return data


def read_runs(document: dict[str, Any]) -> HandedRuns:
    """Return the runs that were handed over, from JSON that was read already.

    Their ids, and where they say they are from, are the reader's own: no run of a history can be meant by them.

    Raises:
        HandoverRefused: they are none (``handover-odd``), or more than is judged (``handover-too-large``).
    """
    given, suite = document.get("runs"), document.get("suite")
    if set(document) != {"schema", "suite", "runs"} or not isinstance(given, list) or not isinstance(suite, str):
        raise _odd("it has other parts than a suite and runs")
    if not 0 < len(given) <= MOST_RUNS:
        raise _odd(f"it has no runs, or more than {MOST_RUNS}")
    try:
        check_suite(suite)
        runs = [decode(msgspec.json.encode(one)) for one in given]
    except LapwingError as error:
        raise _odd(error.message) from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _odd(type(error).__name__) from None
    if _is_too_much(runs):
        raise HandoverRefused(
            "handover-too-large",
            f"It has more than {MOST_BENCHMARKS:,} benchmarks, {MOST_PROCESSES:,} processes of one, "
            f"or {MOST_VALUES:,} values.",
            remedy="measure the suite in several parts.",
        )
    own = (replace(run, id=f"handed-over-{place}", source="pytest", tool="") for place, run in enumerate(runs))
    return HandedRuns(suite=suite, runs=tuple(own))


def _benchmarks(runs: Sequence[Run]) -> int:
    return max((len(run.declared) for run in runs), default=0)


def _is_too_much(runs: Sequence[Run]) -> bool:
    groups = [sample.values for run in runs for sample in run.samples]
    values = sum(len(process) for values in groups for process in values)
    return (
        _benchmarks(runs) > MOST_BENCHMARKS or values > MOST_VALUES or max(map(len, groups), default=0) > MOST_PROCESSES
    )


def _odd(what: str) -> HandoverRefused:
    return HandoverRefused(
        "handover-odd",
        f"What was handed over are no runs: {' '.join(what.split())[:300]}.",
        remedy="upload what 'lapwing report --history --artifact' wrote, by the same version of Lapwing as reports.",
    )

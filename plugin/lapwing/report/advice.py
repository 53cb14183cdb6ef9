"""What should the reader do next?"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.wording import sorted_by_badness

if TYPE_CHECKING:
    from lapwing.model import Report

# A command longer than this is not copied by anybody; the general form says the same.
_LONGEST: Final = 150


def advice(report: Report) -> str:
    """Say the one next step that helps most with this outcome, empty where there is nothing to do."""
    hit = sorted_by_badness(report.verdicts, report.outcome)
    if not report.verdicts:
        return "measure with 'pytest --perf', or read a history with 'lapwing import'."
    if not hit:
        return ""
    steps = {
        Outcome.REGRESSED: f"lapwing log {_argument(hit[0].metric.benchmark)} shows where it began.",
        Outcome.FAILED: f"pytest --perf {_argument(hit[0].node_id)} shows why it failed.",
        Outcome.MISSING: "bring the benchmark back, or if it was renamed, name its old id with @perf(was=...).",
        Outcome.INCONCLUSIVE: "measure again: with each run smaller changes can be seen. "
        "lapwing doctor says what makes this machine noisy.",
        Outcome.NEW: "measure the next commit too; it will be compared with this one.",
    }
    return steps.get(report.outcome, "")


def _argument(name: str) -> str:
    """Return a name as a shell takes it, or a placeholder for one that cannot be typed."""
    return shlex.quote(name) if name.isprintable() and len(name) <= _LONGEST else "BENCHMARK"

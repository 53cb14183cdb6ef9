"""What should the reader do next?"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.wording import sorted_by_badness

if TYPE_CHECKING:
    from lapwing.model import Report, Verdict

# A command longer than this is not copied by anybody; the general form says the same.
_LONGEST: Final = 150
# What a shell takes for its own between double quotes.
_MEANT: Final = frozenset('"$`\\!')


def advice(report: Report) -> str:
    """Say the one next step that helps most with this outcome, empty where there is nothing to do."""
    hit = sorted_by_badness(report.verdicts, report.outcome)
    if not report.verdicts:
        return "measure with 'pytest --perf', or read a history with 'lapwing import'."
    if not hit:
        return ""
    steps = {
        Outcome.REGRESSED: _of_worst(hit[0]),
        Outcome.FAILED: f"pytest --perf {_argument(hit[0].node_id)} shows why it failed.",
        Outcome.MISSING: "bring the benchmark back, or if it was renamed, name its old id with @perf(was=...).",
        Outcome.INCONCLUSIVE: "what each budget lacks is said below it."
        if all(verdict.lane == "budget" for verdict in hit)
        else "measure again: with each run smaller changes can be seen. "
        "lapwing doctor says what makes this machine noisy.",
        Outcome.NEW: "measure the next commit too; it will be compared with this one.",
    }
    return steps.get(report.outcome, "")


def _of_worst(verdict: Verdict) -> str:
    """Say what to do about the worst; what only a budget is against has not begun anywhere."""
    if verdict.lane == "budget":
        return "make it faster, or change its budget if that asks too much; lapwing log shows how it came to this."
    return f"lapwing log {_argument(verdict.metric.benchmark)} shows where it began."


def _argument(name: str) -> str:
    """Return a name as a shell takes it, or a placeholder for one that cannot be typed."""
    if not name.isprintable() or len(name) > _LONGEST:
        return "BENCHMARK"
    # A name with apostrophes reads better in double quotes, where they need no escape.
    return f'"{name}"' if "'" in name and not _MEANT.intersection(name) else shlex.quote(name)

"""What should the reader do next?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.judge.warned import SHARD_MISSING
from lapwing.model import Outcome
from lapwing.report.comparison import is_comparison, repeat
from lapwing.report.events import compare_around
from lapwing.report.shell import argument
from lapwing.report.wording import sorted_by_badness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import Report, Verdict


def advice(report: Report) -> str:
    """Say the one next step that helps most with this outcome, empty where there is nothing to do."""
    hit = sorted_by_badness(report.verdicts, report.outcome)
    if not report.verdicts:
        return "measure with 'pytest --perf', or read a history with 'lapwing import'."
    if not hit and report.outcome is Outcome.INCONCLUSIVE and report.events:
        return f"{compare_around(report.events[-1])} tells whether it is the code."
    if not hit:
        return ""
    if is_comparison(report):
        return _of_comparison(report, hit)
    steps = {
        Outcome.REGRESSED: _of_worst(hit[0]),
        Outcome.FAILED: f"pytest --perf {argument(hit[0].node_id)} shows why it failed.",
        Outcome.MISSING: _of_missing(report),
        Outcome.INCONCLUSIVE: "what each budget lacks is said below it."
        if all(verdict.lane == "budget" for verdict in hit)
        else "measure again: with each run smaller changes can be seen. "
        "lapwing doctor says what makes this machine noisy.",
        Outcome.NEW: "measure the next commit too; it will be compared with this one.",
    }
    return steps.get(report.outcome, "")


def _of_missing(report: Report) -> str:
    """Say how what is missing comes back: its shard never arrived, or it is gone."""
    if any(warning.slug == SHARD_MISSING for warning in report.warnings):
        return "run the jobs of the shards that never arrived again, then lapwing check."
    return "bring the benchmark back, or if it was renamed, name its old id with @perf(was=...)."


def _of_worst(verdict: Verdict) -> str:
    """Say what to do about the worst; what only a budget is against has not begun anywhere."""
    if verdict.lane == "budget":
        return "make it faster, or change its budget if that asks too much; lapwing log shows how it came to this."
    return f"lapwing log {argument(verdict.metric.benchmark)} shows where it began."


def _of_comparison(report: Report, hit: Sequence[Verdict]) -> str:
    """Say what to do after a comparison: it has no history to look into, and can be gone on with."""
    alone = repeat(report, hit[0])
    node = argument(hit[0].node_id)
    if report.outcome is Outcome.INCONCLUSIVE and report.control is not None and not report.control.trusted:
        return "end what else runs on this machine and compare again; lapwing doctor says what makes it noisy."
    steps = {
        Outcome.REGRESSED: f"{alone} repeats the worst alone." if alone else "",
        Outcome.FAILED: f"pytest {node} shows why it failed.",
        Outcome.MISSING: "bring the benchmark back, or if it was renamed, name its old id with @perf(was=...).",
        Outcome.INCONCLUSIVE: "lapwing compare --continue goes on measuring what is not decided"
        + (f"; {alone} measures one alone." if alone else "."),
    }
    return steps.get(report.outcome, "")

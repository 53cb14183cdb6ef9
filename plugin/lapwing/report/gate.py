"""What does the commit's status say? Whether it blocks, and the verdict in 140 characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lapwing.model import Outcome
from lapwing.report.figures import share
from lapwing.report.telling import Telling
from lapwing.report.wording import count, exit_code, headline, visible
from lapwing.review import MOST_TOLD, Gate

if TYPE_CHECKING:
    from lapwing.report.telling import Trouble
    from lapwing.review import GateState


def gate_of(told: Telling | Trouble) -> Gate:
    """Return the status: red for what blocks, and for a measurement that brought no report.

    There is no grey one: doubt is green unless the project has it fail, and says so.
    """
    url = told.job.url if told.job is not None else ""
    if not isinstance(told, Telling):
        description = f"The measurement failed: {told.what}"
        return Gate(name=told.gate, state="error", description=_short(description), url=url)
    report = told.settled.report
    state: GateState = "failure" if exit_code(report.outcome, fail_on=told.fail_on) else "success"
    said = headline(report).removeprefix("Performance: ").removesuffix(".")
    said = said[0].upper() + said[1:]
    hidden = len({one.verdict.metric.benchmark for one in told.settled.accepted})
    said += f", {count(hidden, 'accepted one')}" if hidden else ""
    seen = re.search(r"is (.+? %)", visible(report)) if report.outcome is Outcome.UNCHANGED else None
    said += f"; could have seen {seen[1]}" if seen else ""
    limits = {verdict.limit for verdict in report.verdicts if verdict.outcome is Outcome.REGRESSED}
    said += f" (limit {share(limits.pop())})" if len(limits) == 1 else ""
    return Gate(name=told.gate, state=state, description=_short(said), url=url)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_TOLD else text[: MOST_TOLD - 1] + "…"

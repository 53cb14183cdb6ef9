"""What is there to judge of one machine, before it is judged alone or together with that of others?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.detect.batches import Finder
from lapwing.detect.common_mode import LEAST_SERIES
from lapwing.judge.environment import clear, leaves_doubt, without_events
from lapwing.judge.judging import judge_cases
from lapwing.judge.policy import worst
from lapwing.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.case import Case
    from lapwing.judge.judging import Judged
    from lapwing.judge.policy import Policy
    from lapwing.model import Report
    from lapwing.ports import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """The cases of one machine, its judged ``series``, and what writes its report once the cases are judged, in order.

    Judging is apart since its error rates are over all series of all machines.
    """

    cases: tuple[Case, ...]
    series: tuple[Series, ...]
    report: Callable[[Sequence[Judged]], Report]


def judge_alone(docket: Docket, policy: Policy, order: FirstParents, memory: Memory | None = None) -> Report:
    """Judge one docket by itself, without what its machine did; of that, what is still open is in the report."""
    find = Finder(alpha=policy.alpha, memory=memory)
    changed = sum(map(bool, find([case.values for case in docket.cases], [case.exact for case in docket.cases])))
    # An event is many changes: a quiet history, which most are, is not looked at for any.
    cleared = clear(docket.series if changed >= LEAST_SERIES else (), find, order)
    cases = [without_events(case, cleared, policy) for case in docket.cases]
    report = docket.report(judge_cases(cases, policy, find=find, code=cleared.code))
    newest = {machine: frozenset(line[-policy.frozen_after :]) for machine, line in cleared.lines.items()}
    doubt = (Outcome.INCONCLUSIVE,) if leaves_doubt(cleared, policy) else ()
    return replace(
        report,
        outcome=worst((report.outcome, *doubt)),
        events=tuple(one for one in cleared.events if one.commits[1] in newest[one.machine]),
    )

"""What is known of the default branch where issues are told, and of what one issue is about?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.judge.causes import regressions_of
from lapwing.report.issue_marker import watch_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from lapwing.detect.batches import Points
    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.causes import Regression
    from lapwing.judge.environment import Cleared
    from lapwing.judge.policy import Policy
    from lapwing.judge.waivers import Waiver
    from lapwing.model import Report, Verdict
    from lapwing.report.issue import IssueRow
    from lapwing.report.issue_marker import Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is known of the default branch: what verdicts confirm, all series, their order, and how they are judged.

    ``series`` (with their changes) and ``verdicts`` (for limits and node ids) are by the names that issues remember
    them by. ``titles`` are the machines' by id; ``waivers`` are those of the default branch, ``today`` tells which have
    expired; ``site`` is where the history is published, empty for nowhere.
    """

    report: Report
    regressions: tuple[Regression, ...]
    series: Mapping[str, tuple[Series, Points]]
    verdicts: Mapping[str, Verdict]
    order: FirstParents
    policy: Policy
    titles: Mapping[str, str]
    waivers: tuple[Waiver, ...]
    today: date
    site: str = ""

    @property
    def head(self) -> str:
        """The hash of the commit that is judged."""
        return self.order.shas[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The rows of one issue, the worst first, and what is remembered of each.

    ``known`` says that its commits have a place in the history, so that what is not among the rows is not measured.
    """

    rows: tuple[IssueRow, ...]
    watched: tuple[Watched, ...]
    known: bool = True


def ground_of(  # noqa: PLR0913 - a history judged, and what else is to be known
    report: Report,
    cleared: Cleared,
    *,
    order: FirstParents,
    policy: Policy,
    titles: Mapping[str, str],
    waivers: tuple[Waiver, ...],
    today: date,
    site: str = "",
) -> Ground:
    """Return what a history that was judged says, for issues."""
    # Of a metric with several verdicts that of the history lane counts: it comes last.
    ranked = sorted(report.verdicts, key=lambda one: one.lane == "history")
    return Ground(
        report=report,
        regressions=regressions_of(report.verdicts, cleared, order),
        series={
            watch_key(one.metric, one.machine): (one, points)
            for one, points in zip(cleared.series, cleared.points, strict=True)
        },
        verdicts={watch_key(one.metric, one.machine): one for one in ranked},
        order=order,
        policy=policy,
        titles=titles,
        waivers=waivers,
        today=today,
        site=site,
    )

"""What is said beside the line of a benchmark that changed? And the same for a workflow's own log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.report.figures import change, share
from lapwing.report.markdown_escape import clean, command_data, command_property
from lapwing.report.wording import BLOCKING, sorted_by_badness
from lapwing.review import Remark

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lapwing.model import Report, Verdict

MOST: Final = 50
MOST_COMMANDS: Final = 10
"""Annotations of one kind that a step of a workflow may make."""

_LOCATION: Final = re.compile(r"(?P<path>[^\0\n\r]{1,400}):(?P<line>[0-9]{1,7})")


def remarks_of(report: Report, locations: Mapping[str, str], files: Collection[str]) -> tuple[Remark, ...]:
    """Return a remark for each verdict that blocks and whose benchmark stands in one of ``files``, the worst first.

    ``locations`` are ``path:line`` by benchmark, as the untrusted side says: what is none of the files that the pull
    request changes gets no remark.
    """
    hit = [verdict for outcome in BLOCKING for verdict in sorted_by_badness(report.verdicts, outcome)]
    found = []
    for verdict in hit:
        match = _LOCATION.fullmatch(locations.get(verdict.metric.benchmark, ""))
        if match is not None and match["path"] in files and int(match["line"]) > 0:
            found.append(
                Remark(
                    path=match["path"],
                    line=int(match["line"]),
                    title=clean(f"{verdict.outcome}: {verdict.metric.benchmark}"),
                    message=_message(verdict),
                    blocks=True,
                )
            )
    return tuple(found[:MOST])


def workflow_commands(remarks: tuple[Remark, ...]) -> str:
    """Return the remarks as commands of a workflow's log, one a line; no text of them can begin another."""
    return "".join(
        f"::{'error' if one.blocks else 'warning'} file={command_property(one.path)},line={one.line},"
        f"title={command_property(clean(one.title))}::{command_data(clean(one.message, 500))}\n"
        for one in remarks[:MOST_COMMANDS]
    )


def _message(verdict: Verdict) -> str:
    if verdict.ratio is None:
        return clean(verdict.reason, 500)
    return clean(f"{change(verdict.ratio)}, limit {share(verdict.limit)}. {verdict.reason}", 500)

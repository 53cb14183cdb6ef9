"""What does a job's own page show of the regressions on the default branch, and of what was done about them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.report.issue import issue_body
from lapwing.report.markdown_escape import prose
from lapwing.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.report.issue import IssueTold

MOST_WHOLE: Final = 10
"""Causes that are shown whole: each takes at most 60,000 characters, and a page of a job a mebibyte."""


def issues_summary(told: Sequence[IssueTold], done: Sequence[str]) -> str:
    """Return the text of the page: what was done in sentences, then what every open issue tells."""
    open_ones = [one for one in told if any(row.state == "worse" for row in one.rows)]
    if open_ones:
        heading = f"## Regressions on the default branch: {count(len(open_ones), 'cause')}"
    else:
        heading = "## No regression on the default branch"
    # The first line of a body is its marker, which means nothing here.
    bodies = [issue_body(one).partition("\n")[2] for one in open_ones[:MOST_WHOLE]]
    left = len(open_ones) - MOST_WHOLE
    said = "\n".join(f"- {prose(one)}" for one in done)
    parts = [heading, said, *bodies, f"… and {left:,} more." if left > 0 else ""]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"

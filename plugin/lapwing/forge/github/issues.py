"""How are issues found again, opened, changed and closed?

No one way finds all that are ours. GitHub drops a label without a word where the token may not give it, and a search by
creator was seen to find nothing for an App's token (renovate #44406, which opened a new issue in every run); so both
are asked, and whoever reads looks at the author and the body itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import ForgeError, ForgeRefused, ForgeUnsure
from lapwing.forge.github.answers import Issue, PullRequest, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.forge.github.session import Session
    from lapwing.review import IssueState

MOST_PAGES: Final = 3
"""Of each list: the 300 issues changed last. What is older and still tells of a regression is open, and was changed."""

_A_PAGE: Final = 100
_OFF: Final = (410,)
"""What a repository without issues answers."""

_STATES: Final[Mapping[IssueState, Mapping[str, str]]] = {
    "open": {"state": "open", "state_reason": "reopened"},
    "done": {"state": "closed", "state_reason": "completed"},
    "dropped": {"state": "closed", "state_reason": "not_planned"},
}


def listed(session: Session, repository: str, *, label: str, creator: str) -> list[Issue]:
    """Return the issues that have ``label`` or that ``creator`` wrote, without pull requests, changed last first.

    Raises:
        ForgeRefused: the repository has no issues (``forge-no-issues``).
        ForgeError: they cannot be had.
    """
    found: dict[int, Issue] = {}
    for asked in ({"labels": label}, {"creator": creator}):
        for page in range(1, MOST_PAGES + 1):
            ordered = {"state": "all", "sort": "updated", "direction": "desc"}
            params = {**asked, **ordered, "per_page": str(_A_PAGE), "page": str(page)}
            answer = session.look("GET", repository, "issues", params=params, gone=_OFF)
            if answer is None:
                raise _none()
            issues: list[Issue] = read(answer, list[Issue])
            found |= {one.number: one for one in issues if one.pull_request is None}
            if "next" not in answer.links:
                break
    return list(found.values())


def opened(session: Session, repository: str, *, title: str, body: str, label: str) -> Issue:
    """Open an issue; one whose label may not be given is opened without it.

    Raises what :func:`listed` raises, and ForgeUnsure where it may have been opened.
    """
    asked: dict[str, Any] = {"title": title, "body": body}
    try:
        answer = session.look("POST", repository, "issues", json={**asked, "labels": [label]}, gone=_OFF)
    except ForgeUnsure:
        raise
    except ForgeError as error:
        # A label that there is not yet is made, and that needs more than the permission to open an issue.
        if not isinstance(error, ForgeRefused) and error.slug != "forge-said-no":
            raise
        answer = session.look("POST", repository, "issues", json=asked, gone=_OFF)
    if answer is None:
        raise _none()
    made: Issue = read(answer, Issue)
    return made


def changed(  # noqa: PLR0913 - where, which, and its three parts
    session: Session, repository: str, number: int, *, body: str | None, title: str | None, state: IssueState | None
) -> None:
    """Replace what is not None, all in one request: an issue is never closed and says that it is open."""
    asked: dict[str, str] = {}
    asked |= {"body": body} if body is not None else {}
    asked |= {"title": title} if title is not None else {}
    asked |= _STATES[state] if state is not None else {}
    session.ask("PATCH", repository, "issues", str(number), json=asked)


def merged(session: Session, repository: str, sha: str) -> list[PullRequest]:
    """Return the merged pull requests that GitHub says a commit is of; none where it does not know the commit."""
    # 422 is its answer to a hash that it does not have.
    answer = session.look("GET", repository, "commits", sha, "pulls", params={"per_page": "10"}, gone=(404, 409, 422))
    found: list[PullRequest] = read(answer, list[PullRequest]) if answer is not None else []
    return [one for one in found if one.merged_at is not None]


def _none() -> ForgeRefused:
    return ForgeRefused(
        "forge-no-issues",
        "The repository has no issues.",
        remedy="turn them on in its settings, or take 'lapwing issues' out of the workflow.",
    )

"""How are remarks shown beside lines? By a check run, fifty at a time; no verdict hangs on it.

A check run made with a workflow's token lands in whichever suite of the commit GitHub takes, and its link is ignored:
that is why a status gates and this only points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.forge.github.answers import CheckRun, CheckRuns, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.forge.github.session import Session
    from lapwing.review import Remark

MOST_AT_ONCE: Final = 50
MOST_TITLE: Final = 255
MOST_MESSAGE: Final = 16_000
MOST_SUMMARY: Final = 65_535


def show(  # noqa: PLR0913 - where, and what is to be shown
    session: Session, repository: str, sha: str, name: str, *, title: str, summary: str, remarks: Sequence[Remark]
) -> None:
    """Show remarks under ``name``: a run there is already is finished with a new summary, never begun twice.

    Annotations can only be added, so a commit that has them already gets no more.
    """
    asked = {"check_name": name, "per_page": "100"}
    there: list[CheckRun] = read(
        session.ask("GET", repository, "commits", sha, "check-runs", params=asked), CheckRuns
    ).check_runs
    said = {"title": title[:MOST_TITLE], "summary": summary[:MOST_SUMMARY]}
    parts = [remarks[i : i + MOST_AT_ONCE] for i in range(0, len(remarks), MOST_AT_ONCE)] or [()]
    done: dict[str, Any] = {"status": "completed", "conclusion": "neutral"}
    own = [one for one in there if one.name == name]
    if own:
        session.ask("PATCH", repository, "check-runs", str(own[0].id), json=done | {"output": said})
        return
    first = said | {"annotations": [_annotation(one) for one in parts[0]]}
    body = {"name": name, "head_sha": sha, **done, "output": first}
    made: CheckRun = read(session.ask("POST", repository, "check-runs", json=body), CheckRun)
    for part in parts[1:]:
        more = said | {"annotations": [_annotation(one) for one in part]}
        session.ask("PATCH", repository, "check-runs", str(made.id), json={"output": more})


def _annotation(remark: Remark) -> dict[str, object]:
    return {
        "path": remark.path,
        "start_line": remark.line,
        "end_line": remark.line,
        "annotation_level": "failure" if remark.blocks else "warning",
        "title": remark.title[:MOST_TITLE],
        "message": remark.message[:MOST_MESSAGE],
    }

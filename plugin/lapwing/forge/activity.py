"""What does an event ask for? A pure table from what GitHub says happened to a task.

What is believed: the event's own payload, which GitHub wrote. Never a number that a job handed over, never the list of
pull requests of a run (empty for forks), never a branch's name alone: a fork may call its branch ``main``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from lapwing.forge.commands import is_command
from lapwing.review import Job, Origin, is_sha

if TYPE_CHECKING:
    from collections.abc import Mapping

Do = Literal["report", "gate", "answer", "again", "own", "main", "nothing"]

LABEL: Final = "lapwing-accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What an event asks for, and why.

    ``report``: a job measured the pull request whose head is ``origin``; tell it. ``gate``: the same for a merge queue,
    which has no pull request to tell. ``answer``: somebody wrote a command in comment ``note`` of ``pull``. ``again``:
    the last report of ``pull`` is to be judged anew. ``own``: this very job measured ``origin``, of ``pull`` where that
    is known. ``main``: the same on the default branch, trusted; without ``origin`` where a
    person or a schedule began it. ``nothing``: neither.
    """

    do: Do
    why: str
    origin: Origin | None = None
    job: Job | None = None
    pull: int | None = None
    note: int | None = None
    author: str = ""
    said: str = ""


class _Account(msgspec.Struct):
    login: str


class _Repository(msgspec.Struct):
    id: int
    full_name: str
    owner: _Account
    default_branch: str = ""


class _Run(msgspec.Struct):
    id: int
    event: str
    head_sha: str
    html_url: str
    conclusion: str | None = None
    run_attempt: int = 1
    path: str | None = None
    head_branch: str | None = None
    head_repository: _Repository | None = None


class _End(msgspec.Struct):
    ref: str
    sha: str
    repo: _Repository | None = None


class _Pull(msgspec.Struct):
    number: int
    head: _End
    state: str = "open"


class _Label(msgspec.Struct):
    name: str | None = None


class _Issue(msgspec.Struct):
    number: int
    state: str = "open"
    pull_request: dict[str, Any] | None = None


class _Comment(msgspec.Struct):
    id: int
    body: str | None = None
    user: _Account | None = None


class _Queue(msgspec.Struct):
    head_sha: str


class _Payload(msgspec.Struct):
    repository: _Repository
    action: str = ""
    workflow_run: _Run | None = None
    pull_request: _Pull | None = None
    label: _Label | None = None
    issue: _Issue | None = None
    comment: _Comment | None = None
    merge_group: _Queue | None = None
    ref: str = ""
    after: str = ""
    deleted: bool = False


def task_of(event: str, payload: Mapping[str, Any], *, workflow: str) -> Task:
    """Return what ``event`` with ``payload`` asks for.

    ``workflow`` is the path of the workflow that measures: two workflows may share a name, and ``workflow_run`` goes by
    the name alone.
    """
    try:
        found = msgspec.convert(payload, _Payload)
    except msgspec.ValidationError as error:
        return _nothing(f"the payload of {event[:40]!r} is not as expected ({error})")
    known = {
        "workflow_run": _of_run,
        "issue_comment": _of_comment,
        "pull_request": _of_pull,
        "merge_group": _of_queue,
        "push": _of_push,
        "schedule": _of_schedule,
        "workflow_dispatch": _of_dispatch,
    }
    if event not in known:
        return _nothing(f"the event {event[:40]!r} is about no pull request and no branch")
    return known[event](found, workflow)


def _of_run(found: _Payload, workflow: str) -> Task:
    run = found.workflow_run
    if run is None or found.action != "completed":
        return _nothing("the run is not over")
    # Two workflows may share a name, and the event goes by the name.
    if (run.path or "").partition("@")[0] != workflow:
        return _nothing(f"the run is of another workflow than {workflow}")
    if run.conclusion in ("cancelled", "skipped", "stale", "action_required"):
        return _nothing(f"the run was not made to its end ({run.conclusion})")
    return _of_whole_run(run, found)


def _of_whole_run(run: _Run, found: _Payload) -> Task:
    origin = _origin(run)
    if origin is None:
        return _nothing("the repository or the branch that was measured is gone")
    job = Job(id=run.id, attempt=run.run_attempt, url=run.html_url)
    if run.event == "pull_request":
        return Task(do="report", why="a pull request was measured", origin=origin, job=job)
    if run.event == "merge_group" and _is_own(run, found):
        return Task(do="gate", why="a merge queue was measured", origin=origin, job=job)
    return _nothing(f"runs for {run.event[:40]!r} are told by themselves")


def _origin(run: _Run) -> Origin | None:
    if run.head_repository is None or not run.head_branch or not is_sha(run.head_sha):
        return None
    return Origin(owner=run.head_repository.owner.login, branch=run.head_branch, sha=run.head_sha)


def _is_own(run: _Run, found: _Payload) -> bool:
    """Tell whether a run is of this repository's own code: by its number, since names can be taken over."""
    return run.head_repository is not None and run.head_repository.id == found.repository.id


def _of_comment(found: _Payload, _: str) -> Task:
    issue, comment = found.issue, found.comment
    if found.action != "created" or issue is None or comment is None:
        return _nothing("only a new comment can be a command")
    if issue.pull_request is None or issue.state != "open":
        return _nothing("the comment is on no open pull request")
    if comment.user is None or not is_command(comment.body or ""):
        return _nothing("the comment is no command")
    return Task(
        do="answer",
        why="somebody gave a command",
        pull=issue.number,
        note=comment.id,
        author=comment.user.login,
        said=comment.body or "",
    )


def _of_pull(found: _Payload, _: str) -> Task:
    pull = found.pull_request
    if pull is None or pull.state != "open":
        return _nothing("the pull request is closed")
    if found.action in ("labeled", "unlabeled"):
        if found.label is None or found.label.name != LABEL:
            return _nothing("the label is none of ours")
        return Task(do="again", why=f"it was {found.action}", pull=pull.number)
    if found.action not in ("opened", "synchronize", "reopened", "ready_for_review"):
        return _nothing(f"{found.action[:40]!r} changes no code")
    if pull.head.repo is None or not is_sha(pull.head.sha):
        return _nothing("the repository that was measured is gone")
    origin = Origin(owner=pull.head.repo.owner.login, branch=pull.head.ref, sha=pull.head.sha)
    return Task(do="own", why="this job measured a pull request", origin=origin, pull=pull.number)


def _of_queue(found: _Payload, _: str) -> Task:
    if found.merge_group is None or not is_sha(found.merge_group.head_sha):
        return _nothing("the merge queue names no commit")
    origin = Origin(owner=found.repository.owner.login, branch="", sha=found.merge_group.head_sha)
    return Task(do="own", why="this job measured a merge queue", origin=origin)


def _of_push(found: _Payload, _: str) -> Task:
    if found.deleted or not found.ref.startswith("refs/heads/") or not is_sha(found.after):
        return _nothing("nothing was pushed to a branch")
    branch = found.ref.removeprefix("refs/heads/")
    origin = Origin(owner=found.repository.owner.login, branch=branch, sha=found.after)
    if branch == found.repository.default_branch:
        return Task(do="main", why="the default branch was measured", origin=origin)
    return Task(do="own", why="this job measured a branch", origin=origin)


def _of_schedule(_found: _Payload, _: str) -> Task:
    return Task(do="main", why="a schedule began this run, which is always one of the default branch")


def _of_dispatch(found: _Payload, _: str) -> Task:
    if not found.repository.default_branch or found.ref != f"refs/heads/{found.repository.default_branch}":
        return _nothing("somebody began this run on another branch than the default one")
    return Task(do="main", why="somebody began this run on the default branch")


def _nothing(why: str) -> Task:
    return Task(do="nothing", why=why[:300])

"""What of GitHub's answers is needed? Only that is read, so that no other field that is null can stop a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from lapwing.errors import ForgeError

if TYPE_CHECKING:
    import requests

Kind = TypeVar("Kind")


class User(msgspec.Struct):
    """An account; where it is gone, there is null in its place."""

    login: str


class Comment(msgspec.Struct):
    """A comment on an issue or a pull request."""

    id: int
    user: User | None = None
    body: str | None = None


class Label(msgspec.Struct):
    """A label."""

    name: str | None = None


class Repository(msgspec.Struct):
    """A repository; of a pull request's head null where the fork is gone."""

    full_name: str
    owner: User | None = None


class End(msgspec.Struct):
    """One end of a pull request."""

    ref: str
    sha: str
    repo: Repository | None = None


class PullRequest(msgspec.Struct):
    """A pull request."""

    number: int
    state: str
    head: End
    base: End
    user: User | None = None
    labels: list[Label] = []
    merged_at: str | None = None


class WorkflowRun(msgspec.Struct):
    """One run of a workflow."""

    id: int
    html_url: str
    head_sha: str
    event: str
    run_attempt: int = 1
    head_branch: str | None = None
    head_repository: Repository | None = None
    path: str = ""


class MadeBy(msgspec.Struct):
    """Which run an artifact is of."""

    head_sha: str | None = None


class Artifact(msgspec.Struct):
    """What a run left."""

    id: int
    name: str
    size_in_bytes: int
    expired: bool
    created_at: str | None = None
    digest: str | None = None
    workflow_run: MadeBy | None = None


class Artifacts(msgspec.Struct):
    """A page of them."""

    artifacts: list[Artifact]


class Content(msgspec.Struct):
    """A file of the repository; ``encoding`` is ``none`` where it is too large to be here."""

    type: str
    encoding: str = ""
    content: str = ""


class Status(msgspec.Struct):
    """The status of a commit under one name."""

    context: str
    state: str
    description: str | None = None
    target_url: str | None = None


class Statuses(msgspec.Struct):
    """A page of them, the newest of each name."""

    statuses: list[Status]


class Permission(msgspec.Struct):
    """What a person may do: ``permission`` is one of four words, a finer role counts as one of them."""

    permission: str


class Issue(msgspec.Struct):
    """An issue; a pull request is one too, and says so."""

    number: int
    title: str
    state: str
    user: User | None = None
    body: str | None = None
    pull_request: dict[str, Any] | None = None


class Event(msgspec.Struct):
    """Something that happened to an issue."""

    event: str = ""
    actor: User | None = None
    label: Label | None = None


class ChangedFile(msgspec.Struct):
    """A file that a pull request changes."""

    filename: str
    status: str = ""


class CheckRun(msgspec.Struct):
    """A check run."""

    id: int
    name: str = ""


class CheckRuns(msgspec.Struct):
    """A page of them."""

    check_runs: list[CheckRun]


def read(answer: requests.Response, kind: Any) -> Any:
    """Return an answer as ``kind``.

    Raises:
        ForgeError: it is something else (``forge-odd-answer``).
    """
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ForgeError(
            "forge-odd-answer",
            f"The answer to {answer.request.method} {answer.url[:200]} cannot be read: {error}.",
            remedy="run lapwing report again; if it stays, a proxy may have answered instead.",
        ) from None

"""What does GitHub know of a pull request, and how is something said on it?"""

from __future__ import annotations

import base64
import binascii
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from lapwing.errors import ForgeError, ForgeRefused
from lapwing.forge.github import answers, artifacts, checks, issues
from lapwing.review import MOST_TOLD, Gate, Issue, Job, Note, Origin, Pull, is_sha

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import requests

    from lapwing.forge.github.session import Session
    from lapwing.review import GateState, IssueState, Remark

BOT: Final = "github-actions[bot]"
"""Who a workflow's own token speaks as; it may not ask who it is."""

MOST_PAGES: Final = 100
_A_PAGE: Final = 100
_STATES: Final[dict[str, GateState]] = {
    "success": "success",
    "failure": "failure",
    "pending": "pending",
    "error": "error",
}


class GitHub:
    """One repository on GitHub (``owner/name``); ``login`` is who we are, asked for where it is empty."""

    def __init__(
        self, session: Session, repository: str, *, login: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Ask about ``repository`` by ``session``."""
        self._session = session
        self._name = repository
        self._place = f"repos/{repository}"
        self._login = login
        self._sleep = sleep

    def pulls(self, origin: Origin) -> tuple[Pull, ...]:
        """Return the open pull requests whose head is exactly ``origin``."""
        asked = {"state": "open", "head": f"{origin.owner}:{origin.branch}"}
        found = self._all(list[answers.PullRequest], "pulls", **asked)
        own = [one for one in found if one.head.sha == origin.sha and self._is_here(one) and one.state == "open"]
        return tuple(sorted(map(_pull, own), key=lambda one: one.number))

    def pull(self, number: int) -> Pull | None:
        """Return an open pull request, None where there is none."""
        answer = self._session.look("GET", self._place, "pulls", str(number))
        found = None if answer is None else answers.read(answer, answers.PullRequest)
        return _pull(found) if found is not None and found.state == "open" and self._is_here(found) else None

    def job(self, number: int) -> tuple[Job, Origin] | None:
        """Return a run that measured and what it measured."""
        answer = self._session.look("GET", self._place, "actions/runs", str(number))
        if answer is None:
            return None
        run: answers.WorkflowRun = answers.read(answer, answers.WorkflowRun)
        owner = run.head_repository.owner if run.head_repository is not None else None
        origin = Origin(owner=owner.login if owner else "", branch=run.head_branch or "", sha=run.head_sha)
        return Job(id=run.id, attempt=run.run_attempt, url=run.html_url), origin

    def handed_over(self, job: Job, name: str, sha: str) -> bytes | None:
        """Return the newest archive called ``name`` that a run for commit ``sha`` left."""
        left = artifacts.newest(self._session, self._place, job.id, name, sha)
        if left is None:
            return None
        timeout = self._session.default_read_timeout
        return artifacts.download(self._session, self._place, left, sleep=self._sleep, timeout=timeout)

    def trusted_file(self, path: str) -> bytes | None:
        """Return a file of the default branch."""
        answer = self._session.look("GET", self._place, "contents", quote(path))
        if answer is None:
            return None
        found = answers.read(answer, answers.Content)
        if found.type != "file" or found.encoding != "base64":
            raise _odd(f"{path} is no file, or larger than a megabyte")
        try:
            return base64.b64decode(found.content)
        except (binascii.Error, ValueError):
            raise _odd(f"{path} is not base64") from None

    def notes(self, pull: int) -> tuple[Note, ...]:
        """Return every comment, oldest first."""
        return tuple(self._note(one) for one in self._all(list[answers.Comment], "issues", str(pull), "comments"))

    def write(self, pull: int, body: str) -> Note:
        """Write a comment."""
        answer = self._post("issues", str(pull), "comments", json={"body": body})
        made: answers.Comment = answers.read(answer, answers.Comment)
        # Whoever wrote it is who we are, whatever was believed: an App's token speaks as that App.
        self._login = made.user.login if made.user is not None else self._login
        return self._note(made)

    def edit(self, note: int, body: str) -> None:
        """Replace what a comment of our own says."""
        self._session.ask("PATCH", self._place, "issues/comments", str(note), json={"body": body})

    def remove(self, note: int) -> None:
        """Remove a comment of our own."""
        self._session.look("DELETE", self._place, "issues/comments", str(note))

    def acknowledge(self, note: int, *, understood: bool) -> None:
        """Put a thumb up or a puzzled face on a comment; the same one again is the one there is."""
        reaction = {"content": "+1" if understood else "confused"}
        self._post("issues/comments", str(note), "reactions", json=reaction)

    def gate(self, sha: str, name: str) -> Gate | None:
        """Return what a commit's status of this name says."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._get("commits", sha, "status", params={"per_page": str(_A_PAGE), "page": str(page)})
            statuses: list[answers.Status] = answers.read(answer, answers.Statuses).statuses
            for one in statuses:
                if one.context == name:
                    state = _STATES.get(one.state, "error")
                    return Gate(name=name, state=state, description=one.description or "", url=one.target_url or "")
            if len(statuses) < _A_PAGE:
                break
        return None

    def set_gate(self, sha: str, gate: Gate) -> None:
        """Set a commit's status."""
        told = {"state": gate.state, "context": gate.name, "description": gate.description[:MOST_TOLD]}
        self._post("statuses", sha, json=told | ({"target_url": gate.url} if gate.url else {}))

    def may_write(self, login: str) -> bool:
        """Tell whether a person may write to the repository."""
        place = (self._place, "collaborators", quote(login, safe=""), "permission")
        answer = self._session.look("GET", *place)
        return answer is not None and answers.read(answer, answers.Permission).permission in ("admin", "write")

    def labelled_by(self, pull: int, label: str) -> str:
        """Return who put a label on a pull request last."""
        labelled = [
            one.actor.login if one.actor is not None else ""
            for one in self._all(list[answers.Event], "issues", str(pull), "events")
            if one.event == "labeled" and one.label is not None and one.label.name == label
        ]
        return labelled[-1] if labelled else ""

    def changed_files(self, pull: int) -> frozenset[str]:
        """Return the files that a pull request changes, without those it removes."""
        found = self._all(list[answers.ChangedFile], "pulls", str(pull), "files")
        return frozenset(one.filename for one in found if one.status != "removed")

    def remark(self, sha: str, name: str, *, title: str, summary: str, remarks: Sequence[Remark]) -> None:
        """Show remarks beside the lines they are about, by a check run."""
        checks.show(self._session, self._place, sha, name, title=title, summary=summary, remarks=remarks)

    def rerun(self, job: Job) -> None:
        """Run the job that measured once more."""
        self._post("actions/runs", str(job.id), "rerun")

    def issues(self, label: str) -> tuple[Issue, ...]:
        """Return the issues that have a label or that we wrote, those changed last first."""
        return tuple(map(self._issue, issues.listed(self._session, self._place, label=label, creator=self._me())))

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        """Open an issue."""
        made = issues.opened(self._session, self._place, title=title, body=body, label=label)
        # As where a comment is written.
        self._login = made.user.login if made.user is not None else self._login
        return self._issue(made)

    def change_issue(
        self, number: int, *, body: str | None = None, title: str | None = None, state: IssueState | None = None
    ) -> None:
        """Replace what an issue of our own says, close it or open it again."""
        issues.changed(self._session, self._place, number, body=body, title=title, state=state)

    def merged_with(self, sha: str) -> tuple[Pull, ...]:
        """Return the pull requests that a commit of the default branch was merged with."""
        found = issues.merged(self._session, self._place, sha)
        return tuple(sorted((_pull(one) for one in found if self._is_here(one)), key=lambda one: one.number))

    def _is_here(self, pull: answers.PullRequest) -> bool:
        """Tell whether a pull request asks to be merged into this repository, from a commit that has a hash."""
        into = pull.base.repo
        return into is not None and into.full_name.lower() == self._name.lower() and is_sha(pull.head.sha)

    def _note(self, comment: answers.Comment) -> Note:
        author = comment.user.login if comment.user is not None else ""
        return Note(id=comment.id, author=author, body=comment.body or "", mine=self._is_mine(author))

    def _issue(self, found: answers.Issue) -> Issue:
        author = found.user.login if found.user is not None else ""
        return Issue(
            number=found.number,
            title=found.title,
            body=found.body or "",
            is_open=found.state == "open",
            mine=self._is_mine(author),
        )

    def _is_mine(self, author: str) -> bool:
        return bool(author) and author.lower() == self._me().lower()

    def _me(self) -> str:
        """Return who we are. An installation's token may not ask, and then it is a workflow's own."""
        if not self._login:
            try:
                self._login = answers.read(self._session.ask("GET", "user"), answers.User).login
            except ForgeRefused:
                self._login = BOT
        return self._login

    def _all(self, kind: Any, *path: str, **asked: str) -> Iterator[Any]:
        """Yield what all pages of a list hold."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._get(*path, params={**asked, "per_page": str(_A_PAGE), "page": str(page)})
            yield from answers.read(answer, kind)
            if "next" not in answer.links:
                return

    def _get(self, *path: str, **more: Any) -> requests.Response:
        return self._session.ask("GET", self._place, *path, **more)

    def _post(self, *path: str, **more: Any) -> requests.Response:
        return self._session.ask("POST", self._place, *path, **more)


def _pull(found: answers.PullRequest) -> Pull:
    return Pull(
        number=found.number,
        sha=found.head.sha,
        base=found.base.ref,
        author=found.user.login if found.user is not None else "",
        labels=tuple(label.name for label in found.labels if label.name),
    )


def _odd(what: str) -> ForgeError:
    return ForgeError("forge-odd-answer", f"Of the default branch, {what}.", remedy="make it a small text file there.")

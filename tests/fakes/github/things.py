"""What is on the fake GitHub, and how does a test put it there? Everything begins as GitHub's own example of it."""

from __future__ import annotations

import copy
import hashlib
import io
import itertools
import zipfile

REPO = "/repos/{owner}/{repo}"
WHEN = "2026-11-27T12:{:02d}:{:02d}Z"


class Things:
    """The state of one repository; ``hub`` is whose."""

    def __init__(self, hub):
        self.hub = hub
        self._ids = itertools.count(1001)
        self._ticks = itertools.count()
        self.comments, self.statuses, self.checks, self.issues, self.events = [], [], [], [], []
        self.pulls, self.runs, self.artifacts, self.contents, self.files, self.reruns = {}, {}, {}, {}, {}, []
        self.reactions = []
        self._comment = hub.copy_of("post", f"{REPO}/issues/{{issue_number}}/comments", 201)
        self._pull = hub.copy_of("get", f"{REPO}/pulls", 200)[0]
        for team in self._pull["requested_teams"]:
            team.setdefault("type", "organization")
        self.user = self._comment["user"]

    def new_id(self):
        return next(self._ids)

    def now(self):
        tick = next(self._ticks)
        return WHEN.format(tick // 60 % 60, tick % 60)

    def person(self, login, kind="User"):
        made = copy.deepcopy(self.user)
        made.update(login=login, type=kind, id=int(hashlib.sha256(login.encode()).hexdigest()[:7], 16))
        return made

    def bot(self, login=None):
        return self.person(login or self.hub.login, "Bot")

    def add_pull(  # noqa: PLR0913 - what a test may want to be different
        self, number, sha, *, owner=None, branch="topic", state="open", labels=(), base="main"
    ):
        """Add a pull request of ``owner``'s branch (of a fork where owner is another); owner "" is a deleted fork."""
        pull = copy.deepcopy(self._pull)
        head_owner = self.hub.owner if owner is None else owner
        pull.update(
            number=number,
            state=state,
            merged_at=None,
            merge_commit_sha=None,
            url=self.hub.api("pulls", number),
            issue_url=self.hub.api("issues", number),
            comments_url=self.hub.api("issues", number, "comments"),
            labels=[],
            user=self.person(head_owner or "ghost"),
        )
        pull["head"].update(sha=sha, ref=branch, label=f"{head_owner}:{branch}")
        pull["base"].update(sha="b" * 40, ref=base)
        pull["base"]["repo"].update(full_name=f"{self.hub.owner}/{self.hub.name}", url=self.hub.api())
        if head_owner:
            pull["head"]["repo"].update(full_name=f"{head_owner}/{self.hub.name}", fork=head_owner != self.hub.owner)
            pull["head"]["repo"]["owner"] = pull["head"]["user"] = self.person(head_owner)
        else:
            pull["head"]["repo"] = None
        self.pulls[number] = pull
        for label in labels:
            self.label(number, label)
        return pull

    def label(self, number, name, by="maintainer"):
        """Put a label on a pull request or an issue."""
        on = self.pulls[number] if number in self.pulls else next(one for one in self.issues if one["number"] == number)
        on["labels"].append(
            {
                "id": self.new_id(),
                "node_id": "L",
                "url": self.hub.api("labels", name),
                "name": name,
                "description": "",
                "color": "ededed",
                "default": False,
            }
        )
        event = self.hub.copy_of("get", f"{REPO}/issues/{{issue_number}}/events", 200)[0]
        event.update(
            id=self.new_id(),
            event="labeled",
            actor=self.person(by) if by else None,
            created_at=self.now(),
            label={"name": name, "color": "ededed"},
            __number=number,
        )
        self.events.append(event)

    def add_issue(self, title, body, user, labels=()):
        """Add an issue; ``user`` is a login, or what GitHub says of a user, None for a deleted one."""
        made, when, number = self.hub.copy_of("get", f"{REPO}/issues/{{issue_number}}", 200), self.now(), self.new_id()
        made.pop("pull_request", None)
        made.update(
            number=number,
            state="open",
            title=title,
            body=body,
            user=self.person(user) if isinstance(user, str) else user,
            labels=[],
            created_at=when,
            updated_at=when,
            closed_at=None,
            url=self.hub.api("issues", number),
            comments_url=self.hub.api("issues", number, "comments"),
            repository_url=self.hub.api(),
        )
        self.issues.append(made)
        for name in labels:
            self.label(number, name)
        return made

    def merge(self, number, sha):
        """Merge a pull request: ``sha`` is the commit that the default branch has of it."""
        self.pulls[number].update(state="closed", merged_at=self.now(), merge_commit_sha=sha)

    def add_comment(self, number, body, user=None, association="NONE"):
        """Add a comment; ``user`` is a login, or what GitHub says of a user, None for a deleted one."""
        made, when = copy.deepcopy(self._comment), self.now()
        comment_id = self.new_id()
        made.update(
            id=comment_id,
            body=body,
            user=self.person(user) if isinstance(user, str) else user,
            created_at=when,
            updated_at=when,
            author_association=association,
            url=self.hub.api("issues/comments", comment_id),
            issue_url=self.hub.api("issues", number),
            html_url=f"https://github.com/{self.hub.owner}/{self.hub.name}/pull/{number}#issuecomment-{comment_id}",
            __number=number,
        )
        self.comments.append(made)
        return made

    def own_comments(self, marker="<!-- lapwing"):
        """Return the bot's comments that begin with a marker, as texts."""
        return [
            one["body"]
            for one in self.comments
            if one["user"] and one["user"]["login"] == self.hub.login and one["body"].startswith(marker)
        ]

    def add_run(  # noqa: PLR0913 - the same
        self, run_id, sha, *, owner=None, branch="topic", event="pull_request", attempt=1, **more
    ):
        """Add a run of a workflow."""
        run = self.hub.copy_of("get", f"{REPO}/actions/runs/{{run_id}}", 200)
        run.pop("pull_requests", None)
        run.update(
            id=run_id,
            head_sha=sha,
            head_branch=branch,
            event=event,
            run_attempt=attempt,
            status="completed",
            conclusion="success",
            path=".github/workflows/lapwing.yml",
            pull_requests=[],
            url=self.hub.api("actions/runs", run_id),
            html_url=f"https://github.com/{self.hub.owner}/{self.hub.name}/actions/runs/{run_id}",
        )
        run["head_repository"]["owner"] = self.person(owner or self.hub.owner)
        run["head_repository"].update(
            full_name=f"{owner or self.hub.owner}/{self.hub.name}", id=1 if owner in (None, self.hub.owner) else 2
        )
        run["repository"].update(id=1, full_name=f"{self.hub.owner}/{self.hub.name}")
        run.update(more)
        self.runs[run_id] = run
        return run

    def add_artifact(self, run_id, name, data, *, member="lapwing-report.json", sha=None):
        """Add an artifact of a run; ``data`` is the text of its one member, or bytes for the whole archive."""
        archive = data if isinstance(data, bytes) else zipped({member: data})
        kept = {
            "id": self.new_id(),
            "name": name,
            "archive": archive,
            "created_at": self.now(),
            "sha": sha or (self.runs[run_id]["head_sha"] if run_id in self.runs else "a" * 40),
        }
        self.artifacts.setdefault(run_id, []).append(kept)
        return kept


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """Return a zip archive of texts or bytes by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()

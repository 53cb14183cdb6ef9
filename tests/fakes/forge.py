"""A forge in memory: what :class:`~lapwing.ports.Forge` promises, and nothing of how GitHub is asked."""

from __future__ import annotations

from dataclasses import replace

from lapwing.errors import ForgeError, ForgeRefused, ForgeUnsure
from lapwing.review import Issue, Job, Note, Origin, Pull

ME = "lapwing-bot"


class Break:
    """What strikes one call: an error before its effect, or after it."""

    def __init__(self, kind=ForgeUnsure, *, after=False):
        self.kind = kind
        self.after = after

    def error(self):
        return self.kind("forge-broken", "It broke.", remedy="try again.")


class MemoryForge:
    """Keeps everything in lists. ``breaks`` maps the number of a call to what strikes it; ``calls`` are their names."""

    def __init__(self, *pulls, writers=("maintainer",), may=("comment", "gate", "remark", "rerun", "issue")):
        self.open = {pull.number: pull for pull in pulls}
        self.comments, self.gates, self.remarks, self.reruns, self.thumbs = {}, [], [], [], []
        self.files, self.jobs, self.archives, self.labels, self.changed = {}, {}, {}, {}, frozenset()
        self.kept, self.tagged, self.merged = {}, {}, {}
        self.writers, self.may = set(writers), set(may)
        self.breaks, self.calls, self.states = {}, [], []
        self.before = {}  # called before the first call of this name, once
        self._next = 100

    def _called(self, name, effect=lambda: None, need=""):
        happen = self.before.pop(name, None)
        if happen is not None:
            happen()
        strikes = self.breaks.get(len(self.calls))
        self.calls.append(name)
        if strikes is not None and not strikes.after:
            raise strikes.error()
        if need and need not in self.may:
            raise ForgeRefused("forge-refused", f"The token may not {need}.", remedy=f"let it {need}.")
        found = effect()
        if strikes is not None:
            raise strikes.error()
        return found

    def pulls(self, origin: Origin):
        return self._called("pulls", lambda: tuple(p for p in self.open.values() if p.sha == origin.sha))

    def pull(self, number: int):
        return self._called("pull", lambda: self.open.get(number))

    def job(self, number: int):
        return self._called("job", lambda: self.jobs.get(number))

    def handed_over(self, job: Job, name: str, sha: str):
        return self._called("handed_over", lambda: self.archives.get((job.id, name, sha)))

    def trusted_file(self, path: str):
        return self._called("trusted_file", lambda: self.files.get(path))

    def add(self, pull: int, body: str, author=ME):
        self._next += 1
        note = Note(id=self._next, author=author, body=body, mine=author == ME)
        self.comments[note.id] = (pull, note)
        return note

    def notes(self, pull: int):
        return self._called("notes", lambda: tuple(note for on, note in self.comments.values() if on == pull))

    def write(self, pull: int, body: str):
        return self._called("write", lambda: self.add(pull, body), "comment")

    def edit(self, note: int, body: str):
        def effect():
            if note not in self.comments:
                raise ForgeError("forge-said-no", "It is gone.", remedy="look again.")
            pull, there = self.comments[note]
            self.comments[note] = (pull, Note(id=note, author=there.author, body=body, mine=there.mine))

        self._called("edit", effect, "comment")

    def remove(self, note: int):
        self._called("remove", lambda: self.comments.pop(note, None), "comment")

    def acknowledge(self, note: int, *, understood: bool):
        self._called("acknowledge", lambda: self.thumbs.append((note, understood)), "comment")

    def gate(self, sha: str, name: str):
        def effect():
            found = [gate for on, gate in self.gates if (on, gate.name) == (sha, name)]
            return found[-1] if found else None

        return self._called("gate", effect)

    def set_gate(self, sha: str, gate):
        self._called("set_gate", lambda: self.gates.append((sha, gate)), "gate")

    def may_write(self, login: str):
        return self._called("may_write", lambda: login in self.writers)

    def labelled_by(self, pull: int, label: str):
        return self._called("labelled_by", lambda: self.labels.get((pull, label), ""))

    def changed_files(self, _: int):
        return self._called("changed_files", lambda: self.changed)

    def remark(self, sha: str, name: str, *, title: str, summary: str, remarks):
        self._called("remark", lambda: self.remarks.append((sha, name, title, summary, tuple(remarks))), "remark")

    def rerun(self, job: Job):
        self._called("rerun", lambda: self.reruns.append(job.id), "rerun")

    def issues(self, label: str):
        return self._called("issues", lambda: tuple(reversed(self.kept.values())))

    def add_issue(self, title: str, body: str, *, mine=True, is_open=True):
        self._next += 1
        issue = Issue(number=self._next, title=title, body=body, is_open=is_open, mine=mine)
        self.kept[issue.number] = issue
        return issue

    def open_issue(self, title: str, body: str, label: str):
        def effect():
            made = self.add_issue(title, body)
            self.tagged[made.number] = label
            return made

        return self._called("open_issue", effect, "issue")

    def change_issue(self, number: int, *, body=None, title=None, state=None):
        def effect():
            said = {"body": body, "title": title, "is_open": None if state is None else state == "open"}
            self.kept[number] = replace(self.kept[number], **{key: one for key, one in said.items() if one is not None})
            self.states.append((number, state))

        self._called("change_issue", effect, "issue")

    def merged_with(self, sha: str):
        return self._called("merged_with", lambda: tuple(self.merged.get(sha, ())))

    def texts(self, pull: int):
        """Return our own comments on a pull request."""
        return [note.body for on, note in self.comments.values() if on == pull and note.mine]


def make_pull(number=7, sha="a" * 40, **more):
    return Pull(**({"number": number, "sha": sha, "base": "main", "author": "alice"} | more))

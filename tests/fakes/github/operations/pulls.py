"""Which pull requests are there? Found by head; one of a fork is in no commit's list."""

from __future__ import annotations

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO


def _list(hub, call):
    wanted, head = call.asked("state", "open"), call.asked("head")
    found = [one for one in hub.pulls.values() if wanted in ("all", one["state"])]
    # A fork that is gone has no owner any more, and is found by no head.
    return hub.paged(call, [one for one in found if head in (None, one["head"]["label"])])


def _get(hub, call):
    number = call.number("pull_number")
    if number not in hub.pulls:
        raise RefusedError(404, "Not Found")
    made = hub.copy_of("get", f"{REPO}/pulls/{{pull_number}}", 200)
    return Answer(200, made | hub.pulls[number])


def _files(hub, call):
    return hub.paged(
        call,
        [
            {
                "sha": "c" * 40,
                "filename": name,
                "status": "modified",
                "additions": 1,
                "deletions": 0,
                "changes": 1,
                "blob_url": "https://github.com",
                "raw_url": "https://github.com",
                "contents_url": "https://github.com",
            }
            for name in hub.files.get(call.number("pull_number"), [])
        ],
    )


def _of_commit(hub, call):
    sha = call.parameters["commit_sha"]
    own = [one for one in hub.pulls.values() if one["head"]["repo"] and not one["head"]["repo"]["fork"]]
    merged = [one for one in hub.pulls.values() if one["merged_at"] and one["merge_commit_sha"] == sha]
    return hub.paged(call, [*merged, *(one for one in own if one["head"]["sha"] == sha and one not in merged)])


OPERATIONS = {
    "pulls/list": _list,
    "pulls/get": _get,
    "pulls/list-files": _files,
    "repos/list-pull-requests-associated-with-commit": _of_commit,
}

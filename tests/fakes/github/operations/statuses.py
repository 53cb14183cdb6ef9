"""What is a commit's status? The newest of each context; they can only be added."""

from __future__ import annotations

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO

MOST_OF_A_CONTEXT = 1_000
LONGEST = 140


def _create(hub, call):
    hub.need("statuses")
    sha, body = call.parameters["sha"], call.body
    if len(body.get("description") or "") > LONGEST:
        raise RefusedError(422, "Validation Failed", errors=[{"field": "description", "code": "custom"}])
    context = body.get("context", "default")
    if sum(one["__sha"] == sha and one["context"] == context for one in hub.statuses) >= MOST_OF_A_CONTEXT:
        raise RefusedError(422, "This SHA and context has reached the maximum number of statuses.")
    made, when = hub.copy_of("post", f"{REPO}/statuses/{{sha}}", 201), hub.now()
    made.update(
        id=hub.new_id(),
        state=body["state"],
        description=body.get("description"),
        target_url=body.get("target_url"),
        context=context,
        created_at=when,
        updated_at=when,
        creator=hub.bot(),
        url=hub.api("statuses", sha),
        __sha=sha,
    )
    hub.statuses.append(made)
    return Answer(201, made)


def _list(hub, call):
    found = [one for one in reversed(hub.statuses) if one["__sha"] == call.parameters["ref"]]
    return hub.paged(call, found)


def _combined(hub, call):
    sha = call.parameters["ref"]
    newest = {one["context"]: one for one in hub.statuses if one["__sha"] == sha}
    made = hub.copy_of("get", f"{REPO}/commits/{{ref}}/status", 200)
    fields = made["statuses"][0]
    states = {one["state"] for one in newest.values()}
    failed = states & {"failure", "error"}
    made.update(
        sha=sha,
        total_count=len(newest),
        state="failure" if failed else "success" if states == {"success"} else "pending",
        statuses=[{key: one[key] for key in fields if key in one} for one in newest.values()],
    )
    return Answer(200, made)


OPERATIONS = {
    "repos/create-commit-status": _create,
    "repos/list-commit-statuses-for-ref": _list,
    "repos/get-combined-status-for-ref": _combined,
}

"""What happens to issues and labels? A pull request is an issue too."""

from __future__ import annotations

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO


def _made(hub, number, **fields):
    made = hub.copy_of("get", f"{REPO}/issues/{{issue_number}}", 200)
    made.update(
        number=number,
        url=hub.api("issues", number),
        comments_url=hub.api("issues", number, "comments"),
        repository_url=hub.api(),
        **({"labels": []} | fields),
    )
    return made


def _find(hub, call):
    number = call.number("issue_number")
    found = [one for one in hub.issues if one["number"] == number]
    if found:
        return found[0]
    if number in hub.pulls:
        return _made(hub, number, state=hub.pulls[number]["state"], labels=hub.pulls[number]["labels"])
    raise RefusedError(404, "Not Found")


def _get(hub, call):
    return Answer(200, _find(hub, call))


def _list(hub, call):
    _have_issues(hub)
    state, creator, labels = call.asked("state", "open"), call.asked("creator"), call.asked("labels")
    if creator is not None and not hub.knows_creators:
        return hub.paged(call, [])
    pulls = [
        _made(hub, number, state=pull["state"], labels=pull["labels"], user=pull["user"], updated_at=pull["updated_at"])
        for number, pull in hub.pulls.items()
    ]
    found = [one for one in (*pulls, *hub.issues) if state in ("all", one["state"])]
    found = [one for one in found if creator is None or (one["user"] and creator == one["user"]["login"])]
    wanted = set(labels.split(",")) if labels is not None else set()
    found = [one for one in found if wanted <= {each["name"] for each in one["labels"]}]
    sort = {"created": "created_at", "updated": "updated_at"}[call.asked("sort", "created")]
    key = lambda one: (one[sort], one["number"])  # noqa: E731 - said once
    return hub.paged(call, sorted(found, key=key, reverse=call.asked("direction", "desc") == "desc"))


def _have_issues(hub):
    if not hub.has_issues:
        raise RefusedError(410, "Issues are disabled for this repo")


def _create(hub, call):
    _have_issues(hub)
    hub.need("issues")
    _check_body(call.body)
    if call.body.get("labels") and hub.labels == "refused":
        raise RefusedError(403, "You do not have permission to create labels on this repository.")
    made = hub.add_issue(call.body["title"], call.body.get("body"), hub.bot())
    for name in call.body.get("labels", ()) if hub.labels == "given" else ():
        hub.label(made["number"], name)
    return Answer(201, made)


def _check_body(body):
    if len(body.get("body") or "") > 65_536:
        raise RefusedError(422, "Validation Failed: body is too long (maximum is 65536 characters)")
    if len(body.get("title") or "x") > 256:
        raise RefusedError(422, "Validation Failed: title is too long (maximum is 256 characters)")


def _update(hub, call):
    hub.need("issues")
    _check_body(call.body)
    issue = _find(hub, call)
    issue["updated_at"] = hub.now()
    issue.update({key: call.body[key] for key in ("title", "body", "state", "state_reason") if key in call.body})
    issue["closed_at"] = hub.now() if issue["state"] == "closed" else None
    return Answer(200, issue)


def _events(hub, call):
    return hub.paged(call, [one for one in hub.events if one["__number"] == call.number("issue_number")])


def _labels(hub, call):
    return hub.paged(call, _find(hub, call)["labels"])


def _add_labels(hub, call):
    hub.need("issues", "pull-requests")
    body = call.body
    for name in body["labels"] if isinstance(body, dict) else body:
        hub.label(call.number("issue_number"), name)
    return Answer(200, _find(hub, call)["labels"])


OPERATIONS = {
    "issues/get": _get,
    "issues/list-for-repo": _list,
    "issues/create": _create,
    "issues/update": _update,
    "issues/list-events": _events,
    "issues/list-labels-on-issue": _labels,
    "issues/add-labels": _add_labels,
}

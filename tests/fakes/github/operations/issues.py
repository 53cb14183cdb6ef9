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
    state, creator = call.asked("state", "open"), call.asked("creator")
    found = [one for one in reversed(hub.issues) if state in ("all", one["state"])]
    return hub.paged(call, [one for one in found if creator in (None, one["user"]["login"])])


def _create(hub, call):
    hub.need("issues")
    made = _made(hub, hub.new_id(), state="open", title=call.body["title"], body=call.body.get("body"), user=hub.bot())
    made.pop("pull_request", None)
    made["closed_at"] = None
    hub.issues.append(made)
    return Answer(201, made)


def _update(hub, call):
    hub.need("issues")
    issue = _find(hub, call)
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

"""What happens to check runs? 50 annotations a request, appended; only an App may."""

from __future__ import annotations

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO

MOST_TITLE = 255
MOST_MESSAGE = 65_536


def _create(hub, call):
    hub.need("checks")
    if not hub.installed:
        raise RefusedError(403, "You must authenticate via a GitHub App.")
    body = call.body
    if (body.get("status") == "completed" or body.get("completed_at")) and not body.get("conclusion"):
        raise RefusedError(422, 'Invalid request.\n\nMissing required key "conclusion".')
    made = hub.copy_of("post", f"{REPO}/check-runs", 201)
    number = hub.new_id()
    made.update(
        id=number,
        head_sha=body["head_sha"],
        name=body["name"],
        url=hub.api("check-runs", number),
        html_url=f"https://github.com/{hub.owner}/{hub.name}/runs/{number}",
        details_url=None,  # a workflow's token cannot set it
        external_id=body.get("external_id", ""),
        status="queued",
        conclusion=None,
        started_at=hub.now(),
        completed_at=None,
        pull_requests=[],
        check_suite={"id": 5},
        output={
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": 0,
            "annotations_url": hub.api("check-runs", number, "annotations"),
        },
        __annotations=[],
    )
    _change(hub, made, body)
    hub.checks.append(made)
    return Answer(201, made)


def _change(hub, check, body):
    output = body.get("output") or {}
    for one in output.get("annotations", []):
        too_long = len(one.get("title", "")) > MOST_TITLE or len(one["message"].encode()) > MOST_MESSAGE
        if too_long or ("start_column" in one and one["start_line"] != one["end_line"]):
            raise RefusedError(422, "Invalid annotation")
    check.update({key: body[key] for key in ("name", "external_id", "status") if key in body})
    if body.get("conclusion"):
        check.update(status="completed", conclusion=body["conclusion"], completed_at=hub.now())
    check["__annotations"] += output.get("annotations", [])
    check["output"].update({key: output[key] for key in ("title", "summary", "text") if key in output})
    check["output"]["annotations_count"] = len(check["__annotations"])


def _check(hub, call):
    found = [one for one in hub.checks if one["id"] == call.number("check_run_id")]
    if not found:
        raise RefusedError(404, "Not Found")
    return found[0]


def _get(hub, call):
    return Answer(200, _check(hub, call))


def _update(hub, call):
    hub.need("checks")
    check = _check(hub, call)
    _change(hub, check, call.body)
    return Answer(200, check)


def _annotations(hub, call):
    empty = {
        "start_column": None,
        "end_column": None,
        "title": None,
        "raw_details": None,
        "blob_href": "https://github.com",
    }
    return hub.paged(call, [empty | one for one in _check(hub, call)["__annotations"]])


def _of_commit(hub, call):
    found = [one for one in hub.checks if one["head_sha"] == call.parameters["ref"]]
    return hub.paged(call, [one for one in found if call.asked("check_name", one["name"]) == one["name"]], "check_runs")


OPERATIONS = {
    "checks/create": _create,
    "checks/get": _get,
    "checks/update": _update,
    "checks/list-annotations": _annotations,
    "checks/list-for-ref": _of_commit,
}

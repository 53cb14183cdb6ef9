"""What is known of a workflow's run: its artifacts, which are elsewhere; and running it again."""

from __future__ import annotations

import hashlib

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO


def _run(hub, call):
    if call.number("run_id") not in hub.runs:
        raise RefusedError(404, "Not Found")
    return Answer(200, hub.runs[call.number("run_id")])


def _artifacts(hub, call):
    hub.need("actions", level="read")
    example = hub.copy_of("get", f"{REPO}/actions/runs/{{run_id}}/artifacts", 200)["artifacts"][0]
    run_id = call.number("run_id")
    found = [
        example
        | {
            "id": one["id"],
            "name": one["name"],
            "size_in_bytes": len(one["archive"]),
            "created_at": one["created_at"],
            "expired": one.get("expired", False),
            "digest": one.get("digest", "sha256:" + hashlib.sha256(one["archive"]).hexdigest()),
            "url": hub.api("actions/artifacts", one["id"]),
            "archive_download_url": hub.api("actions/artifacts", one["id"], "zip"),
            "workflow_run": example["workflow_run"] | {"id": run_id, "head_sha": one["sha"]},
        }
        for one in hub.artifacts.get(run_id, [])
    ]
    return hub.paged(call, [one for one in found if call.asked("name", one["name"]) == one["name"]], "artifacts")


def _download(hub, call):
    hub.need("actions", level="read")
    found = [one for many in hub.artifacts.values() for one in many if one["id"] == call.number("artifact_id")]
    if not found:
        raise RefusedError(404, "Not Found")
    if found[0].get("expired"):
        raise RefusedError(410, "Artifact has expired")
    return Answer(302, None, {"Location": f"{hub.storage}/{found[0]['id']}.zip"})


def _rerun(hub, call):
    hub.need("actions")
    if call.number("run_id") not in hub.runs:
        raise RefusedError(404, "Not Found")
    hub.reruns.append(call.number("run_id"))
    return Answer(201, {})


OPERATIONS = {
    "actions/get-workflow-run": _run,
    "actions/list-workflow-run-artifacts": _artifacts,
    "actions/download-artifact": _download,
    "actions/re-run-workflow": _rerun,
}

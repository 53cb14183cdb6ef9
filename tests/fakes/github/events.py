"""What did GitHub say happened? Its own examples of events, and ones derived of them that no example is."""

from __future__ import annotations

import copy
import gzip
import json
from functools import cache
from pathlib import Path

WORKFLOW = ".github/workflows/lapwing.yml"


@cache
def _examples():
    return json.loads(gzip.decompress(Path(__file__).with_name("webhooks.json.gz").read_bytes()))


def examples(event, action=None):
    """Return copies of GitHub's examples of an event."""
    return copy.deepcopy([one for one in _examples()[event] if action in (None, one.get("action"))])


def all_examples():
    """Return (event, payload) for each example there is."""
    return [(event, payload) for event in _examples() for payload in examples(event)]


def run_completed(  # noqa: PLR0913 - what a test may want to be different
    sha, *, owner="octo", repo_id=None, branch="topic", event="pull_request", run_id=5, attempt=1, **more
):
    """Return the event that a run is over; of a fork where ``owner`` is another."""
    payload = examples("workflow_run", "completed")[-1]
    _is_octo(payload)
    run = payload["workflow_run"]
    run.update(
        id=run_id,
        run_attempt=attempt,
        event=event,
        head_sha=sha,
        head_branch=branch,
        path=WORKFLOW,
        status="completed",
        conclusion="success",
        pull_requests=[],
        html_url=f"https://github.com/octo/thing/actions/runs/{run_id}",
    )
    run["head_repository"]["owner"]["login"] = owner
    run["head_repository"].update(full_name=f"{owner}/thing", id=repo_id or (1 if owner == "octo" else 2))
    run.update(more)
    return payload


def commented(  # noqa: PLR0913 - the same
    number, note, body, author, *, action="created", on_pull=True
):
    """Return the event that somebody commented."""
    payload = examples("issue_comment", "created")[-1]
    _is_octo(payload)
    payload["action"] = action
    payload["issue"].update(number=number, state="open")
    payload["issue"].pop("pull_request", None)
    if on_pull:
        payload["issue"]["pull_request"] = {"url": "https://api.github.com/repos/octo/thing/pulls/7"}
    payload["comment"].update(id=note, body=body)
    payload["comment"]["user"]["login"] = author
    return payload


def labelled(number, name, *, action="labeled"):
    """Return the event that a label was put on or taken off."""
    payload = examples("pull_request", "labeled")[-1]
    _is_octo(payload)
    payload["action"] = action
    payload["number"] = payload["pull_request"]["number"] = number
    payload["pull_request"]["state"] = "open"
    payload["label"]["name"] = name
    return payload


def pushed(sha, *, branch="main"):
    """Return the event that a branch was pushed."""
    payload = examples("push")[-1]
    _is_octo(payload)
    payload.update(ref=f"refs/heads/{branch}", after=sha, deleted=False)
    return payload


def _is_octo(payload):
    payload["repository"].update(id=1, name="thing", full_name="octo/thing", default_branch="main")
    payload["repository"]["owner"]["login"] = "octo"

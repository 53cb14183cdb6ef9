"""Which event asks for what: GitHub's own examples, and what somebody might send to be believed."""

import copy
from collections import Counter

import pytest

from fakes.github.events import WORKFLOW, all_examples, commented, examples, labelled, pushed, run_completed
from lapwing.forge.activity import LABEL, Task, task_of
from lapwing.review import Job, Origin

SHA = "c" * 40


def asked(event, payload, workflow=WORKFLOW):
    return task_of(event, payload, workflow=workflow)


@pytest.mark.parametrize("number", range(len(all_examples())))
def test_every_real_example_is_understood(number):
    event, payload = all_examples()[number]
    task = asked(event, payload)
    assert isinstance(task, Task)
    assert task.why
    assert "not as expected" not in task.why


REAL = """\
check_run: nothing 9
issue_comment: nothing 9
merge_group checks_requested: own 2
pull_request assigned: nothing 2
pull_request closed: nothing 2
pull_request converted_to_draft: nothing 3
pull_request labeled: nothing 2
pull_request locked: nothing 2
pull_request opened: own 4
pull_request ready_for_review: own 3
pull_request reopened: own 2
pull_request review_request_removed: nothing 1
pull_request review_requested: nothing 1
pull_request synchronize: own 1
pull_request unassigned: nothing 2
pull_request unlabeled: nothing 2
pull_request unlocked: nothing 2
push: main 2
push: nothing 5
release: nothing 13
workflow_dispatch: main 2
workflow_run completed: nothing 3
workflow_run requested: nothing 2
"""
"""What each of GitHub's own examples asks for as it is, and how many there are of it. None is of our own workflow, has
our label or a command; those are derived of them below."""


def test_a_schedule_and_a_person_on_the_default_branch_begin_a_run_of_it():
    payload = examples("workflow_dispatch")[0]
    payload["repository"]["default_branch"] = "main"
    assert "main" == asked("schedule", payload).do
    assert ("main", None) == (asked("workflow_dispatch", payload | {"ref": "refs/heads/main"}).do, None)
    for ref in ("refs/heads/topic", "refs/tags/main", "main", ""):
        assert "nothing" == asked("workflow_dispatch", payload | {"ref": ref}).do
    payload["repository"].pop("default_branch")
    assert "nothing" == asked("workflow_dispatch", payload | {"ref": "refs/heads/"}).do


def test_every_real_example_of_every_event_asks_for_what_it_should():
    found = Counter()
    for event, payload in all_examples():
        action = f" {payload['action']}" if event in ("merge_group", "pull_request", "workflow_run") else ""
        found[f"{event}{action}: {asked(event, payload).do}"] += 1
    assert REAL.splitlines() == sorted(f"{what} {count}" for what, count in found.items())


def test_a_real_run_of_a_workflow_is_judged_by_its_event_and_its_end():
    """GitHub's examples as they are, each taken for the workflow that measures."""
    found = [asked("workflow_run", one, one["workflow_run"].get("path") or "").why for one in examples("workflow_run")]
    assert [
        "runs for 'workflow_dispatch' are told by themselves",
        "runs for 'repository_dispatch' are told by themselves",
        "runs for 'repository_dispatch' are told by themselves",
        "the run is not over",
        "the run is not over",
    ] == found


def test_real_examples_that_ask_for_something():
    (push,) = [one for one in examples("push") if asked("push", one).do == "main"][:1]
    assert push["after"] == asked("push", push).origin.sha
    opened = asked("pull_request", examples("pull_request", "opened")[-1])
    assert ("own", 2) == (opened.do, opened.pull)
    queue = asked("merge_group", examples("merge_group")[0])
    assert ("own", None) == (queue.do, queue.pull)


def test_a_run_of_a_fork_is_told_to_whoever_has_its_head():
    task = asked("workflow_run", run_completed(SHA, owner="mallory", branch="main", attempt=2))
    job = Job(id=5, attempt=2, url="https://github.com/octo/thing/actions/runs/5")
    assert "report" == task.do
    assert Origin(owner="mallory", branch="main", sha=SHA) == task.origin
    assert job == task.job
    assert task.pull is None


def test_a_merge_queue_has_a_gate_and_no_pull_request():
    assert "gate" == asked("workflow_run", run_completed(SHA, event="merge_group")).do
    assert "nothing" == asked("workflow_run", run_completed(SHA, event="merge_group", owner="mallory")).do


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"path": ".github/workflows/evil.yml"}, "another workflow"),
        ({"path": WORKFLOW + "x"}, "another workflow"),
        ({"path": None}, "another workflow"),
        ({"head_repository": None}, "is gone"),
        ({"branch": None}, "is gone"),
        ({"event": "pull_request_target"}, "pull_request_target"),
        ({"event": "push"}, "push"),
        ({"event": "push", "owner": "mallory", "branch": "main"}, "push"),
        ({"event": "schedule"}, "schedule"),
        ({"conclusion": "cancelled"}, "cancelled"),
        ({"conclusion": "skipped"}, "skipped"),
        ({"conclusion": "action_required"}, "action_required"),
    ],
)
def test_runs_that_nobody_is_told_of(more, why):
    payload = run_completed(SHA)
    if more.get("head_repository", 1) is None:
        payload["workflow_run"]["head_repository"] = None
    else:
        payload = run_completed(SHA, **more)
    task = asked("workflow_run", payload)
    assert "nothing" == task.do
    assert why in task.why


def test_a_hash_that_is_none_is_not_asked_for():
    assert "nothing" == asked("workflow_run", run_completed("main")).do
    assert "nothing" == asked("workflow_run", run_completed("../" + "c" * 37)).do


def test_the_path_of_a_workflow_may_name_the_commit_it_is_of():
    assert "report" == asked("workflow_run", run_completed(SHA, path=f"{WORKFLOW}@refs/heads/main")).do


def test_a_run_that_failed_is_told_too():
    assert "report" == asked("workflow_run", run_completed(SHA, conclusion="failure")).do
    assert "nothing" == asked("workflow_run", run_completed(SHA) | {"action": "requested"}).do


def test_a_command_is_answered():
    task = asked("issue_comment", commented(7, 99, "/lapwing rerun", "alice"))
    assert ("answer", 7, 99, "alice", "/lapwing rerun") == (task.do, task.pull, task.note, task.author, task.said)


@pytest.mark.parametrize(
    "payload",
    [
        commented(7, 99, "nice work", "alice"),
        commented(7, 99, "> /lapwing rerun", "alice"),
        commented(7, 99, "/lapwing rerun", "alice", action="edited"),
        commented(7, 99, "/lapwing rerun", "alice", action="deleted"),
        commented(7, 99, "/lapwing rerun", "alice", on_pull=False),
    ],
)
def test_what_is_no_command_is_not_answered(payload):
    assert "nothing" == asked("issue_comment", payload).do


def test_a_command_on_a_closed_pull_request_or_of_nobody_is_not_answered():
    closed, ghost = (commented(7, 99, "/lapwing rerun", "alice") for _ in range(2))
    closed["issue"]["state"] = "closed"
    ghost["comment"]["user"] = None
    assert ["nothing", "nothing"] == [asked("issue_comment", one).do for one in (closed, ghost)]


def test_our_label_put_on_or_taken_off_has_the_last_report_judged_anew():
    tasks = [asked("pull_request", labelled(7, LABEL, action=action)) for action in ("labeled", "unlabeled")]
    assert [("again", 7), ("again", 7)] == [(task.do, task.pull) for task in tasks]
    assert "nothing" == asked("pull_request", labelled(7, "bug")).do
    closed = labelled(7, LABEL)
    closed["pull_request"]["state"] = "closed"
    assert "nothing" == asked("pull_request", closed).do


def test_a_pull_request_of_a_fork_that_is_gone_has_nothing_to_tell():
    payload = examples("pull_request", "synchronize")[-1]
    payload["pull_request"]["state"] = "open"
    assert "own" == asked("pull_request", payload).do
    payload["pull_request"]["head"]["repo"] = None
    assert "nothing" == asked("pull_request", payload).do


def test_only_a_push_of_the_default_branch_is_main():
    task = asked("push", pushed(SHA))
    assert ("main", SHA) == (task.do, task.origin.sha)
    assert "own" == asked("push", pushed(SHA, branch="topic")).do
    assert "nothing" == asked("push", pushed(SHA) | {"deleted": True}).do
    assert "nothing" == asked("push", pushed(SHA) | {"ref": "refs/tags/v1"}).do


@pytest.mark.parametrize("event", ["", "repository_dispatch", "pull_request_target", "x" * 500])
def test_other_events_ask_for_nothing(event):
    assert "nothing" == asked(event, pushed(SHA)).do


@pytest.mark.parametrize("payload", [{}, {"repository": 1}, {"repository": {"id": "one"}}])
def test_a_payload_that_is_none_is_said(payload):
    task = asked("push", payload)
    assert "nothing" == task.do
    assert "not as expected" in task.why


def test_every_part_of_a_payload_may_be_missing():
    for event, payload in (
        ("workflow_run", run_completed(SHA)),
        ("issue_comment", commented(7, 9, "/lapwing rerun", "a")),
        ("pull_request", labelled(7, LABEL)),
        ("push", pushed(SHA)),
        ("merge_group", examples("merge_group")[0]),
    ):
        for key in payload:
            without = copy.deepcopy(payload)
            del without[key]
            assert isinstance(asked(event, without), Task)
            assert isinstance(asked(event, copy.deepcopy(payload) | {key: None}), Task)

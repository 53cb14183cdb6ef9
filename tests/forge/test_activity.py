"""Which event asks for what: GitHub's own examples, and what somebody might send to be believed."""

import copy

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


@pytest.mark.parametrize("event", ["", "schedule", "pull_request_target", "x" * 500])
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

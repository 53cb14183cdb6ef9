"""``lapwing issues`` as the job of the default branch runs it: git, a store, an event's file, the fake GitHub."""

import os
from types import SimpleNamespace

import pytest

from factories import make_run, make_sample
from fakes.github.events import examples, labelled, pushed, run_completed
from fakes.repository import Repository
from forge.conftest import SHA
from forge.test_report_command import job_environ
from lapwing.cli import main
from lapwing.history import open_store
from lapwing.model import Commit

COMMITS = 30
WOBBLE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)


def grown(repository, count):
    """Give a repository ``count`` commits in one go, and return their hashes."""
    who = "committer A <a@example.org> {} +0000\ndata 3\n{:03d}\n"
    stream = "".join(f"commit refs/heads/main\n{who}\n".format(1_700_000_000 + 60 * n, n) for n in range(count))
    repository.git("fast-import", "--quiet", input=stream.encode())
    return repository.git("rev-list", "--reverse", "HEAD").split()


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone of 30 commits whose history says that the 21st made one benchmark slower."""
    repository = Repository(tmp_path_factory.mktemp("issues"))
    shas = grown(repository, COMMITS)
    names = {"t.py::slow": 1.3} | {f"t.py::quiet{n}": 1.0 for n in range(4)}
    runs = [
        make_run(
            number,
            *(
                make_sample(name, 1e-3 * WOBBLE[(number + place) % 7] * (by if number >= 20 else 1))
                for place, (name, by) in enumerate(names.items())
            ),
            commit=Commit(sha=sha, branch="main"),
        )
        for number, sha in enumerate(shas)
    ]
    store = open_store("history.db", repository.root)
    store.append(runs)
    store.close()
    return SimpleNamespace(root=repository.root, head=shas[-1])


@pytest.fixture
def job(hub, clone, tmp_path, monkeypatch, capsys):
    """Run the command after an event, with the environment of a workflow's job."""
    monkeypatch.chdir(clone.root)
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "LAPWING_", "GH_"))]:
        monkeypatch.delenv(name)

    def run(event, payload, *args, **environ):
        environ = {"LAPWING_STORE": "history.db"} | environ
        for name, value in job_environ(hub, tmp_path, event, payload, **environ).items():
            monkeypatch.setenv(name, value)
        code = main(["issues", *args])
        summary = tmp_path / "summary.md"
        said = capsys.readouterr()
        text = summary.read_text(encoding="utf-8") if summary.exists() else ""
        return SimpleNamespace(code=code, out=said.out, err=said.err, summary=text)

    return run


def dispatched(branch="main"):
    payload = examples("workflow_dispatch")[0]
    payload["repository"].update(id=1, name="thing", full_name="octo/thing", default_branch="main")
    return payload | {"ref": f"refs/heads/{branch}"}


def test_a_push_to_the_default_branch_opens_an_issue(hub, clone, job):
    done = job("push", pushed(clone.head))
    assert (0, "") == (done.code, done.err)
    (issue,) = hub.issues
    assert issue["title"].startswith("Performance: `t.py::slow` 30 % slower since ")
    assert ["lapwing"] == [one["name"] for one in issue["labels"]]
    assert "[The commit](https://github.com/octo/thing/compare/" in issue["body"]
    assert "[run](https://github.com/octo/thing/actions/runs/99)" in issue["body"]
    assert f"lapwing: Issue {issue['number']} was opened.\n" in done.out
    assert "## Regressions on the default branch: 1 cause" in done.summary
    assert "lapwing-issue" not in done.summary


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_a_schedule_or_a_person_may_begin_it(hub, job, event):
    assert 0 == job(event, dispatched()).code
    assert 1 == len(hub.issues)


def test_the_settings_say_which_label_and_who_is_mentioned(hub, clone, job):
    guilty = Repository(clone.root).git("rev-parse", f"{clone.head}~9")
    hub.merge(7, guilty)
    job("push", pushed(clone.head), LAPWING_ISSUE_LABEL="slow", LAPWING_MENTION_AUTHOR="yes")
    (issue,) = hub.issues
    assert ["slow"] == [one["name"] for one in issue["labels"]]
    assert "It was merged with #7 of @octo." in issue["body"]


@pytest.mark.parametrize(
    ("event", "payload", "why"),
    [
        ("pull_request", labelled(7, "x"), "the label is none of ours"),
        ("workflow_run", run_completed(SHA), "a pull request was measured"),
        ("push", pushed(SHA, branch="topic"), "this job measured a branch"),
        ("workflow_dispatch", dispatched("topic"), "another branch than the default one"),
        ("release", {}, "not as expected"),
    ],
)
def test_no_other_event_gets_anywhere(hub, job, event, payload, why):
    done = job(event, payload)
    assert (0, True) == (done.code, why in done.out)
    assert ([], "") == (hub.log, done.summary)


def test_without_a_token_there_is_the_summary_alone_and_it_is_no_error(hub, clone, job):
    done = job("push", pushed(clone.head), GITHUB_TOKEN="")
    assert (0, "") == (done.code, done.err)
    assert "lapwing: No issues, only the job's summary: there is no token.\n" in done.out
    assert "Performance: `t.py::slow` 30 % slower since" in done.out
    assert "❌ slower" in done.summary
    assert [] == hub.log


def test_a_dry_run_asks_github_nothing(hub, clone, job):
    done = job("push", pushed(clone.head), "--dry-run")
    assert (0, True) == (done.code, "nothing is written in a dry run" in done.out)
    assert [] == hub.log


def test_by_hand_it_needs_no_event(hub, job, monkeypatch):
    done = job("", {}, GITHUB_EVENT_NAME="", GITHUB_STEP_SUMMARY="")
    assert (0, 1) == (done.code, len(hub.issues))


def test_a_token_that_may_not_write_issues_is_no_error(hub, clone, job):
    hub.permissions["issues"] = "read"
    done = job("push", pushed(clone.head))
    assert (0, "") == (done.code, done.err)
    assert "give the job's token the permission: it needs issues=write" in done.out
    assert "❌ slower" in done.summary


def test_a_forge_that_is_down_has_an_exit_code_of_its_own(hub, clone, job, monkeypatch):
    monkeypatch.setattr("lapwing.forge.github.session.MOST_WAITING", 0.0)
    done = job("push", pushed(clone.head), GITHUB_API_URL="http://127.0.0.1:9")
    assert (6, True) == (done.code, "[forge-unreachable]" in done.err)


def test_a_history_with_nothing_in_it_or_that_cannot_be_read_is_said(hub, clone, job, tmp_path):
    done = job("push", pushed(clone.head), LAPWING_STORE=str(tmp_path / "none.db"))
    assert (0, "lapwing: No issues: nothing in the history could be judged.\n") == (done.code, done.out)
    (tmp_path / "bad.db").write_bytes(b"no database" * 1000)
    done = job("push", pushed(clone.head), "--store", str(tmp_path / "bad.db"))
    assert (4, "") == (done.code, done.out)
    assert [] == hub.log


def test_a_suite_has_a_plain_name(clone, job):
    assert "[bad-suite]" in job("push", pushed(clone.head), "--suite", "a b").err

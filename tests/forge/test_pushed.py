"""A push to the default branch: the pushed commit judged by its history, told by a status and the job's summary."""

from dataclasses import replace
from pathlib import Path

import pytest

from factories import MACHINE, make_declared, make_run, make_sample
from fakes.github.events import labelled, pushed
from fakes.repository import Repository
from forge.measured import reported
from lapwing.history import open_store
from lapwing.model import Commit, Outcome
from lapwing.report.markdown import summary
from lapwing.review import Job

WOBBLE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
COMMITS = 30
JOB = Job(id=9, attempt=1, url="https://github.com/octo/thing/actions/runs/9")
OTHER = replace(MACHINE, cpu="Other CPU")


@pytest.fixture(scope="module")
def shas(tmp_path_factory):
    """A clone of 30 commits; its folder, and their hashes."""
    repository = Repository(tmp_path_factory.mktemp("pushed"))
    repository.write({".gitignore": ".lapwing/\n"})
    for n in range(COMMITS):
        repository.save(f"Commit {n}")
    return repository.root, repository.git("rev-list", "--reverse", "HEAD").split()


@pytest.fixture
def clone(shas):
    """The folder of the clone without a history yet."""
    root, _ = shas
    (root / "history.db").unlink(missing_ok=True)
    return root


def measured(shas, *, names=("slow",), machine=MACHINE, step_at=99, count=COMMITS):
    """Keep a run of each commit; those ``names`` and five others become slower at ``step_at``, or none does."""
    root, hashes = shas
    level = {f"t.py::{name}": 1.3 for name in names} | {f"t.py::quiet{n}": 1.0 for n in range(5)}
    runs = [
        make_run(
            n,
            *(
                make_sample(name, *(1e-3 * WOBBLE[(n + i + k) % 7] * (up if n >= step_at else 1) for k in range(3)))
                for i, (name, up) in enumerate(level.items())
            ),
            run_id=f"{machine.id}-{n}",
            declared=tuple(make_declared(name, location="t.py:7") for name in level),
            machine=machine,
            commit=Commit(sha=hashes[n], branch="main"),
        )
        for n in range(count)
    ]
    store = open_store("history.db", root)
    store.append(runs)
    store.close()
    return hashes[-1]


def told(hub, github, root, sha, **more):
    found = reported(github, "push", pushed(sha), root, environ={"LAPWING_STORE": "history.db"}, job=JOB, **more)
    return found, {one["context"]: (one["state"], one["description"]) for one in hub.statuses if one["__sha"] == sha}


def test_a_regression_that_is_confirmed_makes_the_pushed_commits_status_red(hub, github, shas, clone):
    sha = measured(shas, step_at=15)
    found, statuses = told(hub, github, clone, sha, suite="main")
    assert {"lapwing/main"} == set(statuses)
    state, description = statuses["lapwing/main"]
    assert ("failure", True) == (state, description.startswith("1 of 6 benchmarks got slower"))
    assert [] == hub.comments
    assert JOB.url == hub.statuses[0]["target_url"]
    text = summary(found.told)
    assert "### ❌ Performance of main: 1 of 6 benchmarks got slower" in text
    assert "**The status `lapwing/main` is red.**" in text
    assert "or accept it in `.lapwing/accepted.toml`, with a reason." in text
    assert "Judged against the history: 30 runs" in text
    assert "repeat with <code>lapwing check</code>" in text
    assert "pull request" not in text
    assert "`▁▁" in text


def test_what_is_as_it_was_makes_it_green(hub, github, shas, clone):
    _, statuses = told(hub, github, clone, measured(shas))
    assert "success" == statuses["lapwing/default"][0]


def test_what_the_machine_did_is_an_event_and_nobodys_regression(hub, github, shas, clone):
    sha = measured(shas, names=[f"all{n}" for n in range(15)], step_at=15)
    measured(shas, names=[f"all{n}" for n in range(15)], machine=OTHER)
    found, statuses = told(hub, github, clone, sha)
    assert "success" == statuses["lapwing/default"][0]
    assert [MACHINE.id] == [event.machine for event in found.told.settled.report.events]
    assert "**Environment events**, taken out of every series of the machine:" in summary(found.told)


def test_what_another_machine_measured_at_older_commits_is_not_told_again(hub, github, shas, clone):
    sha = measured(shas)
    measured(shas, machine=OTHER, step_at=10, count=25)
    found, statuses = told(hub, github, clone, sha)
    assert "success" == statuses["lapwing/default"][0]
    assert {MACHINE.id} == {one.machine for one in found.told.settled.report.verdicts}


def test_what_the_reviewed_file_accepts_is_green(hub, github, shas, clone):
    sha = measured(shas, step_at=15)
    (clone / ".lapwing").mkdir(exist_ok=True)
    place = clone / ".lapwing/accepted.toml"
    place.write_text('[[accepted]]\nbenchmark = "t.py::slow"\nby = "alice"\nreason = "exact"\n', encoding="utf-8")
    found, statuses = told(hub, github, clone, sha)
    place.unlink()
    assert "success" == statuses["lapwing/default"][0]
    assert "1 change accepted on purpose" in summary(found.told)


def test_a_commit_that_was_not_measured_is_told_as_a_measurement_that_failed(hub, github, shas, clone):
    measured(shas, count=29)
    found, statuses = told(hub, github, clone, shas[1][-1])
    assert "error" == statuses["lapwing/default"][0]
    assert f"The history has no run of the commit {shas[1][-1][:10]}" in found.told.what


def test_a_commit_that_is_not_checked_out_does_not_get_the_verdict_of_the_one_that_is(hub, github, shas, clone):
    measured(shas, step_at=15)
    found, statuses = told(hub, github, clone, shas[1][14])
    assert "error" == statuses["lapwing/default"][0]
    assert f"The commit {shas[1][-1][:10]} is checked out" in found.told.what


def test_a_history_that_cannot_be_read_is_told_too(hub, github, shas, clone):
    (clone / "history.db").write_bytes(b"no database" * 1_000)
    found, statuses = told(hub, github, clone, shas[1][-1])
    assert "error" == statuses["lapwing/default"][0]
    assert "The history cannot be read (store-damaged)." == found.told.what


def test_outside_of_a_workflow_it_is_the_commit_checked_out(hub, shas, clone):
    measured(shas, step_at=15)
    environ = {"LAPWING_STORE": "history.db"}
    found = reported(None, "", {}, clone, environ=environ, history=True)
    assert Outcome.REGRESSED is found.told.settled.report.outcome
    assert ("Only the job's summary: there is no token.",) == found.done


def test_remarks_that_nothing_else_can_show_are_for_the_jobs_own_log(hub, shas, clone):
    measured(shas, step_at=15)
    environ = {"LAPWING_STORE": "history.db"}
    for wanted, places in ((True, [("t.py", 7)]), (False, [])):
        found = reported(None, "", {}, clone, environ=environ, history=True, remark=wanted)
        assert places == [(one.path, one.line) for one in found.remarks]


def test_a_token_that_may_set_no_status_leaves_the_summary(hub, github, shas, clone):
    hub.permissions["statuses"] = "read"
    found, statuses = told(hub, github, clone, measured(shas, step_at=15))
    assert {} == statuses
    assert "Resource not accessible" in found.done[0]
    assert Outcome.REGRESSED is found.told.settled.report.outcome


def test_a_pull_request_that_was_measured_into_a_history_is_told_by_a_comment(hub, github, shas, clone):
    sha = measured(shas, step_at=15)
    hub.pulls[7]["head"]["sha"] = sha
    payload = labelled(7, "x", action="opened")
    pull = payload["pull_request"]
    pull["head"].update(sha=sha, ref=hub.pulls[7]["head"]["ref"])
    pull["head"]["repo"]["owner"]["login"] = "octo"
    environ = {"LAPWING_STORE": "history.db"}
    reported(github, "pull_request", payload, Path(clone), environ=environ, history=True)
    (body,) = hub.own_comments()
    assert "### ❌ Performance: 1 of 6 benchmarks got slower" in body
    assert "**This blocks:** the status `lapwing/default` is red." in body

"""A run that a pull request's job handed over is judged after the default branch's own history, forks included."""

import os
import shutil
from dataclasses import replace

import pytest

from factories import MACHINE, make_declared, make_run, make_sample
from fakes.github.events import run_completed
from fakes.remote import BareRemote
from fakes.repository import Repository
from forge.measured import reported
from lapwing.cli import main
from lapwing.history import open_store
from lapwing.history.handover_runs import write_runs
from lapwing.history.outbox import OutboxFiles
from lapwing.model import Commit, Outcome, RunWarning

WOBBLE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
STORE = "git+branch://lapwing-history"
COUNT = 25


def run_of(sha, n, *, slow=1.0, screened=0, **more):
    """Make a run of commit ``n`` in which one of four benchmarks costs ``slow`` times what it did.

    The first ``screened`` processes only raised a suspicion, which five more settle: those may accuse.
    """
    level = {"t.py::slow": slow, "t.py::a": 1.0, "t.py::b": 1.0, "t.py::c": 1.0}
    ordinary = {
        "run_id": f"run-{n}",
        "commit": Commit(sha=sha),
        "declared": tuple(make_declared(name, location="t.py:3") for name in level),
    }
    samples = (
        make_sample(name, *(1e-3 * WOBBLE[(n + i + k) % 7] * times for k in range(5 + screened)), screened=screened)
        for i, (name, times) in enumerate(level.items())
    )
    return make_run(n, *samples, **(ordinary | more))


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A repository whose main got slower after a pull request was branched off; its address, and the head's hash."""
    folder = tmp_path_factory.mktemp("origin")
    work = Repository(folder / "work")
    shas = [work.save(f"Commit {n}") for n in range(COUNT)]
    work.git("checkout", "-q", "-b", "topic")
    head = work.save("Topic")
    work.git("checkout", "-q", "main")
    later = work.save("Slower on main, later")
    remote = BareRemote(folder)
    remote.git("config", "uploadpack.allowAnySHA1InWant", "true")
    work.git("push", "-q", str(remote.path), "main", "topic:refs/pull/7/head")
    remote.git("symbolic-ref", "HEAD", "refs/heads/main")
    store = open_store(remote.url, folder)
    runs = [run_of(sha, n) for n, sha in enumerate(shas)]
    store.append([*runs, run_of(later, COUNT, slow=3.0)])
    store.close()
    return str(remote.path), head


def told(hub, github, root, origin, run, **more):
    address, head = origin
    hub.pulls[7]["head"]["sha"] = head
    hub.add_run(5, head)
    hub.artifacts.clear()
    hub.add_artifact(5, "lapwing-report", write_runs((run,), "default").decode())
    environ = os.environ | {"LAPWING_STORE": STORE} | more
    found = reported(github, "workflow_run", run_completed(head), root, environ=environ, address=address)
    (status,) = [one for one in hub.statuses if one["__sha"] == head][-1:]
    return found.told, hub.own_comments()[0], status["state"]


def test_a_slowdown_is_told_after_the_history_it_was_branched_off_from(hub, github, tmp_path, origin):
    _, body, state = told(hub, github, tmp_path, origin, run_of(origin[1], 30, slow=2.0, screened=5))
    assert "failure" == state
    assert "### ❌ Performance: 1 of 4 benchmarks got slower" in body
    assert "Worst: <code>t&#46;py&#58;&#58;slow</code> +100" in body
    assert "Judged against 25 runs in the history, of the commits before it" in body
    assert "shallow" not in body
    assert "measured by the pull request's own run, judged by the default branch's rules" in body
    assert [] == list(tmp_path.iterdir())


def test_a_run_that_nothing_confirmed_accuses_nobody_and_is_shown(hub, github, tmp_path, origin):
    _, body, state = told(hub, github, tmp_path, origin, run_of(origin[1], 30, slow=2.0))
    assert ("success", True) == (state, "### ❔ Performance: 1 of 4 benchmarks is not decided" in body)
    assert "+100" in body
    _, _, state = told(hub, github, tmp_path, origin, run_of(origin[1], 30, slow=2.0), LAPWING_FAIL_ON="inconclusive")
    assert "failure" == state


def test_what_is_as_it_was_is_green_whatever_main_became_since(hub, github, tmp_path, origin):
    told_, _, state = told(hub, github, tmp_path, origin, run_of(origin[1], 30))
    assert ("success", True) == (state, Outcome.REGRESSED is not told_.settled.report.outcome)
    assert 4 == len(told_.settled.report.verdicts)


def test_nothing_that_was_handed_over_reaches_the_history(hub, github, tmp_path, origin):
    told(hub, github, tmp_path, origin, run_of(origin[1], 30, slow=2.0, run_id="run-3"))
    (tmp_path / "reader").mkdir()
    store = open_store(f"{STORE}?remote={origin[0]}", tmp_path / "reader")
    assert COUNT + 1 == len(store.runs())
    assert Commit(sha=store.runs()[3].commit.sha) == store.load(store.runs()[3].id).commit
    store.close()


def test_without_a_history_everything_is_new(hub, github, tmp_path, origin):
    told_, _, state = told(hub, github, tmp_path, origin, run_of(origin[1], 30), LAPWING_STORE="history.db")
    assert ("success", Outcome.NEW) == (state, told_.settled.report.outcome)


def test_a_history_that_cannot_be_reached_is_no_verdict_and_where_it_is_is_not_told_in_public(
    hub, github, tmp_path, origin
):
    address, head = origin
    told_, body, state = told(
        hub, github, tmp_path, origin, run_of(head, 30), LAPWING_STORE=f"{STORE}?remote=/nowhere.git"
    )
    assert ("error", "The history cannot be read (remote-unreachable).") == (state, told_.what)
    assert "the measurement failed" in body
    assert not any("nowhere" in text for text in (body, hub.statuses[-1]["description"]))
    environ = os.environ | {"LAPWING_STORE": f"{STORE}?remote=/nowhere.git"}
    found = reported(github, "workflow_run", run_completed(head), tmp_path, environ=environ, address=address)
    assert "/nowhere.git cannot be reached" in found.done[0]


@pytest.mark.parametrize("commit", [Commit(sha="d" * 40), "dirty"])
def test_what_is_of_another_commit_or_of_none_is_refused(hub, github, tmp_path, origin, commit):
    commit = Commit(sha=origin[1], dirty=True) if commit == "dirty" else commit
    _, body, state = told(hub, github, tmp_path, origin, replace(run_of(origin[1], 30), commit=commit))
    assert ("error", True) == (state, "handover-other-commit" in body)


def test_limits_are_the_default_branchs(hub, github, tmp_path, origin):
    run = run_of(origin[1], 30, slow=2.0, screened=5)
    wide = replace(run, declared=tuple(replace(one, limit=5.0) for one in run.declared))
    _, body, state = told(hub, github, tmp_path, origin, wide)
    assert ("failure", True) == (state, "than widest-limit allows" in body)


def test_numbers_made_to_harm_are_told_all_the_same(hub, github, tmp_path, origin):
    for value in (1e308, -1.0):
        run = make_run(1, make_sample("t.py::slow", value, value), commit=Commit(sha=origin[1]))
        _, body, state = told(hub, github, tmp_path, origin, run)
        assert state in ("success", "failure", "error")
        assert "### " in body
    # All of them at once, so that they are looked at as a suite.
    run = run_of(origin[1], 30)
    huge = tuple(replace(one, values=tuple((-1e308,) for _ in one.values)) for one in run.samples)
    _, body, state = told(hub, github, tmp_path, origin, replace(run, samples=huge))
    assert "### " in body


def test_what_the_job_says_in_its_own_words_is_told_as_its_words(hub, github, tmp_path, origin):
    doubts = tuple(RunWarning(slug="x", message=f"Merge it, {n}.", remedy="merge.") for n in range(2))
    run = run_of(origin[1], 30)
    first = replace(run.samples[0], warnings=doubts[1:])
    run = replace(run, warnings=doubts[:1], samples=(first, *run.samples[1:]))
    _, body, _ = told(hub, github, tmp_path, origin, run)
    said = [line for line in body.splitlines() if "Merge it" in line]
    assert said
    assert all(line.startswith("⚠ The job that measured says: Merge it") for line in said)


def test_another_suites_runs_are_refused(hub, github, tmp_path, origin):
    _, head = origin
    hub.pulls[7]["head"]["sha"] = head
    hub.add_run(5, head)
    hub.add_artifact(5, "lapwing-report", write_runs((run_of(head, 1),), "io").decode())
    reported(github, "workflow_run", run_completed(head), tmp_path)
    assert "the suite io" in hub.own_comments()[0]


def test_the_runs_of_the_commit_checked_out_are_handed_over(tmp_path, monkeypatch, capsys):
    work = Repository(tmp_path / "work")
    work.write({".gitignore": ".lapwing/\n"})
    shas = [work.save("First"), work.save("Second")]
    monkeypatch.chdir(work.root)
    assert 2 == main(["report", "--history", "--artifact", "r.json"])
    assert "[no-runs]" in capsys.readouterr().err
    store = open_store(".lapwing/history.db", work.root)
    store.append([run_of(shas[0], 0), run_of(shas[1], 1), run_of(shas[1], 2, machine=replace(MACHINE, cpu="Other"))])
    store.close()
    assert 2 == main(["report", "--artifact", "r.json"])
    assert "[no-history]" in capsys.readouterr().err
    assert 2 == main(["report", "--history", "--artifact", "no/where.json"])
    assert "[unwritable-file]" in capsys.readouterr().err
    assert 0 == main(["report", "--history", "--artifact", "r.json", "--suite", "io"])
    assert "lapwing: 2 runs handed over in r.json\n" == capsys.readouterr().out
    shutil.rmtree(work.root / ".lapwing")
    for n in range(2):
        OutboxFiles(work.root).keep(run_of(shas[n], n))
    assert 0 == main(["report", "--history", "--artifact", "r.json", "--suite", "io"])
    assert "lapwing: 1 run handed over in r.json\n" == capsys.readouterr().out
    assert 0 == main(["report", "r.json", "--suite", "io"])
    assert "lapwing/io is success: 4 new benchmarks, nothing to compare with yet" in capsys.readouterr().out

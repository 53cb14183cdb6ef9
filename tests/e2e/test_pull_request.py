"""A pull request from the push to the comment: both workflows as ``lapwing init`` writes them, a real repository."""

from __future__ import annotations

import pytest

from fakes.github import serving
from fakes.github.events import commented, examples, run_completed
from fakes.repository import Repository
from fakes.workflow import Runner, evaluate, filled
from lapwing.forge.templates import workflows

LIBRARY = """\
def work():
    for _ in range({rounds}):
        sum(range(100))


def steady():
    sum(range(20_000))
"""
BENCHMARKS = """\
import library
from lapwing import perf

@perf
def test_work():
    library.work()

@perf
def test_steady():
    library.steady()
"""
FOLDER = ".github/workflows"


def opened(base, head, *, owner="mallory", branch="main"):
    """Return the event that a fork's pull request was opened."""
    payload = examples("pull_request", "opened")[-1]
    pull = payload["pull_request"]
    pull["number"] = payload["number"] = 7
    pull["base"]["sha"] = base
    pull["head"].update(sha=head, ref=branch)
    pull["head"]["repo"]["owner"]["login"] = owner
    return payload


@pytest.fixture
def runner(tmp_path):
    with serving() as hub:
        yield Runner(tmp_path, hub, str(tmp_path / "origin.git"))
    assert [] == hub.violations


def test_a_slowdown_in_a_forks_pull_request_is_told_accepted_and_told_again(runner, tmp_path):
    repository = Repository(tmp_path / "repo")
    files = {"library.py": LIBRARY.format(rounds=200), "test_it.py": BENCHMARKS, "pytest.ini": "[pytest]\n"}
    repository.write(files | {".gitignore": ".lapwing/\n__pycache__/\n"})
    base = repository.save("Begin")
    repository.write({"library.py": LIBRARY.format(rounds=300)})
    head = repository.save("Slow down")
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "origin.git"))
    hub, texts = runner.hub, workflows("main")
    hub.add_pull(7, head, owner="mallory", branch="main")
    hub.add_run(5, head, owner="mallory", branch="main")

    runner.run(texts[f"{FOLDER}/lapwing.yml"], "pull_request", opened(base, head), run_id=5, sha="f" * 40, token="")
    assert ([], []) == (hub.log, hub.comments)

    over = run_completed(head, owner="mallory", branch="main", run_id=5)
    said, summary = runner.run(texts[f"{FOLDER}/lapwing-report.yml"], "workflow_run", over, run_id=6, sha=base)
    (body,) = hub.own_comments()
    assert "### ❌ Performance: 1 of 2 benchmarks got slower" in body
    assert "test&#95;it&#46;py&#58;&#58;test&#95;work" in body.split("limit")[0]
    assert f"<code>{base[:10]}</code> → <code>{head[:10]}</code>" in body
    assert "### ❌" in summary
    assert "lapwing/default is failure" in said
    assert [("lapwing/default", "failure", head)] == [(s["context"], s["state"], s["__sha"]) for s in hub.statuses]

    note = hub.add_comment(7, "/lapwing accept test_it.py::test_work — exact rounding costs it", "maintainer")
    event = commented(7, note["id"], note["body"], "maintainer")
    runner.run(texts[f"{FOLDER}/lapwing-report.yml"], "issue_comment", event, run_id=8, sha=base)
    assert "1 change accepted on purpose" in hub.own_comments()[0]
    assert "success" == hub.statuses[-1]["state"]
    chat = commented(7, 1, "nice", "mallory")
    assert runner.run(texts[f"{FOLDER}/lapwing-report.yml"], "issue_comment", chat, run_id=9, sha=base) is None


def test_the_runner_reads_expressions_as_github_does():
    context = {"github": {"sha": "abc", "event": {"a": {"b": "x"}, "n": None}}}
    told = [
        ("github.sha", "abc"),
        ("github.event.a.c || github.event.none.b || github.sha", "abc"),
        ("github.event.a.b == 'x' && 'yes' || 'no'", "yes"),
        ("github.event.a.b == 'y' && 'yes' || 'no'", "no"),
        ("(github.event.a && contains(github.event.a.b, 'X'))", True),
    ]
    assert [value for _, value in told] == [evaluate(text, context) for text, _ in told]
    assert "-abc-" == filled("-${{ github.sha }}${{ github.event.n }}-", context)

"""A push to main and a pull request, to status and comment: the workflows as ``lapwing init`` writes them, real git."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.github import serving
from fakes.github.events import commented, examples, pushed, run_completed
from fakes.repository import Repository
from fakes.workflow import Runner, evaluate, filled
from lapwing.forge.templates import workflows
from lapwing.history import open_store

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
WITH_OUR_ACTION = """\
jobs:
  report:
    steps:
      - uses: ./.github/actions/lapwing
        with:
          job: report
          version: "0"
"""
# Quick: what is recorded on main is looked at for being there, not for being exact.
PROJECT = """\
[tool.lapwing]
time = 0.05
processes = 1
site-url = "https://octo.github.io/thing"
"""


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


def measured_before(run, shas, origin):
    """Keep what ``run`` measured as the runs of earlier commits too, slower and slower."""
    store = open_store(f"git+branch://lapwing-history?remote={origin}", origin.parent)
    scaled = [
        replace(
            run,
            id=f"{run.id[:-4]}{n:04d}",
            commit=replace(run.commit, sha=sha),
            samples=tuple(
                replace(one, values=tuple(tuple(v * times for v in values) for values in one.values))
                for one in run.samples
            ),
        )
        for n, (sha, times) in enumerate(zip(shas, (1, 1.15, 1.35, 1.55, 1.8), strict=True))
    ]
    assert len(shas) == store.append(scaled)
    store.close()


def test_a_push_is_recorded_and_a_slowdown_in_a_forks_pull_request_is_told_accepted_and_told_again(runner, tmp_path):
    repository = Repository(tmp_path / "repo")
    files = {"library.py": LIBRARY.format(rounds=200), "test_it.py": BENCHMARKS, "pytest.ini": "[pytest]\n"}
    repository.write(files | {".gitignore": ".lapwing/\n__pycache__/\n", "pyproject.toml": PROJECT})
    earlier = [repository.save(f"Begin {n}") for n in range(5)]
    base = repository.save("Merged")
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "origin.git"))
    origin = tmp_path / "origin.git"
    hub, texts = runner.hub, workflows("main")
    hub.contents["pyproject.toml"] = PROJECT

    said, summary = runner.run(texts[f"{FOLDER}/lapwing-main.yml"], "push", pushed(base), run_id=4, sha=base)
    assert [("lapwing/main", "success", base)] == [(s["context"], s["state"], s["__sha"]) for s in hub.statuses]
    assert "lapwing/main is success: 2 new benchmarks, nothing to compare with yet" in said
    assert "### 🆕 Performance of main: 2 new benchmarks" in summary
    store = open_store(f"git+branch://lapwing-history?remote={origin}", tmp_path)
    (recorded,) = store.runs()
    assert base == recorded.commit.sha
    measured_before(store.load(recorded.id), earlier, origin)
    store.close()
    hub.log.clear()
    hub.statuses.clear()

    repository.write({"library.py": LIBRARY.format(rounds=300)})
    head = repository.save("Slow down")
    repository.git("push", "-q", str(origin), "HEAD:refs/pull/7/head")
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
    (row,) = [line for line in body.splitlines() if line.startswith("| ❌")]
    assert "last 20 on main" in body
    assert row.endswith("| `▁▂▄▆█▁` |"), row
    assert "[chart](https://octo.github.io/thing/#/benchmark?id=test_it.py%3A%3Atest_work)" in row
    assert "No sparklines" not in said
    assert "lapwing/default is failure" in said
    assert [("lapwing/default", "failure", head)] == [(s["context"], s["state"], s["__sha"]) for s in hub.statuses]

    note = hub.add_comment(7, "/lapwing accept test_it.py::test_work — exact rounding costs it", "maintainer")
    event = commented(7, note["id"], note["body"], "maintainer")
    runner.run(texts[f"{FOLDER}/lapwing-report.yml"], "issue_comment", event, run_id=8, sha=base)
    assert "1 change accepted on purpose" in hub.own_comments()[0]
    assert "success" == hub.statuses[-1]["state"]
    chat = commented(7, 1, "nice", "mallory")
    assert runner.run(texts[f"{FOLDER}/lapwing-report.yml"], "issue_comment", chat, run_id=9, sha=base) is None
    said, _ = runner.run(WITH_OUR_ACTION, "issue_comment", chat, run_id=10, sha=base)
    assert "lapwing: Nothing to report: the comment is no command.\n" == said


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

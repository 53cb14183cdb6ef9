"""The command as a job of a workflow runs it: event file, environment, summary, and a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from fakes.github import Hub
from fakes.github.events import commented, examples, pushed, run_completed
from forge.conftest import SHA
from forge.measured import SLOWER, hand_over, handed
from lapwing.cli import main
from lapwing.history.handover import write
from lapwing.history.recording_file import RecordingFiles

from forge.measured import recording  # isort: skip


@pytest.fixture
def job(hub, tmp_path, monkeypatch, capsys):
    """Run the command after an event, with the environment of a workflow's job."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "LAPWING_", "GH_"))]:
        monkeypatch.delenv(name)

    def run(event, payload, *args, **environ):
        for name, value in job_environ(hub, tmp_path, event, payload, **environ).items():
            monkeypatch.setenv(name, value)
        code = main(["report", *args])
        summary = tmp_path / "summary.md"
        said = capsys.readouterr()
        return SimpleNamespace(
            code=code,
            out=said.out,
            err=said.err,
            summary=summary.read_text(encoding="utf-8") if summary.exists() else "",
        )

    return run


def job_environ(hub, tmp_path, event, payload, **more):
    place = tmp_path / "event.json"
    place.write_text(payload if isinstance(payload, str) else json.dumps(payload), encoding="utf-8")
    ordinary = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(place),
        "GITHUB_REPOSITORY": "octo/thing",
        "GITHUB_API_URL": hub.base,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "99",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_TOKEN": "ghs_x",
    }
    return {name: value for name, value in (ordinary | more).items() if value is not None}


def test_a_report_after_the_run_that_measured(hub, job):
    done = job("workflow_run", hand_over(hub, SLOWER))
    assert (0, "") == (done.code, done.err)
    assert "lapwing: lapwing/default is failure: 1 of 4 benchmarks got slower (limit 3 %)" in done.out
    assert "### ❌ Performance: 1 of 4 benchmarks got slower" in done.summary
    assert 1 == len(hub.own_comments())


def test_without_a_token_it_says_so_and_is_no_error(hub, job, tmp_path):
    done = job("workflow_run", hand_over(hub, SLOWER), GITHUB_TOKEN="")
    assert (0, "lapwing: Nothing to report: there is no token to fetch the measurement with.\n") == (
        done.code,
        done.out,
    )
    (tmp_path / "r.json").write_bytes(handed(SLOWER))
    done = job("push", pushed(SHA), "r.json", GITHUB_TOKEN="")
    assert (0, True) == (done.code, "❌" in done.summary)
    assert "Only the job's summary: there is no token." in done.out
    assert 0 == hub.calls


def test_without_a_token_remarks_are_commands_of_the_log(hub, job, tmp_path):
    made = recording(SLOWER)
    found = tuple(replace(one, location=f"a,b.py:{n + 1}") for n, one in enumerate(made.discovery.declared))
    made = replace(made, discovery=replace(made.discovery, declared=found))
    (tmp_path / "r.json").write_bytes(write(made, "default"))
    payload = examples("pull_request", "opened")[-1]
    payload["pull_request"]["head"]["sha"] = SHA
    done = job("pull_request", payload, "r.json", "--annotate", GITHUB_TOKEN="")
    assert "\n::error file=a%2Cb.py,line=1,title=regressed%3A t.py%3A%3Aslow::+1" in done.out
    assert 1 == done.out.count("::error")
    assert "::error" not in job("push", pushed(SHA), "r.json", "--annotate", GITHUB_TOKEN="", GITHUB_ACTIONS="").out


def test_a_token_that_may_only_read_is_no_error(hub, job):
    hub.permissions = dict.fromkeys(hub.permissions, "read")
    done = job("workflow_run", hand_over(hub, SLOWER))
    assert 0 == done.code
    assert 2 == done.out.count("Resource not accessible by integration")
    assert "❌" in done.summary


def test_events_that_ask_for_nothing_do_nothing(hub, job):
    done = job("issue_comment", commented(7, 1, "nice", "alice"))
    assert (0, "lapwing: Nothing to report: the comment is no command.\n") == (done.code, done.out)
    assert 0 == hub.calls


def test_another_workflow_that_measures_can_be_named(hub, job):
    payload = hand_over(hub, SLOWER)
    payload["workflow_run"]["path"] = ".github/workflows/perf.yml"
    assert "another workflow" in job("workflow_run", payload).out
    assert 0 == job("workflow_run", payload, "--workflow", ".github/workflows/perf.yml").code
    assert 1 == len(hub.own_comments())


def test_remarks_are_asked_for(hub, job):
    hub.files[7] = ["t.py"]
    assert 0 == job("workflow_run", hand_over(hub, SLOWER), "--annotate").code
    assert ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files") in hub.paths()


@pytest.mark.parametrize("payload", ["", "[", "[" * 100_000, "[]"])
def test_an_event_that_cannot_be_read_is_one_sentence(hub, job, payload):
    done = job("push", payload)
    assert "Traceback" not in done.err
    assert done.code == (0 if payload == "[]" else 2)


@pytest.mark.parametrize(
    ("environ", "slug"),
    [
        ({"GITHUB_EVENT_PATH": "/nowhere/event.json"}, "bad-event"),
        ({"GITHUB_REPOSITORY": "octo"}, "no-forge"),
        ({"GITHUB_STEP_SUMMARY": "/nowhere/summary.md"}, "unwritable-file"),
    ],
)
def test_an_environment_that_is_wrong_is_one_sentence(hub, job, environ, slug):
    done = job("workflow_run", hand_over(hub, SLOWER), **environ)
    assert 2 == done.code
    assert f"[{slug}]" in done.err


def test_a_forge_that_is_down_has_an_exit_code_of_its_own(hub, job, monkeypatch):
    monkeypatch.setattr("lapwing.forge.github.session.MOST_WAITING", 0.0)
    done = job("workflow_run", hand_over(hub, SLOWER), GITHUB_API_URL="http://127.0.0.1:9")
    assert (6, True) == (done.code, "[forge-unreachable]" in done.err)


@pytest.mark.parametrize("suite", ["a b", "-x", ""])
def test_a_suite_has_a_plain_name(hub, job, suite):
    assert "[bad-suite]" in job("workflow_run", run_completed(SHA), "--suite", suite).err


def test_a_recording_that_was_compared_is_handed_over(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    kept = RecordingFiles(tmp_path)
    made = recording(SLOWER)
    kept.begin(made)
    kept.finish(made)
    assert 1 == main(["compare", "--replay", str(kept.last), "--artifact", "r.json", "--suite", "io"])
    capsys.readouterr()
    assert 0 == main(["report", "r.json", "--suite", "io"])
    assert "lapwing/io is failure: 1 of 4 benchmarks got slower" in capsys.readouterr().out
    assert 2 == main(["compare", "--replay", str(kept.last), "--artifact", "no/where.json"])
    assert 2 == main(["report", "none.json"])


LOADED = """
import sys
sys.argv = ["lapwing", "report"]
from lapwing.cli import main
code = main(["report"])
print("LOADED", code, sorted(m for m in ("numpy", "scipy", "sqlalchemy", "pytest", "github3") if m in sys.modules))
"""


@pytest.mark.parametrize(
    ("what", "loaded"),
    [("nothing", "['github3']"), ("no artifact", "['github3']"), ("no token", "[]")],
)
def test_numpy_is_loaded_only_to_judge(hub, tmp_path, what, loaded):
    hub.add_run(5, SHA)
    payload = run_completed(SHA) if what != "nothing" else commented(7, 1, "nice", "alice")
    event = "issue_comment" if what == "nothing" else "workflow_run"
    environ = job_environ(hub, tmp_path, event, payload, GITHUB_TOKEN="" if what == "no token" else "ghs_x")
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        check=False,
        env=kept | environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert f"LOADED 0 {loaded}" in done.stdout, done.stderr


def test_the_hub_is_of_one_repository():
    assert ("octo", "thing") == (Hub().owner, Hub().name)

"""A project whose history is a branch of its remote: measured, listed, judged and checked out by others."""

from __future__ import annotations

import os
import subprocess
import sys

from fakes.remote import BareRemote
from fakes.repository import Repository

SUITE = """
from lapwing import perf

@perf
def test_sum():
    sum(range(200))
"""


FOUND = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "", "PYTEST_PLUGINS": ""}


def run(root, *words, code=0, **variables):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LAPWING", "GIT_"))}
    # Without the plugins that are here to test our suite with, which take longer to load than all the rest.
    env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "lapwing.plugin"}
    env |= {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONHASHSEED": "0"} | variables
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=root, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert code == done.returncode, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_history_on_a_branch_from_the_first_run_to_a_fresh_clone(tmp_path):
    remote = BareRemote(tmp_path)
    project = Repository(tmp_path / "project")
    project.write({"test_a.py": SUITE, "pyproject.toml": '[tool.lapwing]\nstore = "git+branch://lapwing-history"\n'})
    project.save("First")
    project.git("remote", "add", "origin", str(remote.path))
    project.git("push", "-q", "origin", "main")
    measure = (
        "pytest",
        "--perf",
        "-q",
        "-p",
        "no:cacheprovider",
        "--perf-processes=2",
        "--perf-time=0.1",
    )
    # This once as pytest finds its plugins by itself.
    assert "1 new benchmark" in run(project.root, *measure, "-p", "no:asyncio", **FOUND)
    project.commit("Second", file="notes.txt")
    run(project.root, *measure)
    assert 2 == len([path for path in remote.files() if path.startswith("runs/")])
    assert "" == project.git("status", "--porcelain")

    project.git("push", "-q", "origin", "main")
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "-b", "main", f"file://{remote.path}", str(tmp_path / "ci")], check=True
    )
    listed = run(tmp_path / "ci", "lapwing.cli", "history", "list", "--json")
    assert 2 == listed.count('"complete"')
    run(tmp_path / "ci", "lapwing.cli", "check")
    store = f"git+branch://lapwing-history?remote=file://{remote.path}"
    assert 2 == run(tmp_path, "lapwing.cli", "history", "list", "--json", "--store", store).count('"complete"')

    assert "with all its 2 runs" in run(tmp_path / "ci", "lapwing.cli", "history", "compact")
    assert 1 == remote.count()
    assert "not-a-branch" in run(tmp_path, "lapwing.cli", "history", "compact", "--store", "h.db", code=2)

    remote.path.rename(tmp_path / "away")
    said = run(project.root, *measure, code=4)
    assert "remote-unreachable" in said
    assert "reached: " in run(tmp_path / "ci", "lapwing.cli", "history", "list")

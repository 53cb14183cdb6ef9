"""``lapwing bisect`` as a user runs it: a real repository of six commits, one of which made it slower, one broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from fakes.repository import Repository
from fakes.steady import CONFTEST, STEADY

BENCHMARK = """
import library
from lapwing import perf

@perf
def test_work():
    library.work()

@perf
def test_another():
    library.work()
"""
LIBRARY = """
from steady import spend
{line}

def work():
    spend({cost} * 1e-5)
"""
FAST, SLOW = 60, 78
BROKEN = "raise ImportError('not on this one')"


@pytest.fixture
def project(tmp_path):
    """Commit 1 made it slower by 30 %, commit 2, the middle of all, cannot be imported."""
    repository = Repository(tmp_path / "repo")
    repository.write({".gitignore": ".lapwing/\n__pycache__/\n", "pytest.ini": "[pytest]\n"})
    repository.write({"steady.py": STEADY, "conftest.py": CONFTEST})
    for number in range(6):
        line = BROKEN if number == 2 else f"NUMBER = {number}"
        repository.write({"library.py": LIBRARY.format(line=line, cost=FAST if number < 1 else SLOW)})
        repository.save(f"commit {number}")
        if number == 0:
            repository.git("tag", "v1.0")
    # Written today, to find out about yesterday.
    repository.write({"tests/test_it.py": BENCHMARK})
    (tmp_path / "tmp").mkdir()

    def bisect(*arguments):
        ours = ("PYTEST_", "COV", "LAPWING_", "GIT_")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environ |= {
            "CI": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "lapwing.plugin",
            "PYTHONIOENCODING": "utf-8",
            "TMPDIR": str(tmp_path / "tmp"),
        }
        target = tmp_path / "answer.json"
        done = subprocess.run(
            [sys.executable, "-m", "lapwing.cli", "bisect", "--json", str(target), *arguments],
            cwd=repository.root,
            env=environ,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        answer = json.loads(target.read_text()) if target.exists() else None
        left = [path.name for path in (tmp_path / "tmp").iterdir() if path.name.startswith("lapwing-")]
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr, answer=answer, left=left)

    return SimpleNamespace(repository=repository, bisect=bisect)


def test_the_commit_is_named_with_its_interval_and_the_broken_one_skipped(project):
    before = project.repository.git("status", "--porcelain")
    result = project.bisect("test_work")

    assert 0 == result.code, result.err
    assert "commit" == result.answer["answer"]
    assert ["commit 1"] == [one["subject"] for one in result.answer["suspects"]]
    ratio = result.answer["change"]["ratio"]
    assert 1.15 < ratio["low"] <= ratio["estimate"] <= ratio["high"] < 1.5
    skipped = [step for step in result.answer["steps"] if step["side"] == "skipped"]
    assert [project.repository.git("rev-parse", "HEAD~3")] == [step["commit"] for step in skipped]
    assert "not on this one" in skipped[0]["reason"]
    assert "commit 1" in result.out
    assert "the last release (v1.0)" in result.out
    assert ([], before) == (result.left, project.repository.git("status", "--porcelain"))


def test_what_is_wrong_with_the_question_is_said_in_a_sentence(project):
    for arguments, slug in (
        (("test_nothing",), "no-such-benchmark"),
        (("test_",), "ambiguous-benchmark"),
        (("test_work", "HEAD"), "same-commit"),
        (("test_work", "HEAD", "HEAD~1"), "no-ancestor"),
        (("test_work", "HEAD~3"), "cannot-bisect"),
    ):
        result = project.bisect(*arguments)
        assert (2, None) == (result.code, result.answer), result.out
        assert f"[{slug}]" in result.err
        assert "Traceback" not in result.err
    project.repository.git("tag", "-d", "v1.0")
    assert "[no-good]" in project.bisect("test_work").err

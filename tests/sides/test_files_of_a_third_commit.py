"""Several commits are measured by one commit's benchmarks: code is each side's, all other files are that commit's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lapwing.measure.sides.make import make_sides
from lapwing.measure.sides.revisions import WORKING, resolve

NEWEST = "NEWEST = True\n"


@pytest.fixture
def history(repository):
    """Three commits: the code is numbered, and the benchmark is new in the last one."""
    for number in (1, 2, 3):
        repository.write(
            {"parts/__init__.py": f"WHAT = {number}\n", f"parts/only{number}.py": "", "data.txt": str(number)}
        )
        repository.write({"tests/test_old.py": f"NUMBER = {number}\n"})
        if number == 3:
            repository.write({"tests/test_new.py": NEWEST})
        repository.save(f"commit {number}")
    return repository


def made(history, tmp_path, files, *, base="HEAD~2", head="HEAD~1"):
    chosen = replace(resolve(history.root, base, head), files=files)
    return make_sides(chosen, cwd=history.root, cache=tmp_path / "cache")


def text(side, path):
    place = side.root / path
    return place.read_text() if place.exists() else None


def test_both_sides_have_their_code_and_the_third_commits_benchmarks(history, tmp_path):
    with made(history, tmp_path, history.git("rev-parse", "HEAD")) as sides:
        for side in (sides.base, sides.head):
            assert NEWEST == text(side, "tests/test_new.py")
            assert "NUMBER = 3\n" == text(side, "tests/test_old.py")
            assert "3" == text(side, "data.txt")
        assert ("WHAT = 1\n", "WHAT = 2\n") == (
            text(sides.base, "parts/__init__.py"),
            text(sides.head, "parts/__init__.py"),
        )
        assert (None, "") == (text(sides.base, "parts/only2.py"), text(sides.head, "parts/only2.py"))
        assert (None, None) == (text(sides.base, "parts/only3.py"), text(sides.head, "parts/only3.py"))
        assert ("parts/__init__.py", "parts/only2.py") == sides.changed


def test_the_working_trees_benchmarks_need_not_be_committed(history, tmp_path):
    history.write({"tests/test_today.py": "TODAY = True\n", "parts/today.py": ""})
    with made(history, tmp_path, WORKING) as sides:
        for side in (sides.base, sides.head):
            assert "TODAY = True\n" == text(side, "tests/test_today.py")
            assert None is text(side, "parts/today.py")


def test_unless_said_they_are_heads(history, tmp_path):
    with made(history, tmp_path, None) as sides:
        for side in (sides.base, sides.head):
            assert None is text(side, "tests/test_new.py")
            assert "NUMBER = 2\n" == text(side, "tests/test_old.py")

"""Which changed files void an acquittal, by what they are and by who read them."""

from __future__ import annotations

import pytest

from lapwing.measure.acquittal.surroundings import meaning
from lapwing.measure.acquittal.voids import is_documentation, voids_of_changes

DOCUMENTATION = (
    *("README.md", "pkg/README.md", "CHANGES.txt", "LICENSE", "docs/index.rst", "docs/logo.png", ".github/w.yml"),
    *("changelog.d/3.fix.md", "Makefile", ".gitignore", "pkg/py.typed", "pkg/a.pyi", "LICENSE-MIT"),
)
DATA = (
    *("uv.lock", "poetry.lock", "requirements.txt", "data.json", "pkg/data/news.txt", "docs/data.json", "setup.cfg"),
    *("pytest.ini", "pkg/fast.c", "pkg/fast.so", "pkg/fast.pyx", "docs/conf.so", "news.json", ".env", "Cargo.lock"),
    *("pkg/table.csv", "model.pkl", "a.npy", "pkg/history.txt", "tox.ini", ".python-version", "docs"),
)


@pytest.mark.parametrize("path", DOCUMENTATION)
def test_documentation_voids_only_where_it_was_read(path):
    assert () == voids_of_changes([path], [], one_sided=[])
    assert (f"{path} (read) differs between the sides.",) == voids_of_changes([path], [path], one_sided=[])


@pytest.mark.parametrize("path", DATA)
def test_anything_unknown_voids_though_nobody_was_seen_reading_it(path):
    assert (f"{path} (no Python source) differs.",) == voids_of_changes([path], [], one_sided=[])


@pytest.mark.parametrize("path", ["pkg/a.py", "docs/conf.py", "pyproject.toml", "sub/pyproject.toml"])
def test_what_is_in_the_hash_voids_only_where_it_was_read_as_data(path):
    assert () == voids_of_changes([path], [], one_sided=[])
    assert voids_of_changes([path], [path], one_sided=[])


def test_python_source_is_no_documentation():
    assert not is_documentation("docs/readme.py")


def test_a_listed_folder_voids_where_a_file_is_on_one_side_only():
    assert () == voids_of_changes(["a/b.md"], ["a"], one_sided=[])
    assert ("a/b.md (in a folder that is listed) is on one side only.",) == voids_of_changes(
        ["a/b.md"], ["a"], one_sided=["a/b.md"]
    )
    assert ("b.md (in a folder that is listed) may be on one side only.",) == voids_of_changes(["b.md"], ["."])


def test_what_was_not_seen_voids_unless_documentation_alone_differs():
    assert ("Unseen.",) == voids_of_changes(["a.py"], [], one_sided=[], unseen=["Unseen."])
    assert () == voids_of_changes(["README.md"], [], one_sided=[], unseen=["Unseen."])


def test_many_files_are_one_sentence():
    (said,) = voids_of_changes([f"{n}.csv" for n in range(5)], [], one_sided=[])
    assert "0.csv, 1.csv, 2.csv and 2 more (no Python source) differs." == said


PYPROJECT = b"""
[project]
name = "x"
version = "1"
dependencies = ["numpy"]
[tool.ruff]
line-length = 80
[tool.pytest.ini_options]
addopts = "-q"
"""


@pytest.mark.parametrize("change", [(b'version = "1"', b'version = "2"'), (b"80", b"90"), (b"\n[", b"\n\n# x\n[")])
def test_words_in_pyproject_mean_nothing(change):
    assert meaning(PYPROJECT) == meaning(PYPROJECT.replace(*change))


@pytest.mark.parametrize("change", [(b"numpy", b"numpy>2"), (b"-q", b"-v"), (b"[tool.ruff]", b"[tool.mypyc]")])
def test_dependencies_and_settings_in_pyproject_mean_something(change):
    assert meaning(PYPROJECT) != meaning(PYPROJECT.replace(*change))


def test_what_is_no_toml_is_taken_as_it_is():
    assert "[x" == meaning(b"[x")

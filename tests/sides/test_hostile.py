"""A commit that means harm, or is only odd: nothing is written outside of the sides, nothing of git's is run."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from dataclasses import replace

import pytest

from fakes.side_worker import imported
from lapwing.errors import RepositoryError
from lapwing.measure.sides.compiled_parts import build_requirements, compiled_parts
from lapwing.measure.sides.declared_dependencies import Dependencies, declared_dependencies
from lapwing.measure.sides.declared_layout import declared_layout
from lapwing.measure.sides.dependency_changes import dependency_changes
from lapwing.measure.sides.make import make_sides
from lapwing.measure.sides.overlay import lay_over
from lapwing.measure.sides.project_code import ProjectCode, Roots
from lapwing.measure.sides.project_files import ProjectFiles
from lapwing.measure.sides.requirements import all_fit
from lapwing.measure.sides.revisions import resolve
from lapwing.measure.sides.trees import copy_files

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def outside(tmp_path):
    """A folder of the user's that no commit has any business in."""
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


def held(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@links
def test_nothing_is_written_where_a_link_of_base_leads(repository, sides_of, outside):
    repository.write({"parts/__init__.py": "", "parts/_version.py": "", ".gitignore": "_version.py\n"})
    (repository.root / "parts/tests").symlink_to(outside)
    (repository.root / "parts/deep").symlink_to(outside)
    (repository.root / "parts/_version.py").unlink()
    (repository.root / "parts/_version.py").symlink_to(outside / "made.py")  # which is not there
    repository.git("add", "-f", "parts/_version.py")
    repository.save("base")
    for name in ("tests", "deep", "_version.py"):
        (repository.root / "parts" / name).unlink()
    repository.git("rm", "-q", "--cached", "parts/_version.py")
    repository.write(
        {
            "parts/tests/test_it.py": "",
            "parts/deep/test_it.py": "",
            "parts/deep/x/test_it.py": "",
            "parts/_version.py": "",
        }
    )

    sides = sides_of("HEAD", None)

    assert [] == held(outside)
    assert (sides.head.root / "parts/deep/x/test_it.py").is_file()


@links
def test_nothing_is_written_where_a_submodule_has_become_a_link(repository, tmp_path, outside):
    module = repository.__class__(tmp_path / "module")
    module.write({"tests/test_it.py": "", "code.py": ""})
    module.save("module")
    repository.write({"parts/__init__.py": ""})
    repository.save("base")
    (repository.root / "parts/linked").symlink_to(outside)
    repository.save("head")
    repository.git("rm", "-q", "parts/linked")
    repository.git("submodule", "add", "-q", str(module.root), "parts/linked")
    files = repository.save("third")

    chosen = replace(resolve(repository.root, "HEAD~2", "HEAD~1"), files=files)
    with make_sides(chosen, cwd=repository.root, cache=tmp_path / "cache"):
        assert [] == held(outside)


@links
def test_a_wheel_is_not_unpacked_where_a_link_leads(tmp_path, outside):
    side = tmp_path / "side"
    (side / "src/parts").mkdir(parents=True)
    (side / "src/parts/data").symlink_to(outside)
    (side / "src/whole").symlink_to(outside)
    (side / ".lapwing-built").symlink_to(outside)
    wheel = tmp_path / "parts-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in (
            "../outside/a.py",
            f"{outside}/b.py",
            f"parts-1.data/purelib/{outside}/c.py",
            "parts/../../../outside/d.py",
            "parts/data/e.py",
            "whole/f.py",
            "elsewhere/g.py",
            "parts/good.py",
        ):
            archive.writestr(name, "")
    roots = Roots(roots=("src",), declared=frozenset(), renamed=(), patterns=())

    written = lay_over(wheel, side, ProjectCode([], project="", roots=roots))

    assert [] == held(outside)
    assert ("src/parts/good.py",) == written


def test_settings_that_lead_out_of_the_repository_lead_nowhere(repository, sides_of, outside):
    settings = f"""
        [project]
        name = "../../outside"
        [tool.setuptools]
        package-dir = {{"" = "../../../outside"}}
        [tool.setuptools.packages.find]
        where = ["..", "../outside", "{outside.as_posix()}", "C:/outside"]
        [tool.hatch.build.targets.wheel]
        sources = ["{outside.as_posix()}"]
        packages = ["../outside/parts"]
        [tool.pytest.ini_options]
        pythonpath = ["../outside", "{outside.as_posix()}"]
        """
    repository.write({"parts/__init__.py": "WHAT = 'base'\n"})
    repository.save("base")
    repository.write({"pyproject.toml": settings, "parts/__init__.py": "WHAT = 'head'\n"})

    sides = sides_of("HEAD", None)

    assert [] == held(outside)
    assert not [entry for side in (sides.base, sides.head) for entry in side.path if entry.startswith(str(outside))]
    assert ({"parts": "base"}, {"parts": "head"}) == (imported(sides.base, "parts"), imported(sides.head, "parts"))


MANY = "9" * 5_000
ODD = {
    "nested toml": {"pyproject.toml": "x = " + "[" * 20_000},
    "a number without end": {"pyproject.toml": f"x = {MANY}"},
    "versions without end": {
        "pyproject.toml": f"[project]\ndependencies = ['numpy=={MANY}']\n[build-system]\nrequires = ['numpy>={MANY}']\n"
        f"[tool.poetry.dependencies]\nnumpy = '^{MANY}'\n"
    },
    "tables that are none": {
        "pyproject.toml": "[tool]\nsetuptools = 3\nhatch = [1]\npoetry = 'x'\npytest = 1\n"
        "[project]\ndependencies = {a = 1}\n[build-system]\nrequires = 'x'\nbuild-backend = 3\n"
    },
    "a nested lock": {"Pipfile.lock": "[" * 200_000},
    "a setup.py of signs": {"setup.py": "x = " + "-" * 200_000 + "1"},
    "a name made of itself": {"setup.py": "a = find_packages(a)\nb = b\nsetup(packages=a, package_dir=b)"},
    "keys without values": {"setup.cfg": "[options]\npackage_dir\npackages\n[options.packages.find]\nwhere\n"},
    "a line that goes on from nothing": {
        "setup.cfg": "[options]\npackage_dir\n  x=y\n",
        "tox.ini": "[pytest]\na\n b\n",
    },
}


@pytest.mark.parametrize("files", ODD.values(), ids=list(ODD))
def test_settings_that_cannot_be_read_say_nothing(files):
    project = ProjectFiles(lambda path: files[path].encode() if path in files else None, "")

    assert () == declared_layout(project).packages
    dependency_changes(Dependencies(), declared_dependencies(project, set(files)))
    assert None is compiled_parts(project, set(files))
    all_fit(build_requirements(project))


def test_a_submodule_that_became_a_file_is_a_file(repository, sides_of, tmp_path):
    theme = repository.__class__(tmp_path / "theme")
    theme.commit("theme")
    repository.git("submodule", "add", "-q", str(theme.root), "docs/theme")
    repository.save("base")
    repository.git("rm", "-q", "-f", "docs/theme")
    shutil.rmtree(repository.root / ".git/modules")
    repository.write({"docs/theme": "a file\n"})

    sides = sides_of("HEAD", None)

    assert ["a file\n"] * 2 == [(side.root / "docs/theme").read_text() for side in (sides.base, sides.head)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX's")
def test_a_pipe_beside_the_benchmarks_is_passed_over(repository, sides_of):
    repository.write({"tests/test_it.py": "", ".gitignore": "data/\n"})
    repository.save("base")
    repository.write({"tests/data/numbers": "1\n"})
    os.mkfifo(repository.root / "tests/data/pipe")

    sides = sides_of("HEAD", None)

    assert ["numbers"] == held(sides.base.root / "tests/data")


def test_a_file_that_cannot_be_read_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(shutil, "copy2", refuse)
    with pytest.raises(RepositoryError) as refused:
        copy_files(tmp_path, tmp_path / "side", {"file"})

    assert ("unreadable-file", f"{tmp_path / 'file'} cannot be read.") == (refused.value.slug, refused.value.message)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_nothing_that_git_would_run_is_run(repository, sides_of, tmp_path):
    told = tmp_path / "told"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {told}\n")
    program.chmod(0o755)
    module = repository.__class__(tmp_path / "module")
    module.commit("module")
    repository.write({"parts.py": ""})
    repository.git("submodule", "add", "-q", str(module.root), "module")
    repository.save("base")
    for url in (f"ext::{program}", "--upload-pack=" + str(program), f"-u{program}"):
        repository.git("config", "-f", ".gitmodules", "submodule.module.url", url)
        repository.git("config", "submodule.module.url", url)
    repository.git("config", "-f", ".gitmodules", "submodule.module.update", f"!{program}")
    repository.save("head")
    for where in (repository.root / ".git", repository.root / ".git/modules/module"):
        for hook in ("post-checkout", "post-index-change", "pre-commit", "reference-transaction"):
            (where / "hooks").mkdir(exist_ok=True)
            (where / "hooks" / hook).symlink_to(program)
        for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external"):
            repository.git("config", "-f", str(where / "config"), key, str(program))

    sides_of("HEAD~1", "HEAD")
    sides_of("HEAD", None)

    assert not told.exists()

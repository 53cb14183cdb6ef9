"""Base's code and head's benchmarks, whatever the project looks like."""

from __future__ import annotations

import sys
from typing import ClassVar

import pytest

from fakes.side_worker import imported, listing, worker
from lapwing.measure.sides import installed_layout


@pytest.fixture
def two(repository):
    """Commit ``base``, then ``head`` on top of it, and leave it checked out on a branch."""

    def write(base, head):
        repository.write(base)
        repository.save("base")
        repository.git("checkout", "-q", "-b", "topic")
        repository.write(head)
        repository.save("head")

    return write


BASE, HEAD = "WHAT = 'base'\n", "WHAT = 'head'\n"

LAYOUTS = {
    "src": ("src/parts/__init__.py", "parts", {}),
    "flat": ("parts/__init__.py", "parts", {}),
    "one module": ("parts.py", "parts", {}),
    "one module in src": ("src/parts.py", "parts", {}),
    "namespace": ("whole/parts/__init__.py", "whole.parts", {}),
    "namespace all the way": ("src/whole/of/parts.py", "whole.of.parts", {}),
    "package-dir": (
        "lib/parts/__init__.py",
        "parts",
        {"pyproject.toml": "[tool.setuptools]\npackage-dir = {'' = 'lib'}\n"},
    ),
    "where": ("lib/parts.py", "parts", {"pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['lib']\n"}),
    "setup.cfg": ("lib/parts.py", "parts", {"setup.cfg": "[options]\npackage_dir =\n    = lib\npackages = find:\n"}),
    "setup.py": (
        "lib/parts/__init__.py",
        "parts",
        {"setup.py": "WHERE = {'': 'lib'}\nsetup(package_dir=WHERE, packages=setuptools.find_packages('lib'))"},
    ),
    "find_packages alone": (
        "lib/parts/__init__.py",
        "parts",
        {"setup.py": "import setuptools\nsetuptools.setup(packages=setuptools.find_packages(where='lib'))"},
    ),
    "hatch": (
        "plugin/parts/__init__.py",
        "parts",
        {"pyproject.toml": "[tool.hatch.build.targets.wheel]\npackages = ['plugin/parts']\n"},
    ),
    "poetry": (
        "python/parts/__init__.py",
        "parts",
        {"pyproject.toml": "[[tool.poetry.packages]]\ninclude = 'parts'\nfrom = 'python'\n"},
    ),
    "pdm": ("python/parts.py", "parts", {"pyproject.toml": "[tool.pdm.build]\npackage-dir = 'python'\n"}),
    "uv": ("python/parts.py", "parts", {"pyproject.toml": "[tool.uv.build-backend]\nmodule-root = 'python'\n"}),
    "pythonpath": ("code/parts.py", "parts", {"pytest.ini": "[pytest]\npythonpath = code\n"}),
    "pythonpath in pyproject": (
        "code/parts.py",
        "parts",
        {"pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['code', 'tests']\n"},
    ),
    "a package of a benchmark's name": (
        "perf/__init__.py",
        "perf",
        {"pyproject.toml": "[tool.setuptools]\npackages = ['perf', 'perf.tests']\n"},
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_code_is_of_its_side_and_benchmarks_are_heads(two, sides_of, layout):
    path, module, settings = LAYOUTS[layout]
    two(
        {path: BASE, "tests/conftest.py": BASE, "tests/data.json": "{}", **settings},
        {path: HEAD, "tests/conftest.py": HEAD, "tests/data.json": "[]", "test_new.py": HEAD},
    )

    sides = sides_of()

    assert {module: "base"} == imported(sides.base, module)
    assert {module: "head"} == imported(sides.head, module)
    assert (module,) == sides.base.packages == sides.head.packages
    assert (path,) == sides.changed
    assert "path" == sides.rung
    for side in (sides.base, sides.head):
        assert HEAD == (side.root / "tests" / "conftest.py").read_text()
        assert "[]" == (side.root / "tests" / "data.json").read_text()
        assert (side.root / "test_new.py").exists()


def test_what_base_deletes_renames_and_adds_is_right(two, sides_of):
    two(
        {
            "src/parts/__init__.py": "",
            "src/parts/old.py": BASE,
            "src/parts/gone.py": BASE,
            "src/parts/data.txt": "base",
        },
        {
            "src/parts/old.py": None,
            "src/parts/new.py": HEAD,
            "src/parts/gone.py": None,
            "src/parts/data.txt": "head",
            "src/parts/tests/test_parts.py": HEAD,
            "src/parts/bench_parts.py": HEAD,
        },
    )

    sides = sides_of()
    names = ("parts.old", "parts.new", "parts.gone")

    assert {"parts.old": "base", "parts.new": "ModuleNotFoundError", "parts.gone": "base"} == imported(
        sides.base, *names
    )
    assert {
        "parts.old": "ModuleNotFoundError",
        "parts.new": "head",
        "parts.gone": "ModuleNotFoundError",
    } == imported(sides.head, *names)
    assert "base" == (sides.base.root / "src/parts/data.txt").read_text()
    assert {"src/parts/tests/test_parts.py", "src/parts/bench_parts.py"} < set(listing(sides.base))
    assert (
        "src/parts/data.txt",
        "src/parts/gone.py",
        "src/parts/new.py",
        "src/parts/old.py",
    ) == sides.changed


def test_a_move_from_flat_to_src_is_a_move(two, sides_of):
    two({"parts/__init__.py": BASE}, {"parts/__init__.py": None, "src/parts/__init__.py": HEAD})

    sides = sides_of()

    assert {"parts": "base"} == imported(sides.base, "parts")
    assert {"parts": "head"} == imported(sides.head, "parts")
    assert ["parts/__init__.py"] == listing(sides.base)
    assert ["src/parts/__init__.py"] == listing(sides.head)


def test_in_a_flat_layout_data_of_nobody_is_heads_and_data_of_a_package_is_its_own(two, sides_of):
    files = ("data/make.py", "data/input.csv", "parts/__init__.py", "parts/table.csv", "docs/conf.py", "setup.py")
    two(dict.fromkeys(files, "WHAT = 'base'"), dict.fromkeys(files, "WHAT = 'head'"))

    assert ("data/make.py", "parts/__init__.py", "parts/table.csv") == sides_of().changed


def test_the_working_tree_is_head_uncommitted_and_untracked_and_without_what_git_ignores(two, sides_of, repository):
    two({".gitignore": "*.log\n", "parts/__init__.py": BASE, "parts/a.py": BASE}, {})
    repository.write({"parts/a.py": HEAD, "parts/b.py": HEAD, "run.log": "x", "parts/__init__.py": None})

    sides = sides_of()

    assert [".gitignore", "parts/a.py", "parts/b.py"] == listing(sides.head)
    assert {"parts.a": "head", "parts.b": "head"} == imported(sides.head, "parts.a", "parts.b")
    assert {"parts": "base", "parts.b": "ModuleNotFoundError"} == imported(sides.base, "parts", "parts.b")
    assert sides.head_commit.dirty


def test_the_same_commit_twice_is_the_same_tree(two, sides_of):
    two({"parts/__init__.py": BASE}, {"parts/__init__.py": HEAD})

    sides = sides_of("HEAD", "HEAD")

    assert ((), sides.base_tree) == (sides.changed, sides.head_tree)


def test_a_project_in_a_folder_of_the_repository_runs_there_with_its_neighbour(two, sides_of, repository, monkeypatch):
    two(
        {
            "one/pyproject.toml": "[project]\nname = 'one'\n",
            "one/src/parts.py": BASE,
            "two/pyproject.toml": "[project]\nname = 'two'\n",
            "two/src/other.py": BASE,
            "two/src/third.py": BASE,
        },
        {"one/src/parts.py": HEAD, "two/src/other.py": HEAD, "two/src/third.py": None, "one/tests/test_it.py": HEAD},
    )
    # The neighbour is installed in editable mode.
    monkeypatch.syspath_prepend(str(repository.root / "two" / "src"))

    sides = sides_of(cwd="one")

    assert sides.base.root / "one" == sides.base.project
    names = ("parts", "other", "third")
    assert {"parts": "base", "other": "base", "third": "base"} == imported(sides.base, *names)
    assert {"parts": "head", "other": "head", "third": "ModuleNotFoundError"} == imported(sides.head, *names)
    assert ("other", "parts", "third") == sides.head.packages


def test_a_folder_of_the_project_to_start_in_is_kept(two, sides_of):
    two({"pyproject.toml": "", "parts.py": BASE}, {"parts.py": HEAD, "benchmarks/deep/test_it.py": HEAD})

    sides = sides_of(cwd="benchmarks/deep")

    assert sides.head.root / "benchmarks" / "deep" == sides.head.project
    assert {"parts": "head"} == imported(sides.head, "parts")


def test_an_editable_install_tells_where_a_package_is(two, sides_of, repository, monkeypatch):
    two({"odd/place/parts/__init__.py": BASE}, {"odd/place/parts/__init__.py": HEAD})

    class _EditableFinder:
        MAPPING: ClassVar = {"parts": str(repository.root / "odd" / "place" / "parts")}

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, _EditableFinder])
    sides = sides_of()

    assert {"parts": "base"} == imported(sides.base, "parts")
    assert {"parts": "head"} == imported(sides.head, "parts")


def test_a_package_that_base_has_not_is_not_taken_from_an_installed_copy(two, sides_of, tmp_path):
    two({"parts/__init__.py": BASE}, {"newer/__init__.py": HEAD})
    installed = tmp_path / "site-packages"
    installed.mkdir()
    (installed / "newer.py").write_text("WHAT = 'installed'")

    sides = sides_of()

    answer = worker(sides.base, "newer", path=[*sides.base.path, str(installed)])
    assert {"newer": "ModuleNotFoundError"} == answer["found"]


def test_modules_that_git_ignores_are_the_working_trees_on_both_sides(two, sides_of, repository):
    two(
        {".gitignore": "_version.py\nmade/\n.venv/\n", "src/parts/__init__.py": BASE},
        {"src/parts/__init__.py": HEAD},
    )
    repository.write(
        {
            "src/parts/_version.py": "WHAT = '1.2'\n",
            "src/parts/made/tables.py": "WHAT = 'made'\n",
            ".venv/pyvenv.cfg": "",
            ".venv/lib/noise.py": "",
            "src/parts/made/__pycache__/tables.py": "",
        }
    )

    sides = sides_of()

    for side in (sides.base, sides.head):
        assert {"parts._version": "1.2", "parts.made.tables": "made"} == imported(
            side, "parts._version", "parts.made.tables"
        )
        assert not (side.root / ".venv").exists()
    assert (
        "What git ignores and the project imports is the working tree's on both sides: "
        "src/parts/_version.py, src/parts/made/tables.py."
    ) in sides.said


def test_data_of_benchmarks_that_git_ignores_is_there_on_both_sides(two, sides_of, repository, monkeypatch):
    two({".gitignore": "*.bin\n.cache/\n", "parts.py": BASE, "tests/test_it.py": ""}, {"parts.py": HEAD})
    repository.write({"tests/data/big.bin": b"1234", "elsewhere.bin": b"12", "tests/.cache/old.bin": b"1"})

    sides = sides_of()

    for side in (sides.base, sides.head):
        assert b"1234" == (side.root / "tests/data/big.bin").read_bytes()
        assert [".gitignore", "parts.py", "tests/data/big.bin", "tests/test_it.py"] == listing(side)
    assert (
        "What git ignores and benchmarks may read is the working tree's on both sides: tests/data/big.bin."
    ) in sides.said

    monkeypatch.setattr("lapwing.measure.sides.ignored_files.MOST_DATA", 3)
    sides = sides_of()
    assert [".gitignore", "parts.py", "tests/test_it.py"] == listing(sides.base) == listing(sides.head)
    assert any(line.startswith("Data beside the benchmarks that git ignores is over") for line in sides.said)


def test_a_side_that_has_the_module_keeps_its_own(two, sides_of, repository):
    two({"parts/__init__.py": "", "parts/_version.py": BASE}, {".gitignore": "_version.py\n"})
    repository.git("rm", "-q", "--cached", "parts/_version.py")
    repository.save("ignored")
    repository.write({"parts/_version.py": HEAD})

    sides = sides_of("main")

    assert {"parts._version": "base"} == imported(sides.base, "parts._version")
    assert {"parts._version": "head"} == imported(sides.head, "parts._version")


def test_code_is_compiled_before_it_runs_and_the_bytecode_is_used(two, sides_of):
    two({"parts/__init__.py": BASE, "parts/broken.py": "print 'python 2'"}, {"parts/__init__.py": HEAD})

    sides = sides_of()

    for side in (sides.base, sides.head):
        bytecode = list((side.root / "parts" / "__pycache__").glob("__init__.*.pyc"))
        assert 1 == len(bytecode)
        before = bytecode[0].stat().st_mtime_ns
        imported(side, "parts")
        assert before == bytecode[0].stat().st_mtime_ns


def test_a_virtual_environment_in_the_project_is_installed_code(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    (tmp_path / ".venv").mkdir()

    assert (str(tmp_path / ".venv"),) == installed_layout.exempt_folders(tmp_path)


def test_a_project_that_lies_in_the_prefix_is_not_installed_code(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    assert () == installed_layout.exempt_folders(tmp_path / "src" / "app")

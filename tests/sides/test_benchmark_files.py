from __future__ import annotations

import pytest

from lapwing.measure.sides.benchmark_files import BenchmarkFiles, is_source

PATHS = (
    "src/django/__init__.py",
    "src/django/test/__init__.py",
    "src/django/test/client.py",
    "src/numpy/__init__.py",
    "src/numpy/testing/__init__.py",
    "src/numpy/testing/overrides.py",
    "src/numpy/testing/tests/test_utils.py",
    "src/mine/__init__.py",
    "src/mine/test/test_it.py",
    "src/mine/test/deep/data.json",
    "src/mine/perf/suite.py",
)


@pytest.fixture
def files():
    packages = {path.removesuffix("/__init__.py") for path in PATHS if path.endswith("__init__.py")}
    return BenchmarkFiles(
        PATHS, project="", packages=packages, declared={"perf", "test", "tests"}, patterns=("*.py", "check_*.py")
    )


@pytest.mark.parametrize(
    "path",
    [
        "conftest.py",
        "src/mine/conftest.py",
        "src/mine/test_this.py",
        "src/mine/this_test.py",
        "src/mine/bench_this.py",
        "src/mine/check_this.py",
        "src/mine/tests/data.json",
        "src/mine/tests/deep/er/data.json",
        "src/mine/test/deep/data.json",
        "src/numpy/testing/tests/test_utils.py",
        "benchmarks/data.csv",
        "test/helper.py",
        "tests/helper.py",
        "testing/helper.py",
        "bench/helper.py",
        "benchmark/helper.py",
    ],
)
def test_benchmark_files(files, path):
    assert path in files


@pytest.mark.parametrize(
    "path",
    [
        "src/mine/__init__.py",
        "src/mine/contest.py",
        "src/mine/protest/plan.py",
        "src/django/test/client.py",
        "src/numpy/testing/overrides.py",
        "src/mine/perf/suite.py",
        "perf/__init__.py",
        "test.py",
    ],
)
def test_code_that_only_looks_like_it(files, path):
    assert path not in files


def test_a_projects_own_folder_is_not_one_whatever_its_name():
    files = BenchmarkFiles((), project="benchmarks/tool", packages=(), declared=())

    assert "benchmarks/tool/src/tool.py" not in files
    assert "benchmarks/tool/tests/helper.py" in files
    assert "benchmarks/other/src/tool.py" in files


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("a.py", True),
        ("a/b.pyx", True),
        ("a.txt", False),
        ("test_a.py", False),
        ("tests/a.py", False),
        ("a/c.rs", True),
    ],
)
def test_new_files_that_can_change_what_is_measured(path, answer):
    assert answer == is_source(path)

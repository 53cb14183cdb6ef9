"""--perf-shard, --perf-part and pytest-split: what is measured, what is said, and how the session ends."""

from __future__ import annotations

SUITE = """
import pytest
from lapwing import perf
@perf
@pytest.mark.parametrize("n", range(5))
def test_it(n): sum(range(50))
def test_ordinary(): pass
"""

# What pytest-split does, as far as it concerns us: options of the same names, and a hook that comes after all others.
SPLITTER = """
import pytest

def pytest_addoption(parser):
    parser.addoption("--splits", type=int)
    parser.addoption("--group", type=int)

@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.register(Splitter(config), "splitter")

class Splitter:
    def __init__(self, config):
        self.option = config.option

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        size = -(-len(items) // self.option.splits)
        start = size * (self.option.group - 1)
        kept = items[start:start + size]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
"""


def measured(result):
    return {name for name, metric in result.samples if metric == "time"}


def test_a_shard_measures_its_own_benchmarks_and_says_so(project):
    project.write("test_suite.py", SUITE)
    result = project.perf("--perf-shard=2/3")
    assert 0 == result.code, result.said
    assert {"test_it[1]", "test_it[4]"} == measured(result) == set(result.declared)
    assert "lapwing: shard 2 of 3; 'lapwing check' judges all of them together" in result.out
    assert "This is shard 2 of 3: the verdict is over its 2 of 5 benchmarks alone." in " ".join(result.out.split())


def test_a_shard_for_which_nothing_is_left_is_no_failure(project):
    project.write("test_suite.py", SUITE)
    result = project.perf("--perf-shard=6/6")
    assert 0 == result.code, result.said
    assert "nothing is left for this shard; the suite has 5 in all" in result.out


def test_a_shard_of_a_suite_without_benchmarks_is_as_empty_as_the_suite(project):
    project.write("test_suite.py", "def test_ordinary(): pass")
    result = project.perf("--perf-shard=1/6")
    assert 5 == result.code
    assert "no benchmark was collected" in result.out


def test_what_is_no_shard_is_refused_before_anything_is_measured(project):
    project.write("test_suite.py", SUITE)
    result = project.perf("--perf-shard=4/3")
    assert 2 == result.code
    assert "[bad-setting] the flag for shard is '4/3'" in result.said


def test_a_part_takes_nothing_away(project):
    project.write("test_suite.py", SUITE)
    result = project.perf("--perf-part=1/2", "-k", "0 or 1")
    assert {"test_it[0]", "test_it[1]"} == measured(result)
    assert "This is shard 1 of 2: the verdict is over its 2 benchmarks alone." in " ".join(result.out.split())


def test_a_group_of_pytest_split_is_a_shard_and_what_it_deselects_is_not_measured(project):
    project.write("test_suite.py", SUITE)
    project.write("conftest.py", SPLITTER)
    result = project.perf("--splits=2", "--group=2")
    assert 0 == result.code, result.said
    assert {"test_it[3]", "test_it[4]"} == measured(result)
    assert "This is shard 2 of 2: the verdict is over its 2 of 5 benchmarks alone." in " ".join(result.out.split())

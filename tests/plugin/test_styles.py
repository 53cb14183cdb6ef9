"""What can be measured: one project with a benchmark of every kind, measured once."""

from __future__ import annotations

import pytest

SUITE = """
import asyncio
import unittest
import pytest
from lapwing import perf

events = []

@pytest.fixture(scope="session")
def session_part():
    events.append("session"); yield 1; assert events.count("session") == 1
@pytest.fixture(scope="module")
def module_part(session_part):
    yield session_part + 1
@pytest.fixture(scope="class")
def class_part(module_part):
    yield module_part + 1
@pytest.fixture
def part(class_part, tmp_path):
    yield class_part + 1

@perf
def test_function():
    sum(range(100))

@perf(limit=0.03, budget="mean < 2 s", id="stable", was="test_kinds.py::test_older")
def test_fixtures(part, session_part, *, tmp_path):
    assert (part, session_part) == (4, 1)
    sum(range(50))

ODD = "a/b::c|d<e>\\"f'g é 日本 \\n] ["
@pytest.mark.perf
@pytest.mark.parametrize("size", [10, pytest.param(20, marks=perf(limit=0.2)), pytest.param(30, id=ODD)])
def test_parametrized(size):
    sum(range(size))

@perf
class TestClass:
    def test_one(self, part): part + 1
    @perf(loops=7)
    def test_two(self): pass
    @staticmethod
    def test_three(): pass

class TestOther:
    @perf
    def test_method(self): self.test_not
    def test_not(self): pass

@perf
async def test_coroutine(part):
    await asyncio.sleep(0)

fresh = []
def prepare(part):
    fresh[:] = [part]
    return {"items": list(fresh)}
@pytest.fixture
def items(): return None
@perf(setup=prepare)
def test_setup(items, part):
    assert items.pop() == 4 and fresh == [4]

class TestUnit(unittest.TestCase):
    def setUp(self): self.x = 1
    @perf
    def test_unit(self): self.assertEqual(self.x, 1)
class TestAsyncUnit(unittest.IsolatedAsyncioTestCase):
    @perf
    async def test_awaited(self): await asyncio.sleep(0)

def test_call(perf):
    assert perf(divmod, 7, 2) == (3, 1)
    assert perf.record("hits/s", 5, better="higher") is None
def test_named(perf):
    assert perf(dict, **{"a b": 1, "self": 2}) == {"a b": 1, "self": 2}
def test_block(perf):
    data = list(range(500))
    with perf:
        data.sort()
async def test_async_block(perf):
    with perf:
        await asyncio.sleep(0)
def test_records(perf):
    perf.record("size", 2, unit="KiB", exact=True)
    perf.record("ratio", 0.5)
@perf(gc="on")
def test_gc():
    import gc; assert gc.isenabled()
@perf
def test_gc_off():
    import gc; assert not gc.isenabled()
@perf(budget="p99 < 1 s")
def test_single_calls():
    sum(range(2000))
def test_ordinary(): raise AssertionError("never run")
"""


@pytest.fixture(scope="module")
def measured(shared_project):
    shared_project.write("test_kinds.py", SUITE)
    return shared_project.perf()


@pytest.mark.parametrize(
    "name",
    [
        "test_function",
        "test_parametrized[10]",
        "test_parametrized[20]",
        "TestClass::test_one",
        "TestClass::test_two",
        "TestClass::test_three",
        "TestOther::test_method",
        "test_coroutine",
        "test_setup",
        "TestUnit::test_unit",
        "TestAsyncUnit::test_awaited",
        "test_call",
        "test_named",
        "test_block",
        "test_async_block",
        "test_gc",
        "test_gc_off",
        "test_single_calls",
    ],
)
def test_time_and_cpu_time_come_from_two_processes(measured, name):
    for metric in ("time", "cpu_time"):
        processes = measured.samples[name, metric]
        assert 2 == len(processes)
        assert all(processes)
    assert all(value > 0 for process in measured.samples[name, "time"] for value in process)


def test_nothing_failed_and_ordinary_tests_are_deselected(measured):
    assert {} == measured.failures
    assert measured.complete is True
    assert "2 deselected" in measured.out
    assert 0 == measured.code, measured.said


def test_an_id_given_on_the_test_names_its_samples(measured):
    row = measured.declared["test_fixtures"]
    assert ["stable", ["test_kinds.py::test_older"], 0.03, ["mean < 2 s"]] == [row[0], row[2], row[3], row[4]]
    assert ("stable", "time") in measured.samples  # the id holds no "::", and what follows it is the key here


def test_an_id_with_every_odd_character_is_measured(measured):
    (name,) = {name for name, _ in measured.samples if "|d<e>" in name}
    assert 2 == len(measured.samples[name, "time"])


def test_marks_on_parameters_are_closest(measured):
    assert [None, 0.2] == [measured.declared[f"test_parametrized[{size}]"][3] for size in (10, 20)]


def test_fixed_loops_are_kept(measured):
    assert 0 == measured.loops["TestClass::test_two", "time"] % 7


def test_a_setup_runs_before_each_call(measured):
    assert measured.loops["test_setup", "time"] >= 1
    assert 2 == len(measured.samples["test_setup", "time"])


def test_recorded_numbers_are_kept_in_base_units(measured):
    assert [[2048.0], [2048.0]] == measured.samples["test_records", "size"]
    assert ("B", "lower", "exact") == measured.units["test_records", "size"]
    assert ("hits/s", "higher", "noisy") == measured.units["test_call", "hits/s"]
    assert ("test_records", "time") not in measured.samples


def test_a_percentile_budget_keeps_single_calls(measured):
    # Of how many calls a value is; how many values there are depends on how fast this machine is just now.
    assert 1 == measured.loops["test_single_calls", "time"]
    assert all(measured.samples["test_single_calls", "time"])


def test_styles_and_settings_are_in_the_fingerprint(measured):
    prints = {name: row[7] for name, row in measured.declared.items()}
    assert prints["test_function"] == prints["test_gc_off"]
    assert 5 == len(
        {prints[name] for name in ("test_function", "test_gc", "test_setup", "test_call", "TestClass::test_two")}
    )


def test_without_perf_every_benchmark_runs_once(shared_project, measured):
    result = shared_project.run("-k", "not ordinary and not gc_off and not single_rounds")
    assert 0 == result.code, result.said
    assert "21 passed" in result.out
    assert "lapwing:" not in result.out

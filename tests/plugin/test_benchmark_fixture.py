"""Suites written for pytest-benchmark are measured without an edit, with and without it installed."""

from __future__ import annotations

import pytest

SUITE = """
import time
import pytest

def work(n): return sum(range(n))

def test_plain(benchmark):
    assert benchmark(work, 100) == 4950
    assert benchmark.stats.stats.mean > 0 and benchmark.stats["mean"] > 0
    assert benchmark.stats.stats.min <= benchmark.stats["median"] <= benchmark.stats["max"]
    assert benchmark.stats["rounds"] >= 1 and benchmark.stats.get("nothing") is None
    assert benchmark.enabled and not benchmark.disabled
    benchmark.extra_info["n"] = 100

@pytest.mark.parametrize("n", [1, 10])
@pytest.mark.benchmark(group="sizes", min_rounds=2, disable_gc=True, warmup=False)
def test_group(benchmark, n):
    assert benchmark.group == "sizes" and benchmark.params == {"n": n} and benchmark.param == str(n)
    benchmark(work, n)

def test_decorator(benchmark):
    @benchmark
    def result():
        return work(10)
    assert result == 45

def test_pedantic(benchmark):
    made, undone, called = [], [], []
    def setup():
        made.append(1)
        return (7,), {"b": 2}
    def target(a, b):
        called.append((a, b))
        return a * b
    result = benchmark.pedantic(target, setup=setup, teardown=lambda a, b: undone.append(a), rounds=4, warmup_rounds=2)
    assert result == 14 and len(made) == len(undone) == len(called) == 6

def test_pedantic_iterations(benchmark):
    calls = []
    assert benchmark.pedantic(calls.append, (1,), rounds=3, iterations=5) is None
    assert len(calls) == 16 and len(benchmark.stats.stats.data) == 3

@pytest.fixture
def wrapped(benchmark):
    return lambda fn: benchmark(fn)

def test_through_a_fixture(wrapped):
    assert wrapped(int) == 0

def test_twice(benchmark):
    benchmark(int)
    benchmark(int)

@pytest.mark.benchmark(speed=3)
def test_unknown_option(benchmark): benchmark(int)

def test_unused(benchmark): pass

def test_iterations_with_setup(benchmark):
    with pytest.raises(ValueError, match="more than 1 `iterations`"):
        benchmark.pedantic(int, setup=int, iterations=2)

def test_ordinary(): raise AssertionError("never run")
"""
GOOD = (
    "test_plain",
    "test_group[1]",
    "test_group[10]",
    "test_decorator",
    "test_pedantic",
    "test_pedantic_iterations",
    "test_through_a_fixture",
)


@pytest.fixture(scope="module", params=["with pytest-benchmark", "without it"])
def measured(request, tmp_path_factory):
    from fakes.project import Project

    project = Project(tmp_path_factory.mktemp("bench"))
    project.write("test_bench.py", SUITE)
    plugins = ("pytest_benchmark.plugin",) if request.param == "with pytest-benchmark" else ()
    return project.perf(plugins=plugins)


@pytest.mark.parametrize("name", GOOD)
def test_each_way_of_using_it_is_measured(measured, name):
    assert name not in measured.failures, measured.failures
    assert 2 == len(measured.samples[name, "time"])


def test_pedantic_keeps_exactly_the_rounds_asked_for(measured):
    assert [4, 4] == [len(process) for process in measured.samples["test_pedantic", "time"]]
    assert 5 == measured.loops["test_pedantic_iterations", "time"]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("test_twice", "raised", "Fixture can only be used once"),
        ("test_unknown_option", "raised", "can't have 'speed' keyword argument"),
        ("test_unused", "unmeasured", "measures nothing"),
    ],
)
def test_what_it_refuses_is_said(measured, name, kind, words):
    assert kind == measured.failures[name][0]
    assert words in measured.failures[name][1]


def test_no_table_of_pytest_benchmark_is_printed(measured):
    assert "OPS" not in measured.out
    assert "1 deselected" in measured.out


def test_without_perf_pytest_benchmark_works_as_ever(project):
    project.write("test_bench.py", "def test_plain(benchmark): assert benchmark(sum, [1]) == 1")
    result = project.run("--benchmark-max-time=0.01", plugins=("pytest_benchmark.plugin",))
    assert 0 == result.code, result.said
    assert "OPS" in result.out


def test_without_either_the_fixture_is_not_offered(project):
    project.write("test_bench.py", "def test_plain(benchmark): benchmark(int)")
    result = project.run()
    assert "fixture 'benchmark' not found" in result.out


def test_a_projects_own_fixture_of_that_name_is_no_benchmark(project):
    project.write(
        "test_bench.py",
        """
        import pytest
        @pytest.fixture
        def benchmark(): return "an index of shares"
        def test_shares(benchmark): assert benchmark
        """,
    )
    result = project.perf()
    assert "no benchmark was collected" in result.out
    assert 5 == result.code

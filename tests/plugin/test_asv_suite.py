"""A suite written for asv, measured as it is: one project with a benchmark of every kind."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

FOLDER = "suites/benchmarks"
"""Not in the project's own folder, which a session that is started there has on its path anyway."""

SUITE = """
import os

calls = []

def setup(*args):
    global N
    N = 100

def time_module():
    sum(range(N))

class Sorting:
    params = ([10, 1000], ["up", "down"])
    param_names = ["n", "kind"]
    timeout = 30

    def setup(self, n, kind):
        if (n, kind) == (1000, "up"):
            raise NotImplementedError
        self.data = list(range(n))[:: 1 if kind == "up" else -1]

    def teardown(self, n, kind):
        del self.data

    def time_sort(self, n, kind):
        sorted(self.data)

    def track_length(self, n, kind):
        return len(self.data)

    track_length.unit = "items"

    def peakmem_list(self, n, kind):
        return [0] * (10_000 * n)

class Once:
    number = 1

    def setup(self):
        self.queue = [1]

    def time_pop(self):
        self.queue.pop()  # IndexError in a second call that setup did not precede

class Cached:
    def setup_cache(self):
        with open(os.path.join(os.path.dirname(__file__), "caches"), "a") as file:
            file.write(f"{os.getpid()}\\\\n")
        return {"x": list(range(100))}

    def time_cached(self, cache):
        sum(cache["x"])

    def track_cached(self, cache):
        return cache["x"][-1]

    def track_broken(self, cache):
        raise RuntimeError("broken on purpose")

def track_found_by():
    # Whether the folder that the suite is in was put on the path.
    import sys
    return int(os.path.dirname(os.path.dirname(os.path.abspath(__file__))) in sys.path)

def timeraw_import():
    return "import json"

def helper():
    return 1
"""


@pytest.fixture(scope="module")
def measured(shared_project):
    project = shared_project
    project.write(f"{FOLDER}/__init__.py", "")
    project.write(f"{FOLDER}/bench_a.py", SUITE)
    project.write("tests/test_ordinary.py", "def test_ordinary(): pass")
    result = project.perf(f"--perf-asv-suite={FOLDER}")
    result.caches = (project.root / FOLDER / "caches").read_text().split()
    return result


def test_every_benchmark_is_measured_under_the_name_that_an_import_gives_it(measured):
    assert 1 == measured.code  # one is broken on purpose
    names = {name for name, metric in measured.samples if metric == "time"}
    assert {
        "bench_a.time_module",
        "bench_a.Once.time_pop",
        "bench_a.Cached.time_cached",
        "bench_a.Sorting.time_sort(10, 'up')",
        "bench_a.Sorting.time_sort(10, 'down')",
        "bench_a.Sorting.time_sort(1000, 'down')",
    } == names
    assert "bench_a.Sorting.time_sort(10, 'up')" == measured.declared["Sorting.time_sort[10-'up']"][0]


def test_what_is_no_time_is_recorded_with_its_unit(measured):
    assert {10.0} == {
        value for process in measured.samples["bench_a.Sorting.track_length(10, 'up')", "items"] for value in process
    }
    assert "items" == measured.units["bench_a.Sorting.track_length(10, 'up')", "items"][0]
    assert {99.0} == {
        value for process in measured.samples["bench_a.Cached.track_cached", "value"] for value in process
    }
    small, large = (
        min(
            value
            for process in measured.samples[f"bench_a.Sorting.peakmem_list({n}, 'down')", "peak_memory"]
            for value in process
        )
        for n in (10, 1000)
    )
    assert ("B", "lower", "noisy") == measured.units["bench_a.Sorting.peakmem_list(10, 'down')", "peak_memory"]
    # 10 million pointers.
    assert 60e6 < large - small < 120e6
    assert 0 < min(measured.samples["bench_a.timeraw_import", "raw_time"][0]) < 10


def test_what_setup_skips_is_skipped_and_what_raises_fails(measured):
    assert "skipped" == measured.failures["bench_a.Sorting.time_sort(1000, 'up')"][0]
    kind, message = measured.failures["bench_a.Cached.track_broken"]
    assert "raised" == kind
    assert "broken on purpose" in message


def test_the_folder_that_the_suite_is_in_is_not_on_the_path(measured):
    """As in asv: what lies beside the suite is not what is installed."""
    assert {0.0} == {value for process in measured.samples["bench_a.track_found_by", "value"] for value in process}


def test_setup_cache_is_made_once_in_a_process(measured):
    assert len(set(measured.caches)) == len(measured.caches)


def test_parameters_are_axes(measured):
    assert [["kind", "'up'"], ["n", "10"]] == measured.declared["Sorting.time_sort[10-'up']"][5]


def test_an_ordinary_run_knows_nothing_of_the_suite(shared_project, measured):
    done = shared_project.run("-q")
    assert 0 == done.code
    assert "1 passed" in done.out


@pytest.mark.parametrize(("folder", "slug"), [("nowhere", "no-asv-suite"), ("tests", "no-asv-suite")])
def test_a_folder_that_is_no_suite_is_said(shared_project, measured, folder, slug):
    done = shared_project.perf(f"--perf-asv-suite={folder}")
    assert 2 == done.code
    assert f"[{slug}]" in done.said
    assert "Traceback" not in done.said


def test_one_line_of_settings_is_enough(shared_project, measured):
    shared_project.write("pyproject.toml", f'[tool.lapwing]\nasv-suite = "{FOLDER}"\n')
    try:
        done = shared_project.perf("-k", "time_module")
    finally:
        (shared_project.root / "pyproject.toml").unlink()
    assert ["time_module"] == list(done.declared)


def test_ids_are_those_of_asv_results(shared_project, measured):
    """What asv itself lists, as an import of its results names it."""
    listed = subprocess.run(
        [sys.executable, "-c", _LIST, str(shared_project.root / FOLDER)],
        check=True,
        capture_output=True,
        text=True,
        cwd=shared_project.root,
    )
    asv = json.loads(listed.stdout)
    assert sorted(asv) == sorted(row[0] for row in measured.declared.values())


_LIST = """
import itertools, json, sys
from asv_runner._aux import update_sys_path
from asv_runner.discovery import disc_benchmarks
update_sys_path(sys.argv[1])
names = []
for one in disc_benchmarks(sys.argv[1]):
    for values in itertools.product(*one.params):
        names.append(f"{one.name}({', '.join(values)})" if values else one.name)
print(json.dumps(names))
"""

"""Pairs of real pytest sessions: what they bring home of every kind of benchmark, good and bad."""

from __future__ import annotations

import math
import os
import statistics
import sys
import threading
import time
from pathlib import Path

import pytest

from fakes.sides import FakeSides
from lapwing.measure.pairs import Pairs
from lapwing.measure.processors import cores
from lapwing.measure.sessions import Sessions
from lapwing.recording import Step

SUITE = """
    import asyncio, ctypes, os, time
    import pytest
    import project
    from lapwing import perf

    LOG = os.path.join(os.path.dirname(__file__), "log.txt")

    @pytest.fixture
    def stuff():
        with open(LOG, "a") as log: log.write("up ")
        yield [3, 1, 2]
        with open(LOG, "a") as log: log.write("down ")

    @perf
    def test_body(stuff): project.work()

    @perf
    @pytest.mark.parametrize("n", [10, 1000])
    def test_params(n): sorted(range(n))

    def test_fixture(benchmark): benchmark(project.work)

    def test_pedantic(benchmark): benchmark.pedantic(project.work, rounds=5, iterations=3, warmup_rounds=1)

    def test_pedantic_once(benchmark): benchmark.pedantic(project.work)

    def test_part(perf): perf(project.work)

    def test_block(perf):
        sum(range(1000))
        with perf:
            project.work()

    @perf(setup=lambda: None)
    def test_setup(): project.work()

    @perf
    async def test_async():
        await asyncio.sleep(0)
        project.work()

    def test_numbers(perf): perf.record("rows", project.ROWS, unit="count")

    @perf(id="renamed")
    def test_named(): project.work()

    @perf
    def test_raises(): project.raises()

    @perf
    def test_raises_late():
        project.CALLS.append(1)
        if len(project.CALLS) > 30: raise RuntimeError("the thirty-first call")

    @perf
    def test_crash(): project.crash()

    @perf(timeout=1.0)
    def test_hang(): project.hang()

    @perf
    def test_dies_in_the_middle():
        project.CALLS.append(1)
        if len(project.CALLS) > 30 and project.NAME == "head": os._exit(7)

    @perf
    def test_after(): project.work()

    def test_no_benchmark(): raise AssertionError("never run")
"""
PROJECT = """
    import ctypes, time
    NAME = {name!r}
    ROWS = {rows}
    CALLS = []
    def work():
        for _ in range({times}): sum(range(200))
    def raises():
        if NAME == "head": raise ValueError("head is broken")
    def crash():
        if NAME == "base": ctypes.string_at(0)
    def hang():
        if NAME == "head": time.sleep(100)
"""


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    fake = FakeSides(tmp_path_factory.mktemp("sides") / "both")
    fake.write("test_it.py", SUITE)
    fake.write("project.py", PROJECT.format(name="base", times=50, rows=10), only="base")
    fake.write("project.py", PROJECT.format(name="head", times=400, rows=12), only="head")
    return fake


def make_pairs(sides, *arguments, seed=1, timeout=300.0, places=None):
    return Pairs(
        sides=sides,
        arguments=("-p", "lapwing.plugin", *arguments),
        timeout=timeout,
        seed=seed,
        clock=time.perf_counter,
        cores=cores() if places is None else places,
    )


def quietly(*_):
    pass


@pytest.fixture(scope="module")
def measured(sides):
    """One pair over the whole suite: its discovery, and what it brought home by the test's short name."""
    pairs = make_pairs(sides)
    discovery = pairs.discover(progress=quietly)
    step = Step(stage="screen", benchmarks=tuple(one.benchmark for one in discovery.declared))
    (pair,) = pairs.pairs(step, most=1, progress=quietly)
    pairs.close()
    return discovery, {one.benchmark.removeprefix("test_it.py::"): one for one in pair.paired}, pair


TIMED = (
    "test_body",
    "test_params[10]",
    "test_params[1000]",
    "test_fixture",
    "test_pedantic",
    "test_pedantic_once",
    "test_part",
    "test_block",
    "test_setup",
    "test_async",
    "renamed",
    "test_after",
)


@pytest.mark.parametrize("name", TIMED)
def test_every_kind_of_benchmark_has_blocks_of_both_sides(measured, name):
    one = measured[1][name]
    assert None is one.failure
    assert len(one.base) == len(one.head) >= 1
    assert all(piece.value > 0 for piece in (*one.base, *one.head))


@pytest.mark.parametrize("name", ["test_body", "test_fixture", "test_part", "test_block", "test_async", "test_setup"])
def test_eight_times_the_work_takes_several_times_the_time(measured, name):
    one = measured[1][name]
    ratio = statistics.median(math.log(head.value / base.value) for base, head in zip(one.base, one.head, strict=True))
    # However busy the machine is: that the numbers are right to the percent is shown by benchmarks.
    assert 3 < math.exp(ratio) < 20


def test_a_pedantic_test_is_called_as_often_as_it_says(measured):
    assert 5 >= len(measured[1]["test_pedantic"].base)
    assert 1 == len(measured[1]["test_pedantic_once"].base)


def test_recorded_numbers_of_both_sides_are_there(measured):
    (rows,) = measured[1]["test_numbers"].numbers
    assert ("rows", (10.0,), (12.0,)) == (rows.name, rows.base, rows.head)


@pytest.mark.parametrize(
    ("name", "side", "kind", "words"),
    [
        ("test_raises", "head", "raised", "head is broken"),
        ("test_raises_late", "base", "raised", "the thirty-first call"),
        ("test_crash", "base", "crashed", "SIGSEGV"),
        ("test_hang", "head", "timed-out", "did not answer within 1 s"),
        ("test_dies_in_the_middle", "head", "crashed", "exit code 7"),
    ],
)
def test_what_goes_wrong_is_said_of_the_side_where_it_did(measured, name, side, kind, words):
    failure = measured[1][name].failure
    assert kind == failure.kind
    assert words in failure.message
    if name != "test_raises_late":  # either side may be first
        assert side == failure.side


def test_fixtures_are_set_up_and_torn_down_once_on_each_side(sides, measured):
    for side in ("b", "h"):
        assert ["up", "down"] == (sides.root / side / "log.txt").read_text().split()[:2]


def test_what_is_no_benchmark_is_not_declared(measured):
    assert not [one for one in measured[0].declared if "no_benchmark" in one.benchmark]


def test_a_benchmark_of_one_side_only_has_no_entry_on_the_other(tmp_path):
    fake = FakeSides(tmp_path / "both")
    fake.write("test_it.py", "from lapwing import perf\n@perf\ndef test_old(): pass\n")
    fake.write("test_it.py", "from lapwing import perf\n@perf\ndef test_new(): pass\n", only="head")
    found = make_pairs(fake).discover(progress=quietly)
    assert ["test_it.py::test_new", "test_it.py::test_old"] == [one.benchmark for one in found.declared]
    assert ["test_it.py::test_new"] == [one.benchmark for one in found.head]
    assert ["test_it.py::test_old"] == [one.benchmark for one in found.base]


def test_a_module_that_head_cannot_import_is_declared_and_failed(tmp_path):
    fake = FakeSides(tmp_path / "both")
    fake.write("test_it.py", "from lapwing import perf\n@perf\ndef test_good(): pass\n")
    fake.write("test_bad.py", "from project import there\nfrom lapwing import perf\n@perf\ndef test_bad(): pass\n")
    fake.write("project.py", "there = 1\n", only="base")
    fake.write("project.py", "gone = 1\n", only="head")
    found = make_pairs(fake).discover(progress=quietly)
    assert ["test_it.py::test_good", "test_bad.py::test_bad"] == [one.benchmark for one in found.declared]
    (failed,) = [one for one in found.head if one.failure]
    assert "test_bad.py::test_bad" == failed.benchmark
    assert "cannot import name 'there'" in failed.failure.message


def test_a_base_that_cannot_be_collected_is_said_and_head_is_there(tmp_path):
    fake = FakeSides(tmp_path / "both")
    fake.write("test_it.py", "from lapwing import perf\n@perf\ndef test_good(): pass\n")
    fake.write("conftest.py", "import project\n")
    fake.write("project.py", "raise RuntimeError('no base')\n", only="base")
    fake.write("project.py", "", only="head")
    found = make_pairs(fake).discover(progress=quietly)
    assert ["base-not-collected"] == [one.slug for one in found.warnings]
    assert "no base" in found.base[0].failure.message
    assert ["test_it.py::test_good"] == [one.benchmark for one in found.head]


def test_a_control_pair_has_base_on_both_sides(sides):
    pairs = make_pairs(sides, "-k", "test_body or test_part")
    discovery = pairs.discover(progress=quietly)
    names = tuple(one.benchmark for one in discovery.declared)
    (pair,) = pairs.pairs(Step(stage="screen", benchmarks=names, control=True), most=1, progress=quietly)
    pairs.close()
    for one in pair.paired:
        ratio = statistics.median(math.log(h.value / b.value) for b, h in zip(one.base, one.head, strict=True))
        assert abs(ratio) < math.log(2.5)  # and not the eightfold of head


def test_the_same_seed_draws_the_same_layouts_and_orders(sides):
    def drawn(seed):
        pairs = make_pairs(sides, "-k", "test_params", seed=seed)
        found = pairs.discover(progress=quietly)
        step = Step(stage="screen", benchmarks=tuple(d.benchmark for d in found.declared))
        (pair,) = pairs.pairs(step, most=1, progress=quietly)
        pairs.close()
        return pair.seed, pair.cpu, [one.benchmark for one in pair.paired]

    assert drawn(7) == drawn(7)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="pins nothing")
def test_pairs_are_measured_at_once_on_processors_of_their_own(sides):
    pairs = make_pairs(sides, "-k", "test_params or test_crash", places=((0,), (0, 1)))
    discovery = pairs.discover(progress=quietly)
    step = Step(stage="screen", benchmarks=tuple(one.benchmark for one in discovery.declared))
    both = pairs.pairs(step, most=5, progress=quietly)
    pairs.close()
    assert [2, 2] == [pair.at_once for pair in both]
    assert 1 == len({pair.ended for pair in both})
    assert 2 == len({pair.seed for pair in both})
    for pair in both:
        assert sorted(step.benchmarks) == sorted(one.benchmark for one in pair.paired)
        kinds = {one.benchmark.rpartition("::")[2]: one.failure and one.failure.kind for one in pair.paired}
        assert {"test_params[10]": None, "test_params[1000]": None, "test_crash": "crashed"} == kinds


def test_what_ends_one_pair_ends_all_that_are_measured_at_once(sides, monkeypatch):
    pairs = make_pairs(sides, "-k", "test_body or test_hang", places=((0,), (0,)))
    names = tuple(one.benchmark for one in pairs.discover(progress=quietly).declared)
    began = threading.Event()

    def interrupt(*_):
        began.wait(120)
        raise KeyboardInterrupt

    pairs._lanes = [_Interrupted(interrupt), pairs._lane()]
    other = pairs._lanes[1]
    monkeypatch.setattr(Sessions, "ready_two", _telling(Sessions.ready_two, began))
    with pytest.raises(KeyboardInterrupt):
        pairs.pairs(Step(stage="screen", benchmarks=names), most=2, progress=quietly)
    assert {} == other.sessions._alive


class _Interrupted:
    def __init__(self, interrupt):
        self.measure = interrupt


def _telling(function, event):
    def told(*arguments):
        found = function(*arguments)
        event.set()
        return found

    return told


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_worker_is_left(sides):
    pairs = make_pairs(sides, "-k", "test_params")
    pairs.discover(progress=quietly)
    pairs.close()
    assert not [pid for pid in _commands() if "bootstrap.py" in pid and str(sides.root) in pid]


def _commands():
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                place = Path("/proc", entry.name)
                yield (place / "cmdline").read_bytes().decode("utf-8", "replace") + str((place / "cwd").readlink())
            except OSError:
                continue


def test_a_profile_says_which_function_of_the_project_is_called_and_where_the_time_goes(sides):
    pairs = make_pairs(sides, "-k", "test_body or test_block or test_async or test_fixture")
    names = [one.benchmark for one in pairs.discover(progress=quietly).declared]
    profiles = pairs.profile(names)
    assert names == [one.benchmark for one in profiles]
    for one in profiles:
        for frames in (one.base, one.head):
            (work,) = [frame for frame in frames if frame.name == "work"]
            assert ("project.py", 1.0) == (work.file, work.calls)
        sums = {
            side: sum(frame.calls for frame in getattr(one, side) if "sum" in frame.name) for side in ("base", "head")
        }
        assert {"base": 50.0, "head": 400.0} == sums
        assert any("work" in stack.frames[-1] or "sum" in stack.frames[-1] for stack in one.head_stacks)


def test_a_call_that_is_made_once_or_takes_long_is_profiled_too(tmp_path):
    sides = FakeSides(tmp_path / "both")
    sides.write(
        "test_it.py",
        """
        import time, project
        from lapwing import perf

        def test_once(benchmark): benchmark.pedantic(project.work)

        @perf
        def test_long():
            time.sleep(0.6)
            project.work()
        """,
    )
    sides.write("project.py", PROJECT.format(name="both", times=50, rows=10))
    pairs = make_pairs(sides)
    profiles = pairs.profile([one.benchmark for one in pairs.discover(progress=quietly).declared])
    pairs.close()
    assert 2 == len(profiles)
    assert [1.0, 1.0] == [frame.calls for one in profiles for frame in one.head if frame.name == "work"]


def test_what_a_sampling_profiler_sees_takes_the_place_of_the_stacks(tmp_path):
    sides = FakeSides(tmp_path / "both")
    looker = tmp_path / "looker.py"
    looker.write_text("""if 1:
        import sys
        lines = "tid:1;observed.py:watched.<locals>.called:9;project.py:work:4 3"
        open(sys.argv[4], "w").write(lines)
    """)
    # Python 3.15's, played by a script with its command line.
    sides.write(
        "conftest.py",
        f"""
        import sys
        from lapwing.measure import profiler, sampling
        profiler.available = lambda: True
        sampling._COMMAND = (sys.executable, "-S", {str(looker)!r})
        sampling.PATIENCE = 300.0
        """,
    )
    sides.write(
        "test_it.py",
        """
        import project
        from lapwing import perf

        @perf
        def test_body(): project.work()

        @perf
        def test_raises_late():
            project.CALLS.append(1)
            if len(project.CALLS) > 60: raise RuntimeError("after both passes of 21 calls")
            project.work()
        """,
    )
    sides.write("project.py", PROJECT.format(name="both", times=50, rows=10))
    pairs = make_pairs(sides)
    profiles = pairs.profile([one.benchmark for one in pairs.discover(progress=quietly).declared])
    pairs.close()
    stacks = {one.benchmark.rpartition("::")[2]: {stack.frames for stack in one.head_stacks} for one in profiles}
    # The second fails in the third pass, and was seen before.
    assert {name: {("work (project.py)",)} for name in ("test_body", "test_raises_late")} == stacks


def test_arguments_that_lead_into_the_repository_lead_each_side_to_its_own(tmp_path):
    fake = FakeSides(tmp_path / "both")
    suite = "from lapwing import perf\n@perf\ndef test_{}(): pass\n"
    fake.write("tests/test_it.py", suite.format("old"), only="base")
    fake.write("tests/test_it.py", suite.format("new"), only="head")
    fake.write("tests/test_other.py", suite.format("other"))
    fake.write("settings/pytest.ini", "[pytest]\n")
    real = fake.head.real
    arguments = ("-c", f"{real}/settings/pytest.ini", f"--rootdir={real}", f"--confcutdir={real}", "--", "-v")
    found = make_pairs(fake, *arguments, f"{real}/tests/test_it.py").discover(progress=quietly)
    assert (["tests/test_it.py::test_old"], ["tests/test_it.py::test_new"]) == (
        [one.benchmark for one in found.base],
        [one.benchmark for one in found.head],
    )

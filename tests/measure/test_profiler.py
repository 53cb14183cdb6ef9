"""The profile of one call: exact counts, names that are the same in two checkouts, bounded, and never a crash."""

from __future__ import annotations

import asyncio
import cProfile
import json
import subprocess
import sys
import textwrap
import threading

import pytest

from lapwing.measure import profiler, sampling, stacks
from lapwing.measure.observed import watched
from lapwing.measure.places import MOST_LETTERS, Places, builtin
from lapwing.measure.profiler import Profiler, longest, scaled
from lapwing.measure.sampling import Sampling
from lapwing.recording import Frame, Stack

OLD = sys.version_info < (3, 11)


def leaf(number):
    return sorted(range(number))


def branch():
    return [leaf(3), leaf(50), leaf(50)]


def tree():
    branch()
    return [abs(-1) for _ in "ab"] and branch()


def profile(call, *, roots=(), calls=20):
    """Profile ``call`` as the worker of a pair does: a first call unwatched, then each pass."""
    call()
    watcher = Profiler(roots)
    for watching in (watcher.counting, watcher.stacking):
        for _ in range(calls):
            watched(call, watching)()
    if watcher.can_sample:
        watched(call, watcher.sampling)()
    return watcher.profiled()


def calls_of(frames):
    return {frame.name: frame.calls for frame in frames if frame.file.endswith("test_profiler.py") or not frame.file}


def test_calls_are_counted_exactly_and_per_call(tmp_path):
    found = calls_of(profile(tree).frames)
    assert (1.0, 2.0, 6.0, 6.0, 2.0) == (
        found["tree"],
        found["branch"],
        found["leaf"],
        found["<built-in method builtins.sorted>"],
        found["<built-in method builtins.abs>"],
    )


def test_two_profiles_count_the_same():
    assert calls_of(profile(tree).frames) == calls_of(profile(tree, calls=3).frames)


def test_lapwing_itself_is_in_no_profile():
    profiled = profile(tree)
    assert [] == [frame for frame in profiled.frames if "profiler.py" in frame.file and "test_" not in frame.file]
    assert [] == [stack for stack in profiled.stacks if "setprofile" in str(stack) or "lapwing" in str(stack)]


def test_stacks_say_who_called_whom():
    here = "tests/measure/test_profiler.py"
    profiled = profile(tree, roots=[__file__.removesuffix(here)])
    found = {stack.frames for stack in profiled.stacks}
    top = (f"tree ({here})", f"branch ({here})", f"leaf ({here})")
    assert {top[:1], top[:2], top, (*top, "<built-in method builtins.sorted>")} <= found
    assert all(stack.frames[0] == top[0] for stack in profiled.stacks)


def test_stacks_and_functions_add_up_to_the_same():
    profiled = profile(tree)
    own = {}
    for frame in profiled.frames:
        own[frame.name] = own.get(frame.name, 0.0) + frame.own
    found = {}
    for stack in profiled.stacks:
        name = stack.frames[-1].split(" (")[0]
        found[name] = found.get(name, 0.0) + stack.own
    assert own["leaf"] == pytest.approx(found["leaf"])
    assert own["branch"] == pytest.approx(found["branch"])


def test_recursion_and_generators_keep_their_place():
    def down(depth):
        return sum(down(depth - 1) for _ in "a") if depth else 1

    profiled = profile(lambda: down(4))
    deepest = max(profiled.stacks, key=lambda stack: len(stack.frames))
    names = [frame.split(" (")[0].rpartition(".")[2] for frame in deepest.frames]
    assert 5 == names.count("down")
    assert 5 == calls_of(profiled.frames)["down" if OLD else f"{down.__qualname__}"]


def test_an_exception_leaves_the_stack_as_it_was():
    def fails():
        raise ValueError

    def survives():
        for _ in "abc":
            try:
                fails()
            except ValueError:  # noqa: PERF203 - that is what is tested
                len("x")
        return leaf(2)

    profiled = profile(survives)
    assert {1, 2, 3} == {len(stack.frames) for stack in profiled.stacks}
    with pytest.raises(ValueError, match=r"^$"):
        profile(fails)
    assert sys.getprofile() is None


def test_a_coroutine_is_watched_where_it_runs():
    async def part():
        await asyncio.sleep(0)
        return leaf(2)

    async def whole():
        await part()
        await part()

    watcher = Profiler()
    for watching in (watcher.counting, watcher.stacking):
        asyncio.run(watched(whole, watching)())
    profiled = watcher.profiled()
    assert 2.0 == calls_of(profiled.frames)["leaf"]
    assert any(
        "part" in stack.frames[-2] and "leaf" in stack.frames[-1] for stack in profiled.stacks if len(stack.frames) > 1
    )


def test_arguments_and_results_pass_through_a_watched_function():
    watcher = Profiler()
    add = watched(lambda a, *, b: a + b, watcher.counting)
    assert 3 == add(1, b=2)
    assert 1 == len(watcher.profiled().frames)


def test_where_another_profiler_is_at_work_nothing_breaks():
    other = cProfile.Profile()
    other.enable()
    try:
        watcher = Profiler()
        for watching in (watcher.counting, watcher.stacking):
            with watching():
                tree()
        watcher.profiled()
    finally:
        other.disable()
    assert sys.getprofile() is None


def test_only_the_thread_that_calls_has_stacks():
    def elsewhere():
        thread = threading.Thread(target=branch)
        thread.start()
        thread.join()

    profiled = profile(elsewhere, calls=2)
    assert [] == [stack for stack in profiled.stacks if any("branch" in frame for frame in stack.frames)]
    assert any("elsewhere" in stack.frames[0] for stack in profiled.stacks)


def test_depth_is_bounded_and_what_is_deeper_counts_for_the_last(monkeypatch):
    def down(depth):
        return down(depth - 1) if depth else leaf(9)

    monkeypatch.setattr(stacks, "MOST_DEPTH", 5)
    profiled = profile(lambda: [down(20), leaf(2)], calls=2)
    assert 5 == max(len(stack.frames) for stack in profiled.stacks)
    assert {1, 2, 3, 4, 5} == {len(stack.frames) for stack in profiled.stacks}
    assert any("leaf" in stack.frames[-1] and 2 == len(stack.frames) for stack in profiled.stacks)


def test_the_number_of_stacks_is_bounded(monkeypatch):
    monkeypatch.setattr(stacks, "MOST_NODES", 4)
    monkeypatch.setattr(profiler, "MOST_FRAMES", 2)
    profiled = profile(tree, calls=2)
    assert 3 >= len(profiled.stacks)
    assert 2 == len(profiled.frames)


def test_the_longest_are_kept_and_ties_are_in_order():
    frames = [
        Frame(file="", line=0, name=name, calls=1.0, own=own) for name, own in (("b", 1.0), ("a", 1.0), ("c", 2.0))
    ]
    assert ["c", "a"] == [frame.name for frame in longest(frames, 2)]


def test_scaling_keeps_what_is_not_known():
    found = [Stack(frames=("a", "b"), own=1.0), Stack(frames=("b",), own=3.0), Stack(frames=("c",), own=5.0)]
    assert [0.5, 1.5, 5.0] == [stack.own for stack in scaled(found, {"b": 2.0})]


MODULE = """
def work():
    return [part(n) for n in range(4)]

class Part:
    def go(self, n):
        return n

part = Part().go
"""


@pytest.mark.parametrize("side", ["base", "head"])
def test_two_checkouts_have_the_same_names(tmp_path, side):
    root = tmp_path / side
    (root / "src").mkdir(parents=True)
    path = root / "src" / "work.py"
    space = {}
    exec(compile(MODULE, str(path), "exec"), space)
    frames = profile(space["work"], roots=[str(root)], calls=2).frames
    method = "go" if OLD else "Part.go"
    assert ("src/work.py", 6, method, 4.0) in {(one.file, one.line, one.name, one.calls) for one in frames}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/x/side/pkg/a.py", "pkg/a.py"),
        ("/x/side/.venv/lib/python3.11/site-packages/rich/text.py", "site-packages/rich/text.py"),
        ("/usr/lib/python3/dist-packages/six.py", "site-packages/six.py"),
        (json.__file__, "stdlib/json/__init__.py"),
        ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"),
        ("/elsewhere/deep/down/b.py", "down/b.py"),
        ("alone.py", "alone.py"),
        ("/x/sidecar/c.py", "sidecar/c.py"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="the paths are POSIX")
def test_a_file_is_named_by_what_is_the_same_on_both_sides(path, name):
    code = compile("0", path, "exec")
    assert name == Places(["/x/side"]).place(code)[0]


def test_functions_written_in_c_have_one_name_in_every_process():
    places = Places([])
    assert ("", 0, "<built-in method __new__ of type object>") == places.place(
        "<built-in method __new__ of type object at 0x955e20>"
    )
    assert places.place("<method 'disable' of '_lsprof.Profiler' objects>") is None
    assert [
        "<built-in method builtins.len>",
        "<method 'append' of 'list' objects>",
        "<method 'match' of 're.Pattern' objects>",
        "<built-in method __new__ of type object>",
        "<built-in method fromkeys>",
        "<built-in method ?>",
    ] == [
        builtin(one)
        for one in (len, [].append, __import__("re").compile("a").match, object.__new__, dict.fromkeys, object())
    ]


def test_a_hostile_name_is_bounded_and_can_be_stored():
    code = compile("0", "x" * 9_000 + "\udcff.py", "exec").replace(co_name="\udcff" * 900)
    file, _, name = Places([]).place(code)
    for text in (file, name):
        assert len(text) <= MOST_LETTERS
        text.encode()


# --- the sampling profiler of Python 3.15, played by a script with its command line


LOOKER = """
import sys, time
arguments = sys.argv[1:]
assert ["attach", "--collapsed", "-o"] == arguments[:3] and ["-d", "1"] == arguments[4:6], arguments
assert 0 < int(arguments[6])
open(arguments[3], "w").write('''
tid:1;t.py:main:3;observed.py:watched.<locals>.called:9;a.py:work:4;a.py:part:7 30
tid:1;t.py:main:3;observed.py:watched.<locals>.called:9;a.py:work:5;a.py:part:8 10
tid:1;t.py:main:3;observed.py:watched.<locals>.called:9;a.py:work:4;<GC> 60
tid:1;t.py:main:3;observed.py:watched.<locals>.called:9 5
tid:2;t.py:other:3 50
'''.lstrip())
"""


@pytest.fixture
def looker(tmp_path, monkeypatch):
    monkeypatch.setattr(sampling, "PATIENCE", 300.0)  # a slow machine may take long to start a Python

    def script(text):
        path = tmp_path / "looker.py"
        path.write_text(textwrap.dedent(text))
        return (sys.executable, "-S", str(path))

    return script


def sampled(command):
    looking = Sampling(command)
    watched(lambda: leaf(3), lambda: looking)()
    return looking.stacks()


def test_the_stacks_of_a_sampling_profiler_begin_at_the_call(looker):
    found = sampled(looker(LOOKER))
    assert [("work (a.py)", "part (a.py)"), ("work (a.py)", "<GC>")] == [stack.frames for stack in found]
    assert 1.5 == pytest.approx(found[1].own / found[0].own)
    assert found[0].own > 0


@pytest.mark.parametrize("mark", ["observed.py:called:61", "observed.py:watched.<locals>.called:61"])
def test_what_is_above_the_call_is_left_out(mark):
    lines = [f"tid:1;t.py:main:3;{mark};a.py:work:4 3", f"tid:1;{mark} 1", "tid:1;t.py:main:3 9", ""]
    assert (Stack(frames=("work (a.py)",), own=2.0),) == sampling.read(lines, seconds=2.0)


@pytest.mark.parametrize(
    "script",
    [
        "import sys; sys.exit(1)",
        "import sys; open(sys.argv[4], 'w').write('a b')",
        "import sys; open(sys.argv[4], 'w')",
    ],
)
def test_a_sampling_profiler_that_may_not_look_on_says_nothing(looker, script):
    assert () == sampled(looker(script))


def test_no_sampling_profiler_says_nothing(tmp_path):
    assert () == sampled((str(tmp_path / "none"),))
    assert () == Sampling().stacks()


def test_a_sampling_profiler_that_does_not_end_is_ended(looker, monkeypatch):
    monkeypatch.setattr(sampling, "PATIENCE", 0.2)
    assert () == sampled(looker("import time; time.sleep(60)"))


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="there it has one")
def test_before_3_15_nobody_is_started(monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    assert not Profiler().can_sample
    assert profile(tree, calls=1).stacks


def test_what_was_sampled_takes_the_place_of_the_stacks(monkeypatch, looker):
    command = looker(LOOKER)
    monkeypatch.setattr(sampling, "_COMMAND", command)
    monkeypatch.setattr(profiler, "available", lambda: True)
    profiled = profile(tree, calls=2)
    assert [("work (a.py)", "<GC>"), ("work (a.py)", "part (a.py)")] == [one.frames for one in profiled.stacks]
    assert 6.0 == calls_of(profiled.frames)["leaf"]


def test_profiling_needs_the_standard_library_alone():
    script = "import sys, lapwing.measure.profiler; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert [] == [name for name in ("numpy", "scipy", "rich", "msgspec", "sqlalchemy", "psutil") if name in loaded]

"""Which changes acquit a benchmark unmeasured, and which do not: asked of real sessions on both sides."""

from __future__ import annotations

import shutil
import sys
import time

import pytest

from fakes.sides import FakeSides
from lapwing.measure.pairs import Pairs

SUITE = """
    import pytest
    import project
    from lapwing import perf

    @perf
    def test_used(): project.used()

    @perf
    def test_other(): project.other()

    def test_answer(benchmark): assert benchmark(project.answer)
"""
READS = """
    @perf
    def test_reads():
        with open(__file__.replace("test_it.py", "README.md")) as file: file.read()
"""
STARTS = """
    @perf
    def test_starts():
        import subprocess, sys
        subprocess.run([sys.executable, "-S", "-c", ""])
"""
PROJECT = '''"""A module."""
import functools

SIZE = 50
TABLE = [number for number in range(SIZE)]

def helper(count=3):
    return sum(range(count))

def used():
    """Do it."""
    return helper() + len(TABLE)

def other():
    return 1

def answer():
    return {"a": [1, 2, 3]}

class Thing:
    width = 2
    def area(self): return self.width ** 2

# the end
'''


def quietly(*_):
    pass


def looked(tmp_path, head, *, files=(), suite=SUITE, changed=("project.py",)):
    """Return what discovery found of each benchmark, by its short name: base's and head's."""
    fake = FakeSides(tmp_path / "both")
    fake.changed = changed
    fake.write("test_it.py", suite)
    fake.write("project.py", PROJECT, only="base")
    fake.write("project.py", head, only="head")
    for name, text, side in files:
        fake.write(name, text, only=side)
    pairs = Pairs(
        sides=fake,
        arguments=("-p", "lapwing.plugin"),
        timeout=20.0,
        seed=1,
        clock=time.perf_counter,
        cpus=(),
        looks=True,
    )
    found = pairs.discover(progress=quietly)
    base = {one.benchmark: one for one in found.base}
    return {one.benchmark.removeprefix("test_it.py::"): (base[one.benchmark], one) for one in found.head}


def same(both):
    base, head = both
    return bool(base.code) and base.code == head.code and not base.voids and not head.voids


@pytest.mark.parametrize(
    "head",
    [
        PROJECT.replace("A module.", "Another text."),
        PROJECT.replace("Do it.", "Do it well."),
        PROJECT.replace('    """Do it."""\n', ""),
        PROJECT.replace("# the end", "# the very end"),
        "\n\n" + PROJECT,
        PROJECT.replace("SIZE = 50", "SIZE  =  50"),
    ],
    ids=["module docstring", "docstring", "docstring gone", "comment", "lines moved", "blanks"],
)
def test_words_and_layout_acquit_everything(tmp_path, head):
    assert {True} == {same(both) for both in looked(tmp_path, head).values()}


@pytest.mark.parametrize(
    "head",
    [
        PROJECT.replace("return helper() + len(TABLE)", "return helper() + len(TABLE) + 0"),
        PROJECT.replace("return sum(range(count))", "return sum(range(count)) * 1"),
        PROJECT.replace("count=3", "count=4"),
    ],
    ids=["itself", "what it calls", "a default of what it calls"],
)
def test_a_changed_function_is_held_against_those_who_execute_it_alone(tmp_path, head):
    found = looked(tmp_path, head)
    assert (False, True) == (same(found["test_used"]), same(found["test_other"]))


@pytest.mark.parametrize(
    "head",
    [
        PROJECT.replace("SIZE = 50", "SIZE = 60"),
        PROJECT.replace("width = 2", "width = 3"),
        PROJECT.replace("def used", "@functools.lru_cache\ndef used"),
        PROJECT.replace("import functools", "import functools, json"),
    ],
    ids=["constant", "class attribute", "decorator", "import"],
)
def test_what_a_module_does_when_it_is_loaded_is_held_against_everybody(tmp_path, head):
    assert {False} == {same(both) for both in looked(tmp_path, head).values()}


def test_a_changed_data_file_acquits_nobody(tmp_path):
    files = [("data.json", "1", "base"), ("data.json", "2", "head")]
    found = looked(tmp_path, PROJECT, files=files, changed=("data.json",))
    assert {False} == {same(both) for both in found.values()}


def test_a_changed_readme_acquits_unless_it_is_read(tmp_path):
    files = [("README.md", "one", "base"), ("README.md", "two", "head")]
    suite = SUITE + READS
    found = looked(tmp_path, PROJECT, files=files, suite=suite, changed=("README.md",))
    assert (True, False) == (same(found["test_used"]), same(found["test_reads"]))


def test_a_benchmark_that_starts_a_program_is_not_acquitted(tmp_path):
    suite = SUITE + STARTS
    found = looked(tmp_path, PROJECT.replace("A module.", "Words."), suite=suite)
    assert (True, False) == (same(found["test_used"]), same(found["test_starts"]))


def test_another_answer_is_seen(tmp_path):
    base, head = looked(tmp_path, PROJECT.replace("[1, 2, 3]", "[1, 2, 4]"))["test_answer"]
    assert base.answer
    assert base.answer != head.answer


def test_an_equal_answer_is_equal(tmp_path):
    base, head = looked(tmp_path, PROJECT)["test_answer"]
    assert base.answer == head.answer != ""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is of Python 3.12")
def test_events_count_the_work(tmp_path):
    base, head = looked(tmp_path, PROJECT.replace("return 1\n", "return [n for n in range(100)]\n"))["test_other"]
    assert head.events > base.events > 0


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="there is no valgrind here")
def test_instructions_are_counted_alike_for_equal_code_and_more_for_more_work(tmp_path):
    fake = FakeSides(tmp_path / "both")
    fake.write("test_it.py", SUITE)
    for side, count in (("base", 2000), ("head", 2200)):
        work = f"\ndef other():\n    return [n * n for n in range({count})]\n"
        fake.write("project.py", PROJECT + work, only=side)
    pairs = Pairs(
        sides=fake, arguments=("-p", "lapwing.plugin"), timeout=20.0, seed=1, clock=time.perf_counter, cpus=()
    )
    pairs.discover(progress=quietly)
    counts = {
        one.benchmark.removeprefix("test_it.py::"): one
        for one in pairs.count(["test_it.py::test_other", "test_it.py::test_answer"])
    }
    assert pytest.approx(1.1, abs=0.02) == counts["test_other"].head / counts["test_other"].base
    assert pytest.approx(1.0, abs=0.05) == counts["test_answer"].head / counts["test_answer"].base

"""Readable makers of the nouns of a comparison, for tests: say what matters, the rest is ordinary."""

from __future__ import annotations

from factories import MACHINE, make_declared, make_sha
from lapwing.model import Commit, RunWarning
from lapwing.recording import (
    Discovery,
    Found,
    Frame,
    Numbers,
    Pair,
    Paired,
    Profile,
    Recording,
    SideFailure,
    Slice,
    Stack,
    Step,
    Witness,
)
from lapwing.units import Unit

NAME = "tests/t_ä.py::test_a[x y-1]"
LOAD = RunWarning(slug="load", message="The machine is busy.", remedy="Wait.")
SKIPPED = SideFailure(side="head", kind="raised", message="ValueError: no\nmore")


def make_slices(*values, cpu=0.001):
    return tuple(Slice(value=value, cpu=cpu, waited=0.25) for value in values)


def make_paired(benchmark=NAME, base=(0.0010, 0.0011), head=(0.0012, 0.0013), **more):
    return Paired(**({"benchmark": benchmark, "base": make_slices(*base), "head": make_slices(*head)} | more))


def make_pair(number=0, *paired, **more):
    paired = paired or (make_paired(),)
    ordinary = {
        "step": Step(stage="screen", benchmarks=tuple(one.benchmark for one in paired)),
        "seed": 7 + number,
        "cpu": 1,
        "ended": 0.5 * (number + 1),
        "paired": paired,
    }
    return Pair(**(ordinary | more))


def make_recording(*pairs, **more):
    ordinary = {
        "id": "cmp-1",
        "tool": "0.1.0",
        "seed": 2**64 - 1,
        "started_at": 1_793_000_000.25,
        "base": Commit(sha=make_sha(1), date=1_700_000_001.5),
        "head": Commit(sha=make_sha(2), dirty=True, subject="Decode in blocks"),
        "base_tree": "b" * 40,
        "head_tree": "c" * 40,
        "machine": MACHINE,
        "rung": "path",
        "said": ("Each side is a path of its own.",),
        "arguments": ("tests", "-k", "a or b"),
        "working": False,
        "limit": 0.05,
        "max_time": None,
        "measure_all": False,
        "discovery": Discovery(declared=(make_declared(NAME),), base=(Found(benchmark=NAME),), head=()),
        "pairs": pairs,
    }
    return Recording(**(ordinary | more))


def full_recording():
    """A recording that uses every field of every noun; the stored sample of version 1 holds it."""
    numbers = Numbers(
        name="rows/s",
        unit=Unit(symbol="rows/s", better="higher", noise="noisy"),
        base=(1.0, 0.1 + 0.2),
        head=(5e-324, -0.0),
    )
    pairs = (
        make_pair(0, make_paired(calls=9, numbers=(numbers,)), warnings=(LOAD,)),
        make_pair(
            1,
            make_paired(base=(), head=(), failure=SKIPPED),
            step=Step(stage="confirm", benchmarks=(NAME, "t.py::b"), control=True, attempt=3),
            cpu=None,
            seed=-1,
        ),
    )
    found = Found(benchmark=NAME, code="c0de", answer="42", events=17, voids=("It reads a file.",), failure=SKIPPED)
    profile = Profile(
        benchmark=NAME,
        base=(Frame(file="src/a.py", line=3, name="A.f", calls=2.0, own=0.25),),
        head=(Frame(file="src/a.py", line=4, name="A.f", calls=3.5, own=0.3),),
        base_stacks=(Stack(frames=("main", "A.f"), own=0.1), Stack(frames=(), own=0.01)),
        head_stacks=(Stack(frames=("main", "A.f", "main"), own=0.2),),
    )
    return make_recording(
        *pairs,
        max_time=60.0,
        working=True,
        measure_all=True,
        rung="environment",
        discovery=Discovery(
            declared=(
                make_declared(
                    NAME,
                    was=("old",),
                    limit=0.1,
                    budgets=("p99 < 2 ms",),
                    fingerprint="f",
                    params=(("n", "1"),),
                    location="t.py:3",
                    judged_by="instructions",
                ),
            ),
            base=(found,),
            head=(found, Found(benchmark="t.py::b")),
            warnings=(LOAD,),
        ),
        witnesses=(Witness(benchmark=NAME, kind="instructions", base=10, head=2**63 - 1),),
        profiles=(profile,),
        warnings=(LOAD,),
        complete=False,
    )

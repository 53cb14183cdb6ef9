"""A git repository of two commits, tagged ``base`` and ``head``, that differ by slowdowns and speed-ups known exactly.

    python benchmarks/compare/repository.py DIR [--set library|language|mixed] [--seed 1] [--aa] [--untouched]
        [--unrelated]
        [--layout flat|src] [--native] [--count 500] [--units 200] [--limit 0.03]

It holds one suite in three styles: ``@perf`` tests, tests of the ``benchmark`` fixture, and asv's. ``--aa`` changes
nothing that costs time. Yet every workload's code differs between the commits (it counts its units from 0 on base and
from 1 on head), so that nothing is acquitted for being the same code; ``--untouched`` leaves it. ``--unrelated`` adds
code to head that no benchmark runs (which moves real benchmarks by up to 3 %, and is no change), ``--native`` does the
work in a C extension that has to be built. DIR/.git/truth.json has the relative change of each benchmark.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from kinds import KINDS, LANGUAGE, LIBRARY, MODULES, PARTS

Layout = Literal["flat", "src"]
WorkSet = Literal["library", "language", "mixed"]

TWENTY: Final = 20
CHANGES: Final = (0.02, 0.02, 0.03, 0.03, 0.05, 0.05, 0.10, 0.10, -0.05, -0.10)
"""What is planted among twenty workloads; the other ten stay as they are."""

FEW_CHANGES: Final = (0.02, 0.02, 0.03, 0.03, 0.03, 0.05, 0.05, 0.05, 0.10, 0.10, -0.05, -0.10)
"""What is planted among five hundred."""

SUITES: Final = {"perf": "tests/test_perf.py", "fixture": "tests/test_bench.py"}
"""The file of tests in each style."""

STEP: Final = 100
"""Units come in hundreds, so that every whole percent is a whole number of units."""

SHORTEST: Final = 200.0
LONGEST: Final = 3000.0
"""Microseconds of a call among the five hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One benchmark: ``units`` times the expression ``core``; ``name`` is what its tests are called."""

    name: str
    core: str
    units: int

    def changed(self, change: float) -> int:
        """Return the units of it that are a relative ``change`` more.

        Raises:
            ValueError: that would not be a whole number of units.
        """
        units = round(self.units * (1 + change))
        if abs(units - self.units * (1 + change)) > 1e-6:
            raise ValueError(f"{change:+.1%} of {self.units} units is no whole number of them")
        return units


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to make. ``changes`` is by workload, relative: 0.05 is 5 % slower; what is not in it stays as it is.

    ``touched`` has the code of all workloads differ between the commits. ``limit`` goes into the project's settings as
    ``compare-limit``; ``native`` needs a C compiler to be measured.
    """

    workloads: tuple[Workload, ...]
    changes: dict[str, float] = field(default_factory=dict)
    layout: Layout = "flat"
    native: bool = False
    unrelated: bool = False
    touched: bool = True
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository as made: where it is, and the true relative change of each benchmark by name."""

    root: Path
    truth: dict[str, float]
    workloads: tuple[Workload, ...]
    sources: Path


def twenty(work_set: WorkSet, *, seed: int, units: int = 200) -> tuple[Workload, ...]:
    """Return twenty workloads at their medium size: of the library, of the language, or ten of each by ``seed``."""
    if work_set == "mixed":
        draw = random.Random(seed)
        chosen = sorted(draw.sample(sorted(LIBRARY), 10) + draw.sample(sorted(LANGUAGE), 10))
    else:
        chosen = sorted(LIBRARY if work_set == "library" else LANGUAGE)
    return tuple(_workload(kind, 1, units, kind) for kind in chosen)


def many(count: int, *, seed: int) -> tuple[Workload, ...]:
    """Return ``count`` workloads whose calls take 0.2 to 3 ms here, evenly in the logarithm, of all kinds and sizes."""
    draw = random.Random(seed)
    kinds = sorted(KINDS)
    made = []
    for number in range(count):
        name = kinds[number % len(kinds)]
        target = SHORTEST * (LONGEST / SHORTEST) ** draw.random()
        fitting = [size for size in range(3) if KINDS[name].cost[size] * STEP <= target]
        size = draw.choice(fitting or [0])
        units = STEP * max(1, round(target / (KINDS[name].cost[size] * STEP)))
        made.append(_workload(name, size, units, f"{name}_{number:03d}"))
    return tuple(made)


def plant(workloads: tuple[Workload, ...], changes: tuple[float, ...], *, seed: int) -> dict[str, float]:
    """Deal ``changes`` out to as many of ``workloads``, drawn by ``seed``."""
    names = [workload.name for workload in workloads]
    return dict(zip(random.Random(seed).sample(names, len(changes)), changes, strict=True))


def make_repository(root: Path, plan: Plan) -> Repository:
    """Write the repository with both commits; head is checked out."""
    sources = root / "src" if plan.layout == "src" else root
    package = sources / "worklib"
    for folder in (package, root / "tests", root / "asvbench"):
        folder.mkdir(parents=True)
    for name, text in _files(plan).items():
        (root / name).write_text(text, encoding="utf-8")
    (package / "parts.py").write_text(PARTS, encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.email", "bench@example.invalid")
    git(root, "config", "user.name", "Benchmark")
    _write_package(package, plan, {}, first=0)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    git(root, "tag", "base")
    _write_package(package, plan, plan.changes, first=int(plan.touched))
    with (package / "__init__.py").open("a", encoding="utf-8") as file:
        # Something to commit where nothing changes; and another size, so that no bytecode of base is taken for head's.
        file.write((UNRELATED if plan.unrelated else "") + "# head\n")
    git(root, "commit", "-qam", "head")
    git(root, "tag", "head")
    truth = {workload.name: plan.changes.get(workload.name, 0.0) for workload in plan.workloads}
    (root / ".git" / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return Repository(root=root, truth=truth, workloads=plan.workloads, sources=sources)


def git(root: Path, *words: str) -> str:
    """Run git in ``root`` and return what it printed."""
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


UNRELATED: Final = '''

import argparse
import difflib
import email.message

COLOURS = {f"colour{i}": (i, i * 7 % 256, i * 13 % 256) for i in range(300)}


class Unrelated:
    """Nobody uses this."""

    def __init__(self, *parts):
        self.parts = {part: COLOURS.get(part) for part in parts}

    def nearest(self, name):
        return difflib.get_close_matches(name, self.parts)

    def message(self):
        made = email.message.EmailMessage()
        made["Subject"] = " ".join(self.parts)
        return made


def unrelated(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*")
    return Unrelated(*parser.parse_args(arguments).parts).message()


'''


def _workload(kind: str, size: int, units: int, name: str) -> Workload:
    return Workload(name=name, core=KINDS[kind].core.format(n=KINDS[kind].sizes[size]), units=units)


def _files(plan: Plan) -> dict[str, str]:
    names = [workload.name for workload in plan.workloads]
    path = "src" if plan.layout == "src" else "."
    where = ' where = ["src"]\n' if plan.layout == "src" else 'include = ["worklib*"]\n'
    own = f"\n[tool.lapwing]\ncompare-limit = {plan.limit}\n" if plan.limit else ""
    # With a compiled part the source tree cannot be imported, so it is not put on the path.
    ini = "" if plan.native else f'\n[tool.pytest.ini_options]\npythonpath = ["{path}"]\n'
    files = {
        "pyproject.toml": (
            '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n'
            '[project]\nname = "worklib"\nversion = "1.0"\n\n'
            f"[tool.setuptools.packages.find]\n{where.strip()}\n{ini}{own}"
        ),
        ".gitignore": "__pycache__/\n.asv/\n.lapwing/\n.benchmarks/\n.pytest_cache/\nbuild/\n*.egg-info/\n*.so\n",
        SUITES["perf"]: "import worklib\nfrom lapwing import perf\n\n\n"
        + "\n\n".join(f"@perf\ndef test_{name}():\n    worklib.w_{name}()\n" for name in names),
        SUITES["fixture"]: "import worklib\n\n\n"
        + "\n\n".join(f"def test_{name}(benchmark):\n    benchmark(worklib.w_{name})\n" for name in names),
        "asvbench/__init__.py": "",
        "asvbench/suite.py": "import worklib\n\n\n"
        + "\n\n".join(f"def time_{name}():\n    worklib.w_{name}()\n" for name in names),
        "asv.conf.json": json.dumps(
            {
                "version": 1,
                "project": "worklib",
                "repo": ".",
                "branches": ["main"],
                "benchmark_dir": "asvbench",
                "environment_type": "virtualenv",
                "env_dir": ".asv/env",
                "results_dir": ".asv/results",
                "html_dir": ".asv/html",
                "matrix": {"req": {"setuptools": [""], "wheel": [""]}},
                "build_command": [
                    "python -m pip wheel --no-deps --no-build-isolation -w {build_cache_dir} {build_dir}"
                ],
            },
            indent=1,
        ),
    }
    if plan.native:
        source = f"{'src/' if plan.layout == 'src' else ''}worklib/_native.c"
        files["setup.py"] = (
            "from setuptools import Extension, setup\n\n"
            f'setup(ext_modules=[Extension("worklib._native", ["{source}"], extra_compile_args=["-O2"])])\n'
        )
    return files


def _write_package(package: Path, plan: Plan, changes: dict[str, float], *, first: int) -> None:
    units = {workload.name: workload.changed(changes.get(workload.name, 0.0)) for workload in plan.workloads}
    if plan.native:
        (package / "__init__.py").write_text("from worklib._native import *  # noqa: F403\n", encoding="utf-8")
        (package / "_native.c").write_text(_native(units), encoding="utf-8")
        return
    text = "".join(f"import {name}\n" for name in MODULES) + "\nfrom worklib.parts import *  # noqa: F403\n\n\n"
    text += "\n\n".join(
        f"def w_{one.name}():\n    for _ in range({first}, {first + units[one.name]}):\n        {one.core}\n"
        for one in plan.workloads
    )
    (package / "__init__.py").write_text(text, encoding="utf-8")


def _native(units: dict[str, int]) -> str:
    """Return a C extension with one function for each workload: so many rounds of a hash over a buffer, about 5 µs."""
    text = "#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n\nstatic unsigned char data[4096];\n\n"
    text += (
        "static PyObject *run(long units, unsigned long seed) {\n    unsigned long h = seed;\n"
        "    for (long u = 0; u < units; u++)\n        for (int i = 0; i < 4096; i++)\n"
        "            h = (h ^ data[i]) * 1099511628211UL;\n    return PyLong_FromUnsignedLong(h);\n}\n\n"
    )
    rows = ""
    for number, (name, count) in enumerate(sorted(units.items())):
        text += (
            f"static PyObject *w_{name}(PyObject *self, PyObject *none) {{ return run({count}L, {number + 1}UL); }}\n"
        )
        rows += f'    {{"w_{name}", w_{name}, METH_NOARGS, ""}},\n'
    text += f"\nstatic PyMethodDef methods[] = {{\n{rows}    {{NULL, NULL, 0, NULL}}\n}};\n\n"
    text += (
        'static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", "", -1, methods};\n\n'
        "PyMODINIT_FUNC PyInit__native(void) {\n"
        "    for (int i = 0; i < 4096; i++) data[i] = (unsigned char)(i * 7919);\n"
        "    return PyModule_Create(&module);\n}\n"
    )
    return text


def plan_from(args: argparse.Namespace) -> Plan:
    """Return the plan that the command line asks for."""
    if args.count:
        workloads = many(args.count, seed=args.seed)
        changes = plant(workloads, FEW_CHANGES, seed=args.seed)
    else:
        workloads = twenty(args.set, seed=args.seed, units=args.units)
        changes = plant(workloads, CHANGES, seed=args.seed)
    return Plan(
        workloads=workloads,
        changes={} if args.aa else changes,
        layout=args.layout,
        native=args.native,
        unrelated=args.unrelated,
        touched=not args.untouched,
        limit=args.limit,
    )


def main() -> int:
    """Make a repository and print what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dir", type=Path)
    parser.add_argument("--set", choices=["library", "language", "mixed"], default="library")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--aa", action="store_true", help="head changes nothing that costs time")
    parser.add_argument("--untouched", action="store_true", help="unchanged workloads have the same code on both sides")
    parser.add_argument("--unrelated", action="store_true", help="add code to head that no benchmark runs")
    parser.add_argument("--layout", choices=["flat", "src"], default="flat")
    parser.add_argument("--native", action="store_true", help="the work is done in a C extension")
    parser.add_argument("--count", type=int, default=0, help="so many benchmarks of 0.2 to 3 ms, few of them changed")
    parser.add_argument("--units", type=int, default=200, help="units of work of each of the twenty, in hundreds")
    parser.add_argument("--limit", type=float, help="the relative change that matters, in [tool.lapwing]")
    args = parser.parse_args()
    made = make_repository(args.dir, plan_from(args))
    changed = {name: change for name, change in made.truth.items() if change}
    print(f"{made.root}: {len(made.truth)} benchmarks, {len(changed)} of them changed: {changed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

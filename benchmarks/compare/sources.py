"""What stands in the files of a repository: the package with its units of work, its suite in three styles, settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from kinds import MODULES
from plan import Plan

SUITES: Final = {"perf": "tests/test_perf.py", "fixture": "tests/test_bench.py"}
"""The file of tests in each style."""


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


def project_files(plan: Plan) -> dict[str, str]:
    """Return the text of every file that is the same on both sides, by path; the package apart."""
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


def write_package(package: Path, plan: Plan, changes: dict[str, float], *, counter: str = "_") -> None:
    """Write what the changes are in; the units are counted by a variable of that name."""
    units = {workload.name: workload.changed(changes.get(workload.name, 0.0)) for workload in plan.workloads}
    if plan.native:
        (package / "__init__.py").write_text("from worklib._native import *  # noqa: F403\n", encoding="utf-8")
        (package / "_native.c").write_text(_native(units), encoding="utf-8")
        return
    text = "".join(f"import {name}\n" for name in MODULES) + "\nfrom worklib.parts import *  # noqa: F403\n\n\n"
    text += "\n\n".join(
        f"def w_{one.name}():\n    for {counter} in range({units[one.name]}):\n        {one.core}\n"
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

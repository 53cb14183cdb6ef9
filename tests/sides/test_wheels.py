"""Projects with compiled parts: each side runs what its own sources were built into."""

from __future__ import annotations

import shutil
import sys
import threading

import pytest

from fakes.side_worker import imported
from lapwing.errors import MeasureError
from lapwing.measure.sides.compiled_parts import compiled_parts
from lapwing.measure.sides.project_files import ProjectFiles

compiles = pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc to compile with")

C = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_fast", NULL, -1, NULL};
PyMODINIT_FUNC PyInit__fast(void) {
    PyObject *made = PyModule_Create(&module);
    if (made) PyModule_AddStringConstant(made, "WHAT", "%s");
    return made;
}
"""

# A build backend in the project itself: real extensions, real wheels, nothing to install first.
BACKEND = """
import pathlib, subprocess, sys, sysconfig, zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "parts-1.0-py3-none-any.whl"
    source = pathlib.Path("src/parts")
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        for file in sorted(source.rglob("*.py")):
            wheel.write(file, file.relative_to("src"))
        for file in sorted(source.glob("*.c")):
            built = file.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
            include = sysconfig.get_path("include")
            subprocess.run(["gcc", "-shared", "-fPIC", "-I", include, str(file), "-o", str(built)], check=True)
            wheel.write(built, built.relative_to("src"))
        wheel.writestr("parts/version.txt", __import__("os").environ.get("SETUPTOOLS_SCM_PRETEND_VERSION", "none"))
        wheel.writestr("parts-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: parts\\nVersion: 1.0\\n")
        wheel.writestr("parts-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("parts-1.0.dist-info/RECORD", "")
    return name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "maturin_of_ours"
backend-path = ["."]
"""
FILES = {
    "pyproject.toml": PYPROJECT.replace("maturin_of_ours", "backend"),
    "backend.py": BACKEND,
    "setup.py": "# ext_modules are built by backend.py\n",
    "src/parts/__init__.py": "from parts._fast import WHAT\n",
    "src/parts/tests/test_parts.py": "WHAT = 'base'\n",
    "src/parts/_fast.c": C % "base",
}


@pytest.fixture
def compiled(repository):
    """A project with an extension whose head is uncommitted."""
    repository.write(FILES)
    repository.save("base")
    repository.write({"src/parts/_fast.c": C % "head", "src/parts/tests/test_parts.py": "WHAT = 'head'\n"})
    return repository


@compiles
def test_a_c_extension_built_by_setuptools(repository, sides_of):
    setup = (
        "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('parts._fast', ['src/parts/_fast.c'])])"
    )
    repository.write(
        {
            "pyproject.toml": """
                [project]
                name = "parts"
                version = "1.0"
                [tool.setuptools]
                package-dir = {"" = "src"}
                packages = ["parts"]
                """,
            "setup.py": setup,
            "src/parts/__init__.py": "from parts._fast import WHAT\n",
            "src/parts/_fast.c": C % "base",
        }
    )
    repository.save("base")
    repository.write({"src/parts/_fast.c": C % "head"})

    sides = sides_of("HEAD", None)

    assert {"parts": "base", "parts._fast": "base"} == imported(sides.base, "parts", "parts._fast")
    assert {"parts": "head", "parts._fast": "head"} == imported(sides.head, "parts", "parts._fast")
    assert "wheel" == sides.rung
    assert (
        "Each side runs with a wheel of its own laid over its sources, since setup.py compiles src/parts/_fast.c."
    ) in sides.said


@compiles
def test_built_files_lie_over_the_sources_and_benchmarks_stay_heads(compiled, sides_of):
    sides = sides_of("HEAD", None)

    assert {"parts": "base", "parts.tests.test_parts": "head"} == imported(
        sides.base, "parts", "parts.tests.test_parts"
    )
    assert {"parts": "head", "parts.tests.test_parts": "head"} == imported(
        sides.head, "parts", "parts.tests.test_parts"
    )
    assert ("parts",) == sides.base.packages
    assert "wheel" == sides.rung
    extension = next(path for path in sides.changed if path.endswith((".so", ".pyd")))
    assert sorted(["src/parts/_fast.c", extension]) == list(sides.changed)


@compiles
def test_a_wheel_is_built_once_for_the_same_files(compiled, sides_of, tmp_path):
    said = []
    sides_of("HEAD", None, progress=said.append)
    assert ["building base", "building head"] == said

    # A benchmark file is none of a wheel's business; nor is which side it was built for.
    compiled.write({"src/parts/tests/test_parts.py": "WHAT = 'other'\n"})
    compiled.save("committed")
    said.clear()
    sides = sides_of("HEAD~1", "HEAD", progress=said.append)

    assert [] == said
    assert ({"parts": "base"}, {"parts": "head"}) == (imported(sides.base, "parts"), imported(sides.head, "parts"))

    compiled.write({"src/parts/_fast.c": C % "later"})
    assert {"parts": "later"} == imported(sides_of("HEAD", None, progress=said.append).head, "parts")
    assert ["building head"] == said
    assert 3 == len(list((tmp_path / "cache" / "wheels").iterdir()))


@compiles
def test_two_processes_build_the_same_at_once(compiled, sides_of, tmp_path):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(imported(sides_of("HEAD", None).head, "parts"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [{"parts": "head"}] * 2 == found
    assert 2 == len(list((tmp_path / "cache" / "wheels").iterdir()))


@compiles
def test_a_build_that_was_killed_leaves_nothing_that_counts(compiled, sides_of, tmp_path):
    half = tmp_path / "cache" / "wheels" / ".building-left"
    half.mkdir(parents=True)
    (half / "parts-1.0-py3-none-any.whl").write_bytes(b"half")

    assert {"parts": "head"} == imported(sides_of("HEAD", None).head, "parts")


@compiles
@pytest.mark.parametrize("side", ["base", "head"])
def test_a_side_that_cannot_be_built_shows_the_end_of_its_log(compiled, sides_of, side):
    good, bad = {"src/parts/_fast.c": C % "good"}, {"src/parts/_fast.c": "no such thing;\n"}
    compiled.write(bad if side == "base" else good)
    compiled.save("base")
    compiled.write(good if side == "base" else bad)

    with pytest.raises(MeasureError) as refused:
        sides_of("HEAD", None)

    assert "build-failed" == refused.value.slug
    assert f"The wheel of {side} cannot be built; the log ends with:\n" in refused.value.message
    assert "error: expected" in (compiled.root.parent / "cache" / f"build-{side}.log").read_text()


def test_a_wheel_with_nothing_compiled_in_it_is_forgotten_again(repository, sides_of):
    files = {path: text for path, text in FILES.items() if not path.endswith(".c")}
    repository.write({**files, "src/parts/__init__.py": "WHAT = 'base'\n", "src/other.c": "int x;\n"})
    repository.save("base")
    repository.write({"src/parts/__init__.py": "WHAT = 'head'\n"})

    sides = sides_of("HEAD", None)

    assert "path" == sides.rung
    assert "Built since setup.py compiles src/other.c; the wheels have nothing compiled in them." in sides.said
    assert {"parts": "base"} == imported(sides.base, "parts")


def test_a_package_in_a_folder_of_another_name_is_made_importable(repository, sides_of):
    backend = BACKEND.replace('file.relative_to("src")', 'pathlib.Path("parts", file.name)').replace("src/parts", "lib")
    pyproject = FILES["pyproject.toml"] + "[tool.setuptools.package-dir]\nparts = 'lib'\n"
    repository.write({"pyproject.toml": pyproject, "backend.py": backend, "lib/__init__.py": "WHAT = 'base'\n"})
    repository.save("base")
    repository.write({"lib/__init__.py": "WHAT = 'head'\n"})

    sides = sides_of("HEAD", None)

    assert "wheel" == sides.rung
    assert {"parts": "base"} == imported(sides.base, "parts")
    assert {"parts": "head"} == imported(sides.head, "parts")


@compiles
def test_a_backend_that_asks_git_for_the_version_is_told_one(compiled, sides_of, tmp_path):
    pyproject = FILES["pyproject.toml"].replace(
        "requires = []", "requires = ['setuptools-scm; python_version > \"3\"']"
    )
    compiled.write({"pyproject.toml": pyproject})
    (tmp_path / "site" / "setuptools_scm-8.dist-info").mkdir(parents=True)
    (tmp_path / "site" / "setuptools_scm-8.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: setuptools-scm\nVersion: 8\n"
    )
    sys.path.append(str(tmp_path / "site"))
    try:
        compiled.save("base")
        sides = sides_of("HEAD", "HEAD")
    finally:
        sys.path.remove(str(tmp_path / "site"))

    assert "0" == (sides.base.root / "src" / "parts" / "version.txt").read_text()


def files(**named):
    held = {name.replace("__", "."): text.encode() for name, text in named.items()}
    return ProjectFiles(held.get, "")


@pytest.mark.parametrize(
    ("told", "paths", "why"),
    [
        ({"pyproject__toml": "[build-system]\nbuild-backend = 'maturin'"}, [], "maturin builds it"),
        ({"pyproject__toml": "[build-system]\nbuild-backend = 'mesonpy'"}, [], "mesonpy builds it"),
        ({"pyproject__toml": "[build-system]\nbuild-backend = 'skbuild.x'"}, [], "skbuild.x builds it"),
        ({"setup__py": "setup(ext_modules=cythonize('a.pyx'))"}, ["a.pyx"], "setup.py compiles a.pyx"),
        ({"setup__py": "setup(cffi_modules=['a.py:ffi'])"}, ["a.c"], "setup.py compiles a.c"),
        ({"setup__py": "setup(rust_extensions=[])"}, ["src/lib.rs"], "setup.py compiles src/lib.rs"),
        ({"setup__py": "setup(ext_modules=mypycify(['a.py']))"}, ["a.py"], "mypyc compiles it"),
        ({"pyproject__toml": "[tool.hatch.build.hooks.mypyc]\n"}, ["a.py"], "mypyc compiles it"),
        ({"pyproject__toml": "[tool.hatch.build.hooks.custom]\n"}, ["a.pyx"], "a build hook compiles a.pyx"),
        ({"pyproject__toml": "[tool.hatch.build.hooks.vcs]\n"}, ["a.py"], None),
        ({"pyproject__toml": "[tool.poetry.build]\nscript = 'build.py'\n"}, ["a.cpp"], "a build script compiles a.cpp"),
        ({"pyproject__toml": "[[tool.setuptools.ext-modules]]\nname = 'a'\n"}, ["a.c"], "pyproject.toml compiles a.c"),
        ({"setup__py": "setup(ext_modules=[])"}, ["a.py", "a.h"], None),
        ({"setup__py": "setup(name='extensions')"}, ["a.c"], None),
        ({}, ["a.c"], None),
        ({"pyproject__toml": "no toml ["}, ["a.c"], None),
    ],
)  # fmt: skip
def test_what_shows_that_there_are_compiled_parts(told, paths, why):
    assert why == compiled_parts(files(**told), paths)

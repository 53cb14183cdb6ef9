"""Projects whose dependencies differ: each side runs with its own, from a shelf of wheels and without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fakes.side_worker import worker
from lapwing.errors import MeasureError
from lapwing.measure.sides.declared_dependencies import declared_dependencies
from lapwing.measure.sides.dependency_changes import dependency_changes
from lapwing.measure.sides.environments import make_environment
from lapwing.measure.sides.janitor import Janitor
from lapwing.measure.sides.project_files import ProjectFiles
from lapwing.measure.sides.running import Workshop


def wheel(folder, name, version, *, requires=()):
    """Put a wheel of one module on the shelf."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    wanted = "".join(f"Requires-Dist: {one}\n" for one in requires)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as made:
        made.writestr(f"{name}.py", f"WHAT = {version!r}\n")
        made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wanted}")
        made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{info}/RECORD", "")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    for version in ("1.0", "2.0", "3.0"):
        wheel(tmp_path / "shelf", "feather", version)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return tmp_path / "shelf"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Install a distribution where this process sees it, as the user's environment would have it."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(place)])

    def install(name, version):
        (place / f"{name}-{version}.dist-info").mkdir()
        (place / f"{name}-{version}.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        (place / f"{name}.py").write_text(f"WHAT = {version!r}\n")

    return install


def declaring(*requirements):
    return f"[project]\nname = 'parts'\nversion = '1'\ndependencies = {json.dumps(requirements)}\n"


@pytest.fixture
def two(repository):
    def write(base, head):
        repository.write({"parts.py": "WHAT = 'base'\n", **base})
        repository.save("base")
        repository.write({"parts.py": "WHAT = 'head'\n", **head})

    return write


def test_each_side_has_what_it_declares(two, sides_of, shelf):
    two({"pyproject.toml": declaring("feather==1.0")}, {"pyproject.toml": declaring("feather==2.0")})

    sides = sides_of("HEAD", None)

    assert "environment" == sides.rung
    for side, what, version in ((sides.base, "base", "1.0"), (sides.head, "head", "2.0")):
        answer = worker(side, "parts", "feather", "pytest", "lapwing")
        assert {"parts": what, "feather": version, "pytest": "no WHAT", "lapwing": "no WHAT"} == answer["found"]
        assert [] == answer["strays"]
        assert side.python.startswith(str(side.root.parent))
    assert (
        "Each side has an environment of its own, since what they depend on differs: "
        "feather: feather==1.0 → feather==2.0 (not installed)."
    ) in sides.said


def test_both_environments_start_with_as_many_characters(two, sides_of, shelf):
    two({"requirements.txt": "feather==1.0\n"}, {"requirements.txt": "feather==2.0\n"})

    sides = sides_of("HEAD", None)

    assert [len(entry) for entry in sides.base.path] == [len(entry) for entry in sides.head.path]
    assert [(name, len(text)) for name, text in sides.base.environ] == [
        (name, len(text)) for name, text in sides.head.environ
    ]
    assert len(sides.base.python) == len(sides.head.python)


def test_a_subprocess_of_a_side_sees_its_environment_and_ours(two, sides_of, shelf):
    two({"requirements.txt": "feather==1.0\n"}, {"requirements.txt": "feather==2.0\n"})

    side = sides_of("HEAD", None).base

    code = "import feather, pytest; print(feather.WHAT)"
    done = subprocess.run(
        ["python", "-c", code], env=dict(side.environ), cwd=side.project, capture_output=True, text=True, check=True
    )
    assert "1.0\n" == done.stdout


def test_what_is_not_wanted_otherwise_stays_at_the_version_that_is_installed(two, sides_of, shelf, here):
    here("feather", "2.0")
    for version in ("1.0", "2.0"):
        wheel(shelf, "wing", version, requires=["feather"])
    two({"pyproject.toml": declaring("wing==1.0")}, {"pyproject.toml": declaring("wing==2.0")})

    answer = worker(sides_of("HEAD", None).base, "wing", "feather")

    assert {"wing": "1.0", "feather": "2.0"} == answer["found"]


def test_what_has_to_move_moves_and_is_said(two, sides_of, shelf, here, tmp_path):
    here("feather", "2.0")
    wheel(shelf, "wing", "1.0", requires=["feather==1.0"])
    wheel(shelf, "wing", "2.0", requires=["feather==2.0"])
    two({"pyproject.toml": declaring("wing==1.0")}, {"pyproject.toml": declaring("wing==2.0")})

    sides = sides_of("HEAD", None)

    assert {"wing": "1.0", "feather": "1.0"} == worker(sides.base, "wing", "feather")["found"]
    assert {"wing": "2.0", "feather": "2.0"} == worker(sides.head, "wing", "feather")["found"]
    assert "On base that moved others too: feather 2.0 → 1.0." in sides.said


def test_what_cannot_be_installed_shows_the_end_of_the_log(two, sides_of, shelf, tmp_path):
    two({"pyproject.toml": declaring("feather==0.1")}, {"pyproject.toml": declaring("feather==2.0")})

    with pytest.raises(MeasureError) as refused:
        sides_of("HEAD", None)

    assert "environment-failed" == refused.value.slug
    assert "No matching distribution found for feather==0.1" in refused.value.message
    assert (tmp_path / "cache" / "environment-base.log").exists()


def test_what_serves_both_sides_is_left_as_it_is_and_said(two, sides_of, here):
    here("feather", "2.0")
    two({"pyproject.toml": declaring("feather>=1.0")}, {"pyproject.toml": declaring("feather>=1.5")})

    sides = sides_of("HEAD", None)

    assert "path" == sides.rung
    assert (
        "Declared dependencies differ, and what is installed here serves both: "
        "feather: feather>=1.0 → feather>=1.5 (2.0 installed)."
    ) in sides.said


def dependencies(**named):
    held = {name.replace("__", "."): text.encode() for name, text in named.items()}
    return declared_dependencies(ProjectFiles(held.get, ""), held)


LOCK = "[[package]]\nname = 'feather'\nversion = '{}'\n"


def locks(old, new):
    """Write a lock file with a version for Pythons long gone, and one for those of today."""
    gone, today = (f"\"python_version {sign} '3'\"" for sign in ("<", ">="))
    return LOCK.format("1") + old.format(gone) + "\n" + LOCK.format("2") + new.format(today) + "\n"


POETRY = "[tool.poetry.dependencies]\npython = '^3.10'\nfeather = {feather}\n"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ({"pyproject__toml": declaring("Feather>=1")}, {"running": ["feather>=1"]}),
        ({"pyproject__toml": "[project.optional-dependencies]\nx = ['feather>=1']"}, {"beside": ["feather>=1"]}),
        ({"pyproject__toml": "[dependency-groups]\nx = ['feather>=1', {y = 'z'}]"}, {"beside": ["feather>=1"]}),
        ({"setup__cfg": "[options]\ninstall_requires =\n  feather >= 1  # why\n"}, {"running": ["feather>=1"]}),
        ({"setup__cfg": "[options.extras_require]\nx =\n  feather >= 1\n"}, {"beside": ["feather>=1"]}),
        ({"setup__py": "R = ['feather>=1']\nsetup(install_requires=R)"}, {"running": ["feather>=1"]}),
        ({"setup__py": "setup(extras_require={'x': ['feather>=1']}, packages=all())"}, {"beside": ["feather>=1"]}),
        ({"requirements__txt": "-r other.txt\n\nfeather>=1 \\\n  --hash=sha256:00\n"}, {"running": ["feather>=1"]}),
        ({"requirements/dev.txt": "feather>=1\n"}, {"beside": ["feather>=1"]}),
        ({"requirements-dev.txt": "feather>=1; python_version < '3'\n"}, {}),
        ({"a/b/requirements.txt": "feather>=1\n"}, {}),
        (
            {
                "pyproject__toml": "[tool.setuptools.dynamic]\ndependencies = {file = ['deps.in']}",
                "deps__in": "feather>=1\n",
            },
            {"running": ["feather>=1"]},
        ),
        ({"pyproject__toml": POETRY.format(feather="'^1.2'")}, {"running": ["feather<2,>=1.2"]}),
        ({"pyproject__toml": POETRY.format(feather="'^0.2.3'")}, {"running": ["feather<0.3,>=0.2.3"]}),
        ({"pyproject__toml": POETRY.format(feather="'~1.2'")}, {"running": ["feather<1.3,>=1.2"]}),
        ({"pyproject__toml": POETRY.format(feather="'1.2'")}, {"running": ["feather==1.2"]}),
        ({"pyproject__toml": POETRY.format(feather="'*'")}, {"running": ["feather"]}),
        ({"pyproject__toml": POETRY.format(feather="{version = '>=1,<3'}")}, {"running": ["feather<3,>=1"]}),
        ({"uv__lock": "[[package]]\nname = 'feather'\nversion = '1'\n"}, {"locked": ["feather==1"]}),
        ({"poetry__lock": "[[package]]\nname = 'feather'\nversion = '1'\n"}, {"locked": ["feather==1"]}),
        ({"pylock__toml": "[[packages]]\nname = 'feather'\nversion = '1'\n"}, {"locked": ["feather==1"]}),
        ({"Pipfile__lock": '{"default": {"feather": {"version": "==1"}}}'}, {"locked": ["feather==1"]}),
        # Of several versions of a lock file, that of this machine.
        ({"uv__lock": locks("resolution-markers = [{}]", "resolution-markers = [{}]")}, {"locked": ["feather==2"]}),
        ({"pdm__lock": locks("marker = {}", "marker = {}")}, {"locked": ["feather==2"]}),
        ({"poetry__lock": locks("markers = {}", "markers = {{main = {}}}")}, {"locked": ["feather==2"]}),
        ({"uv__lock": locks("resolution-markers = 7", "marker = 'nonsense'")}, {"locked": ["feather==1"]}),
        ({"Pipfile__lock": "no json", "uv__lock": "no toml ["}, {}),
    ],
)  # fmt: skip
def test_where_dependencies_are_declared(kind, found):
    declared = dependencies(**kind)

    everything = {
        kind: sorted(getattr(declared, kind)["feather"])
        for kind in ("running", "beside", "locked")
        if "feather" in getattr(declared, kind)
    }
    assert found == everything


@pytest.mark.parametrize(
    ("base", "head", "installed", "wanted"),
    [
        # What is locked and installed differs: base has to have its own.
        ({"uv__lock": LOCK.format("1.0")}, {"uv__lock": LOCK.format("2.0")}, "2.0", (("feather==1.0",), ())),
        # Locked alike, or not installed: nobody's business.
        ({"uv__lock": LOCK.format("1.0")}, {"uv__lock": LOCK.format("1.0")}, "2.0", ((), ())),
        ({"uv__lock": LOCK.format("1.0")}, {"uv__lock": LOCK.format("2.0")}, None, ((), ())),
        # An extra counts only where it is installed.
        ({"requirements-dev.txt": "feather==1.0"}, {"requirements-dev.txt": "feather==2.0"}, None, ((), ())),
        (
            {"requirements-dev.txt": "feather==1.0"},
            {"requirements-dev.txt": "feather==2.0"},
            "1.0",
            ((), ("feather==2.0",)),
        ),
        # What head needs no more base still needs, and what it needs anew base does without.
        ({"requirements.txt": "feather"}, {"requirements.txt": ""}, None, (("feather",), ())),
        ({"requirements.txt": ""}, {"requirements.txt": "feather"}, None, ((), ("feather",))),
        ({"requirements.txt": ""}, {"requirements.txt": "feather"}, "1.0", ((), ())),
        # Of a lock with a version for each of several machines, one is here.
        ({"uv__lock": LOCK.format("1.0") + LOCK.format("2.0")}, {"uv__lock": LOCK.format("2.0")}, "2.0", ((), ())),
        # If none is, the newest is asked for, and not all of them: pip refused cattrs 25.1.1 for its two clicks.
        (
            {"uv__lock": LOCK.format("1.10") + LOCK.format("1.9")},
            {"uv__lock": LOCK.format("2.0")},
            "2.0",
            (("feather==1.10",), ()),
        ),
        (
            {"uv__lock": LOCK.format("1.9") + LOCK.format("none")},
            {"uv__lock": LOCK.format("2.0")},
            "2.0",
            (("feather==1.9",), ()),
        ),
    ],
)
def test_an_environment_is_made_only_where_one_cannot_serve_both(here, base, head, installed, wanted):
    if installed:
        here("feather", installed)

    changes = dependency_changes(dependencies(**base), dependencies(**head))

    assert wanted == (changes.base, changes.head)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_uv_makes_an_environment_where_it_is_there_and_hears_where_pip_looks(tmp_path, monkeypatch):
    program, told = tmp_path / "bin" / "uv", tmp_path / "told"
    program.parent.mkdir()
    # What uv would be asked for, and what it is told, without a uv: the last word of "uv venv" is the folder.
    program.write_text(
        f'#!/bin/sh\necho "$1 $2 [$5] $UV_FIND_LINKS" >> {told}\n'
        f'for last; do :; done\n[ "$1" = venv ] || exit 0\nexec {sys.executable} -m venv --without-pip "$last"\n'
    )
    program.chmod(0o755)
    environ = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/one /two"}
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    janitor = Janitor()

    try:
        workshop = Workshop(janitor=janitor, cache=tmp_path / "cache", progress=print)
        environment, moved = make_environment("base", ["feather==1.0"], environ=environ, workshop=workshop)
        assert Path(environment.python).exists()
    finally:
        janitor.close()

    assert () == moved
    venv, install = told.read_text().splitlines()
    assert venv.startswith("venv --no-project ")
    assert "pip install [--no-index] /one,/two" == install

"""What workers start with is the same for both sides but for where it leads."""

from __future__ import annotations

import os
import sys
import sysconfig

import pytest

from lapwing.measure.sides import origin
from lapwing.measure.sides.start import arguments_on, environment_on, path_on


@pytest.fixture
def rule(tmp_path):
    for folder in ("real/src", "real/.venv/site-packages", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    return {
        "root": str(tmp_path / "real"),
        "side": "",
        "packages": [],
        "exempt": [str(tmp_path / "real" / ".venv")],
    }


def test_what_leads_into_the_repository_is_moved_and_nothing_else(tmp_path, rule, monkeypatch):
    sysconfig.get_config_vars()  # imported on the first call, whichever test makes it, from the path as it is
    monkeypatch.chdir(tmp_path / "real" / "src")
    installed = str(tmp_path / "real" / ".venv" / "site-packages")
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "real" / "tools"), installed, str(tmp_path / "elsewhere")])
    side = tmp_path / "b"

    path = path_on(side, roots=["plugin", ""], rule=rule)

    assert (
        f"{side}/plugin",
        f"{side}",
        f"{side}/src",
        f"{side}/tools",
        installed,
        f"{tmp_path}/elsewhere",
    ) == path


def test_packages_of_a_side_alone_come_before_what_is_installed(tmp_path, rule, monkeypatch):
    here = [entry for entry in sys.path if entry.endswith("site-packages")]
    monkeypatch.setattr(sys, "path", ["/usr/lib/python", *here])

    path = path_on(tmp_path / "b", roots=["src"], rule=rule, own="/own")

    assert (f"{tmp_path}/b/src", "/usr/lib/python", "/own", *here) == path


def test_the_environment_is_moved_and_rid_of_what_would_disturb(tmp_path, rule):
    real = tmp_path / "real"
    environ = {
        "PYTHONPATH": os.pathsep.join([str(real / "src"), "", "/other"]),
        "PWD": str(real),
        "HOME": str(real),
        "PYTHONPYCACHEPREFIX": "/cache",
        "COVERAGE_PROCESS_START": "x",
    }

    assert {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "b" / "src"), "", "/other"]),
        "PWD": str(tmp_path / "b"),
        "HOME": str(real),
    } == environment_on(tmp_path / "b", rule, environ)


@pytest.mark.parametrize(
    ("argument", "on_the_side"),
    [
        ("REAL", "SIDE"),
        ("REAL/tests/test_it.py::test[x::y=REAL/a]", "SIDE/tests/test_it.py::test[x::y=REAL/a]"),
        ("--rootdir=REAL", "SIDE"),
        ("--confcutdir=REAL/tests", "SIDE/tests"),
        ("-cREAL/pytest.ini", "SIDE/pytest.ini"),
        ("@REAL/arguments.txt", "SIDE/arguments.txt"),
        ("--override-ini=pythonpath=REAL/src", "SIDE/src"),
        ("-opythonpath=REAL/src", "SIDE/src"),
        ("--ignore=REAL/src/../tests", "SIDE/tests"),
    ],
)
def test_an_argument_that_leads_into_the_repository_leads_into_the_side(tmp_path, rule, argument, on_the_side):
    def at(text):
        return text.replace("REAL", str(tmp_path / "real")).replace("SIDE", str(tmp_path / "b"))

    name = argument.partition("REAL")[0]

    assert (name + at(on_the_side),) == arguments_on([at(argument)], tmp_path / "b", rule)


def test_any_other_argument_stays_as_it_is(tmp_path, rule, monkeypatch):
    monkeypatch.chdir(tmp_path / "real")
    real = str(tmp_path / "real")
    arguments = (
        *(
            "tests/test_it.py::test[a=/b]",
            "-k",
            "a or b",
            "-c",
            "pytest.ini",
            "--rootdir=.",
            "-p",
            "no:cov",
            "-vv",
            "-",
        ),
        *("", "=", "-o", "a=b=c", f"test_it.py::test[{real}/x]", f"{real}er/tests", f"--x={tmp_path}/elsewhere"),
        *(f"--x={real}/.venv/bin", f"--x=no{real}"),
    )

    assert arguments == arguments_on([*arguments, "--"], tmp_path / "b", rule)


def test_options_from_the_environment_are_moved_too(tmp_path, rule):
    def added(text):
        return environment_on(tmp_path / "b", rule, {"PYTEST_ADDOPTS": text})["PYTEST_ADDOPTS"]

    assert f"-c {tmp_path}/b/pytest.ini -k 'a or b'" == added(f"-c {tmp_path}/real/pytest.ini -k 'a or b'")
    assert "-k 'no end" == added("-k 'no end")


def test_both_sides_start_with_as_many_characters(repository, sides_of, monkeypatch):
    repository.write({"src/parts.py": "", "lib/other.py": ""})
    repository.save("base")
    monkeypatch.syspath_prepend(str(repository.root / "lib"))
    monkeypatch.setenv("PYTHONPATH", f"{repository.root}/lib{os.pathsep}{repository.root}/src")

    sides = sides_of("HEAD", "HEAD")

    for what in (
        lambda side: [len(entry) for entry in side.path],
        lambda side: [(name, len(value)) for name, value in side.environ],
        lambda side: len(str(side.project)),
        lambda side: len(side.python),
    ):
        assert what(sides.base) == what(sides.head)
    assert sides.base.path != sides.head.path
    assert not any(origin.is_own(entry, sides.base.rule()) for entry in sides.base.path)


def test_a_places_name_is_shown_as_the_user_knows_it(repository, sides_of):
    repository.commit("base")
    side = sides_of("HEAD", "HEAD").head

    assert f"{repository.root}/code.py:3: oops" == side.shown(f"{side.root}/code.py:3: oops")

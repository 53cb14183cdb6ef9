"""The silent A/A: what would import the repository itself is taken away, and what still does is found."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest

from fakes.side_worker import worker
from lapwing.measure.sides import origin
from lapwing.measure.sides.side import wrong_origin


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A repository, another project, a virtual environment in the repository, a side; and this process's own state."""
    for folder in ("real/src/parts", "other/lib", "real/.venv/lib/site-packages/dep", "side/src/parts"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path_hooks", list(sys.path_hooks))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return tmp_path


@pytest.fixture
def rule(house):
    return {
        "root": str(house / "real"),
        "side": str(house / "side"),
        "packages": ["parts", "whole.half"],
        "exempt": [str(house / "real" / ".venv")],
    }


def finder_of(module, name, *, attributes=(), **names):
    """Return a finder class as an editable install defines it, in a module of its own."""
    made = types.ModuleType(module)
    vars(made).update(names)
    kind = type(name, (), {"__module__": module, **dict(attributes)})
    setattr(made, name, kind)
    sys.modules[module] = made
    return kind


def test_entries_of_the_path_into_the_repository_go_and_installed_code_stays(house, rule):
    stays = [str(house / "other" / "lib"), str(house / "real" / ".venv" / "lib" / "site-packages"), "", "relative"]
    sys.path[:] = [str(house / "real"), *stays[:2], str(house / "real" / "src"), *stays[2:]]

    removed = origin.neutralise(rule)

    assert [str(house / "real"), str(house / "real" / "src")] == removed
    assert stays == sys.path


def test_a_link_into_the_repository_is_seen_through(house, rule):
    (house / "link").symlink_to(house / "real" / "src")
    sys.path[:] = [str(house / "link")]

    origin.neutralise(rule)

    assert [] == sys.path


def test_the_finder_of_setuptools_goes_with_its_namespaces(house, rule):
    real = str(house / "real" / "src")
    finder = finder_of(
        "__editable___parts_1_0_finder",
        "_EditableFinder",
        MAPPING={"parts": real + "/parts"},
        NAMESPACES={"whole": [real + "/whole"]},
        PATH_PLACEHOLDER="__editable__.parts-1.0.finder.__path_hook__",
    )
    namespaces = type("_EditableNamespaceFinder", (), {"__module__": finder.__module__, "hook": classmethod(id)})
    sys.meta_path.append(finder)
    sys.path_hooks.append(namespaces.hook)
    sys.path.append("__editable__.parts-1.0.finder.__path_hook__")

    removed = origin.neutralise(rule)

    assert [
        "__editable___parts_1_0_finder._EditableFinder",
        "__editable___parts_1_0_finder._EditableNamespaceFinder",
    ] == (removed)
    assert finder not in sys.meta_path
    assert namespaces.hook not in sys.path_hooks
    assert "__editable__.parts-1.0.finder.__path_hook__" not in sys.path


def test_the_finder_of_another_project_stays(house, rule):
    finder = finder_of("__editable___other_finder", "_EditableFinder", MAPPING={"other": str(house / "other" / "lib")})
    sys.meta_path.append(finder)

    assert [] == origin.neutralise(rule)
    assert finder in sys.meta_path


def test_of_a_finder_for_many_projects_only_ours_is_taken(house, rule):
    finder = finder_of(
        "editables.redirector",
        "RedirectingFinder",
        attributes={
            "_redirections": {
                "parts": str(house / "real" / "src" / "parts" / "__init__.py"),
                "other": str(house / "other" / "lib" / "other.py"),
            }
        }.items(),
    )
    sys.meta_path.append(finder)

    origin.neutralise(rule)

    assert finder in sys.meta_path
    assert {"other": str(house / "other" / "lib" / "other.py")} == finder._redirections


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("ScikitBuildRedirectingFinder", {"known_source_files": {"parts": "src/parts/__init__.py"}, "path": None}),
        ("MesonpyMetaFinder", {"_name": "parts", "_build_path": "build/cp311", "_top_level_modules": {"parts"}}),
    ],
)
def test_the_finders_of_scikit_build_and_meson_go(house, rule, name, held):
    finder = finder_of("_parts_editable_loader", name)()
    for attribute, value in held.items():
        moved = {key: str(house / "real" / path) for key, path in value.items()} if isinstance(value, dict) else value
        vars(finder)[attribute] = str(house / "real" / value) if attribute == "_build_path" else moved
    sys.meta_path.append(finder)

    assert [f"_parts_editable_loader.{name}"] == origin.neutralise(rule)
    assert finder not in sys.meta_path


def test_a_finder_of_anybody_else_stays_whatever_it_holds(house, rule):
    finder = finder_of("somebody", "Finder", attributes={"roots": {"a": str(house / "real")}}.items())
    sys.meta_path.append(finder)

    origin.neutralise(rule)

    assert finder in sys.meta_path


def loaded(name, *, file=None, path=None):
    module = types.ModuleType(name)
    if file is not None:
        module.__file__ = str(file)
    if path is not None:
        module.__path__ = [str(one) for one in path]
    sys.modules[name] = module


def test_modules_from_the_repository_or_from_an_installed_copy_stray(house, rule):
    site = house / "real" / ".venv" / "lib" / "site-packages"
    sys.modules.clear()
    loaded("parts", file=house / "side" / "src" / "parts" / "__init__.py")
    loaded("parts.real", file=house / "real" / "src" / "parts" / "real.py")
    loaded("parts.installed", file=site / "parts" / "installed.py")
    loaded("partsisnot", file=site / "partsisnot.py")
    loaded("dep", file=site / "dep" / "__init__.py")
    loaded("helper", file=house / "real" / "benchmarks" / "helper.py")
    loaded("whole", path=[house / "side" / "src" / "whole", site / "whole"])
    loaded("whole.half", file=site / "whole" / "half.py")
    loaded("whole.other", file=site / "whole" / "other.py")
    loaded("space", path=[house / "real" / "space"])
    loaded("__main__", file=house / "real" / "run.py")
    sys.modules["sys"], sys.modules["nothing"] = sys, None

    assert [
        f"helper from {house}/real/benchmarks/helper.py",
        f"parts.installed from {site}/parts/installed.py",
        f"parts.real from {house}/real/src/parts/real.py",
        f"space from {house}/real/space",
        f"whole.half from {site}/whole/half.py",
    ] == origin.strays(rule)


def test_an_object_in_place_of_a_module_does_no_harm(rule):
    class Lazy:
        def __getattr__(self, name):
            raise RuntimeError(name)

    class Odd:
        __file__ = 3
        __path__ = 4

    sys.modules["lazy"], sys.modules["odd"] = Lazy(), Odd()

    assert [] == origin.strays(rule)


def test_a_worker_whose_conftest_leads_into_the_repository_is_found_out(repository, sides_of):
    repository.write({"src/parts.py": "WHAT = 'base'\n"})
    repository.save("base")
    repository.write(
        {
            "src/parts.py": "WHAT = 'head'\n",
            "leads.py": f"import sys\nsys.path.insert(0, {str(repository.root / 'src')!r})\nimport parts\n",
        }
    )
    sides = sides_of("HEAD", None)

    answer = worker(sides.base, "leads", path=[*sides.base.path, str(sides.base.root)])

    assert [f"parts from {repository.root}/src/parts.py"] == answer["strays"]
    error = wrong_origin(sides.base, answer["strays"])
    assert "wrong-origin" == error.slug
    assert (
        f"On base, the project's module parts from {repository.root}/src/parts.py is not of that side" in error.message
    )


@pytest.mark.parametrize("backend", ["setuptools.build_meta", "hatchling.build"])
def test_a_real_editable_install_is_neutralised(repository, sides_of, tmp_path, backend, monkeypatch):
    """An environment of its own with the project installed in editable mode; its .pth and finder run at every start."""
    if backend == "setuptools.build_meta":
        made = _setuptools_editable(repository.root)
    else:
        made = {"_parts.pth": str(repository.root / "src") + "\n"}
    repository.write({"src/parts/__init__.py": "WHAT = 'base'\n"})
    repository.save("base")
    repository.write({"src/parts/__init__.py": "WHAT = 'head'\n"})
    packages = _environment(tmp_path / "venv")
    for name, text in made.items():
        (packages / name).write_text(text)
    sides = sides_of("HEAD", None)
    python = str(next((tmp_path / "venv").glob("[bS]*/python*")))

    for side, what in ((sides.base, "base"), (sides.head, "head")):
        plain = subprocess.run(
            [python, "-c", "import parts; print(parts.WHAT)"], capture_output=True, text=True, check=True
        )
        assert "head\n" == plain.stdout
        moved = type("Moved", (), {name: getattr(side, name) for name in ("rule", "path", "environ", "project")})
        moved.python = python
        answer = worker(moved, "parts")
        assert ({"parts": what}, []) == (answer["found"], answer["strays"])


def _environment(place):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    return next(Path(place).glob("[Ll]ib*/**/site-packages"))


def _setuptools_editable(root):
    code = (
        "import sys; from setuptools.command.editable_wheel import _finder_template;"
        "print(_finder_template('parts', {'parts': sys.argv[1]}, {}))"
    )
    # In a process of its own: setuptools puts its own distutils in the place of Python's.
    command = [sys.executable, "-W", "ignore", "-c", code, str(root / "src" / "parts")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("there is no setuptools here that makes editable wheels")
    finder = done.stdout
    start = "import __editable___parts_finder; __editable___parts_finder.install()"
    return {"__editable___parts_finder.py": finder, "__editable__.parts.pth": start + "\n"}


def test_loading_it_costs_a_worker_nothing_of_lapwing_and_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules); import runpy; runpy.run_path(sys.argv[1]);"
        "print(sorted(name for name in set(sys.modules) - before if name.split('.')[0] in"
        " {'lapwing', 'numpy', 'subprocess', 'pathlib', 'dataclasses', 'msgspec'}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, origin.__file__], capture_output=True, text=True, check=True
    )

    assert "[]\n" == done.stdout

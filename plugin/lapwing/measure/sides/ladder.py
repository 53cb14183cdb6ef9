"""Which rung of the ladder do the sides need, and how is it climbed?

``path``: the same interpreter and packages, another path. ``wheel``: the project has compiled parts, so each side's
wheel is built and laid over its sources. It is needed too where a package lies in a folder of another name,
since no path makes that importable. ``environment``: the sides depend on different packages, so each has an environment
of its own (and wheels, if the project has compiled parts too).
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lapwing.measure.sides.compiled_parts import compiled_parts
from lapwing.measure.sides.contents import contents, tree_hash
from lapwing.measure.sides.declared_dependencies import declared_dependencies
from lapwing.measure.sides.dependency_changes import dependency_changes
from lapwing.measure.sides.environments import make_environment
from lapwing.measure.sides.overlay import BUILT, is_pure, lay_over
from lapwing.measure.sides.project_files import table
from lapwing.measure.sides.requirements import installed_version
from lapwing.measure.sides.start import environment_on
from lapwing.measure.sides.wheels import Build, wheel_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lapwing.measure.sides.dependency_changes import DependencyChanges
    from lapwing.measure.sides.environments import Environment
    from lapwing.measure.sides.plan import Plan
    from lapwing.measure.sides.running import Workshop
    from lapwing.recording import Rung, SideName

NAMES: Final[tuple[SideName, SideName]] = ("base", "head")


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """The rung, what there is to say, and what the sides got: environments, and files of wheels by their paths."""

    rung: Rung
    said: tuple[str, ...]
    environments: Mapping[SideName, Environment]
    built: Mapping[SideName, tuple[str, ...]]


def climb(plan: Plan, places: Mapping[SideName, Path], workshop: Workshop) -> Climbed:
    """Do what the sides need beyond their sources.

    Raises:
        MeasureError: ``build-failed``, ``environment-failed``, ``no-builder`` or ``no-room``.
    """
    dependencies = {name: declared_dependencies(plan.files(name), plan.tree(name).paths) for name in NAMES}
    changes = dependency_changes(dependencies["base"], dependencies["head"])
    start = Climbed(rung="path", said=(), environments={}, built={})
    if changes.base or changes.head:
        start = _with_environments(plan, changes, workshop)
    elif changes.listed:
        listed = "; ".join(changes.listed)
        start = replace(
            start, said=(f"Declared dependencies differ, and what is installed here serves both: {listed}.",)
        )
    why = _needs_wheels(plan)
    if why is not None:
        return _with_wheels(plan, places, start, why, workshop)
    return start if start.rung != "path" else replace(start, said=(*start.said, _PATH_SAID))


_PATH_SAID: Final = "Both sides run in this interpreter with its packages; only where the project's code lies differs."


def _with_environments(plan: Plan, changes: DependencyChanges, workshop: Workshop) -> Climbed:
    listed = "; ".join(changes.listed)
    said = [f"Each side has an environment of its own, since what they depend on differs: {listed}."]
    made: dict[SideName, Environment] = {}
    for name in NAMES:
        workshop.progress(f"installing what {name} depends on")
        wanted = changes.base if name == "base" else changes.head
        made[name], moved = make_environment(name, wanted, environ=plan.environ, workshop=workshop)
        if moved:
            said.append(f"On {name} that moved others too: {', '.join(moved)}.")
    return Climbed(rung="environment", said=tuple(said), environments=made, built={})


def _needs_wheels(plan: Plan) -> str | None:
    for name in ("head", "base"):
        files = plan.files(name)
        paths = {path for path in plan.tree(name).paths if not plan.code.is_benchmark_file(path)}
        found = compiled_parts(files, paths)
        if found is not None:
            return found
    if plan.code.renamed:
        package, folder = plan.code.renamed[0]
        return f"its package {package} lies in {folder}"
    return None


def _with_wheels(
    plan: Plan,
    places: Mapping[SideName, Path],
    start: Climbed,
    why: str,
    workshop: Workshop,
) -> Climbed:
    wheels = {name: _wheel(plan, name, start.environments.get(name), workshop) for name in NAMES}
    if all(is_pure(wheel) for wheel in wheels.values()) and not plan.code.renamed:
        said = (*start.said, f"Built since {why}; the wheels have nothing compiled in them.")
        return replace(start, said=said if start.rung != "path" else (*said, _PATH_SAID))
    built: dict[SideName, tuple[str, ...]] = {}
    for name, wheel in wheels.items():
        (places[name] / BUILT).mkdir(exist_ok=True)
        built[name] = lay_over(wheel, places[name], plan.code)
    said = (*start.said, f"Each side runs with a wheel of its own laid over its sources, since {why}.")
    return replace(start, rung="wheel" if start.rung == "path" else start.rung, said=said, built=built)


def _wheel(plan: Plan, name: SideName, environment: Environment | None, workshop: Workshop) -> Path:
    # The same folder for both, one after the other: paths get into what is compiled.
    place = workshop.folder / "w"
    place.mkdir()
    try:
        tree = plan.tree(name)
        tree.lay_out(tree.paths, place)
        held = contents(place, [path for path in tree.paths if not plan.code.is_benchmark_file(path)])
        files = plan.files(name)
        project = table(files.toml(), "project").get("name")
        environ = environment_on(place, plan.rule, plan.environ)
        return wheel_of(
            Build(
                side=name,
                place=place,
                folder=place / plan.project,
                files=files,
                tree=tree_hash(held),
                python=environment.python if environment else sys.executable,
                environ=environment.variables(environ) if environment else environ,
                version=(installed_version(project) if isinstance(project, str) else None) or "0",
                beside=environment.own() if environment else (),
            ),
            workshop,
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)

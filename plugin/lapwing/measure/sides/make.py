"""How are the two sides made? What is there is looked at, laid out, built where it has to be, compiled, compared."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lapwing.measure.sides.bytecode import compile_all
from lapwing.measure.sides.contents import changed, contents, tree_hash
from lapwing.measure.sides.janitor import Janitor
from lapwing.measure.sides.ladder import NAMES, climb
from lapwing.measure.sides.lay_out import lay_out
from lapwing.measure.sides.overlay import BUILT, built_names
from lapwing.measure.sides.plan import plan_of
from lapwing.measure.sides.running import Workshop
from lapwing.measure.sides.side import Side, Sides
from lapwing.measure.sides.start import environment_on, moved, path_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lapwing.measure.sides.ladder import Climbed
    from lapwing.measure.sides.plan import Plan
    from lapwing.measure.sides.revisions import Chosen
    from lapwing.recording import SideName


def make_sides(
    chosen: Chosen,
    *,
    cwd: Path,
    cache: Path,
    environ: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Sides:
    """Make both sides in a temporary folder that goes when they are closed, or when this process is gone.

    ``cwd`` is the folder in the work tree where pytest is to be run, ``cache`` where built wheels and the logs of
    builds are kept, ``environ`` the environment of the workers (this process's unless given). ``progress`` is told
    what takes long.

    Raises:
        RepositoryError: git cannot tell the files (``no-submodule``, ``no-submodule-commit``, ``partial-clone``,
            ``git-failed``, ...).
        MeasureError: ``no-room``, ``build-failed``, ``no-builder`` or ``environment-failed``.
    """
    janitor = Janitor()
    try:
        scratch = janitor.folder / "s"
        scratch.mkdir()
        plan = plan_of(chosen, cwd, scratch, os.environ if environ is None else environ)
        return _made(plan, Workshop(janitor=janitor, cache=cache, progress=progress))
    except BaseException:
        janitor.close()
        raise


def _made(plan: Plan, workshop: Workshop) -> Sides:
    places: dict[SideName, Path] = {name: workshop.folder / name[0] for name in NAMES}
    said = [*plan.chosen.said, *lay_out(plan, places)]
    climbed = climb(plan, places, workshop)
    sides = {name: _side(name, plan, place, climbed) for name, place in places.items()}
    compile_all(
        [(side.python, _modules(plan, side, climbed)) for side in sides.values()],
        environ=dict(sides["base"].environ),
        janitor=workshop.janitor,
        log=workshop.folder / "s" / "log",
    )
    everything = {*plan.base.paths, *plan.head.paths, *plan.others.paths}
    everything |= {path for built in climbed.built.values() for path in built}
    held = {name: contents(place, everything) for name, place in places.items()}
    return Sides(
        base=sides["base"],
        head=sides["head"],
        base_commit=plan.chosen.base,
        head_commit=plan.chosen.head,
        rung=climbed.rung,
        said=(*said, *climbed.said),
        changed=changed(held["base"], held["head"]),
        base_tree=tree_hash(held["base"]),
        head_tree=tree_hash(held["head"]),
        janitor=workshop.janitor,
    )


def _modules(plan: Plan, side: Side, climbed: Climbed) -> list[str]:
    """Return the modules of a side that are to be compiled: the project's. pytest compiles tests in its own way."""
    names = {path for path in plan.tree(side.name).paths if path in plan.code} | {*climbed.built.get(side.name, ())}
    return [str(side.root / path) for path in sorted(names) if path.endswith(".py")]


def _side(name: SideName, plan: Plan, place: Path, climbed: Climbed) -> Side:
    environment = climbed.environments.get(name)
    roots = [*plan.code.roots, *([BUILT] if climbed.built else [])]
    # Of both sides: what base alone lacks must not come from an installed copy either.
    names = {*plan.code.names(plan.base.paths | plan.head.paths), *built_names(climbed.built.values())}
    environ = environment_on(place, plan.rule, plan.environ)
    return Side(
        name=name,
        root=place,
        project=Path(moved(str(plan.cwd), place, plan.rule)),
        path=path_on(place, roots=roots, rule=plan.rule, own=environment.packages if environment else None),
        python=environment.python if environment else sys.executable,
        environ=tuple((environment.variables(environ) if environment else environ).items()),
        packages=tuple(sorted(names)),
        real=Path(plan.rule["root"]),
        exempt=tuple(plan.rule["exempt"]),
    )

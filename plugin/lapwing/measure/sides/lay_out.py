"""How are the two folders filled? Each side's code in its own, and the other files, of one commit, in both.

Those are head's, or a third commit's where several heads are compared with one base.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError
from lapwing.measure.sides.ignored_files import MOST_DATA, ignored_files
from lapwing.measure.sides.stays import stays_in
from lapwing.measure.sides.trees import copy_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.measure.sides.plan import Plan
    from lapwing.recording import SideName

_NAMED: Final = 3


def lay_out(plan: Plan, places: Mapping[SideName, Path]) -> list[str]:
    """Lay both sides out below ``places`` and return what there is to say about it.

    Raises:
        RepositoryError: ``no-submodule``, or git fails.
    """
    said = []
    absent = {*plan.base.absent, *plan.head.absent, *plan.others.absent}
    for path in sorted(absent):
        if plan.code.holds(path):
            raise RepositoryError(
                "no-submodule",
                f"The submodule {path} holds code of the project and is not initialised.",
                remedy="run 'git submodule update --init --recursive'.",
            )
        said.append(f"The submodule {path} is not initialised: an empty folder on both sides.")
    for place in places.values():
        place.mkdir()
    if plan.others is plan.head:
        plan.head.lay_out(plan.head.paths, places["head"])
    else:
        plan.head.lay_out({path for path in plan.head.paths if path in plan.code}, places["head"])
        plan.others.lay_out({path for path in plan.others.paths if path not in plan.code}, places["head"])
    plan.base.lay_out({path for path in plan.base.paths if path in plan.code}, places["base"])
    copy_files(places["head"], places["base"], {path for path in plan.others.paths if path not in plan.code})
    for place in places.values():
        for folder in (*absent, plan.cwd.relative_to(plan.rule["root"]).as_posix()):
            if stays_in(place, place / folder):
                with suppress(FileExistsError, NotADirectoryError):  # a submodule here, a file there
                    (place / folder).mkdir(parents=True, exist_ok=True)
    return [*said, *_bring_ignored(plan, places)]


def _bring_ignored(plan: Plan, places: Mapping[SideName, Path]) -> list[str]:
    """Copy what git ignores and a side needs and has not; return what there is to say."""
    top = Path(plan.rule["root"])
    ignored = ignored_files(top, plan.code, tuple(plan.rule["exempt"]))
    said = []
    for what, paths in (("the project imports", ignored.modules), ("benchmarks may read", ignored.data)):
        missing = [path for path in paths if not all((place / path).exists() for place in places.values())]
        if missing:
            for place in places.values():
                copy_files(top, place, {path for path in missing if not (place / path).exists()})
            named = ", ".join(missing[:_NAMED]) + (
                f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            )
            said.append(f"What git ignores and {what} is the working tree's on both sides: {named}.")
    if ignored.too_large:
        said.append(f"Data beside the benchmarks that git ignores is over {MOST_DATA // 2**20} MB and on neither side.")
    return said

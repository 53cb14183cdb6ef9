"""What is a side to the one who starts its workers?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from lapwing.measure.sides.janitor import Janitor
    from lapwing.measure.sides.origin import Rule
    from lapwing.model import Commit
    from lapwing.recording import Rung, SideName


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: where it is, and what its workers start with. Every path is as long as its twin of the other side.

    ``root`` mirrors the repository, ``project`` is where pytest is run. ``path`` is the whole ``sys.path`` of a
    worker, ``environ`` its whole environment, ``python`` its interpreter. ``packages`` are the import names of the
    project, dotted where the top is a namespace. ``real`` is the repository itself, ``exempt`` the folders in it that
    hold installed code.
    """

    name: SideName
    root: Path
    project: Path
    path: tuple[str, ...]
    python: str
    environ: tuple[tuple[str, str], ...]
    packages: tuple[str, ...]
    real: Path
    exempt: tuple[str, ...]

    def rule(self) -> Rule:
        """Return what :mod:`lapwing.measure.sides.origin` needs, as plain data."""
        return {
            "root": str(self.real),
            "side": str(self.root),
            "packages": list(self.packages),
            "exempt": list(self.exempt),
        }

    def shown(self, text: str) -> str:
        """Return ``text`` with the places of this side as the user knows them."""
        return text.replace(str(self.root), str(self.real))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides, until :meth:`close`; after it, or after the death of this process, nothing is left of them.

    ``rung`` and ``said`` tell how they were made. ``changed`` are the paths (of the repository, ``/`` between folders)
    that differ between the sides after everything, ``base_tree`` and ``head_tree`` hashes of their contents.
    """

    base: Side
    head: Side
    base_commit: Commit
    head_commit: Commit
    rung: Rung
    said: tuple[str, ...]
    changed: tuple[str, ...]
    base_tree: str
    head_tree: str
    janitor: Janitor

    def side(self, name: SideName) -> Side:
        """Return the side of that name."""
        return self.base if name == "base" else self.head

    def close(self) -> None:
        """Remove everything; may be called twice."""
        self.janitor.close()

    def __enter__(self) -> Sides:  # noqa: PYI034 - typing has no Self before 3.11
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove everything."""
        self.close()


def wrong_origin(side: Side, strays: Sequence[str]) -> MeasureError:
    """Return the error for a worker that imported something from anywhere but its own side."""
    more = f", and {len(strays) - 1} more" if len(strays) > 1 else ""
    return MeasureError(
        "wrong-origin",
        f"On {side.name}, the project's module {strays[0]} is not of that side ({side.root}){more}.",
        remedy="look for what puts the repository itself on sys.path (a conftest.py, a .pth file, a hard-coded path); "
        "a comparison would have compared that code with itself.",
    )

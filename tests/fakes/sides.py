"""Two folders that are sides of a comparison already: what git and building would have made."""

from __future__ import annotations

import os
import sys
import textwrap
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from lapwing.measure.sides.side import Side


class FakeJanitor:
    """Watches nobody."""

    def watching(self, pid):
        return nullcontext()


@dataclass
class FakeSides:
    """``base`` and ``head`` under one folder; files written to both, or to one."""

    root: Path
    changed: tuple[str, ...] = ("project.py",)

    def __post_init__(self):
        for name in ("b", "h"):
            (self.root / name).mkdir(parents=True)
        self.write("pytest.ini", "[pytest]\n")

    @property
    def janitor(self) -> FakeJanitor:
        return FakeJanitor()

    @property
    def base(self) -> Side:
        return self._side("base")

    @property
    def head(self) -> Side:
        return self._side("head")

    def write(self, name: str, text: str, *, only: str | None = None) -> None:
        for side in ("base", "head"):
            if only in (None, side):
                path = self._place(side) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(textwrap.dedent(text), encoding="utf-8")

    def side(self, name):
        return self._side(name)

    def _place(self, name: str) -> Path:
        return self.root / name[0]

    def _side(self, name: str) -> Side:
        place = self._place(name)
        ours = ("PYTEST_", "COV", "LAPWING_", "GIT_")
        environ = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        known = {
            "name": name,
            "root": place,
            "project": place,
            "path": (str(place), *sys.path),
            "python": sys.executable,
            "environ": tuple((environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}).items()),
            "packages": ("project",),
            "real": self.root / "real",
            "exempt": (),
        }
        return Side(**known)

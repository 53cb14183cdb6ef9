"""What of the repository can this interpreter import already? Editable installs and ``.pth`` files tell.

Theirs are the roots too: of a project that declares nothing, and of its neighbours in one repository.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lapwing.measure.sides import origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledLayout:
    """What is importable of the repository: paths in it, as :class:`DeclaredLayout` has them."""

    roots: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


def exempt_folders(top: Path) -> tuple[str, ...]:
    """Return the folders inside of ``top`` that hold installed code: a virtual environment, its site-packages."""
    known = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib", "scripts")]
    known += [*site.getsitepackages(), site.getusersitepackages(), sys.prefix, sys.exec_prefix, sys.base_prefix]
    found = (os.path.realpath(folder) for folder in known if folder)
    # A project may itself lie in the prefix (/usr/src/app under /usr): then the prefix says nothing.
    return tuple(dict.fromkeys(folder for folder in found if top in Path(folder).parents))


def installed_layout(top: Path, exempt: Iterable[str], finders: Iterable[Any] | None = None) -> InstalledLayout:
    """Look at ``sys.path`` and at the finders of editable installs, this process's unless others are given."""
    rule: origin.Rule = {"root": str(top), "side": "", "packages": [], "exempt": list(exempt)}
    roots = [entry for entry in sys.path if entry and origin.is_own(entry, rule)]
    packages: list[str] = []
    renamed: list[tuple[str, str]] = []
    for finder in list(sys.meta_path if finders is None else finders):
        for name, path in origin.redirections(finder):
            if not origin.is_own(path, rule):
                continue
            parts, place = name.split("."), _package_folder(path)
            if place.split("/")[-len(parts) :] == parts:
                roots.append("/".join(place.split("/")[: -len(parts)]))
                packages.append("/".join(place.split("/")[: len(place.split("/")) - len(parts) + 1]))
            else:
                renamed.append((name, place))
    return InstalledLayout(
        roots=tuple(dict.fromkeys(_relative(roots, top))),
        packages=tuple(dict.fromkeys(_relative(packages, top))),
        renamed=tuple((name, path) for name, place in renamed for path in _relative([place], top)),
    )


def _package_folder(path: str) -> str:
    """Return the folder of a package, or the file of a module without its suffix."""
    place = path.replace(os.sep, "/")
    if place.endswith("/__init__.py"):
        return place.removesuffix("/__init__.py")
    return place.removesuffix(".py")


def _relative(places: Iterable[str], top: Path) -> Iterator[str]:
    for place in places:
        try:
            found = Path(os.path.realpath(place)).relative_to(top)
        except ValueError:  # a link that leads out again
            continue
        yield "" if found == Path() else found.as_posix()

"""How does a built wheel get to its side? Its files go where the sources of the same packages are."""

from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING, Final

from lapwing.measure.sides.stays import stays_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lapwing.measure.sides.project_code import ProjectCode

BUILT: Final = ".lapwing-built"
"""The folder on a side for built packages that have no sources of their own name: a root like any other."""

_EXTENSIONS: Final = (".so", ".pyd", ".dll", ".dylib")


def is_pure(wheel: Path) -> bool:
    """Tell whether a wheel has nothing compiled in it."""
    with zipfile.ZipFile(wheel) as archive:
        return not any(name.endswith(_EXTENSIONS) for name in archive.namelist())


def lay_over(wheel: Path, side: Path, code: ProjectCode) -> tuple[str, ...]:
    """Unpack ``wheel`` over the package roots of ``side`` and return the paths written, in the repository's terms.

    Benchmark files inside of packages stay head's, and nothing is written where a link leads out of the side.
    """
    written = []
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            for name in _importable(member.filename):
                path = f"{_root_of(name, side, code.roots)}/{name}".lstrip("/")
                if code.is_benchmark_file(path):
                    continue
                place = side / path
                if not stays_in(side, place.parent):
                    continue
                content = archive.read(member)
                if not (place.is_file() and place.read_bytes() == content):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.unlink(missing_ok=True)
                    place.write_bytes(content)
                    if member.external_attr >> 16 & stat.S_IXUSR:
                        place.chmod(place.stat().st_mode | stat.S_IXUSR)
                written.append(path)
    return tuple(written)


def built_names(written: Iterable[Iterable[str]]) -> set[str]:
    """Return the import names of what was unpacked beside the sources, on any side."""
    tops = {path.split("/")[1].split(".")[0] for paths in written for path in paths if path.startswith(BUILT + "/")}
    return {top for top in tops if top.isidentifier()}


def _importable(member: str) -> Iterator[str]:
    """Return what a member of a wheel is called where it is imported, if it is."""
    parts = member.split("/")
    if not {"", ".."}.isdisjoint(parts) or parts[0].endswith(".dist-info"):  # a folder, or it leads elsewhere
        return
    if not parts[0].endswith(".data"):
        yield member
    elif len(parts) > 2 and parts[1] in {"purelib", "platlib"}:  # noqa: PLR2004 - NAME.data/purelib/what
        yield "/".join(parts[2:])


def _root_of(name: str, side: Path, roots: Sequence[str]) -> str:
    """Return the root that has sources of the same package or module, else the folder for what is built."""
    top, slash, _ = name.partition("/")
    for root in roots:
        if slash and (side / root / top).is_dir():
            return root
        if not slash and (side / root / (top.split(".")[0] + ".py")).is_file():
            return root
    return BUILT

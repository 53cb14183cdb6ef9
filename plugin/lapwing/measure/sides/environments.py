"""How does a side get an environment of its own? A virtual one on top of the current one.

What is installed here is seen there, except that what that side declares otherwise is installed there at its versions;
everything else is held where it is. Both sides get one, so that both begin alike. uv makes them where it is there, else
venv and pip. Both know their own settings (an index, ``--find-links``, ``--no-index``) from files and variables; uv is
told what pip's variables say too.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.measure.sides.requirements import installed, name_of, parsed
from lapwing.measure.sides.running import tail
from lapwing.measure.sides.start import package_folders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.measure.sides.running import Workshop
    from lapwing.recording import SideName

# uv does not hear where pip is told to look for packages, and would ask the public index of somebody who has his own.
_AS_UV_SAYS: Final = {
    "PIP_EXTRA_INDEX_URL": "UV_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_INDEX_URL",
}
_ELSEWHERE: Final = frozenset({"PIP_PREFIX", "PIP_PYTHON", "PIP_ROOT", "PIP_TARGET", "PIP_USER", "PYTHONPATH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An interpreter and the folder of what it has for itself, on top of the current environment."""

    python: str
    packages: str
    scripts: str

    def own(self) -> tuple[str, ...]:
        """Return what is installed in it alone, as ``name==version``."""
        return tuple(sorted(f"{name}=={version}" for name, version in installed([self.packages]).items()))

    def variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return ``environ`` with this environment active."""
        found = os.pathsep.join(one for one in (self.scripts, environ.get("PATH", "")) if one)
        return {**environ, "PATH": found, "VIRTUAL_ENV": str(Path(self.scripts).parent)}


def make_environment(
    side: SideName, wanted: Sequence[str], *, environ: Mapping[str, str], workshop: Workshop
) -> tuple[Environment, tuple[str, ...]]:
    """Make an environment for a side and return it, with what had to move beside what was ``wanted``.

    Raises:
        MeasureError: ``environment-failed`` with the end of the log, or ``no-builder`` where there is neither uv nor
            pip.
    """
    place, log = workshop.folder / f"e{side[0]}", workshop.log(f"environment-{side}.log")
    uv, has_pip = shutil.which("uv"), importlib.util.find_spec("pip") is not None
    if uv is None and not has_pip:
        raise MeasureError(
            "no-builder",
            "The sides depend on different packages, and there is neither uv nor pip to install them.",
            remedy="install pip into this environment, or uv.",
        )

    kept = _settings(environ)

    def succeeds(command: Sequence[str]) -> bool:
        return workshop.run(command, cwd=place.parent, environ=kept, log=log) == 0

    made = succeeds([uv, "venv", "--no-project", "--python", sys.executable, str(place)]) if uv else False
    if not made and not succeeds([sys.executable, "-m", "venv", "--without-pip", "--clear", str(place)]):
        raise _failed(side, log)
    environment = _layered(place)
    if not wanted:
        return environment, ()
    held = _constraints(place.parent / f"held-{place.name}.txt", wanted)
    # --no-index has no variable of uv's.
    offline = ["--no-index"] if kept.get("PIP_NO_INDEX", "").lower() in {"1", "on", "true", "yes"} else []
    tools = [[uv, "pip", "install", "--python", environment.python, *offline]] if uv else []
    if has_pip:
        # The pip of the current environment, seen through the layer and run by the new interpreter: it installs there.
        tools.append([environment.python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
                      "--progress-bar=off"])  # fmt: skip
    # First with everything else held where it is; where that cannot be, with what it takes, and saying so.
    for more in (["--constraint", str(held)], []):
        for tool in tools:
            if succeeds([*tool, *more, *wanted]):
                return environment, () if more else _moved(environment, wanted)
    raise _failed(side, log)


def _settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return ``environ`` without what says where to install, and for uv with what pip's variables say."""
    # Where the user's pip installs by default is not where this is to go.
    kept = {name: value for name, value in environ.items() if name not in _ELSEWHERE}
    for name, as_uv_says in _AS_UV_SAYS.items():
        if kept.get(name):
            # Of several, pip's stand apart by spaces and uv's --find-links by commas.
            kept.setdefault(as_uv_says, kept[name].replace(" ", "," if "LINKS" in name else " "))
    return kept


def _layered(place: Path) -> Environment:
    """Make the environment at ``place`` see what the current one has, behind what is its own."""
    names = {"base": str(place), "platbase": str(place), "installed_base": sys.base_prefix}
    scheme = "venv" if "venv" in sysconfig.get_scheme_names() else ("nt" if os.name == "nt" else "posix_prefix")
    packages = Path(sysconfig.get_path("purelib", scheme, names))
    scripts = Path(sysconfig.get_path("scripts", scheme, names))
    # addsitedir and not the bare path: the .pth files there count too, as they do here.
    lines = "".join(f"import site; site.addsitedir({folder!r})\n" for folder in package_folders())
    (packages / "lapwing-below.pth").write_text(lines, encoding="utf-8")
    name = "python.exe" if os.name == "nt" else "python"
    return Environment(python=str(scripts / name), packages=str(packages), scripts=str(scripts))


def _constraints(file: Path, wanted: Sequence[str]) -> Path:
    free = {name_of(one) for one in map(parsed, wanted) if one is not None}
    lines = (f"{name}=={version}\n" for name, version in installed().items() if name not in free)
    file.write_text("".join(lines), encoding="utf-8")
    return file


def _moved(environment: Environment, wanted: Sequence[str]) -> tuple[str, ...]:
    free = {name_of(one) for one in map(parsed, wanted) if one is not None}
    here = installed()
    there = installed([environment.packages])
    return tuple(
        f"{name} {here[name]} → {version}"
        for name, version in sorted(there.items())
        if name in here and name not in free and here[name] != version
    )


def _failed(side: SideName, log: Path) -> MeasureError:
    return MeasureError(
        "environment-failed",
        f"What {side} depends on cannot be installed; the log ends with:\n{tail(log)}\n",
        remedy="let pip or uv find it (PIP_FIND_LINKS, UV_FIND_LINKS, an index), or install versions that both sides "
        f"take (the whole log is {log}).",
    )

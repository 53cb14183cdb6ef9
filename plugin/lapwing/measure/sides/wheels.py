"""How is the wheel of one side built, and when not again?

From a checkout of that side with its own build configuration, no flag of ours, by pip or else by uv. What is kept is
found again by everything that a build depends on: the files, the interpreter's ABI, the build requirements (with their
versions where those installed are used), compiler variables.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.measure.sides.compiled_parts import build_backend, build_requirements
from lapwing.measure.sides.requirements import all_fit, installed_version, name_of, parsed
from lapwing.measure.sides.running import tail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.measure.sides.project_files import ProjectFiles
    from lapwing.measure.sides.running import Workshop
    from lapwing.recording import SideName

_KEPT: Final = 20
"""Wheels in the cache: ten comparisons' worth."""

_HALF: Final = ".building-"
_HALF_SECONDS: Final = 600.0
"""Copying a wheel takes a second: what is older than this is nobody's."""

_COMPILER_VARIABLES: Final = (
    *("ARCHFLAGS", "AR", "CC", "CFLAGS", "CMAKE_ARGS", "CPPFLAGS", "CXX", "CXXFLAGS", "FC", "FFLAGS", "LD", "LDFLAGS"),
    *("LDSHARED", "MACOSX_DEPLOYMENT_TARGET", "RUSTFLAGS", "SETUPTOOLS_SCM_PRETEND_VERSION"),
)

# Each backend that reads its version from git, which a checkout of ours has not, and the variable to tell it by.
_FROM_GIT: Final = {
    "setuptools-scm": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "setuptools-git-versioning": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "hatch-vcs": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "vcs-versioning": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "pdm-backend": "PDM_BUILD_SCM_VERSION",
    "pbr": "PBR_VERSION",
    "poetry-dynamic-versioning": "POETRY_DYNAMIC_VERSIONING_BYPASS",
    "uv-dynamic-versioning": "UV_DYNAMIC_VERSIONING_BYPASS",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One wheel to build: of the side ``side``, whose files are laid out below ``place``, the project in ``folder``.

    ``tree`` is a hash of the files; ``python`` is who builds, in the environment ``environ``; ``version`` is what a
    backend is told that asks git for it, ``beside`` what that environment has of its own.
    """

    side: SideName
    place: Path
    folder: Path
    files: ProjectFiles
    tree: str
    python: str
    environ: Mapping[str, str]
    version: str
    beside: tuple[str, ...] = ()


def wheel_of(build: Build, workshop: Workshop) -> Path:
    """Return the wheel, from the cache or built now and kept there.

    Raises:
        MeasureError: ``build-failed`` with the end of the log, ``no-builder`` where there is neither pip nor uv, or
            ``no-room`` where the cache cannot be written.
    """
    requirements = build_requirements(build.files)
    installed = _are_installed(requirements, build_backend(build.files))
    environ = _environment(build, requirements)
    place = workshop.cache / "wheels" / _key(build, requirements, environ, installed=installed)
    kept = _kept(place)
    if kept is not None:
        return kept
    workshop.progress(f"building {build.side}")
    log = workshop.log(f"build-{build.side}.log")
    # In the folder that goes even if we are killed; what is kept is copied from there.
    fresh = workshop.folder / "o"
    fresh.mkdir()
    try:
        isolations = (["--no-build-isolation"], []) if installed else ([],)
        # Without isolation a backend may miss what it asks for only then (ninja, cmake): then with.
        if not any(_is_built(build, fresh, isolation, environ, workshop, log) for isolation in isolations):
            raise _failed(build, log)
        _keep(_wheels_in(fresh)[0], place)
        # Where the cache refuses, it is used from where it cannot stay.
        return _kept(place) or Path(shutil.copy2(_wheels_in(fresh)[0], workshop.folder))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        _make_room(place.parent)


def _keep(wheel: Path, place: Path) -> None:
    with suppress(OSError):  # a full disk; or another process was faster, and its wheel is as good
        place.parent.mkdir(exist_ok=True)
        # Beside its place: only there is the last step a rename, whole or not at all.
        half = Path(tempfile.mkdtemp(prefix=_HALF, dir=place.parent))
        try:
            shutil.copy2(wheel, half)
            half.rename(place)
        finally:
            shutil.rmtree(half, ignore_errors=True)


def _is_built(  # noqa: PLR0913, PLR0917 - each is what the one command is made of
    build: Build, target: Path, isolation: list[str], environ: Mapping[str, str], workshop: Workshop, log: Path
) -> bool:
    command = [*_builder(build, target), *isolation, str(build.folder)]
    return workshop.run(command, cwd=build.place, environ=environ, log=log) == 0 and bool(_wheels_in(target))


def _failed(build: Build, log: Path) -> MeasureError:
    return MeasureError(
        "build-failed",
        f"The wheel of {build.side} cannot be built; the log ends with:\n{tail(log)}\n",
        remedy=f"mend the build (the whole log is {log}), or compare with a commit that can be built.",
    )


def _builder(build: Build, target: Path) -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [build.python, "-m", "pip", "wheel", "--no-deps", "--no-input", "--disable-pip-version-check",
                "--progress-bar=off", "--wheel-dir", str(target)]  # fmt: skip
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "build", "--wheel", "--no-progress", "--python", build.python, "--out-dir", str(target)]
    raise MeasureError(
        "no-builder",
        "The project has compiled parts, and there is neither pip nor uv to build them with.",
        remedy="install pip into this environment, or uv.",
    )


def _environment(build: Build, requirements: tuple[str, ...]) -> dict[str, str]:
    environ = {"SOURCE_DATE_EPOCH": "315532800", **build.environ}  # 1980, as early as a wheel can say
    names = {name_of(one) for one in map(parsed, requirements) if one is not None}
    for name, variable in _FROM_GIT.items():
        if name in names:
            environ.setdefault(variable, build.version)
    # Whatever the build leaves in temporary places goes with ours.
    scratch = build.place.parent / "t"
    scratch.mkdir(exist_ok=True)
    return environ | {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}


def _are_installed(requirements: tuple[str, ...], backend: str) -> bool:
    if not all_fit(requirements):
        return False
    # setuptools makes wheels itself since 70.1; before, it asks for the distribution wheel.
    return not backend.startswith("setuptools") or all_fit(["setuptools>=70.1"]) or all_fit(["wheel"])


def _key(build: Build, requirements: tuple[str, ...], environ: Mapping[str, str], *, installed: bool) -> str:
    names = sorted(name_of(one) for one in map(parsed, requirements) if one is not None)
    parts = [
        "1",
        build.tree,
        build.files.project,
        sys.implementation.cache_tag or "",
        sysconfig.get_platform(),
        str(sysconfig.get_config_var("EXT_SUFFIX")),
        sys.version,
        *sorted(requirements),
        *build.beside,
        *(f"{name}=={installed_version(name)}" for name in names if installed),
        *(f"{name}={environ[name]}" for name in _COMPILER_VARIABLES if name in environ),
    ]
    return blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _kept(place: Path) -> Path | None:
    found = _wheels_in(place)
    if not found:
        return None
    with suppress(OSError):
        os.utime(place)  # the least used go first
    return found[0]


def _wheels_in(place: Path) -> list[Path]:
    return sorted(place.glob("*.whl"))


def _make_room(folder: Path) -> None:
    """Remove the wheels that were used least, and what one who was killed while he kept his left."""
    with suppress(OSError):
        held = sorted((one.stat().st_mtime, one) for one in folder.iterdir())
        whole = [one for _, one in held if not one.name.startswith(_HALF)]
        left = [one for used, one in held if one.name.startswith(_HALF) and used < time.time() - _HALF_SECONDS]
        for one in (*whole[:-_KEPT], *left):
            shutil.rmtree(one, ignore_errors=True)

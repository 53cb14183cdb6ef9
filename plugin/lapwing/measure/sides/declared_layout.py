"""Where does the project itself say that its packages are? In the settings of its build backend, and of pytest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lapwing.measure.sides.project_files import table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lapwing.measure.sides.project_files import ProjectFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLayout:
    """What a project declares: paths of the repository.

    ``roots`` are folders that imports start from, ``packages`` folders (or modules, without ``.py``) that are its
    packages, ``renamed`` pairs of an import name and its folder where that has another name, ``patterns`` the names of
    its test files.
    """

    roots: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    patterns: tuple[str, ...] = ()


def declared_layout(files: ProjectFiles) -> DeclaredLayout:
    """Read what ``pyproject.toml``, ``setup.cfg``, ``setup.py`` and pytest's settings declare."""
    pyproject = files.toml()
    packages = [*_packages(pyproject)]
    roots = [*_roots(pyproject), *(path.rpartition("/")[0] for path in packages)]
    folders, names = _setuptools(files, pyproject)
    roots += [folder for name, folder in folders.items() if not name]
    renamed = []
    for name, folder in folders.items():
        parts, path = name.split("."), folder.strip("/").split("/")
        if name and path[-len(parts) :] == parts:
            roots.append("/".join(path[: -len(parts)]))
        elif name:
            renamed.append((name, files.at(folder)))
    top = files.at(folders.get("", ""))
    known = {name for name, _ in renamed}
    packages += [f"{folders.get('', '')}/{name.split('.')[0]}" for name in names if name not in known]
    if names and not roots:
        roots.append(folders.get("", ""))
    paths, patterns = _pytest(files, pyproject)
    return DeclaredLayout(
        roots=tuple(dict.fromkeys(files.at(one) for one in (*roots, *paths))),
        packages=tuple(dict.fromkeys(one for one in map(files.at, packages) if one != top)),
        renamed=tuple(renamed),
        patterns=tuple(patterns),
    )


def _roots(pyproject: dict[str, Any]) -> Iterator[str]:
    tool = table(pyproject, "tool")
    yield from words(table(tool, "setuptools", "packages", "find").get("where"))
    for target in (table(tool, "hatch", "build"), table(tool, "hatch", "build", "targets", "wheel")):
        yield from words(target.get("sources"))
        yield from words(target.get("dev-mode-dirs"))
        yield from (key for key in table(target, "sources") if not table(target, "sources")[key])
    yield from words([table(tool, "pdm", "build").get("package-dir")])
    yield from words([table(tool, "maturin").get("python-source")])
    yield from words([table(tool, "uv", "build-backend").get("module-root")])


def _packages(pyproject: dict[str, Any]) -> Iterator[str]:
    tool = table(pyproject, "tool")
    wheel = table(tool, "hatch", "build", "targets", "wheel")
    yield from words(wheel.get("packages"))
    yield from (one for one in words(wheel.get("only-include")) if "*" not in one)
    yield from words(table(tool, "scikit-build", "wheel").get("packages"))
    included = table(tool, "poetry").get("packages")
    for item in included if isinstance(included, list) else []:
        name, start = table(item).get("include"), table(item).get("from", "")
        if isinstance(name, str) and isinstance(start, str):
            yield f"{start}/{name.split('/*')[0].removesuffix('.py')}"


def _setuptools(files: ProjectFiles, pyproject: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return the folder of each name (of '', the root), and the names of packages and modules that are listed."""
    folders: dict[str, str] = {}
    names: list[str] = []
    setup, cfg, tool = files.setup_arguments(), files.ini("setup.cfg"), table(pyproject, "tool", "setuptools")
    for found in (setup.get("packages"), setup.get("package_dir"), tool.get("package-dir")):
        if isinstance(found, dict):
            folders |= {str(name): folder for name, folder in found.items() if isinstance(folder, str)}
    for line in (cfg.get("options", "package_dir", fallback="") or "").splitlines():
        name, equals, folder = line.partition("=")
        if equals:
            folders[name.strip()] = folder.strip()
    where = cfg.get("options.packages.find", "where", fallback="")
    if where:
        folders.setdefault("", where.split()[0])
    for listed in (setup.get("packages"), setup.get("py_modules"), tool.get("packages"), tool.get("py-modules")):
        names += words(listed) if not isinstance(listed, dict) else []
    for key in ("packages", "py_modules"):
        names += [one for one in words(cfg.get("options", key, fallback="") or "") if ":" not in one]
    return folders, names


def _pytest(files: ProjectFiles, pyproject: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return ``pythonpath`` and ``python_files``, from the one file that pytest reads."""
    native, classic = table(pyproject, "tool", "pytest"), table(pyproject, "tool", "pytest", "ini_options")
    ini = {name: files.ini(name) for name in ("pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg")}
    found: list[list[str]] = []
    for key in ("pythonpath", "python_files"):
        given = [*words(native.get(key)), *words(classic.get(key))]
        for name, parser in ini.items():
            given += words(parser.get("tool:pytest" if name == "setup.cfg" else "pytest", key, fallback="") or "")
        found.append(given)
    return found[0], found[1]

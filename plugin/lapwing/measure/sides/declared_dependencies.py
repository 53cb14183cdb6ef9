"""What does a project say that it depends on? Its metadata, its requirement files, its lock files.

What runs it (``[project] dependencies`` and their like) is told from what is needed beside it (extras, groups,
requirement files for development) and from what a lock file pins.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.sides.project_files import table, words
from lapwing.measure.sides.requirements import name_of, parsed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.measure.sides.project_files import ProjectFiles

_REQUIREMENTS: Final = re.compile(r"(^|/)(requirements[^/]*\.(txt|in)|requirements/[^/]+\.(txt|in))$")
_TOML_LOCKS: Final = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """By the name of each distribution, the requirements as they are written; of ``locked``, one version."""

    running: dict[str, frozenset[str]] = field(default_factory=dict)
    beside: dict[str, frozenset[str]] = field(default_factory=dict)
    locked: dict[str, frozenset[str]] = field(default_factory=dict)


def declared_dependencies(files: ProjectFiles, paths: Collection[str]) -> Dependencies:
    """Read what one side declares; ``paths`` are its files."""
    running, beside = _from_pyproject(files)
    cfg, setup = files.ini("setup.cfg"), files.setup_arguments()
    running += _lines(cfg.get("options", "install_requires", fallback="") or "")
    running += words(setup.get("install_requires")) if isinstance(setup.get("install_requires"), (list, tuple)) else []
    if cfg.has_section("options.extras_require"):
        beside += [line for _, text in cfg.items("options.extras_require") for line in _lines(text or "")]
    extras = setup.get("extras_require")
    for listed in extras.values() if isinstance(extras, dict) else ():
        beside += words(listed) if isinstance(listed, (list, tuple)) else []
    start = files.project + "/" if files.project else ""
    for path in sorted(paths):
        below = path.removeprefix(start)
        if path.startswith(start) and _REQUIREMENTS.search(below) and below.count("/") <= 1:
            # Only the plainest name is taken to be what runs it.
            (running if below == "requirements.txt" else beside).extend(_lines(files.text(below) or ""))
    return Dependencies(running=_by_name(running), beside=_by_name(beside), locked=_locked(files))


def _from_pyproject(files: ProjectFiles) -> tuple[list[str], list[str]]:
    pyproject = files.toml()
    project, poetry = table(pyproject, "project"), table(pyproject, "tool", "poetry")
    running, beside = words(project.get("dependencies")), []
    for listed in (*table(project, "optional-dependencies").values(), *table(pyproject, "dependency-groups").values()):
        beside += words(listed) if isinstance(listed, list) else []
    dynamic = table(pyproject, "tool", "setuptools", "dynamic")
    for name in words(table(dynamic, "dependencies").get("file")):
        running += _lines(files.text(name) or "")
    for extra in table(dynamic, "optional-dependencies").values():
        for name in words(table(extra).get("file")):
            beside += _lines(files.text(name) or "")
    running += _poetry(table(poetry, "dependencies"))
    for group in table(poetry, "group").values():
        beside += _poetry(table(group, "dependencies"))
    return running, beside + _poetry(table(poetry, "dev-dependencies"))


def _poetry(listed: dict[str, Any]) -> list[str]:
    """Return poetry's own way of writing requirements in everybody's: ``^1.2`` is ``>=1.2,<2``."""
    found = []
    for name, value in listed.items():
        given = table(value).get("version", "*") if isinstance(value, dict) else value
        if name != "python" and isinstance(given, str):
            parts = [_poetry_part(one.strip()) for one in given.split(",")]
            found.append(name + ",".join(part for part in parts if part))
    return found


def _poetry_part(part: str) -> str:
    match = re.fullmatch(r"([\^~]?)\s*(\d[\w.]{0,99})", part)
    if match is None:
        return "" if part == "*" else part
    sign, version = match.groups()
    if not sign:
        return f"=={version}"
    numbers = [int(one) for one in re.findall(r"\d+", version)[:3]]
    if sign == "~":
        place = 0 if len(numbers) == 1 else 1
    else:
        place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    above = [*numbers[:place], numbers[place] + 1]
    return f">={version},<{'.'.join(map(str, above))}"


def _lines(text: str) -> list[str]:
    """Return the requirements of a requirement file; its options (``-r``, ``--hash``) are passed over."""
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = (re.split(r"\s+(?:--|#)", line.strip(), maxsplit=1)[0].strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def _by_name(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for text in texts:
        requirement = parsed(text)
        if requirement is not None:
            requirement.name = name_of(requirement)
            found.setdefault(requirement.name, set()).add(str(requirement))
    return {name: frozenset(written) for name, written in found.items()}


def _locked(files: ProjectFiles) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for file in _TOML_LOCKS:
        data = files.toml(file)
        for item in (*_list(data.get("package")), *_list(data.get("packages"))):
            name, version = table(item).get("name"), table(item).get("version")
            if isinstance(name, str) and isinstance(version, str):
                for marker in _markers(table(item)):
                    _add(found, name, version, marker)
    try:
        piped = json.loads(files.text("Pipfile.lock") or "{}")
    except (ValueError, RecursionError):
        piped = {}
    for name, item in (*table(piped, "default").items(), *table(piped, "develop").items()):
        version = table(item).get("version")
        if isinstance(version, str):
            _add(found, name, version.removeprefix("=="))
    return {name: frozenset(written) for name, written in found.items()}


def _markers(item: dict[str, Any]) -> list[str]:
    """Return the markers of which one must hold for a locked version to be for this machine; an empty one does.

    uv lists them as ``resolution-markers``, PEP 751 and pdm have one ``marker``, poetry ``markers``, of groups a table.
    """
    listed = item.get("resolution-markers", item.get("marker", item.get("markers")))
    several = list(listed.values()) if isinstance(listed, dict) else listed if isinstance(listed, list) else [listed]
    return words(several) or [""]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _add(found: dict[str, set[str]], name: str, version: str, marker: str = "") -> None:
    requirement = parsed(f"{name}=={version}; {marker}" if marker else f"{name}=={version}")
    if requirement is not None:
        requirement.marker = None
        found.setdefault(name_of(requirement), set()).add(str(requirement))

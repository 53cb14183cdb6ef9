"""Which changes mean that equal code is not equal speed? Those of files that a process may have read.

The rule, for each path that differs between the sides, in the repository's terms:

- Python source that the process imported is in the hash of its code, and what it did not import had no part, unless it
  was read as data (a template, a plugin run by ``exec``, source that is parsed): then it voids.
- ``pyproject.toml`` is in the hash by its meaning, so it voids only where it was read.
- Documentation and what only tools of development read (CI, linters, editors, git) void where they were read.
- Everything else voids: data, templates, lock files, requirements, settings, sources of compiled parts, compiled parts,
  anything unknown. Compiled code opens files unseen, so that it was not seen to be read is no proof.
- A file that is on one side only also voids where the folder that holds it was listed: by then, names are data.
- Processes and interpreters that were started, in which anything may have been imported, and whatever kept us from
  seeing, void where anything but documentation differs.

"Read" is by anybody but the import system and pytest's own collection.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_DOC_FILES: Final = (
    "*.md",
    "*.mdx",
    "*.rst",
    "*.adoc",
    "*.pyi",
    "py.typed",
    "citation.cff",
    "codemeta.json",
    "codeowners",
)
_DOC_NAMES: Final = re.compile(
    r"(readme|licen[cs]e|copying|notice|authors|contribut\w+|maintainers|changelog|changes|history|news|todo|security"
    r"|support|thanks)([-_.]\w+)?(\.txt)?"
)
_TOOL_FILES: Final = (
    *(".gitignore", ".gitattributes", ".gitmodules", ".git-blame-ignore-revs", ".mailmap", ".editorconfig"),
    *(".pre-commit-config.yaml", ".pre-commit-hooks.yaml", ".flake8", ".pylintrc", "mypy.ini", ".mypy.ini"),
    *("ruff.toml", ".ruff.toml", "pyrightconfig.json", ".isort.cfg", ".coveragerc", "codecov.yml", ".codecov.yml"),
    *(".readthedocs.yml", ".readthedocs.yaml", "readthedocs.yml", ".travis.yml", ".gitlab-ci.yml", ".cirrus.yml"),
    *("appveyor.yml", ".appveyor.yml", "azure-pipelines.yml", "renovate.json", "dependabot.yml", "mkdocs.yml"),
    *("makefile", "justfile", "dockerfile", ".dockerignore", ".zenodo.json", "asv.conf.json", ".asv.conf.json"),
)
_DOC_FOLDERS: Final = frozenset({"doc", "docs", "changelog.d", "newsfragments", "news", "changes"})
_DOC_TYPES: Final = frozenset(
    {*("txt", "html", "css", "js", "svg", "png", "jpg", "jpeg", "gif", "ico", "webp", "ipynb", "inc", "bib"), ""}
)
"""In a folder of documentation: what a page is made of. Others (.json, .csv) may be data that an example shares."""

_TOOL_FOLDERS: Final = frozenset(
    {".github", ".gitlab", ".circleci", ".vscode", ".idea", ".devcontainer", "changelog.d"}
)
_SHOWN: Final = 3


def is_documentation(path: str) -> bool:
    """Tell whether a path is by its name documentation, or read by tools of development only."""
    *folders, name = path.lower().split("/")
    if name.endswith((".py", ".so", ".pyd")):
        return False
    if folders and folders[0] in _TOOL_FOLDERS:
        return True
    if any(fnmatchcase(name, pattern) for pattern in (*_DOC_FILES, *_TOOL_FILES)):
        return True
    _, dot, kind = name.rpartition(".")
    if _DOC_NAMES.fullmatch(name) and (kind == name or (kind == "txt" and not folders)):
        return True  # readme, license-mit, changes.txt at the top; not news.json, nor data/news.txt
    return bool(folders) and folders[0] in _DOC_FOLDERS and (kind if dot else "") in _DOC_TYPES


def voids_of_changes(
    changed_paths: Collection[str],
    opened_paths: Collection[str],
    *,
    one_sided: Collection[str] | None = None,
    unseen: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the reasons, one sentence each, why equal code does not mean equal speed here; none where it does.

    ``changed_paths`` differ between the sides, ``one_sided`` of them are on one side only (all may be, where it is
    None). ``opened_paths`` are the files that the process read and the folders it listed. ``unseen`` are the sentences
    of :attr:`lapwing.measure.acquittal.watch.Seen.voids`. All paths have ``/`` between folders, and ``.`` is the top.
    """
    opened = frozenset(opened_paths)
    matters = [path for path in changed_paths if not is_documentation(path)]
    return (
        *_said([path for path in changed_paths if path in opened], "read", "differs between the sides"),
        *_said(
            [path for path in (changed_paths if one_sided is None else one_sided) if _folder(path) in opened],
            "in a folder that is listed",
            "may be on one side only" if one_sided is None else "is on one side only",
        ),
        *_said([path for path in matters if path not in opened and _may_be_data(path)], "no Python source", "differs"),
        *(unseen if matters else ()),
    )


def _may_be_data(path: str) -> bool:
    return not path.endswith(".py") and path.rpartition("/")[2] != "pyproject.toml"


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _said(paths: Collection[str], what: str, how: str) -> Iterator[str]:
    """Return one sentence about some paths, or none."""
    if paths:
        first = sorted(paths)[:_SHOWN]
        more = f" and {len(paths) - len(first)} more" if len(paths) > len(first) else ""
        yield f"{', '.join(first)}{more} ({what}) {how}."

"""What is there to lay out? The files of both sides, the project among them, and which of them are its code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.measure.sides.declared_layout import declared_layout
from lapwing.measure.sides.installed_layout import exempt_folders, installed_layout
from lapwing.measure.sides.project_code import PROJECT_FILES, ProjectCode, find_roots
from lapwing.measure.sides.project_files import ProjectFiles
from lapwing.measure.sides.revisions import WORKING
from lapwing.measure.sides.trees import CommitTree, WorkTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.measure.sides.origin import Rule
    from lapwing.measure.sides.revisions import Chosen
    from lapwing.measure.sides.trees import Tree
    from lapwing.recording import SideName


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known before anything is laid out. ``project`` is the project's folder in the repository.

    ``others`` has the files that are no code, which are the same on both sides.
    """

    chosen: Chosen
    cwd: Path
    project: str
    base: Tree
    head: Tree
    others: Tree
    code: ProjectCode
    rule: Rule
    environ: Mapping[str, str]

    def tree(self, name: SideName) -> Tree:
        """Return the files of one side."""
        return self.base if name == "base" else self.head

    def files(self, name: SideName) -> ProjectFiles:
        """Return the project's settings on one side."""
        return ProjectFiles(self.tree(name).read, self.project)


def plan_of(chosen: Chosen, cwd: Path, scratch: Path, environ: Mapping[str, str]) -> Plan:
    """Look at both sides: what files they have, where their packages are, which files are code.

    Raises:
        RepositoryError: ``no-repository`` where ``cwd`` is outside of it, or git cannot tell the files.
    """
    top = Path(os.path.realpath(chosen.top))
    where = Path(os.path.realpath(cwd))
    if not where.is_relative_to(top):
        raise RepositoryError(
            "no-repository", f"{where} is not in the repository {top}.", remedy="start Lapwing inside of it."
        )
    base: Tree = CommitTree(top, chosen.base.sha, scratch)
    head: Tree = WorkTree(top) if chosen.working else CommitTree(top, chosen.head.sha, scratch)
    others = _others(chosen, head, top, scratch)
    project = _project_of(where.relative_to(top).as_posix(), others)
    exempt = exempt_folders(top)
    declared = [declared_layout(ProjectFiles(tree.read, project)) for tree in dict.fromkeys((others, head, base))]
    paths = base.paths | head.paths | others.paths
    roots = find_roots(project, declared, installed_layout(top, exempt), paths)
    code = ProjectCode(paths, project=project, roots=roots)
    rule: Rule = {"root": str(top), "side": "", "packages": [], "exempt": list(exempt)}
    return Plan(
        chosen=chosen,
        cwd=where,
        project=project,
        base=base,
        head=head,
        others=others,
        code=code,
        rule=rule,
        environ=environ,
    )


def _others(chosen: Chosen, head: Tree, top: Path, scratch: Path) -> Tree:
    if chosen.files is None:
        return head
    return WorkTree(top) if chosen.files == WORKING else CommitTree(top, chosen.files, scratch)


def _project_of(folder: str, head: Tree) -> str:
    """Return the nearest folder, upwards, that is a project's; or the folder itself."""
    parts = [] if folder == "." else folder.split("/")
    for end in range(len(parts), -1, -1):
        start = "/".join(parts[:end])
        if any((f"{start}/{name}" if start else name) in head.paths for name in PROJECT_FILES):
            return start
    return "/".join(parts)

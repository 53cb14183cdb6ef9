"""Which files does ``lapwing init`` write, and where?"""

# ruff: noqa: PLC0415 - git is asked only where nobody names the branch
from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import UsageError
from lapwing.forge.setting_up import KINDS, is_branch, plan

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.forge.setting_up import Planned


def initialize(kind: str, root: Path, *, branch: str | None, force: bool) -> tuple[Planned, ...]:
    """Write the workflows of a forge into the project at ``root``, and return what was done with each.

    Raises:
        UsageError: there is no such forge (``no-such-forge``), the branch is none (``no-branch``), or a file cannot be
            read or written (``unwritable-file``).
    """
    if kind not in KINDS:
        raise UsageError(
            "no-such-forge", f"There is no forge {kind[:40]!r}.", remedy=f"name one of: {', '.join(KINDS)}."
        )
    from lapwing.forge.templates import workflows

    wanted = workflows(_branch(root) if branch is None else _checked(branch))
    there = {path: text for path in wanted if (text := _text(root / path)) is not None}
    planned = plan(wanted, there, force=force)
    for one in planned:
        if one.text is not None:
            _write(root / one.path, one.text)
    return planned


def _branch(root: Path) -> str:
    """Return the default branch: as the remote says, else main or master where there is one, else main."""
    from lapwing.measure.sides.git import Git

    git = Git(where=root)
    said = git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD", none_at=(1, 128))
    found = (said or b"").decode("utf-8", "replace").strip().removeprefix("origin/")
    if is_branch(found):
        return found
    for name in ("main", "master"):
        if git.ask("rev-parse", "--quiet", "--verify", f"refs/heads/{name}", none_at=(1, 128)) is not None:
            return name
    return "main"


def _checked(branch: str) -> str:
    if not is_branch(branch):
        raise UsageError("no-branch", f"{branch[:60]!r} is no name of a branch.", remedy="name it with --branch.")
    return branch


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, "read", error) from None


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise _unusable(path, "written", error) from None


def _unusable(path: Path, what: str, error: Exception) -> UsageError:
    why = getattr(error, "strerror", None) or type(error).__name__
    return UsageError("unwritable-file", f"{path} cannot be {what}: {why}.", remedy="make it a plain file of yours.")

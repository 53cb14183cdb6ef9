"""What does the user say of results that do not say it themselves: their commit, their date, their machine?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import ImportRefused
from lapwing.history.importers.points import NOBODY

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.model import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """``date`` is when it was measured, in seconds since the epoch; all of it is used only where the file is silent."""

    commit: Commit | None = None
    date: float | None = None
    machine: str = ""

    @property
    def label(self) -> str:
        """What the machine is called."""
        return self.machine or NOBODY

    def commit_for(self, path: Path, tool: str, said: Commit | None = None) -> Commit:
        """Return the commit that the file ``said``, or else the one given.

        A number without a commit is never guessed to be head's: who imports last year's file today would find last
        year's speed at today's commit.

        Raises:
            ImportRefused: ``no-commit``, or ``commit-is-known`` where there are two.
        """
        if said is not None and self.commit is not None:
            raise commit_is_known(path, "it names its commit")
        commit = said or self.commit
        if commit is None:
            raise ImportRefused(
                "no-commit",
                f"{path} does not say which commit it measured, as files of {tool} seldom do.",
                remedy="say it with --commit, for the one checked out --commit HEAD.",
            )
        return commit


def commit_is_known(path: Path, why: str) -> ImportRefused:
    """Return the error for a file whose commits cannot be given."""
    return ImportRefused("commit-is-known", f"{path} needs no --commit: {why}.", remedy="leave --commit out.")


NOTHING: Final = Given()

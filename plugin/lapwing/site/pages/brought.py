"""What brought a change: what is its commit about, and of which pull request is it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError
from lapwing.site.pages.index import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.ports import Commits
    from lapwing.site.pages.content import Content

_LONGEST: Final = 120
"""Characters of a subject that are shown; git advises 50, and a line of a table has no room for more."""

# Merged by the button of a forge, or squashed by one: the number is then the last thing said.
_PULL: Final = re.compile(
    r"Merge pull request (?:#(\d{1,9})\b|'.*' \(#(\d{1,9})\) from )|.*\((?:pull request )?#(\d{1,9})\)$", re.ASCII
)


def pull_of(subject: str) -> int | None:
    """Return the number of the pull request that a commit's subject names, None where it names none."""
    found = _PULL.match(subject)
    return next((int(number) for number in found.groups() if number), None) if found is not None else None


def brought(shas: Iterable[str], content: Content, commits: Commits) -> dict[str, dict[str, object]]:
    """Return, by the hash on the site, the subject and the pull request of those of ``shas`` that git knows.

    A pull request is one only where the project is on the web and its host is known to have them.
    """
    wanted = sorted(set(shas) - {""})
    try:
        known = commits.describe(wanted)
    except RepositoryError:  # outside a repository an imported history can still be looked at
        return {}
    return {
        plain(commit.sha): {
            "subject": commit.subject[:_LONGEST],
            "pull": pull_of(commit.subject) if content.pull_url else None,
        }
        for sha, commit in known.items()
    }

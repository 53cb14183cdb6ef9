"""What is known of the commits of a site: what each is about, of which pull request it is, what the machines did there?

Every page asks for it, so it is apart from what the Verdicts page alone needs: of 8,000 benchmarks that has 4 MB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError
from lapwing.site.pages.index import plain
from lapwing.site.pages.numbers import interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.model import Commit, EnvironmentEvent
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


def brought(
    shas: Iterable[str], events: Iterable[EnvironmentEvent], content: Content, commits: Commits
) -> dict[str, object]:
    """Return the subject and the pull request, by hash on the site, of those ``shas`` that git knows; and the events.

    A pull request is one only where the project is on the web and its host is known to have them.
    """
    return {
        "pull_url": content.pull_url,
        "commits": {plain(one.sha): _about(one, content) for one in _known(shas, commits)},
        "events": [row for one in events if (row := _event(one, content)) is not None],
    }


def _known(shas: Iterable[str], commits: Commits) -> Iterable[Commit]:
    wanted = sorted(set(shas) - {""})
    try:
        return commits.describe(wanted).values()
    except RepositoryError:  # outside a repository an imported history can still be looked at
        return ()


def _about(commit: Commit, content: Content) -> dict[str, object]:
    pull = pull_of(commit.subject) if content.pull_url else None
    return {"subject": commit.subject[:_LONGEST], "pull": pull}


def _event(one: EnvironmentEvent, content: Content) -> dict[str, object] | None:
    before, after = (content.numbers.get(sha) for sha in one.commits)
    if before is None or after is None:
        return None
    return {
        "before": before,
        "after": after,
        "machine": content.names.get(one.machine, ""),
        "ratio": interval(one.ratio),
        "text": one.reason,
    }

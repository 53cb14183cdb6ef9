"""Which tag is the last release before head?

``auto`` means: the release that is nearest to head along the first-parent history and is not head itself, since a ratio
to oneself says nothing; head's own tag only where there is no other, so that the first release begins a chain. Nearest
and not highest: a fix of an old line (1.9.5 after 2.0) is not what head grew from, and its tag is not among head's
first parents. Pre-releases and nightlies serve only where nothing was released.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.model import Tag

# "v1.2.0", "1.2", "release-1.2.0", "pkg/v1.2", "rel_2_0_1", "2024.01.15"; of a single number only "v3" and "3".
_DOTTED: Final = re.compile(r"(?:^|[^0-9.])(\d+(?:[._]\d+)+)", re.ASCII)
_SINGLE: Final = re.compile(r"[vV]?(\d{1,4})", re.ASCII)
_UNFINISHED: Final = re.compile(
    r"(?:^|[^a-z])(?:a|b|c|alpha|beta|rc|pre|preview|dev|nightly|snapshot|canary)(?:[^a-z]|$)"
)


def version_of(name: str) -> tuple[int, ...] | None:
    """Return the numbers of a tag that is named like a version, None for any other tag."""
    found = _SINGLE.fullmatch(name) or _DOTTED.search(name)
    return tuple(int(part[:9]) for part in re.split(r"[._]", found[1])) if found else None


def is_finished(name: str) -> bool:
    """Tell whether a version is a release and nothing that comes before one."""
    return _UNFINISHED.search(name.lower()) is None


def last_release(tags: Iterable[Tag], first_parents: Sequence[str]) -> Tag | None:
    """Return the last release before head, the last of ``first_parents`` (full hashes, oldest first); None without one.

    Of several tags of one commit, the highest version.
    """
    place = {sha: i for i, sha in enumerate(first_parents)}
    head = len(first_parents) - 1

    def rank(tag: Tag) -> tuple[bool, bool, int, tuple[int, ...], str]:
        at = place[tag.sha]
        return at != head, is_finished(tag.name), at, version_of(tag.name) or (), tag.name

    releases = [tag for tag in tags if tag.sha in place and version_of(tag.name) is not None]
    return max(releases, key=rank, default=None)

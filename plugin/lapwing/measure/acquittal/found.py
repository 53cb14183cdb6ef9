"""What was found out about one benchmark on one side? Put together from what was seen while it ran."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.measure.acquittal.below import Below
from lapwing.measure.acquittal.code_hash import CodeHasher
from lapwing.measure.acquittal.surroundings import surroundings
from lapwing.measure.acquittal.voids import voids_of_changes

if TYPE_CHECKING:
    from collections.abc import Collection

    from lapwing.measure.acquittal.watch import Seen
    from lapwing.recording import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between the sides: paths in the repository's terms; ``one_sided`` exist on one side only."""

    changed: frozenset[str]
    one_sided: frozenset[str] | None = None

    @classmethod
    def of(cls, changed: Collection[str], one_sided: Collection[str] | None = None) -> Changes:
        """Return them from any collections, as they come over a channel."""
        return cls(changed=frozenset(changed), one_sided=None if one_sided is None else frozenset(one_sided))


def hasher(root: str, changes: Changes, seen: Seen) -> CodeHasher:
    """Return the hasher of a side whose session is collected, with what was ``seen`` by then read already."""
    below = Below(root)
    places = tuple(dict.fromkeys(place for entry in sys.path if (place := below.path(entry or ".")) is not None))
    made = CodeHasher(root=root, changed=changes.changed, surroundings=surroundings(root), places=places)
    made.hash(seen)
    return made


def found(seen: Seen, using: CodeHasher, changes: Changes, *, like: Found) -> Found:
    """Return ``like``, which has the rest, with the hash of the code that was seen and what makes it void."""
    hashed = using.hash(seen)
    voids = voids_of_changes(changes.changed, seen.opened, one_sided=changes.one_sided, unseen=seen.voids)
    return replace(like, code=hashed.code, voids=(*hashed.voids, *voids))

"""What is in a folder, as one hash, and which files differ between two?"""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_BYTES: Final = 20


def contents(folder: Path, paths: Collection[str]) -> dict[str, bytes]:
    """Return a hash of each of the files that is there: its contents, whether it is a link, whether it can be run."""
    found: dict[str, bytes] = {}
    for path in paths:
        place = folder / path
        try:
            mode = place.lstat().st_mode
            if stat.S_ISLNK(mode):
                kind, content = b"link", os.fsencode(place.readlink())
            else:
                kind, content = (b"program" if mode & stat.S_IXUSR else b"file"), place.read_bytes()
        except OSError:
            continue
        found[path] = blake2b(content, digest_size=_BYTES, person=kind.ljust(16, b"\0")).digest()
    return found


def tree_hash(held: Mapping[str, bytes]) -> str:
    """Return one hash of files and their names, 40 hexadecimal digits."""
    whole = blake2b(digest_size=_BYTES)
    for path in sorted(held):
        name = os.fsencode(path)
        whole.update(len(name).to_bytes(4, "big") + name + held[path])
    return whole.hexdigest()


def changed(base: Mapping[str, bytes], head: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the paths that only one has, or that are not the same in both."""
    return tuple(sorted(path for path in {*base, *head} if base.get(path) != head.get(path)))

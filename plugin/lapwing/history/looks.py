"""What did earlier looks at this history come to? A file beside it, which may be deleted at any time.

A judgement replays a history point by point; with what is kept here it begins where the last one ended. It is no part
of the history: whatever is wrong with the file, it is as if there were none, and what is worked out again is the same.

Its digest tells damage, and no malice: who can write the file can change what is found, as who can write beside it can.
So one that came with the code, by somebody's commit, is not gone by.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from lapwing import __version__
from lapwing.history.own_folder import make_folder

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 50_000
"""Texts that are kept, the last ones used: 5 MB, read in 30 ms. 25,000 series need as many, and as many again of those
that an event of a machine was taken out of."""

_MOST_BYTES: Final = 64 * 2**20


class LooksFile:
    """A :class:`~lapwing.ports.Memory` in one file, read when first asked, written by :meth:`close`."""

    def __init__(self, path: Path, *, is_ours: bool = True) -> None:
        """Nothing is read or made yet, nor ever where ``is_ours`` says that others wrote the file."""
        self._path = path
        self._is_ours = is_ours
        self._before: dict[str, str] | None = None
        self._used: dict[str, str] = {}
        self._changed = False

    def recall(self, key: str) -> str | None:
        """Return the text that was kept under ``key``, None where there is none."""
        if self._before is None:
            self._before = self._read()
        found = self._used.get(key) or self._before.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def keep(self, key: str, text: str) -> None:
        """Keep ``text`` under ``key``."""
        self._changed = self._changed or self.recall(key) != text
        self._used[key] = text

    def close(self) -> None:
        """Write what was used, and of the rest what there is room for; a folder that takes nothing is no matter."""
        if not self._changed or not self._is_ours:
            return
        rest = {key: text for key, text in (self._before or {}).items() if key not in self._used}
        kept = dict([*rest.items(), *self._used.items()][-MOST:])
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            make_folder(self._path.parent)
            try:
                looks = json.dumps(kept).encode("ascii")
                head = json.dumps({"lapwing": __version__, "check": _check_of(looks)}).encode("ascii")
                new.write_bytes(head + b"\n" + looks)
                new.replace(self._path)
            finally:
                new.unlink(missing_ok=True)

    def _read(self) -> dict[str, str]:
        """Return what the file has: nothing where it is another version's, damaged, or larger than one of ours."""
        try:
            if not self._is_ours or self._path.stat().st_size > _MOST_BYTES:
                return {}
            head, _, looks = self._path.read_bytes().partition(b"\n")
            # By a digest: a state with another digit may be one too, and would be gone on from for ever.
            if json.loads(head) != {"lapwing": __version__, "check": _check_of(looks)}:
                return {}
            return {key: text for key, text in json.loads(looks).items() if isinstance(text, str)}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}


def _check_of(looks: bytes) -> str:
    return blake2b(looks, digest_size=16).hexdigest()

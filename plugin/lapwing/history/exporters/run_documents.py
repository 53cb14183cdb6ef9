"""How is a history written as run documents? A file for each run, with all that there is to know of it."""

from __future__ import annotations

import re
from hashlib import blake2s
from typing import TYPE_CHECKING

from lapwing.history.schema import encode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lapwing.model import Run


def write(runs: Iterable[Run], folder: Path) -> None:
    """Write the runs below ``folder``."""
    for run in runs:
        (folder / f"{file_name(run.id)}.json").write_bytes(encode(run))


def file_name(run_id: str) -> str:
    """Return a name that every file system takes, one for each id, whatever characters and case it has."""
    # At least five: "con" and "nul" are devices on Windows.
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{4,79}", run_id):
        return run_id
    plain = re.sub(r"[^a-z0-9]+", "-", run_id.lower())[:40].strip("-")
    return f"{plain}_{blake2s(run_id.encode(), digest_size=10).hexdigest()}"

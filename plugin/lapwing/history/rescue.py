"""Where does a run go that the store refused? Into a file of its own, so that what was measured is not lost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lapwing.errors import StoreUnwritable
from lapwing.history.schema import encode

if TYPE_CHECKING:
    from lapwing.model import Run


def rescue(run: Run, root: Path) -> Path:
    """Write ``run`` as a run document under ``root``, or where that refuses under the system's temporary folder.

    Raises:
        StoreUnwritable: neither takes it (``not-rescued``).
    """
    content = encode(run)
    for folder in (root, Path(tempfile.gettempdir())):
        path = folder / f"lapwing-run-{run.id}.json"
        try:
            path.write_bytes(content)
        except OSError:
            continue
        return path
    raise StoreUnwritable(
        "not-rescued", "The run could neither be stored nor written to a file.", remedy="free some disk space."
    )

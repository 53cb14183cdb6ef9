"""Which stores are there to be tried? Each by the word that names it, and how an empty one is had for a while."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))


@contextmanager
def sqlite():
    """Give the place of a SQLite history in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lapwing-") as folder:
        yield str(Path(folder) / "history.db")


PLACES = {"sqlite": sqlite}
"""``open_store(place, Path("/"))`` opens what each of these gives."""

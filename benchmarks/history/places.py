"""Which stores are there to be tried? Each by the word that names it, and where empty ones are had for a while."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.append(str(Path(__file__).parents[2] / "tests"))

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Where to try a store: ``open_store(new(), root)`` is an empty one each time.

    ``server`` is what may be killed, with a ``pid`` and ``restart()``; None where there is none.
    """

    root: Path
    new: Callable[[], str]
    server: Any = None


@contextmanager
def sqlite():
    """A file in a folder of its own."""
    numbers = count()
    with tempfile.TemporaryDirectory(prefix="lapwing-") as folder:
        yield Tried(root=Path(folder), new=lambda: f"{next(numbers)}/history.db")


@contextmanager
def postgresql():
    """A database on a throw-away server, which does not wait for the disk."""
    from fakes.postgres import Cluster, why_not

    if reason := why_not():
        sys.exit(reason)
    cluster = Cluster()
    try:
        yield Tried(root=Path("/"), new=lambda: cluster.url(cluster.new_database()), server=cluster)
    finally:
        cluster.stop()


PLACES = {"sqlite": sqlite, "postgresql": postgresql}

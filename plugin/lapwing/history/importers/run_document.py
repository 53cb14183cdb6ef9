"""What does a run document say? The file that Lapwing itself writes where the history refuses a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreDamaged, StoreTooNew
from lapwing.history.importers.files import read_whole
from lapwing.history.importers.telling import refused
from lapwing.history.schema import decode

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

FORM: Final = "run"


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file begins as a run document does."""
    return not path.is_dir() and head.startswith(b'{"schema":')


def read(path: Path, telling: Telling) -> tuple[Run, ...]:
    """Return the one run of the file, under its own id. Raises :class:`~lapwing.errors.ImportRefused`."""
    try:
        run = decode(read_whole(path))
    except (StoreDamaged, StoreTooNew) as error:
        raise refused(path, f"cannot be read. {error.message}", slug=error.slug) from None
    telling.progress(1, 1, path.name)
    return (run,)

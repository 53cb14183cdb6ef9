"""What does a run document say? The file that Lapwing itself writes where the history refuses a run.

A folder of them, as ``lapwing export run`` writes it, is read file by file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import ImportRefused, StoreDamaged, StoreTooNew
from lapwing.history.importers.files import first_head, json_files, read_whole
from lapwing.history.importers.telling import refused
from lapwing.history.schema import decode

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

FORM: Final = "run"
ASKS: Final = False

_BEGINS: Final = b'{"schema":'


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file, or the first one in the folder, begins as a run document does."""
    return (first_head(path) if path.is_dir() else head).startswith(_BEGINS)


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:  # noqa: ARG001 - it says all itself
    """Return the run of each file, under its own id. Raises :class:`~lapwing.errors.ImportRefused`."""
    if not path.is_dir():
        run = _run(path)
        telling.progress(1, 1, path.name)
        return (run,)
    runs = []
    files = json_files(path)
    for done, file in enumerate(files, 1):
        try:
            runs.append(_run(file))
        except ImportRefused as error:
            telling.left_out(file, error.message.removeprefix(f"{file} "))
        telling.progress(done, len(files), file.name)
    return tuple(sorted(runs, key=lambda run: (run.commit.date is None, run.commit.date or 0.0, run.started_at)))


def _run(path: Path) -> Run:
    try:
        return decode(read_whole(path))
    except (StoreDamaged, StoreTooNew) as error:
        raise refused(path, f"cannot be read. {error.message}", slug=error.slug) from None

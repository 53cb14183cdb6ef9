"""Who writes the history in another format?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.history.exporters import Exported, Selection
    from lapwing.ports import HistoryStore

    Progress = Callable[[int, int, str], None]


def export(  # noqa: PLR0913 - what, of what, in which format, where to
    store: HistoryStore,
    selection: Selection,
    form: str,
    target: Path | IO[bytes],
    *,
    force: bool,
    progress: Progress,
) -> Exported:
    """Write what is selected of the history in the format ``form`` to a path or a stream."""
    from functools import partial
    from pathlib import Path as FilePath

    from lapwing.history import exporters
    from lapwing.history.own_words import words
    from lapwing.site.asv_export import write_runs

    if not isinstance(target, FilePath):
        return exporters.export_to_stream(store, selection, form, target, progress=progress)
    asv = partial(write_runs, words=words)
    return exporters.export(store, selection, form, target, asv=asv, force=force, progress=progress)

"""Which concrete thing does ``lapwing log`` get, and who draws its pictures?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lapwing.pipeline.told import Told
    from lapwing.ports import HistoryStore
    from lapwing.settings import Settings


def history_of(  # noqa: PLR0913 - where from, and which of it
    *, store: HistoryStore, settings: Settings, root: Path, benchmark: str, metric: str | None, machine: str | None
) -> tuple[Told, ...]:
    """Return the history of one benchmark, told series by series.

    Raises:
        LapwingError: there is none, or it cannot be read.
    """
    from lapwing.pipeline.told import history_of as told

    with closing(adapters.memory(root)) as memory:
        return told(
            store=store,
            commits=adapters.commits(root),
            benchmark=benchmark,
            metric=metric,
            machine=machine,
            policy=adapters.policy(settings),
            memory=memory,
        )


def draw(told: Sequence[Told], path: Path) -> tuple[Path, ...]:
    """Draw each history into a file, ``path`` for the first, and return the files.

    Raises:
        UsageError: the kind of picture is none (``bad-picture``) or not to be had (``no-png``), or the file cannot
            be written (``unwritable-file``).
    """
    from lapwing.report.history_picture import draw_history
    from lapwing.site.picture_file import write_picture

    paths = [path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, len(told) + 1))]
    for one, place in zip(told, paths, strict=True):
        write_picture(draw_history(one), place)
    return tuple(paths)

"""Which concrete thing does ``lapwing history copy`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.ports import HistoryStore
    from lapwing.report.copied import Copied

    Progress = Callable[[int, int, str], None]


def copy_history(*, source: HistoryStore, target: HistoryStore, progress: Progress, dry: bool) -> Copied:
    """Copy all of ``source`` into ``target``, and compare it byte by byte. Raises what ``pipeline.copy`` raises."""
    from lapwing.history.schema import encode
    from lapwing.pipeline.copy import copy

    return copy(source=source, target=target, document=encode, progress=progress, dry=dry)

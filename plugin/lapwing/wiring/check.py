"""Which concrete thing does ``lapwing check`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing.wiring import adapters
from lapwing.wiring.keeping import waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.pipeline.check import Checked
    from lapwing.ports import HistoryStore
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]


def check(*, store: HistoryStore, settings: Settings, root: Path, machine: str | None, progress: Progress) -> Checked:
    """Judge the newest commits of the history, here, in processes of this machine or on a cluster.

    Raises:
        LapwingError: the history cannot be read, or whoever was to work cannot (:mod:`lapwing.fleet`).
    """
    from lapwing.fleet import workers
    from lapwing.pipeline.check import check as checked

    memory = adapters.memory(root)
    with workers(jobs=settings.jobs, cluster=settings.cluster, progress=progress) as spread, closing(memory):
        found = checked(
            store=store,
            commits=adapters.commits(root),
            policy=adapters.policy(settings),
            machine=machine,
            tags=adapters.tags(root),
            spread=spread,
            memory=memory,
        )
    doubts = waiting(root)
    return replace(found, report=replace(found.report, warnings=(*doubts, *found.report.warnings))) if doubts else found

"""Which concrete thing does ``lapwing doctor`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.report.diagnosis import Diagnosis
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]


def doctor(settings: Settings, root: Path, progress: Progress) -> Diagnosis:
    """Find out, by a short A/A run, how noisy this machine is and what a run on it could detect."""
    from lapwing.measure.trial import trial_sampler
    from lapwing.pipeline.diagnose import diagnose

    sampler, works = trial_sampler(processes=settings.processes, timeout=settings.timeout, folder=root)
    return diagnose(
        sampler=sampler, works=works, processes=settings.processes, policy=adapters.policy(settings), progress=progress
    )

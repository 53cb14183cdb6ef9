"""Can this comparison be trusted? What base against itself says, and what the noise of this very run would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.compare.rehearsal import noise_of, rehearse
from lapwing.judge.compare.replay import replay
from lapwing.judge.compare.sanity import common_shift, moved_together, shared, wandered
from lapwing.judge.compare.suites import Phase
from lapwing.judge.compare.values import TIME
from lapwing.judge.compare.weighed import weigh
from lapwing.judge.reasons import percent
from lapwing.model import Control, RunWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.replay import Replay
    from lapwing.judge.compare.weighed import Weighed
    from lapwing.recording import Recording

_NAMED: Final = 5
_MOST_RATE: Final = 2.0
"""Times the planned error from which nobody is accused."""

_ACCUSED: Final = (Phase.HIGHER, Phase.LOWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the comparison says of itself.

    ``excuse`` is the log ratio that is the way of measuring and not the code, 0 where there is none.
    """

    control: Control | None
    excuse: float
    warnings: tuple[RunWarning, ...]


def audit(recording: Recording, state: Replay, weighed: Sequence[Weighed], policy: ComparePolicy) -> Audit:
    """Return what is to be said of the comparison as a whole."""
    times = [one.estimate for one, metric in zip(weighed, state.values.metrics, strict=True) if metric.name == TIME]
    shift = common_shift(np.array(times))
    base = replay(recording, policy, control=True)
    moves = [one.estimate for one in weigh(base, policy)]
    moved = float(np.median(moves)) if moves else 0.0
    control = _control(recording, state, base, policy)
    warnings = [
        wandered(state.values),
        moved_together(shift, moved) if shift else None,
        _distrust(control) if control is not None else None,
    ]
    return Audit(
        control=control,
        excuse=shift if shared(shift, moved) else 0.0,
        warnings=tuple(one for one in warnings if one is not None),
    )


def _control(recording: Recording, state: Replay, base: Replay, policy: ComparePolicy) -> Control | None:
    """Return what base against itself came to, None where nothing was measured at all."""
    noise = noise_of(state.suites)
    if noise is None and not base.asked:
        return None
    accused = tuple(
        metric.benchmark
        for metric, phase in zip(base.values.metrics, base.suites.phases.tolist(), strict=True)
        if phase in _ACCUSED
    )
    rate: float | None = None
    if noise is not None:
        known = state.suites.counts > 1
        bands, kinds = state.suites.bands[known], state.suites.kinds[known]
        found, rehearsed = rehearse(noise, bands, kinds, policy, recording.seed)
        rate = found / rehearsed
    return Control(
        benchmarks=len(base.rows),
        pairs=len(base.values.places),
        accused=tuple(dict.fromkeys(accused)),
        rate=rate,
        planned=policy.planned,
        trusted=not accused and (rate is None or rate <= _MOST_RATE * policy.planned),
    )


def _distrust(control: Control) -> RunWarning | None:
    """Return the warning that nobody is accused, and why; None where the comparison can be trusted."""
    if control.trusted:
        return None
    if control.accused:
        what = "1 benchmark was" if len(control.accused) == 1 else f"{len(control.accused)} benchmarks were"
        message = f"{what} found changed between base and base itself ({', '.join(control.accused[:_NAMED])})."
    else:
        message = f"With the noise of this run {percent(control.rate or 0.0)} of unchanged benchmarks would be accused."
    return RunWarning(
        slug="control-off",
        message=f"{message} So this comparison accuses nobody.",
        remedy="run it again on a quieter machine; lapwing doctor says what makes this one noisy.",
    )

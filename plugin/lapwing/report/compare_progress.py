"""How far has a comparison got? One line for whoever waits, from what was recorded so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.judge.compare.policy import SCREEN_PAIRS
from lapwing.judge.compare.replay import replay
from lapwing.judge.compare.standing import measurable, stand
from lapwing.judge.compare.steps import decided
from lapwing.judge.compare.suites import Phase
from lapwing.report.wording import count

if TYPE_CHECKING:
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Benchmarks that had their first pairs, are being confirmed, are decided, and all of them; pairs, seconds."""

    screened: int
    confirming: int
    decided: int
    total: int
    pairs: int
    seconds: float


def progress_line(recording: Recording, policy: ComparePolicy) -> tuple[int, int, str]:
    """Return how many benchmarks are decided, of how many, and the line that says so."""
    now = progress_of(recording, policy)
    return now.decided, now.total, said(now)


def progress_of(recording: Recording, policy: ComparePolicy) -> Progress:
    """Return how far the comparison has got; control pairs take time and are not counted among the pairs."""
    names = measurable(stand(recording))
    state = replay(recording, policy)
    phases = state.suites.phases
    done, total = decided(recording, policy)
    return Progress(
        screened=sum(state.asked.get(name, 0) >= SCREEN_PAIRS for name in names),
        confirming=sum(any(phases[row] == Phase.CANDIDATE for row in state.rows.get(name, ())) for name in names),
        decided=done,
        total=total,
        pairs=sum(not pair.step.control for pair in recording.pairs),
        seconds=recording.pairs[-1].ended if recording.pairs else 0.0,
    )


def said(now: Progress) -> str:
    """Write ``screened 20, confirming 6, decided 14 of 20, 12 pairs, 8.3 s``."""
    parts = [f"screened {now.screened:,}" if now.screened < now.total or not now.decided else ""]
    parts += [f"confirming {now.confirming:,}" if now.confirming else ""]
    parts += [f"decided {now.decided:,} of {now.total:,}", count(now.pairs, "pair"), f"{now.seconds:.1f} s"]
    return ", ".join(part for part in parts if part)

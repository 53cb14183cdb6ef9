"""What does a deterministic count say of a change of time? It explains a verdict, and decides only where asked to.

It cannot decide by itself: a walk over shuffled objects takes 13 times as long at the same count of instructions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.judge.reasons import percent
from lapwing.model import Outcome
from lapwing.recording import Witness

if TYPE_CHECKING:
    from lapwing.judge.compare.standing import Standing
    from lapwing.recording import Recording

MOVED: Final = 0.01
"""A count that differs by less than 1 % is called the same: unrelated code moves counts by up to 0.9 %."""

MORE_WORK: Final = 0.02
"""From 2 % on, more work is worth a word where time does not show it."""

_WORDS: Final = {"instructions": "instructions", "events": "events of the interpreter"}


def witness_of(recording: Recording, standing: Standing) -> Witness | None:
    """Return the best count there is of one benchmark: instructions, else the interpreter's events."""
    own = {one.kind: one for one in recording.witnesses if one.benchmark == standing.declared.benchmark}
    found = own.get("instructions") or own.get("events")
    if found is None and standing.base is not None and standing.head is not None:
        base, head = standing.base.events, standing.head.events
        if base and head:
            return Witness(benchmark=standing.declared.benchmark, kind="events", base=base, head=head)
    return found


def growth(witness: Witness) -> float:
    """Return how much larger head's count is, relative to base's; 0 where base has none."""
    return witness.head / witness.base - 1 if witness.base else 0.0


def explanation(witness: Witness, outcome: Outcome) -> str:
    """Say what the count says beside a verdict on time, empty where that is nothing."""
    grown, what = growth(witness), _WORDS[witness.kind]
    work = f"{percent(abs(grown))} {'more' if grown > 0 else 'less'} work ({what})"
    if outcome in (Outcome.REGRESSED, Outcome.IMPROVED):
        slower = outcome is Outcome.REGRESSED
        speed = "Slower" if slower else "Faster"
        if abs(grown) < MOVED:
            cause = "cache, branch or layout" if witness.kind == "instructions" else "compiled code, cache or layout"
            return f"{speed} at the same count of {what}: {cause}."
        return f"{speed}, {'and' if (grown > 0) == slower else 'though it'} does {work}."
    if outcome in (Outcome.UNCHANGED, Outcome.INCONCLUSIVE) and abs(grown) >= MORE_WORK:
        return f"It does {work}; in time that is not seen here."
    return ""

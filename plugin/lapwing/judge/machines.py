"""Which other machine is nearly this one, and in what do the two differ?

A machine is a class: the model of its processor, how many of them, the system with the first two numbers of its
release, the instruction set, and the interpreter with its first two numbers and whatever changes its speed (free
threading, JIT, debug, -O). So it stays the same when a kernel is patched (6.1.0-18 to 6.1.0-19) or Python is (3.12.4 to
3.12.5), when it gets another name or another clock frequency; and it is another one with 6.2 for 6.1, with 3.13 for
3.12, or with fewer processors to run on. Times of two machines are never compared; that there is a history next door is
said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.model import Machine

MOST_DIFFERENCES: Final = 2
"""Machines that differ in more are not nearly the same: of five facts, most are other ones then."""

_FACTS: Final = (
    ("cpu", "the processor"),
    ("cpu_count", "how many processors it has"),
    ("os", "the system"),
    ("arch", "the instruction set"),
    ("interpreter", "the interpreter"),
    ("label", "its name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A machine that is nearly another; ``differs`` are what it is in, how it is there, and how here."""

    machine: Machine
    differs: tuple[tuple[str, str, str], ...]


def nearest(machine: Machine, others: Mapping[Machine, int]) -> Near | None:
    """Return the nearest of ``others`` (each with how many runs it has) to ``machine``; None where none is near.

    The fewest differences win, then the most runs, then the smallest id.
    """
    found = [
        (differences, -runs, other.id, other)
        for other, runs in others.items()
        if other != machine and len(differences := _differences(machine, other)) <= MOST_DIFFERENCES
    ]
    if not found:
        return None
    differs, _, _, other = min(found, key=lambda one: (len(one[0]), *one[1:3]))
    return Near(machine=other, differs=differs)


def _differences(here: Machine, there: Machine) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (words, str(getattr(there, field)) or "none", str(getattr(here, field)) or "none")
        for field, words in _FACTS
        if getattr(there, field) != getattr(here, field)
    )

"""Which limits is a measurement held to that nobody trusts? The default branch's, whatever the measurement says.

A pull request's own marks may ask for a narrower limit, and for a wider one up to what the default branch allows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.model import Declared
    from lapwing.recording import Recording


def hold(recording: Recording, *, limit: float, widest: float) -> tuple[Recording, tuple[str, ...]]:
    """Return the comparison with the limits it is held to, and a sentence for each thing that a reader must know.

    ``limit`` is that of all benchmarks without their own, ``widest`` the widest that one may ask for (never narrower
    than ``limit``); both are shares.
    """
    held, said = hold_declared(recording.discovery.declared, limit=limit, widest=widest)
    discovery = replace(recording.discovery, declared=held)
    return replace(recording, limit=limit, discovery=discovery), said


def hold_declared(
    declared: tuple[Declared, ...], *, limit: float, widest: float
) -> tuple[tuple[Declared, ...], tuple[str, ...]]:
    """Return the benchmarks with the limits they are held to, and sentences, as :func:`hold` does."""
    most = max(limit, widest)
    held = tuple(_held(one, most) for one in declared)
    said = []
    asked = sum(one.limit is not None and one.limit > limit for one in declared)
    if asked:
        said.append(f"{_some(asked)} a limit of its own that is wider than {limit * 100:.3g} %.")
    cut = sum(one is not other for one, other in zip(declared, held, strict=True))
    if cut:
        said.append(f"{_some(cut)} a wider limit than widest-limit allows, and is held to {most * 100:.3g} %.")
    return held, tuple(said)


def _held(one: Declared, most: float) -> Declared:
    return replace(one, limit=most) if one.limit is not None and one.limit > most else one


def _some(number: int) -> str:
    return "1 benchmark asks for" if number == 1 else f"{number:,} benchmarks each ask for"

"""Which benchmarks of a comparison are there to be measured, and what is there to say of the others?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.model import Declared
    from lapwing.recording import Found, Recording, SideFailure

State = Literal["measurable", "acquitted", "counted", "new", "failed", "missing", "skipped"]
"""``acquitted``: the same code on both sides; ``counted``: a deterministic count decides, as its mark asks for."""

JUDGED_BY_COUNT = "instructions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One declared benchmark: what discovery and the pairs say of it. ``failure`` is the one that decides."""

    declared: Declared
    state: State
    base: Found | None
    head: Found | None
    failure: SideFailure | None = None
    same_code: bool = False


def stand(recording: Recording) -> tuple[Standing, ...]:
    """Return where each declared benchmark stands, in the order of declaring."""
    discovery = recording.discovery
    base = {one.benchmark: one for one in discovery.base}
    head = {one.benchmark: one for one in discovery.head}
    failures = _failures(recording)
    counted = {one.benchmark for one in recording.witnesses if one.kind == "instructions"}
    return tuple(
        _stand(one, base.get(one.benchmark), head.get(one.benchmark), failures, counted, recording)
        for one in discovery.declared
    )


def measurable(standings: tuple[Standing, ...]) -> tuple[str, ...]:
    """Return the benchmarks to be measured, in the order of declaring."""
    return tuple(one.declared.benchmark for one in standings if one.state == "measurable")


def uncounted(recording: Recording) -> tuple[str, ...]:
    """Return the benchmarks that are to be judged by a count which was not taken, in the order of declaring."""
    return tuple(one.declared.benchmark for one in stand(recording) if wants_count(one))


def wants_count(standing: Standing) -> bool:
    """Tell whether a benchmark is to be judged by its count and has none, so that its time is measured."""
    return standing.state == "measurable" and standing.declared.judged_by == JUDGED_BY_COUNT


def _failures(recording: Recording) -> Mapping[tuple[str, str], SideFailure]:
    """Return the first failure of each benchmark on each side, of discovery's before the pairs'.

    A control pair has base on both sides, so that a failure there is base's.
    """
    found: dict[tuple[str, str], SideFailure] = {}
    for one in (*recording.discovery.base, *recording.discovery.head):
        if one.failure is not None:
            found.setdefault((one.benchmark, one.failure.side), one.failure)
    for pair in recording.pairs:
        for paired in pair.paired:
            if paired.failure is not None and not pair.step.control:
                found.setdefault((paired.benchmark, paired.failure.side), paired.failure)
    return found


def _stand(  # noqa: PLR0913, PLR0917 - one benchmark, and what is known of it
    one: Declared,
    base: Found | None,
    head: Found | None,
    failures: Mapping[tuple[str, str], SideFailure],
    counted: set[str],
    recording: Recording,
) -> Standing:
    on_base, on_head = failures.get((one.benchmark, "base")), failures.get((one.benchmark, "head"))
    # What differs between environments is not in the hash of the code.
    same = base is not None and head is not None and head.does_as(base) and recording.rung != "environment"
    state, failure = _state(base, head, on_base, on_head)
    if state == "measurable" and same and not recording.measure_all:
        state = "acquitted"
    elif state == "measurable" and one.judged_by == JUDGED_BY_COUNT and one.benchmark in counted:
        state = "counted"
    return Standing(declared=one, state=state, base=base, head=head, failure=failure, same_code=same)


def _state(
    base: Found | None, head: Found | None, on_base: SideFailure | None, on_head: SideFailure | None
) -> tuple[State, SideFailure | None]:
    if on_head is not None and on_head.kind == "skipped":
        return "skipped", on_head
    if on_head is not None and on_head.kind != "unmeasured":
        return "failed", on_head
    if head is None or on_head is not None:
        return "missing", on_head
    if base is None or on_base is not None:
        return "new", on_base
    return "measurable", None

"""How do the nouns of a comparison become the fields of a line, and back?

Nothing is checked here but what the nouns check themselves. ``float()`` where a caller may have an int: an equal
recording gives equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from lapwing.history import recording_wire as lines
from lapwing.history.wire import Wire, WireCommit, WireMachine, WireUnit, WireWarning
from lapwing.model import Commit, Declared, Machine, RunWarning
from lapwing.recording import (
    Discovery,
    Found,
    Frame,
    Numbers,
    Pair,
    Paired,
    Profile,
    Recording,
    SideFailure,
    Slice,
    Stack,
    Step,
    Witness,
)
from lapwing.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WireType = TypeVar("_WireType", bound=Wire)


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What is known of a comparison only when its pairs are measured."""

    witnesses: tuple[Witness, ...]
    profiles: tuple[Profile, ...]
    warnings: tuple[RunWarning, ...]
    complete: bool


def recording_to_wire(recording: Recording, *, schema: Any) -> lines.BeginLine:
    """Return the first line of a recording: all of it but its pairs and whether it is complete."""
    return lines.BeginLine(
        schema=schema,
        id=recording.id,
        tool=recording.tool,
        seed=recording.seed,
        started_at=float(recording.started_at),
        base=_commit_to_wire(recording.base),
        head=_commit_to_wire(recording.head),
        base_tree=recording.base_tree,
        head_tree=recording.head_tree,
        machine=_to_wire(WireMachine, recording.machine),
        rung=recording.rung,
        said=recording.said,
        arguments=recording.arguments,
        working=recording.working,
        limit=float(recording.limit),
        max_time=_float(recording.max_time),
        measure_all=recording.measure_all,
        discovery=_discovery_to_wire(recording.discovery),
        witnesses=tuple(_to_wire(lines.WireWitness, witness) for witness in recording.witnesses),
        profiles=tuple(_profile_to_wire(profile) for profile in recording.profiles),
        warnings=_warnings_to_wire(recording.warnings),
    )


def recording_from_wire(wire: lines.BeginLine) -> Recording:
    """Return the recording of a first line: without pairs, and not complete until a last line says so."""
    return Recording(
        id=wire.id,
        tool=wire.tool,
        seed=wire.seed,
        started_at=wire.started_at,
        base=Commit(**_fields(wire.base)),
        head=Commit(**_fields(wire.head)),
        base_tree=wire.base_tree,
        head_tree=wire.head_tree,
        machine=Machine(**_fields(wire.machine)),
        rung=wire.rung,
        said=wire.said,
        arguments=wire.arguments,
        working=wire.working,
        limit=wire.limit,
        max_time=wire.max_time,
        measure_all=wire.measure_all,
        discovery=_discovery_from_wire(wire.discovery),
        witnesses=tuple(Witness(**_fields(witness)) for witness in wire.witnesses),
        profiles=tuple(_profile_from_wire(profile) for profile in wire.profiles),
        warnings=_warnings_from_wire(wire.warnings),
        complete=False,
    )


def pair_to_wire(pair: Pair) -> lines.PairLine:
    """Return the line of one pair."""
    return lines.PairLine(
        step=_to_wire(lines.WireStep, pair.step),
        seed=pair.seed,
        cpu=pair.cpu,
        ended=float(pair.ended),
        paired=tuple(_paired_to_wire(paired) for paired in pair.paired),
        warnings=_warnings_to_wire(pair.warnings),
        at_once=pair.at_once,
    )


def pair_from_wire(wire: lines.PairLine) -> Pair:
    """Return the pair of a line."""
    units: dict[WireUnit, Unit] = {}
    return Pair(
        step=Step(**_fields(wire.step)),
        seed=wire.seed,
        cpu=wire.cpu,
        ended=wire.ended,
        paired=tuple(_paired_from_wire(paired, units) for paired in wire.paired),
        warnings=_warnings_from_wire(wire.warnings),
        at_once=wire.at_once,
    )


def end_to_wire(recording: Recording) -> lines.EndLine:
    """Return the last line of a recording."""
    return lines.EndLine(
        witnesses=tuple(_to_wire(lines.WireWitness, witness) for witness in recording.witnesses),
        profiles=tuple(_profile_to_wire(profile) for profile in recording.profiles),
        warnings=_warnings_to_wire(recording.warnings),
        complete=recording.complete,
    )


def end_from_wire(wire: lines.EndLine) -> After:
    """Return what a last line says."""
    return After(
        witnesses=tuple(Witness(**_fields(witness)) for witness in wire.witnesses),
        profiles=tuple(_profile_from_wire(profile) for profile in wire.profiles),
        warnings=_warnings_from_wire(wire.warnings),
        complete=wire.complete,
    )


def _discovery_to_wire(discovery: Discovery) -> lines.WireDiscovery:
    return lines.WireDiscovery(
        declared=tuple(
            lines.WireJudged(**{**_parts(lines.WireJudged, declared), "limit": _float(declared.limit)})
            for declared in discovery.declared
        ),
        base=tuple(_found_to_wire(found) for found in discovery.base),
        head=tuple(_found_to_wire(found) for found in discovery.head),
        warnings=_warnings_to_wire(discovery.warnings),
    )


def _discovery_from_wire(wire: lines.WireDiscovery) -> Discovery:
    return Discovery(
        declared=tuple(Declared(**_fields(declared)) for declared in wire.declared),
        base=tuple(_found_from_wire(found) for found in wire.base),
        head=tuple(_found_from_wire(found) for found in wire.head),
        warnings=_warnings_from_wire(wire.warnings),
    )


def _found_to_wire(found: Found) -> lines.WireFound:
    return lines.WireFound(**{**_parts(lines.WireFound, found), "failure": _failure_to_wire(found.failure)})


def _found_from_wire(wire: lines.WireFound) -> Found:
    return Found(**{**_fields(wire), "failure": _failure_from_wire(wire.failure)})


def _paired_to_wire(paired: Paired) -> lines.WirePaired:
    return lines.WirePaired(
        benchmark=paired.benchmark,
        base=_slices_to_wire(paired.base),
        head=_slices_to_wire(paired.head),
        calls=paired.calls,
        numbers=tuple(
            lines.WireNumbers(
                name=numbers.name,
                unit=_to_wire(WireUnit, numbers.unit),
                base=tuple(map(float, numbers.base)),
                head=tuple(map(float, numbers.head)),
            )
            for numbers in paired.numbers
        ),
        failure=_failure_to_wire(paired.failure),
    )


def _paired_from_wire(wire: lines.WirePaired, units: dict[WireUnit, Unit]) -> Paired:
    return Paired(
        benchmark=wire.benchmark,
        base=_slices_from_wire(wire.base),
        head=_slices_from_wire(wire.head),
        calls=wire.calls,
        numbers=tuple(
            Numbers(name=numbers.name, unit=_unit(numbers.unit, units), base=numbers.base, head=numbers.head)
            for numbers in wire.numbers
        ),
        failure=_failure_from_wire(wire.failure),
    )


def _slices_to_wire(slices: Iterable[Slice]) -> tuple[lines.WireSlice, ...]:
    return tuple(lines.WireSlice(value=float(s.value), cpu=float(s.cpu), waited=float(s.waited)) for s in slices)


def _slices_from_wire(slices: Iterable[lines.WireSlice]) -> tuple[Slice, ...]:
    return tuple(Slice(value=s.value, cpu=s.cpu, waited=s.waited) for s in slices)


def _unit(wire: WireUnit, units: dict[WireUnit, Unit]) -> Unit:
    # One Unit for all that have it: validating it costs more than the numbers do.
    if wire not in units:
        units[wire] = Unit(**_fields(wire))
    return units[wire]


def _failure_to_wire(failure: SideFailure | None) -> lines.WireSideFailure | None:
    return None if failure is None else _to_wire(lines.WireSideFailure, failure)


def _failure_from_wire(wire: lines.WireSideFailure | None) -> SideFailure | None:
    return None if wire is None else SideFailure(**_fields(wire))


def _profile_to_wire(profile: Profile) -> lines.WireProfile:
    stacks = (*profile.base_stacks, *profile.head_stacks)
    places = {name: place for place, name in enumerate(dict.fromkeys(name for s in stacks for name in s.frames))}
    return lines.WireProfile(
        benchmark=profile.benchmark,
        names=tuple(places),
        base=_frames_to_wire(profile.base),
        head=_frames_to_wire(profile.head),
        base_stacks=_stacks_to_wire(profile.base_stacks, places),
        head_stacks=_stacks_to_wire(profile.head_stacks, places),
    )


def _profile_from_wire(wire: lines.WireProfile) -> Profile:
    return Profile(
        benchmark=wire.benchmark,
        base=tuple(Frame(**_fields(frame)) for frame in wire.base),
        head=tuple(Frame(**_fields(frame)) for frame in wire.head),
        base_stacks=_stacks_from_wire(wire.base_stacks, wire.names),
        head_stacks=_stacks_from_wire(wire.head_stacks, wire.names),
    )


def _frames_to_wire(frames: Iterable[Frame]) -> tuple[lines.WireFrame, ...]:
    return tuple(
        lines.WireFrame(file=f.file, line=f.line, name=f.name, calls=float(f.calls), own=float(f.own)) for f in frames
    )


def _stacks_to_wire(stacks: Iterable[Stack], places: dict[str, int]) -> tuple[lines.WireStack, ...]:
    return tuple(lines.WireStack(frames=tuple(places[n] for n in s.frames), own=float(s.own)) for s in stacks)


def _stacks_from_wire(stacks: Iterable[lines.WireStack], names: Sequence[str]) -> tuple[Stack, ...]:
    return tuple(Stack(frames=tuple(names[place] for place in s.frames), own=s.own) for s in stacks)


def _commit_to_wire(commit: Commit) -> WireCommit:
    return WireCommit(**{**_parts(WireCommit, commit), "date": _float(commit.date)})


def _warnings_to_wire(warnings: Iterable[RunWarning]) -> tuple[WireWarning, ...]:
    return tuple(_to_wire(WireWarning, warning) for warning in warnings)


def _warnings_from_wire(warnings: Iterable[WireWarning]) -> tuple[RunWarning, ...]:
    return tuple(RunWarning(**_fields(warning)) for warning in warnings)


def _float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _to_wire(kind: type[_WireType], noun: object) -> _WireType:
    """Return the struct whose fields are those of the noun, one by one."""
    return kind(**_parts(kind, noun))


def _parts(kind: type[Wire], noun: object) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in kind.__struct_fields__}


def _fields(wire: Wire) -> dict[str, Any]:
    return {name: getattr(wire, name) for name in wire.__struct_fields__}

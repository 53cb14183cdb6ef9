"""What does a job that nobody trusts hand over? One comparison as one JSON document, numbers and no verdicts.

Whoever reads it judges the numbers anew. ``handover.schema.json`` beside this file says it in full; it is made of the
structs here, which a test sees to. Version history (``schema``):

    1   2026-11   the first: a recording of version 1 without its profiles, and the suite's name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from lapwing.errors import HandoverRefused, LapwingError, RecordError
from lapwing.history import recording_nouns as nouns
from lapwing.history.recording_lines import checked
from lapwing.history.recording_nouns import After
from lapwing.history.recording_wire import BeginLine, EndLine, PairLine  # noqa: TC001 - msgspec reads annotations
from lapwing.history.wire import Wire
from lapwing.recording import Pair, Recording
from lapwing.review import check_suite

SCHEMA: Final = 1
MAX_BYTES: Final = 48 * 2**20
"""What the other side takes at most."""

MOST_BENCHMARKS: Final = 5_000
MOST_PAIRS: Final = 1_000
"""The protocol asks for some dozens, and again for each rerun."""

MOST_VALUES: Final = 3_000_000
"""Slices, numbers and names: 5,000 benchmarks in 8 pairs have 500,000."""


class WireHandover(Wire, frozen=True, kw_only=True):
    """What is handed over."""

    schema: Literal[1]
    suite: Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
    comparison: BeginLine
    pairs: Annotated[tuple[PairLine, ...], Meta(max_length=MOST_PAIRS)]
    after: EndLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A comparison that was handed over, and of which suite it is."""

    suite: str
    recording: Recording


def write(recording: Recording, suite: str) -> bytes:
    """Return what to hand over of a comparison; the same bytes for the same comparison.

    Raises:
        UsageError: ``bad-suite``.
        RecordError: it would not be taken (``handover-too-large``).
    """
    bare = replace(recording, profiles=())
    wire = WireHandover(
        schema=SCHEMA,
        suite=check_suite(suite),
        comparison=nouns.recording_to_wire(replace(bare, witnesses=(), warnings=()), schema=1),
        pairs=tuple(map(nouns.pair_to_wire, recording.pairs)),
        after=nouns.end_to_wire(bare),
    )
    data = msgspec.json.encode(wire)
    if len(data) > MAX_BYTES or _values(recording.pairs) > MOST_VALUES or len(recording.pairs) > MOST_PAIRS:
        raise RecordError(
            "handover-too-large",
            f"The comparison has {len(data):,} bytes and {len(recording.pairs):,} pairs, more than is taken.",
            remedy="compare the suite in several parts, each with --suite and a name of its own.",
        )
    return data + b"\n"


def read(document: dict[str, Any]) -> Handover:
    """Return what was handed over, from JSON that was read already.

    Raises:
        HandoverRefused: it is no comparison (``handover-odd``), one of a newer version (``handover-too-new``), or more
            than is judged (``handover-too-large``).
    """
    version = document.get("schema")
    if isinstance(version, int) and not isinstance(version, bool) and version > SCHEMA:
        raise HandoverRefused(
            "handover-too-new",
            f"What was handed over has version {version}, and this Lapwing reads up to {SCHEMA}.",
            remedy="have both workflows install the same version of Lapwing.",
        )
    try:
        wire = msgspec.convert(document, WireHandover)
        recording, pairs = checked(wire.comparison), tuple(map(checked, wire.pairs))
        after = checked(wire.after)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _odd(str(error)) from None
    except LapwingError as error:
        raise _odd(error.message) from None
    except (IndexError, OverflowError) as error:
        raise _odd(type(error).__name__) from None
    assert isinstance(recording, Recording)  # each struct has its noun
    assert isinstance(after, After)
    own = tuple(pair for pair in pairs if isinstance(pair, Pair))
    _bound(recording, own)
    whole = replace(
        recording,
        pairs=own,
        witnesses=after.witnesses,
        profiles=(),
        warnings=after.warnings,
        complete=after.complete,
    )
    return Handover(suite=wire.suite, recording=whole)


def _bound(recording: Recording, pairs: tuple[Pair, ...]) -> None:
    names = [one.benchmark for one in recording.discovery.declared]
    if len(names) > MOST_BENCHMARKS or _values(pairs) > MOST_VALUES:
        raise HandoverRefused(
            "handover-too-large",
            f"It has more than {MOST_BENCHMARKS:,} benchmarks or {MOST_VALUES:,} values.",
            remedy="compare the suite in several parts.",
        )
    for found in (names, *([one.benchmark for one in side] for side in _sides(recording))):
        if len(set(found)) < len(found):
            raise _odd("one benchmark is there twice")


def _sides(recording: Recording) -> tuple[Any, Any]:
    return recording.discovery.base, recording.discovery.head


def _values(pairs: tuple[Pair, ...]) -> int:
    return sum(
        len(pair.step.benchmarks)
        + sum(1 + 2 * len(one.base) + sum(len(n.base) + len(n.head) for n in one.numbers) for one in pair.paired)
        for pair in pairs
    )


def _odd(what: str) -> HandoverRefused:
    return HandoverRefused(
        "handover-odd",
        f"What was handed over is no comparison: {' '.join(what.split())[:300]}.",
        remedy="upload what 'lapwing compare --artifact' wrote, by the same version of Lapwing as reports.",
    )

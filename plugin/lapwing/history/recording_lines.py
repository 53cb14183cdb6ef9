"""What does a comparison look like on disk? JSON Lines: a first line, one line for each pair, a last line.

Version history of the recording (``schema`` in its first line):

    1   2026-11   the first: everything that ``lapwing.recording`` has.

The same recording gives the same bytes, and they give the same recording, to the bit. A recording of a higher version
is refused as too new; an unknown field or kind of line in one of this version is damage. The file in
``tests/history/data`` shows that version 1 can still be read. The fields are in ``recording_wire.py``.
"""

from __future__ import annotations

import math
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lapwing.errors import LapwingError, RecordError, StoreDamaged, StoreTooNew, UsageError
from lapwing.history import recording_nouns as nouns
from lapwing.history.recording_wire import BeginLine, EndLine, PairLine
from lapwing.model import check_name
from lapwing.recording import Pair, Recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lapwing.history.recording_nouns import After
    from lapwing.history.wire import Wire
    from lapwing.recording import Profile

SCHEMA: Final = 1
"""The version of recording that this Lapwing writes, and the newest it reads."""

MAX_LINE: Final = 32 * 2**20
"""Bytes of one line: nine times a pair over 5,000 benchmarks."""

_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}", re.ASCII)
# The end of the year 9999: a recording's file is named by its time.
_LAST_SECOND: Final = 253_402_300_799.0


class _Head(msgspec.Struct):
    """The one field that recordings of all versions have in their first line."""

    schema: int


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(BeginLine | PairLine | EndLine)
_head_decoder: Final = msgspec.json.Decoder(_Head)


def begin_line(recording: Recording) -> bytes:
    """Return the first line of a recording, newline included; its pairs and whether it is complete are not in it.

    Raises:
        RecordError: ``bad-recording-id``, ``bad-time``, ``bad-limit``, ``not-finite`` or ``recording-too-large``.
        UsageError: ``bad-name``.
    """
    _check_recording(recording)
    return _written(nouns.recording_to_wire(recording, schema=SCHEMA))


def pair_line(pair: Pair) -> bytes:
    """Return the line of one pair, newline included. Raises what :func:`begin_line` raises."""
    _check_pair(pair)
    return _written(nouns.pair_to_wire(pair))


def end_line(recording: Recording) -> bytes:
    """Return the last line of a recording, newline included. Raises what :func:`begin_line` raises."""
    _check_profiles(recording.profiles)
    return _written(nouns.end_to_wire(recording))


def read_first(line: bytes) -> Recording:
    """Return the recording that a first line begins: without pairs, and not complete until a last line says so.

    Raises:
        StoreTooNew: ``recording-too-new``, written by a newer Lapwing.
        StoreDamaged: ``recording-damaged``, not the first line of a recording, or one that breaks its own rules.
    """
    version = _decoded(_head_decoder, line).schema
    if version > SCHEMA:
        raise StoreTooNew(
            "recording-too-new",
            f"The recording has version {version}, and this Lapwing reads up to {SCHEMA}.",
            remedy="upgrade Lapwing to the version that wrote it, or a later one.",
        )
    recording = read_line(line)
    if not isinstance(recording, Recording):
        raise damaged("does not begin with its first line")
    return recording


def read_line(line: bytes) -> Recording | Pair | After:
    """Return what one line holds: a recording without pairs, a pair, or what comes last.

    Raises:
        StoreDamaged: ``recording-damaged``.
    """
    wire = _decoded(_decoder, line)
    try:
        return checked(wire)
    except LapwingError as error:
        raise damaged(f"breaks a rule: {error.message.rstrip('.')}") from None
    except IndexError:
        raise damaged("breaks a rule: a profile names a function that it does not have") from None


def damaged(what: str) -> StoreDamaged:
    """Return the error for a recording that cannot be read."""
    return StoreDamaged(
        "recording-damaged",
        f"The recording {what[:300]}.",
        remedy="compare again, or name another recording; this one is kept as it is.",
    )


def checked(wire: BeginLine | PairLine | EndLine) -> Recording | Pair | After:
    """Return the noun of a line that was read already. Raises what the nouns and this file's rules raise."""
    if isinstance(wire, BeginLine):
        recording = nouns.recording_from_wire(wire)
        _check_recording(recording)
        return recording
    if isinstance(wire, PairLine):
        pair = nouns.pair_from_wire(wire)
        _check_pair(pair)
        return pair
    return nouns.end_from_wire(wire)


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:
    if len(line) > MAX_LINE:
        raise damaged(f"has a line of {len(line)} bytes, and {MAX_LINE} are the most")
    try:
        return decoder.decode(line)
    # RecursionError is what a line of a million brackets gives.
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise damaged(f"has a line that is none of a recording: {error}") from None


def _written(wire: Wire) -> bytes:
    try:
        line = _encoder.encode(wire)
    except UnicodeEncodeError as error:
        raise UsageError(
            "bad-name",
            f"The text {error.object[:60]!r} in a recording is not Unicode and cannot be kept.",
            remedy="rename the file or give the parameter a name through ids=.",
        ) from None
    if len(line) >= MAX_LINE:
        raise RecordError(
            "recording-too-large",
            f"A line of the recording has {len(line)} bytes, and {MAX_LINE} are the most.",
            remedy="compare the suite in several parts.",
        )
    return line + b"\n"


def _check_recording(recording: Recording) -> None:
    """Refuse what the nouns allow and no file could be named by or give back."""
    if not _ID.fullmatch(recording.id):
        raise RecordError(
            "bad-recording-id",
            f"{recording.id[:60]!r} is no id of a recording.",
            remedy="use at most 100 letters, digits, - and _.",
        )
    if not 0 <= recording.started_at <= _LAST_SECOND:
        raise RecordError(
            "bad-time",
            f"A recording cannot have begun at {recording.started_at} seconds.",
            remedy="give seconds since the epoch.",
        )
    discovery = recording.discovery
    _check_finite(
        "date or limit",
        (recording.base.date, recording.head.date, recording.limit, recording.max_time),
        (declared.limit for declared in discovery.declared),
    )
    if not all(limit is None or limit > 0 for limit in (recording.limit, *(one.limit for one in discovery.declared))):
        raise RecordError(
            "bad-limit",
            "A limit in a recording is not above 0.",
            remedy="a limit is the relative change that matters, as 0.03.",
        )
    _check_names(found.benchmark for found in chain(discovery.base, discovery.head))
    _check_profiles(recording.profiles)


def _check_pair(pair: Pair) -> None:
    _check_finite("time", (pair.ended,))
    for paired in pair.paired:
        for numbers in paired.numbers:
            check_name("metric", numbers.name)
            _check_finite(f"{numbers.name} of {paired.benchmark}", numbers.base, numbers.head)
    _check_names(chain(pair.step.benchmarks, (paired.benchmark for paired in pair.paired)))


def _check_profiles(profiles: Iterable[Profile]) -> None:
    for profile in profiles:
        _check_finite(f"profile of {profile.benchmark}", _times(profile))


def _times(profile: Profile) -> Iterator[float]:
    for frame in chain(profile.base, profile.head):
        yield frame.calls
        yield frame.own
    for stack in chain(profile.base_stacks, profile.head_stacks):
        yield stack.own


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        check_name("benchmark", name)


def _check_finite(what: str, *groups: Iterable[float | None]) -> None:
    if not all(number is None or math.isfinite(number) for number in chain(*groups)):
        raise RecordError(
            "not-finite",
            f"The {what[:200]} in a recording is NaN or infinity.",
            remedy="leave out what is not known.",
        )

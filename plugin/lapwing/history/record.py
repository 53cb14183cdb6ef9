"""What does a store write for a run? Its packed document, and the points that index it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lapwing.detect.centre import centre_and_error
from lapwing.errors import LapwingError, StoreDamaged
from lapwing.history.schema import MAX_DOCUMENT, decode, encode

if TYPE_CHECKING:
    from lapwing.model import MetricId, Run
    from lapwing.units import Unit

# Level 1 packs a run of 1,000 benchmarks (4.9 MB) in 0.03 s to 38 %; level 6 takes 0.15 s to reach 35 %.
_LEVEL: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A document as a store keeps it: ``length`` in bytes before packing, SHA-256 ``digest`` of the packed ``body``."""

    length: int
    digest: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The value of one metric in one run; ``error`` is relative, NaN where one process says nothing of it."""

    metric: MetricId
    unit: Unit
    fingerprint: str
    value: float
    error: float


def pack(run: Run) -> Packed:
    """Return the run's document, packed. Raises what :func:`~lapwing.history.schema.encode` raises."""
    document = encode(run)
    body = zlib.compress(document, _LEVEL)
    return Packed(length=len(document), digest=sha256(body).digest(), body=body)


def unpack(run_id: str, packed: Packed) -> Run:
    """Return the run of ``packed``.

    Raises:
        StoreDamaged: ``run-damaged``.
        StoreTooNew: ``run-too-new``.
    """
    if not is_whole(packed):
        raise damaged_run(run_id, "its bytes are not the ones that were written")
    try:
        # Bounded: a few kilobytes may unpack to gigabytes.
        document = zlib.decompressobj().decompress(packed.body, MAX_DOCUMENT + 1)
        run = decode(document)
    except zlib.error as error:
        raise damaged_run(run_id, f"it cannot be unpacked, {error}") from None
    except LapwingError as error:
        raise type(error)(error.slug, f"Run {run_id} cannot be read. {error.message}", remedy=error.remedy) from None
    if run.id != run_id:
        raise damaged_run(run_id, f"the document says it is run {run.id[:60]!r}")
    return run


def is_whole(packed: Packed) -> bool:
    """Tell whether the packed bytes are the ones that were written."""
    return sha256(packed.body).digest() == packed.digest


def points(run: Run) -> list[Point]:
    """Return the value of every metric of the run."""
    fingerprints = {declared.benchmark: declared.fingerprint for declared in run.declared}
    found = []
    for sample in run.samples:
        value, error = centre_and_error(sample)
        fingerprint = fingerprints.get(sample.metric.benchmark, "")
        found.append(Point(metric=sample.metric, unit=sample.unit, fingerprint=fingerprint, value=value, error=error))
    return found


def damaged_run(run_id: str, what: str) -> StoreDamaged:
    """Return the error for one damaged record."""
    return StoreDamaged(
        "run-damaged",
        f"Run {run_id} is damaged: {what}.",
        remedy="restore it from a backup; it is kept as it is, and all other runs can still be read.",
    )

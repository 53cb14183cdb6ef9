"""What does a run look like on disk? The run document: canonical JSON, the same bytes for the same run.

Version history of the document (``schema``):

    1   2026-11   the first: one run whole, with its declared benchmarks, samples by process, failures and warnings.
    2   2026-11   ``anchor``: what the ratios of the run are to, and what they were multiplied by. Only a run that has
                  an anchor is written as version 2, so that a Lapwing that knows version 1 goes on reading all others.
    3   2026-11   ``shard``: which part of its suite the run measured, and what the whole of it is. For the same reason
                  only a run of a part is written as version 3; it may have an anchor, or null.

A document of a higher version is refused as too new and left alone; an unknown field in a document of this version is
damage, since nobody who writes version 1 writes it. A new field, or a new word for a ``kind``, is a new version; the
files in ``tests/history/data`` show that every old one can still be read.

The fields are in ``wire.py``. Run as a module, this prints the JSON Schema.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any, Final

import msgspec

from lapwing.errors import IdentityError, LapwingError, RecordError, StoreDamaged, StoreTooNew, UsageError
from lapwing.history.wire import (
    AnchoredRunDocument,
    RunDocument,
    ShardedRunDocument,
    Wire,
    WireAnchor,
    WireCommit,
    WireDeclared,
    WireFailure,
    WireLevel,
    WireMachine,
    WireSample,
    WireShard,
    WireUnit,
    WireWarning,
)
from lapwing.model import Anchor, Commit, Declared, Failure, Level, Machine, MetricId, Run, RunWarning, Sample, Shard
from lapwing.units import Unit

SCHEMA: Final = 3
"""The newest version of run document that this Lapwing reads."""

PLAIN: Final = 1
ANCHORED: Final = 2
SHARDED: Final = 3
"""The versions that it writes: without an anchor, with one, and of a part of a suite."""

MAX_DOCUMENT: Final = 256 * 2**20
"""Bytes of one run: 60 times a run of 1,000 benchmarks with 200 values each."""

MAX_SAMPLES: Final = 500_000
"""Samples of one run, so that a small hostile document cannot ask for a large number of tables' rows."""


class _Head(msgspec.Struct):
    """The one field that documents of all versions have."""

    schema: int


_encoder: Final = msgspec.json.Encoder()
_decoders: Final[dict[int, msgspec.json.Decoder[Any]]] = {
    PLAIN: msgspec.json.Decoder(RunDocument),
    ANCHORED: msgspec.json.Decoder(AnchoredRunDocument),
    SHARDED: msgspec.json.Decoder(ShardedRunDocument),
}
_head_decoder: Final = msgspec.json.Decoder(_Head)


def encode(run: Run) -> bytes:
    """Return the run as canonical JSON.

    Raises:
        IdentityError: ``same-metric-twice``, one metric of one benchmark has two samples.
        RecordError: ``run-too-large`` or ``not-finite``.
        UsageError: ``bad-name``, a text holds half a surrogate pair, which no JSON can.
    """
    _check(run)
    try:
        document = _encoder.encode(_to_wire(run))
    except UnicodeEncodeError as error:
        raise UsageError(
            "bad-name",
            f"The text {error.object[:60]!r} in run {run.id} is not Unicode and cannot be stored.",
            remedy="rename the file or give the parameter a name through ids=.",
        ) from None
    if len(document) > MAX_DOCUMENT:
        raise _too_large(run, f"{len(document)} bytes, and {MAX_DOCUMENT} are the most")
    return document


def decode(document: bytes) -> Run:
    """Return the run that ``document`` holds; the exact inverse of :func:`encode`.

    Raises:
        StoreTooNew: ``run-too-new``, written by a newer Lapwing.
        StoreDamaged: ``run-damaged``, not a run document, or one that breaks its own rules.
    """
    if len(document) > MAX_DOCUMENT:
        raise _damaged(f"has {len(document)} bytes, and {MAX_DOCUMENT} are the most")
    try:
        version = _require_known(_head_decoder.decode(document).schema)
        run = _from_wire(_decoders[version].decode(document))
        _check(run)
    except StoreTooNew:
        raise
    except LapwingError as error:
        raise _damaged(f"breaks a rule: {error.message.rstrip('.')}") from None
    # RecursionError is what a document of a million brackets gives.
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise _damaged(f"is not a run document: {error}") from None
    return run


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the run document, as published in ``run.schema.json``."""
    versions = (RunDocument, AnchoredRunDocument, ShardedRunDocument)
    roots, parts = msgspec.json.schema_components(versions, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lapwing run, versions 1 to 3",
        "oneOf": list(roots),
        "$defs": parts,
    }


def json_schema_text() -> str:
    """Return :func:`json_schema` as the text of the published file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _require_known(version: int) -> int:
    if version > SCHEMA:
        raise StoreTooNew(
            "run-too-new",
            f"The record has version {version}, and this Lapwing reads up to {SCHEMA}.",
            remedy="upgrade Lapwing to the version that wrote it, or a later one.",
        )
    return max(version, PLAIN)


def _check(run: Run) -> None:
    """Refuse what the nouns allow and no store could give back."""
    if not run.id:
        raise RecordError("bad-run-id", "A run without an id cannot be stored.", remedy="give the run an id.")
    if len(run.samples) > MAX_SAMPLES:
        raise _too_large(run, f"{len(run.samples)} samples, and {MAX_SAMPLES} are the most")
    if run.shard is not None and len(run.shard.suite) > MAX_SAMPLES:
        raise _too_large(run, f"a suite of {len(run.shard.suite)} benchmarks, and {MAX_SAMPLES} are the most")
    if len({sample.metric for sample in run.samples}) < len(run.samples):
        raise IdentityError(
            "same-metric-twice",
            f"Run {run.id} has two samples of one metric of one benchmark.",
            remedy="give each benchmark an id of its own.",
        )
    numbers = (run.started_at, run.commit.date, *(declared.limit for declared in run.declared))
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise RecordError(
            "not-finite",
            f"Run {run.id} has NaN or infinity for a date or a limit.",
            remedy="leave out what is not known.",
        )


def _to_wire(run: Run) -> RunDocument:
    anchor = None if run.anchor is None else _anchor_to_wire(run.anchor)
    if run.shard is not None:
        shard = _shard_to_wire(run.shard)
        return ShardedRunDocument(schema=SHARDED, anchor=anchor, shard=shard, **_fields_to_wire(run))
    if anchor is not None:
        return AnchoredRunDocument(schema=ANCHORED, anchor=anchor, **_fields_to_wire(run))
    return RunDocument(schema=PLAIN, **_fields_to_wire(run))


def _anchor_to_wire(anchor: Anchor) -> WireAnchor:
    levels = (WireLevel(benchmark=one.benchmark, level=float(one.level), root=one.root) for one in anchor.levels)
    return WireAnchor(name=anchor.name, sha=anchor.sha, levels=tuple(levels))


def _shard_to_wire(shard: Shard) -> WireShard:
    return WireShard(index=shard.index, count=shard.count, suite=shard.suite, group=shard.group, attempt=shard.attempt)


def _fields_to_wire(run: Run) -> dict[str, Any]:
    """Return the fields that documents of all versions have."""
    commit, machine = run.commit, run.machine
    return {
        "id": run.id,
        "commit": WireCommit(
            sha=commit.sha,
            dirty=commit.dirty,
            date=None if commit.date is None else float(commit.date),
            subject=commit.subject,
            branch=commit.branch,
        ),
        "machine": WireMachine(
            cpu=machine.cpu,
            cpu_count=machine.cpu_count,
            os=machine.os,
            arch=machine.arch,
            interpreter=machine.interpreter,
            label=machine.label,
        ),
        "started_at": float(run.started_at),
        "complete": run.complete,
        "source": run.source,
        "tool": run.tool,
        "declared": tuple(
            WireDeclared(
                benchmark=declared.benchmark,
                node_id=declared.node_id,
                was=declared.was,
                limit=None if declared.limit is None else float(declared.limit),
                budgets=declared.budgets,
                fingerprint=declared.fingerprint,
                params=declared.params,
                location=declared.location,
            )
            for declared in run.declared
        ),
        "samples": tuple(_sample_to_wire(sample) for sample in run.samples),
        "failures": tuple(
            WireFailure(benchmark=failure.benchmark, kind=failure.kind, message=failure.message)
            for failure in run.failures
        ),
        "warnings": _warnings_to_wire(run.warnings),
    }


def _sample_to_wire(sample: Sample) -> WireSample:
    unit = sample.unit
    return WireSample(
        benchmark=sample.metric.benchmark,
        metric=sample.metric.name,
        unit=WireUnit(symbol=unit.symbol, better=unit.better, noise=unit.noise),
        loops=sample.loops,
        screened=sample.screened,
        # float(): an equal run gives equal bytes, also where a count came as an int.
        values=tuple(tuple(map(float, process)) for process in sample.values),
        warnings=_warnings_to_wire(sample.warnings),
    )


def _warnings_to_wire(warnings: tuple[RunWarning, ...]) -> tuple[WireWarning, ...]:
    return tuple(WireWarning(slug=w.slug, message=w.message, remedy=w.remedy) for w in warnings)


def _from_wire(wire: RunDocument) -> Run:
    units: dict[WireUnit, Unit] = {}
    return Run(
        id=wire.id,
        commit=Commit(**_fields(wire.commit)),
        machine=Machine(**_fields(wire.machine)),
        started_at=wire.started_at,
        complete=wire.complete,
        source=wire.source,
        tool=wire.tool,
        declared=tuple(Declared(**_fields(declared)) for declared in wire.declared),
        samples=tuple(_sample_from_wire(sample, units) for sample in wire.samples),
        failures=tuple(Failure(**_fields(failure)) for failure in wire.failures),
        warnings=_warnings_from_wire(wire.warnings),
        anchor=_anchor_from_wire(wire.anchor) if isinstance(wire, (AnchoredRunDocument, ShardedRunDocument)) else None,
        shard=Shard(**_fields(wire.shard)) if isinstance(wire, ShardedRunDocument) else None,
    )


def _anchor_from_wire(wire: WireAnchor | None) -> Anchor | None:
    if wire is None:
        return None
    return Anchor(name=wire.name, sha=wire.sha, levels=tuple(Level(**_fields(one)) for one in wire.levels))


def _sample_from_wire(wire: WireSample, units: dict[WireUnit, Unit]) -> Sample:
    # One Unit for all samples that have it: validating 2,000 of them is a third of the time to load a run.
    unit = units.get(wire.unit)
    if unit is None:
        unit = units.setdefault(wire.unit, Unit(**_fields(wire.unit)))
    return Sample(
        metric=MetricId(benchmark=wire.benchmark, name=wire.metric),
        unit=unit,
        values=wire.values,
        loops=wire.loops,
        screened=wire.screened,
        warnings=_warnings_from_wire(wire.warnings),
    )


def _warnings_from_wire(warnings: tuple[WireWarning, ...]) -> tuple[RunWarning, ...]:
    return tuple(RunWarning(**_fields(warning)) for warning in warnings)


def _fields(wire: Wire) -> dict[str, Any]:
    return {name: getattr(wire, name) for name in wire.__struct_fields__}


def _too_large(run: Run, what: str) -> RecordError:
    return RecordError("run-too-large", f"Run {run.id} has {what}.", remedy="record the suite in several runs.")


def _damaged(what: str) -> StoreDamaged:
    return StoreDamaged(
        "run-damaged",
        f"The record {what[:300]}.",
        remedy="restore it from a backup; it is kept as it is, and all other runs can still be read.",
    )


if __name__ == "__main__":
    sys.stdout.write(json_schema_text())

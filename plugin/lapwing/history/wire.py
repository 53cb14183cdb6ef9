"""Which fields does a run document have? The structs of versions 1 to 3, apart from the nouns they hold.

A noun can change without changing what is on disk: whoever changes these, or a word of a ``kind``, makes a new version
(see :mod:`lapwing.history.schema`).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every field is always written: the same run gives the same bytes, whatever the defaults are one day."""


class WireUnit(Wire, frozen=True, kw_only=True):
    """A unit in base units."""

    symbol: Annotated[str, Meta(description="The base unit: s, B, count, or what was recorded.")]
    better: Annotated[Literal["lower", "higher"], Meta(description="Which way is better.")]
    noise: Annotated[
        Literal["noisy", "exact"],
        Meta(description="Whether any difference is a change (exact), or values vary by themselves (noisy)."),
    ]


class WireWarning(Wire, frozen=True, kw_only=True):
    """A doubt that travels with what it is about."""

    slug: Annotated[str, Meta(description="The stable name of the doubt.")]
    message: Annotated[str, Meta(description="One sentence.")]
    remedy: Annotated[str, Meta(description="What to do about it.")]


class WireCommit(Wire, frozen=True, kw_only=True):
    """The commit measured; ``date`` is the author date in seconds since the epoch."""

    sha: Annotated[str, Meta(description="The full hash, or for an imported run what its source has.")]
    dirty: Annotated[
        bool, Meta(description="The work tree had changes that no commit holds; such a run is never a baseline.")
    ]
    date: Annotated[float | None, Meta(description="Author date, seconds since the epoch; null where unknown.")]
    subject: Annotated[str, Meta(description="The first line of the message.")]
    branch: Annotated[str, Meta(description="The branch checked out; empty where none was.")]


class WireMachine(Wire, frozen=True, kw_only=True):
    """A class of equal machines."""

    cpu: Annotated[str, Meta(description="The model of the processor.")]
    cpu_count: Annotated[int, Meta(description="How many processors may be used.")]
    os: Annotated[str, Meta(description="The operating system with its version.")]
    arch: Annotated[str, Meta(description="The instruction set.")]
    interpreter: Annotated[str, Meta(description="The Python with its version.")]
    label: Annotated[str, Meta(description="What an import calls the machine; empty where it was measured.")]


class WireDeclared(Wire, frozen=True, kw_only=True):
    """A benchmark that was to be measured, with its policy."""

    benchmark: Annotated[str, Meta(description="The stable id under which the history is kept.")]
    node_id: Annotated[str, Meta(description="The pytest node id.")]
    was: Annotated[tuple[str, ...], Meta(description="Ids it had before.")]
    limit: Annotated[
        float | None,
        Meta(description="The relative change that matters for it, 0.05 is 5 %; null for the settings' own."),
    ]
    budgets: Annotated[tuple[str, ...], Meta(description="Bounds that it must keep, as p99 < 2 ms.")]
    fingerprint: Annotated[
        str, Meta(description="Marks the sampling settings: values of two fingerprints are not compared.")
    ]
    params: Annotated[tuple[tuple[str, str], ...], Meta(description="Names and values of its parameters.")]
    location: Annotated[str, Meta(description="File and line.")]


class WireSample(Wire, frozen=True, kw_only=True):
    """The values of one metric of one benchmark, grouped by process, per call, in base units."""

    benchmark: Annotated[str, Meta(description="The stable id of the benchmark.")]
    metric: Annotated[str, Meta(description="time, cpu_time, peak_memory, or what was recorded.")]
    unit: Annotated[WireUnit, Meta(description="The unit of the values.")]
    loops: Annotated[int, Meta(description="Calls behind each value, which is their mean.")]
    screened: Annotated[
        int, Meta(description="How many of the first processes only raised a suspicion; they are kept and not judged.")
    ]
    values: Annotated[tuple[tuple[float, ...], ...], Meta(description="The values of each fresh process.")]
    warnings: Annotated[tuple[WireWarning, ...], Meta(description="Doubts about this sample.")]


class WireFailure(Wire, frozen=True, kw_only=True):
    """A benchmark that could not be measured."""

    benchmark: Annotated[str, Meta(description="The stable id of the benchmark.")]
    kind: Annotated[
        Literal["raised", "timed-out", "crashed", "leaked", "unmeasured", "skipped"],
        Meta(description="How it could not be measured."),
    ]
    message: Annotated[str, Meta(description="Why, in its own words.")]


class RunDocument(Wire, frozen=True, kw_only=True):
    """One run whole. ``started_at`` is seconds since the epoch, UTC."""

    schema: Annotated[Literal[1], Meta(description="The version of this document.")]
    id: Annotated[str, Meta(description="Names the run in its history.")]
    commit: Annotated[WireCommit, Meta(description="What was measured.")]
    machine: Annotated[WireMachine, Meta(description="On what it was measured.")]
    started_at: Annotated[
        float, Meta(description="Seconds since the epoch, UTC; for an import without times the commit's date, or 0.")
    ]
    complete: Annotated[bool, Meta(description="False where it was interrupted or ran out of time.")]
    source: Annotated[str, Meta(description="pytest, or import: and a format.")]
    tool: Annotated[str, Meta(description="The version of Lapwing that wrote it.")]
    declared: Annotated[tuple[WireDeclared, ...], Meta(description="Every benchmark that was to be measured.")]
    samples: Annotated[tuple[WireSample, ...], Meta(description="What was measured.")]
    failures: Annotated[tuple[WireFailure, ...], Meta(description="What could not be measured, and why.")]
    warnings: Annotated[tuple[WireWarning, ...], Meta(description="Doubts about the whole run.")]


class WireLevel(Wire, frozen=True, kw_only=True):
    """What the ratios of one benchmark were multiplied by."""

    benchmark: Annotated[str, Meta(description="The stable id of the benchmark.")]
    level: Annotated[
        float, Meta(description="The anchor's level: a value divided by it is the ratio that was measured.")
    ]
    root: Annotated[str, Meta(description="The commit whose level is 1: the first anchor of this chain.")]


class WireAnchor(Wire, frozen=True, kw_only=True):
    """What the ratios are to."""

    name: Annotated[str, Meta(description="What it was called: a tag, or a commit.")]
    sha: Annotated[str, Meta(description="The full hash of its commit.")]
    levels: Annotated[tuple[WireLevel, ...], Meta(description="Its level for each benchmark.")]


class AnchoredRunDocument(RunDocument, frozen=True, kw_only=True):
    """One run whose values are ratios to an anchor that was measured in the same job."""

    schema: Annotated[Literal[2], Meta(description="The version of this document.")]  # type: ignore[assignment]
    anchor: Annotated[WireAnchor, Meta(description="What the ratios are to.")]


class WireShard(Wire, frozen=True, kw_only=True):
    """Which part of its suite the run measured."""

    index: Annotated[int, Meta(description="Which part, from 1.")]
    count: Annotated[int, Meta(description="How many parts there are.")]
    suite: Annotated[
        tuple[str, ...],
        Meta(description="The stable ids of the whole suite; empty where whoever split it could not tell."),
    ]
    group: Annotated[str, Meta(description="The invocation that all parts are of; empty where nobody said.")]
    attempt: Annotated[int, Meta(description="Which attempt at this part; a higher one is later.")]


class ShardedRunDocument(RunDocument, frozen=True, kw_only=True):
    """One run that measured a part of its suite; ``declared`` is that part."""

    schema: Annotated[Literal[3], Meta(description="The version of this document.")]  # type: ignore[assignment]
    anchor: Annotated[WireAnchor | None, Meta(description="What the ratios are to; null where the values are none.")]
    shard: Annotated[WireShard, Meta(description="Which part of its suite it measured.")]

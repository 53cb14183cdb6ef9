"""Which fields does a run document have? The structs of version 1, apart from the nouns they hold.

A noun can change without changing what is on disk: whoever changes these, or a word of a ``kind``, makes a new version
(see :mod:`lapwing.history.schema`).
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every field is always written: the same run gives the same bytes, whatever the defaults are one day."""


class WireUnit(Wire, frozen=True, kw_only=True):
    """A unit in base units."""

    symbol: str
    better: Literal["lower", "higher"]
    noise: Literal["noisy", "exact"]


class WireWarning(Wire, frozen=True, kw_only=True):
    """A doubt that travels with what it is about."""

    slug: str
    message: str
    remedy: str


class WireCommit(Wire, frozen=True, kw_only=True):
    """The commit measured; ``date`` is the author date in seconds since the epoch."""

    sha: str
    dirty: bool
    date: float | None
    subject: str
    branch: str


class WireMachine(Wire, frozen=True, kw_only=True):
    """A class of equal machines."""

    cpu: str
    cpu_count: int
    os: str
    arch: str
    interpreter: str
    label: str


class WireDeclared(Wire, frozen=True, kw_only=True):
    """A benchmark that was to be measured, with its policy."""

    benchmark: str
    node_id: str
    was: tuple[str, ...]
    limit: float | None
    budgets: tuple[str, ...]
    fingerprint: str
    params: tuple[tuple[str, str], ...]
    location: str


class WireSample(Wire, frozen=True, kw_only=True):
    """The values of one metric of one benchmark, grouped by process, per call, in base units."""

    benchmark: str
    metric: str
    unit: WireUnit
    loops: int
    screened: int
    values: tuple[tuple[float, ...], ...]
    warnings: tuple[WireWarning, ...]


class WireFailure(Wire, frozen=True, kw_only=True):
    """A benchmark that could not be measured."""

    benchmark: str
    kind: Literal["raised", "timed-out", "crashed", "leaked", "unmeasured", "skipped"]
    message: str


class RunDocument(Wire, frozen=True, kw_only=True):
    """One run whole. ``started_at`` is seconds since the epoch, UTC."""

    schema: Literal[1]
    id: str
    commit: WireCommit
    machine: WireMachine
    started_at: float
    complete: bool
    source: str
    tool: str
    declared: tuple[WireDeclared, ...]
    samples: tuple[WireSample, ...]
    failures: tuple[WireFailure, ...]
    warnings: tuple[WireWarning, ...]

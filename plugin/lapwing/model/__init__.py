"""The nouns of Lapwing, frozen. Values are in base units (seconds, bytes, counts), per call.

Every noun is validated on construction, so that whatever holds one holds a good one; nothing here does I/O.
The words are those of ``.github/CONTRIBUTING.md``. Those of a run are in ``run.py``, those of a verdict in
``verdict.py``; everybody imports them from here.
"""

from __future__ import annotations

from lapwing.model.run import (
    MAX_ATTEMPT,
    MAX_NAME,
    MAX_SHARDS,
    Anchor,
    Commit,
    Declared,
    Failure,
    FailureKind,
    Level,
    Machine,
    Measured,
    MetricId,
    Recorded,
    Run,
    RunSummary,
    RunWarning,
    Sample,
    Shard,
    Tag,
    check_name,
)
from lapwing.model.verdict import (
    ChangePoint,
    Control,
    EnvironmentEvent,
    FalseAlarms,
    Interval,
    Lane,
    Outcome,
    Report,
    SeriesShape,
    ShapeKind,
    State,
    Verdict,
)

__all__ = [
    "MAX_ATTEMPT",
    "MAX_NAME",
    "MAX_SHARDS",
    "Anchor",
    "ChangePoint",
    "Commit",
    "Control",
    "Declared",
    "EnvironmentEvent",
    "Failure",
    "FailureKind",
    "FalseAlarms",
    "Interval",
    "Lane",
    "Level",
    "Machine",
    "Measured",
    "MetricId",
    "Outcome",
    "Recorded",
    "Report",
    "Run",
    "RunSummary",
    "RunWarning",
    "Sample",
    "SeriesShape",
    "ShapeKind",
    "Shard",
    "State",
    "Tag",
    "Verdict",
    "check_name",
]

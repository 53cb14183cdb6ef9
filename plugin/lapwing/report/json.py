"""How is a report written for programs? ``report.schema.json`` beside this file says it in full."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from lapwing.report.comparison import is_comparison
from lapwing.report.shape import sentence_by_commits

if TYPE_CHECKING:
    from lapwing.model import (
        ChangePoint,
        Commit,
        Control,
        EnvironmentEvent,
        Failure,
        Interval,
        Machine,
        Report,
        RunWarning,
        SeriesShape,
        Verdict,
    )

# History of the format:
#   1  the first one. Reports of comparisons have keys that no other report has: "comparison", and of each verdict
#      "pairs" and "notes". All others have "events", "false_alarms" and "shapes", since those are.
SCHEMA: Final = 1


def to_json(report: Report) -> str:
    """Return the report as JSON text: ASCII, no NaN, keys in the schema's order, the same bytes for the same report."""
    compared = is_comparison(report)
    document = {
        "schema": SCHEMA,
        "outcome": report.outcome.value,
        "head": commit_document(report.head),
        "base": commit_document(report.base),
        "machine": machine_document(report.machine),
        "verdicts": [_verdict(verdict) | (_compared(verdict) if compared else {}) for verdict in report.verdicts],
        "failures": [_failure(failure) for failure in report.failures],
        "warnings": [warning_document(warning) for warning in report.warnings],
        "runs": list(report.runs),
    }
    return write(document | ({"comparison": _comparison(report)} if compared else _of_history(report)))


def _of_history(report: Report) -> dict[str, object]:
    alarms = report.false_alarms
    return {
        "events": [_event(event) for event in report.events],
        "false_alarms": None
        if alarms is None
        else {
            "per_week": number(alarms.per_week),
            "runs_per_week": number(alarms.runs_per_week),
            "series": alarms.series,
            "share": number(alarms.share),
        },
        "shapes": [_shape(shape) for shape in report.shapes],
    }


def _shape(shape: SeriesShape) -> dict[str, object]:
    return {
        "id": shape.metric.benchmark,
        "metric": shape.metric.name,
        "machine": shape.machine,
        "kind": shape.kind,
        "commits": list(shape.commits),
        "size": interval_document(shape.size),
        "p_value": number(shape.p_value),
        "explains": shape.explains,
        "reason": sentence_by_commits(shape),
    }


def _event(event: EnvironmentEvent) -> dict[str, object]:
    return {
        "machine": event.machine,
        "unit": event.unit,
        "commits": list(event.commits),
        "ratio": interval_document(event.ratio),
        "moved": [{"id": metric.benchmark, "metric": metric.name} for metric in event.moved],
        "measured": event.measured,
        "witnesses": list(event.witnesses),
        "reason": event.reason,
    }


def write(document: object) -> str:
    """Return ``document`` as text with a newline at its end. ASCII, since a node id may hold half a surrogate pair."""
    return json.dumps(document, indent=2, allow_nan=False, ensure_ascii=True) + "\n"


def commit_document(commit: Commit | None) -> dict[str, object] | None:
    """Return a commit as the schema has it."""
    if commit is None:
        return None
    return {
        "commit": commit.sha,
        "dirty": commit.dirty,
        "date": number(commit.date),
        "subject": commit.subject,
        "branch": commit.branch,
    }


def machine_document(machine: Machine | None) -> dict[str, object] | None:
    """Return a machine as the schema has it."""
    if machine is None:
        return None
    return {
        "id": machine.id,
        "cpu": machine.cpu,
        "cpu_count": machine.cpu_count,
        "os": machine.os,
        "arch": machine.arch,
        "interpreter": machine.interpreter,
        "label": machine.label,
    }


def number(value: float | None) -> float | None:
    """Return a finite number; what is none is null, since JSON has no other word for it."""
    return value if value is not None and math.isfinite(value) else None


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "benchmark": verdict.node_id,
        "id": verdict.metric.benchmark,
        "metric": verdict.metric.name,
        "unit": verdict.unit.symbol,
        "better": verdict.unit.better,
        "machine": verdict.machine,
        "outcome": verdict.outcome.value,
        "lane": verdict.lane,
        "ratio": interval_document(verdict.ratio),
        "p_value": number(verdict.p_value),
        "detectable": number(verdict.detectable),
        "limit": number(verdict.limit),
        "base": number(verdict.base),
        "head": number(verdict.head),
        "change": _change(verdict.change),
        "reason": verdict.reason,
        "warnings": [warning_document(warning) for warning in verdict.warnings],
    }


def _compared(verdict: Verdict) -> dict[str, object]:
    return {"pairs": verdict.pairs, "notes": list(verdict.notes)}


def _comparison(report: Report) -> dict[str, object]:
    return {"control": _control(report.control), "sides": list(report.sides), "command": report.command}


def _control(control: Control | None) -> dict[str, object] | None:
    if control is None:
        return None
    return {
        "benchmarks": control.benchmarks,
        "pairs": control.pairs,
        "accused": list(control.accused),
        "rate": number(control.rate),
        "planned": number(control.planned),
        "trusted": control.trusted,
    }


def interval_document(ratio: Interval | None) -> dict[str, object] | None:
    """Return a ratio with its interval as the schema has it."""
    if ratio is None:
        return None
    return {"estimate": number(ratio.estimate), "low": number(ratio.low), "high": number(ratio.high)}


def _change(point: ChangePoint | None) -> dict[str, object] | None:
    if point is None:
        return None
    return {
        "commits": None if point.commits is None else list(point.commits),
        "index": point.index,
        "earliest": point.earliest,
        "latest": point.latest,
        "p_value": number(point.p_value),
        "state": point.state,
        "ratio": interval_document(point.ratio),
    }


def _failure(failure: Failure) -> dict[str, object]:
    return {"benchmark": failure.benchmark, "kind": failure.kind, "message": failure.message}


def warning_document(warning: RunWarning) -> dict[str, object]:
    """Return a warning as the schema has it."""
    return {"slug": warning.slug, "message": warning.message, "remedy": warning.remedy}

"""What does Lapwing add to a file of another tool's format, so that nothing is lost in it?

pytest-benchmark reads a file without asking about keys it does not know. The words under ``lapwing`` are: which
run it was, when, of which commit, on which machine, what was declared and what failed. With them an import makes the
run that was exported, under its own id; without them, the run that the other tool's words say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from lapwing.model import Commit, Declared, Failure, FailureKind, Machine, Run, check_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import Sample

KEY: Final = "lapwing"

_KINDS: Final = frozenset(get_args(FailureKind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A run without its samples."""

    shell: Run

    def run(self, samples: tuple[Sample, ...]) -> Run:
        """Return the run with the samples that the other tool's words say."""
        shell = self.shell
        return Run(
            id=shell.id,
            commit=shell.commit,
            machine=shell.machine,
            started_at=shell.started_at,
            declared=shell.declared,
            samples=samples,
            failures=shell.failures,
            complete=shell.complete,
            source=shell.source,
            tool=shell.tool,
        )


def words(run: Run) -> dict[str, Any]:
    """Return what to write under :data:`KEY`."""
    commit, machine = run.commit, run.machine
    return {
        "version": 1,
        "run": run.id,
        "started_at": float(run.started_at),
        "complete": run.complete,
        "source": run.source,
        "tool": run.tool,
        "commit": {
            "sha": commit.sha,
            "dirty": commit.dirty,
            "date": None if commit.date is None else float(commit.date),
            "subject": commit.subject,
            "branch": commit.branch,
        },
        "machine": {
            "cpu": machine.cpu,
            "cpu_count": machine.cpu_count,
            "os": machine.os,
            "arch": machine.arch,
            "interpreter": machine.interpreter,
            "label": machine.label,
        },
        "declared": [[one.benchmark, one.node_id, one.fingerprint, dict(one.params)] for one in run.declared],
        "failures": [[one.benchmark, one.kind, one.message] for one in run.failures],
    }


def own_words(document: Any) -> Own | None:
    """Return what Lapwing wrote in a parsed file, None where it wrote nothing.

    Raises :class:`ValueError`, :class:`TypeError`, :class:`KeyError` or :class:`~lapwing.errors.LapwingError` where the
    words are there and say nothing.
    """
    said = document.get(KEY) if isinstance(document, dict) else None
    if said is None:
        return None
    if not isinstance(said, dict) or said.get("version") != 1:
        raise ValueError(f"the key {KEY!r} is not of a version that is known")
    commit, machine = said["commit"], said["machine"]
    run_id = _text(said["run"])
    check_name("run", run_id)
    return Own(
        shell=Run(
            id=run_id,
            commit=Commit(
                sha=_text(commit["sha"]),
                dirty=commit["dirty"] is True,
                date=None if commit["date"] is None else _number(commit["date"]),
                subject=_text(commit["subject"]),
                branch=_text(commit["branch"]),
            ),
            machine=Machine(
                cpu=_text(machine["cpu"]),
                cpu_count=_count(machine["cpu_count"]),
                os=_text(machine["os"]),
                arch=_text(machine["arch"]),
                interpreter=_text(machine["interpreter"]),
                label=_text(machine["label"]),
            ),
            started_at=_number(said["started_at"]),
            complete=said["complete"] is True,
            source=_text(said["source"]),
            tool=_text(said["tool"]),
            declared=tuple(
                Declared(
                    benchmark=_text(benchmark),
                    node_id=_text(node_id),
                    fingerprint=_text(fingerprint),
                    params=tuple((_text(name), _text(value)) for name, value in params.items()),
                )
                for benchmark, node_id, fingerprint, params in said["declared"]
            ),
            samples=(),
            failures=tuple(
                Failure(benchmark=_text(benchmark), kind=_kind(kind), message=_text(message))
                for benchmark, kind, message in said["failures"]
            ),
        )
    )


def grouped(values: Sequence[float], lengths: Any) -> tuple[tuple[float, ...], ...]:
    """Return ``values`` by process, given how many each has; as one process where that is not given.

    Raises :class:`ValueError` where the lengths are not those of the values.
    """
    if lengths is None:
        return (tuple(values),)
    if not isinstance(lengths, list) or not all(isinstance(one, int) and one > 0 for one in lengths):
        raise ValueError("the processes are no list of numbers of values")
    if sum(lengths) != len(values):
        raise ValueError(f"there are {len(values)} values, and its processes have {sum(lengths)}")
    taken = iter(values)
    return tuple(tuple(next(taken) for _ in range(length)) for length in lengths)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.60} is no text")
    value.encode()  # half a surrogate pair, which JSON can write and no store can hold, is a ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(f"{value!r:.60} is no number")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise TypeError(f"{value!r:.60} is no count")
    return value


def _kind(value: Any) -> FailureKind:
    if value not in _KINDS:
        raise ValueError(f"{value!r:.60} is no kind of failure")
    return cast("FailureKind", value)

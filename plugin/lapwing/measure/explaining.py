"""Why is it slower? One more session on each side, in which the calls are looked at instead of timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.process import WorkerLate, WorkerLost
from lapwing.recording import Frame, Profile, Stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.measure.process import WorkerProcess

PROFILE_SECONDS: Final = 120.0
"""For one benchmark on one side: half a second of calls in each of two passes, on the slowest interpreter and machine."""


def profiled(
    base: WorkerProcess, head: WorkerProcess, benchmarks: Sequence[str], nodes: Mapping[str, tuple[str, str]]
) -> tuple[Profile, ...]:
    """Profile each benchmark on both sides; one that cannot be is left out, and so is what comes after a lost worker."""
    found: list[Profile] = []
    for benchmark in benchmarks:
        answers: list[dict[str, Any]] = []
        for worker, node in zip((base, head), nodes[benchmark], strict=True):
            try:
                answers.append(worker.ask({"do": "profile", "item": node, "next": None}, seconds=PROFILE_SECONDS))
            except (WorkerLate, WorkerLost):
                return tuple(found)
        if all(answer["say"] == "profiled" for answer in answers):
            first, second = answers
            found.append(
                Profile(
                    benchmark=benchmark,
                    base=_frames(first),
                    head=_frames(second),
                    base_stacks=_stacks(first),
                    head_stacks=_stacks(second),
                )
            )
    return tuple(found)


def _frames(answer: dict[str, Any]) -> tuple[Frame, ...]:
    return tuple(
        Frame(file=str(file), line=int(line), name=str(name), calls=float(calls), own=float(own))
        for file, line, name, calls, own in answer["frames"]
    )


def _stacks(answer: dict[str, Any]) -> tuple[Stack, ...]:
    return tuple(Stack(frames=tuple(map(str, frames)), own=float(own)) for frames, own in answer["stacks"])

"""Why is it slower? One more session on each side, in which the calls are looked at instead of timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.at_once import ask_both
from lapwing.measure.process import WorkerLate, WorkerLost
from lapwing.recording import Frame, Profile, Stack, Witness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.measure.process import WorkerProcess

COUNT_SECONDS: Final = 120.0
"""For one benchmark on both sides: a call takes a hundred times as long under valgrind."""

PROFILE_SECONDS: Final = 120.0
"""For one benchmark on both sides: half a second of calls in each of two passes, on the slowest machine."""


def counted(
    base: WorkerProcess, head: WorkerProcess, nodes: Mapping[str, tuple[str, str]], folder: str
) -> tuple[Witness, ...]:
    """Count the instructions of a call of each benchmark on both sides; those that cannot be counted are left out."""
    found: list[Witness] = []
    for benchmark, places in nodes.items():
        command = {"do": "count", "folder": folder}
        try:
            answers = ask_both(base, head, places, command, seconds=COUNT_SECONDS)
        except (WorkerLate, WorkerLost):
            break
        first, second = (answer.get("count") for answer in answers)
        if first and second:
            found.append(Witness(benchmark=benchmark, kind="instructions", base=first, head=second))
    return tuple(found)


def profiled(base: WorkerProcess, head: WorkerProcess, nodes: Mapping[str, tuple[str, str]]) -> tuple[Profile, ...]:
    """Profile each benchmark on both sides; one that cannot be is left out, and all that follow a lost worker."""
    found: list[Profile] = []
    for benchmark, places in nodes.items():
        try:
            # At once, though it makes self times longer: calls are counted, and of self times the order counts.
            answers = ask_both(base, head, places, {"do": "profile"}, seconds=PROFILE_SECONDS)
        except (WorkerLate, WorkerLost):
            break
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

"""What was seen of each benchmark on both sides? Asked of two watched workers at once, for as long as it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.process import WorkerLate, WorkerLost
from lapwing.recording import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from lapwing.measure.process import WorkerProcess
    from lapwing.recording import SideName

    Progress = Callable[[int, int, str], None]

LOOK_SECONDS: Final = 20.0
"""For all benchmarks together, beside what the looks themselves save."""

SAVED_SECONDS: Final = 0.2
"""What a benchmark of equal code saves, four pairs of 50 ms; a look takes 30 to 50 ms. So a suite of 500 that hardly
changed is looked at to its end, and one whose fixtures take long to set up for each look is measured without."""

_GRACE_SECONDS: Final = 5.0


def looked_at(  # noqa: PLR0913 - both sides, and what to ask them
    base: WorkerProcess,
    head: WorkerProcess,
    nodes: Mapping[str, tuple[str, str]],
    *,
    changed: Collection[str],
    timeout: Callable[[str], float],
    clock: Callable[[], float],
    progress: Progress,
) -> dict[SideName, dict[str, Found]]:
    """Return what was seen, by side and benchmark, without those not reached and those that did not end well."""
    seen: dict[SideName, dict[str, Found]] = {"base": {}, "head": {}}
    end = clock() + LOOK_SECONDS
    for done, (benchmark, places) in enumerate(nodes.items()):
        seconds = min(timeout(benchmark), end - clock())
        if seconds <= 0:
            break
        progress(done, len(nodes), f"looking at {benchmark}")
        try:
            answers = _both(base, head, places, {"do": "look", "changed": sorted(changed), "timeout": seconds}, seconds)
        except (WorkerLate, WorkerLost):
            break
        if all(answer["say"] == "seen" for answer in answers):
            seen["base"][benchmark] = _found(benchmark, answers[0])
            seen["head"][benchmark] = _found(benchmark, answers[1])
            if _saves(seen["base"][benchmark], seen["head"][benchmark]):
                end += SAVED_SECONDS
    return seen


def _saves(base: Found, head: Found) -> bool:
    return bool(base.code) and base.code == head.code and not (base.voids or head.voids)


def _both(
    base: WorkerProcess, head: WorkerProcess, places: Sequence[str], command: dict[str, Any], seconds: float
) -> list[dict[str, Any]]:
    for worker, node in zip((base, head), places, strict=True):
        worker.tell(command | {"item": node, "next": None})
    return [worker.answer(seconds=seconds + _GRACE_SECONDS) for worker in (base, head)]


def _found(benchmark: str, answer: dict[str, Any]) -> Found:
    events = answer["events"]
    return Found(
        benchmark=benchmark,
        code=str(answer["code"]),
        answer=str(answer["answer"]),
        events=None if events is None else int(events),
        voids=tuple(map(str, answer["voids"])),
    )

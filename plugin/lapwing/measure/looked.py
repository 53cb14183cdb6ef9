"""What was seen of each benchmark on both sides? Asked of two watched workers at once, for as long as it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.at_once import ask_both
from lapwing.measure.process import WorkerLate, WorkerLost
from lapwing.recording import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

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
            command = {"do": "look", "changed": sorted(changed), "timeout": seconds}
            answers = ask_both(base, head, places, command, seconds=seconds + _GRACE_SECONDS)
        except (WorkerLate, WorkerLost):
            break
        if all(answer["say"] == "seen" for answer in answers):
            on_base, on_head = (_found(benchmark, answer) for answer in answers)
            seen["base"][benchmark], seen["head"][benchmark] = on_base, on_head
            if on_head.does_as(on_base):
                end += SAVED_SECONDS
    return seen


def _found(benchmark: str, answer: dict[str, Any]) -> Found:
    events = answer["events"]
    return Found(
        benchmark=benchmark,
        code=str(answer["code"]),
        answer=str(answer["answer"]),
        events=None if events is None else int(events),
        voids=tuple(map(str, answer["voids"])),
    )

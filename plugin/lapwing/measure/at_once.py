"""How are both sessions of a pair asked the same at once? What takes as long on either side takes half of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lapwing.measure.process import WorkerProcess


def ask_both(
    base: WorkerProcess, head: WorkerProcess, nodes: tuple[str, str], command: dict[str, Any], *, seconds: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Send a command about the test that is ``nodes`` on either side, and return base's answer and head's.

    Raises:
        WorkerLate: one of them does not answer within ``seconds`` of being waited for.
        WorkerLost: one of them has ended.
    """
    for worker, node in zip((base, head), nodes, strict=True):
        worker.tell(command | {"item": node, "next": None})
    return base.answer(seconds=seconds), head.answer(seconds=seconds)

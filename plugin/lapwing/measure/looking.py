"""What does a benchmark execute and answer? In the worker: it is run once, watched, and not timed.

In a process forked from the collected session where that can be done, so that what one benchmark leaves behind is no
part of the next one's.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from lapwing.measure.acquittal.found import Changes, found, hasher
from lapwing.measure.alone import alone, can_fork
from lapwing.measure.answer import agreed, answer_of
from lapwing.measure.events import count_events
from lapwing.measure.observed import observed
from lapwing.measure.sampler import Rules
from lapwing.measure.worker import Ways, Worker
from lapwing.recording import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.measure.acquittal.watch import Watch


class Looker:
    """Looks at the benchmarks of a session that ``watch`` has watched since before it collected."""

    def __init__(self, worker: Worker, root: str, watch: Watch, changed: Sequence[str]) -> None:
        self._worker = worker
        self._root = root
        self._watch = watch
        self._changes = Changes.of(changed)
        seen = watch.seen()
        with watch.paused():
            self._hasher = hasher(root, self._changes, seen)
        watch.mark()

    def look(self, item: Any, timeout: float) -> dict[str, Any]:
        """Return what was seen of one benchmark, as plain data; nothing is known of one that did not end well."""
        work = partial(self._seen, item, timeout)
        answer: dict[str, Any] | None = alone(work, seconds=timeout) if can_fork() else work()
        return {"say": "seen"} | (answer or {"code": "", "answer": "", "events": None, "voids": []})

    def _seen(self, item: Any, timeout: float) -> dict[str, Any]:
        self._worker.home = os.getpid()  # forked by ourselves, and not by the test
        answers: list[str] = []
        events: list[int | None] = []

        def look(call: Callable[[], Any]) -> Any:
            result = call()
            answers.append(answer_of(result, root=self._root))
            answers.append(answer_of(call(), root=self._root))
            events.append(count_events(call))
            return result

        # Twice where it cannot be called by hand: the second call may take another way than the first.
        planner = partial(observed, calls=2, seconds=1.0)
        ways = Ways(rules=Rules(share=0.0), planner=planner, watching=nullcontext, look=look)
        measured = self._worker.measure(item, None, 20 * timeout, ways)
        if measured["failure"] is not None:
            return {"code": "", "answer": "", "events": None, "voids": []}
        seen = self._watch.seen()
        with self._watch.paused():
            known = found(seen, self._hasher, self._changes, like=Found(benchmark=item.nodeid))
        return {
            "code": known.code,
            "answer": agreed(*answers) if answers else "",
            "events": events[0] if events else None,
            "voids": list(known.voids),
        }

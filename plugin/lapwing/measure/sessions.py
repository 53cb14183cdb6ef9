"""How are the sessions of pairs started, kept track of and ended? Two at once.

Every session is watched by the janitor of its sides from its first moment, so that none outlives the comparison.
"""

from __future__ import annotations

import json
import random
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.measure.neighbours import SCRUBBED
from lapwing.measure.process import Launch, WorkerLate, WorkerLost, WorkerProcess
from lapwing.measure.sides.start import arguments_on
from lapwing.measure.spare import OPTIONLESS
from lapwing.measure.told_in_private import RULE, WATCHED
from lapwing.measure.workers import START_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.measure.sides.side import Side, Sides

_TAIL_LINES: Final = 40

_SCRUBBED: Final = frozenset({*SCRUBBED, "PYTHONDONTWRITEBYTECODE"})
"""Beside coverage's: the sides are ours to write to, and a session that rewrites its tests anew takes longer to
start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Two sessions that are starting: base's, and head's or in a pair of the control base's again.

    ``seed`` drew the memory layout that they share.
    """

    seed: int
    control: bool
    base: WorkerProcess
    head: WorkerProcess

    @property
    def both(self) -> tuple[WorkerProcess, WorkerProcess]:
        """Base's and head's."""
        return self.base, self.head


@dataclass(slots=True, kw_only=True)
class Sessions:
    """Starts sessions of both sides and ends them.

    ``spare`` are plugins to leave out; fewer, once a session did not start without them.
    """

    sides: Sides
    arguments: tuple[str, ...]
    clock: Callable[[], float]
    spare: tuple[str, ...] = ()
    _alive: dict[WorkerProcess, ExitStack] = field(init=False, default_factory=dict)

    def start(
        self, side: Side, layout: int | None, *, watched: bool = False, prefix: tuple[str, ...] = ()
    ) -> WorkerProcess:
        """Start one session, and do not wait for it."""
        worker = self._worker(side, layout, watched=watched, prefix=prefix)
        guard = ExitStack()
        guard.enter_context(self.sides.janitor.watching(worker.pid))
        self._alive[worker] = guard
        return worker

    def start_two(self, seed: int, *, control: bool = False) -> Started:
        """Start the sessions of a pair at once, and do not wait for them."""
        layout = random.Random(seed).getrandbits(64)  # noqa: S311 - layouts, not secrets
        base = self.start(self.sides.base, layout)
        head = self.start(self.sides.base if control else self.sides.head, layout)
        return Started(seed=seed, control=control, base=base, head=head)

    def ready_two(self, started: Started) -> Started:
        """Wait for both sessions; start them anew with fewer plugins left out where they do not start without.

        Sessions of earlier pairs are seen out.

        Raises:
            MeasureError: they do not start at all (``no-worker``).
        """
        try:
            self.ready(started.base, "base")
            self.ready(started.head, "base" if started.control else "head")
        except MeasureError:
            if not self.spare:
                raise
            self.close()
            fewer = tuple(name for name in self.spare if name in OPTIONLESS)
            self.spare = fewer if fewer != self.spare else ()
            return self.ready_two(self.start_two(started.seed, control=started.control))
        self._reap(but=started.both)
        return started

    def ready(self, worker: WorkerProcess, name: str) -> None:
        """Wait until a session has collected.

        Raises:
            MeasureError: it does not (``no-worker``), with the end of what it printed.
        """
        try:
            worker.answer(seconds=START_SECONDS)
        except (WorkerLate, WorkerLost) as problem:
            worker.kill()
            tail = "\n".join(worker.tail().splitlines()[-_TAIL_LINES:])
            raise MeasureError(
                "no-worker",
                f"A worker process of {name} {str(problem) or 'did not collect in time'} before it measured.\n{tail}\n",
                remedy="run pytest with the same arguments and mend what fails at collection.",
            ) from None

    def kill(self) -> None:
        """Kill every session that is there now, from whatever thread; who waits for one learns that it is gone."""
        for worker in tuple(self._alive):
            worker.kill()

    def close(self) -> None:
        """End every session that is still there."""
        self._reap(but=())

    def _reap(self, *, but: tuple[WorkerProcess, ...]) -> None:
        for worker in [one for one in self._alive if one not in but]:
            guard = self._alive.pop(worker)
            with guard:
                worker.end()

    def _worker(self, side: Side, layout: int | None, *, watched: bool, prefix: tuple[str, ...]) -> WorkerProcess:
        spared = (part for name in self.spare for part in ("-p", f"no:{name}"))
        arguments = arguments_on(self.arguments, side.root, side.rule())
        launch = Launch(
            arguments=(*arguments, "-p", "lapwing.measure.pair_worker", "-p", "no:cacheprovider", *spared),
            path=side.path,
            argv=("pytest", *arguments),
            cwd=str(side.project),
            environ=tuple((name, value) for name, value in side.environ if name not in _SCRUBBED),
            python=side.python,
            private=((RULE, json.dumps(side.rule())), (WATCHED, "yes" if watched else "")),
            prefix=prefix,
            caches=True,
        )
        # The same draw for both sides of a pair: what the layout does, it does to both.
        draw = None if layout is None else random.Random(layout)  # noqa: S311 - layouts, not secrets
        return WorkerProcess(launch, draw, self.clock)

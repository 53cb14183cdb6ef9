"""How are the sessions of pairs started, kept track of and ended? Two at once, and the next two beside those measured.

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
from lapwing.measure.processors import keep_to
from lapwing.measure.sides.start import arguments_on
from lapwing.measure.spare import OPTIONLESS
from lapwing.measure.told_in_private import RULE, WATCHED
from lapwing.measure.workers import START_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

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
    cpus: tuple[int, ...]
    spare: tuple[str, ...] = ()
    _next: Started | None = None
    _controls: tuple[bool, ...] = ()
    _alive: dict[WorkerProcess, ExitStack] = field(default_factory=dict)

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

    def next_two(self, *, control: bool) -> Started | None:
        """Return the sessions that were started ahead, if they are what is needed now; else nobody needs them."""
        found, self._next = self._next, None
        self._controls = (*self._controls[-1:], control)
        if found is None or found.control == control:
            return found
        for worker in found.both:
            worker.dismiss()
        return None

    def start_next(self, seed: int, cpu: int | None) -> None:
        """Start the next pair's sessions on the other processors while a pair is measured on ``cpu``.

        A session takes 0.4 s to start, as long as five benchmarks take in a pair: it made pairs of twenty 26 % faster,
        of three 18 %, and spread them no wider. Whether the next pair is the control's is a guess: it takes turns with
        the others, after the first of them, until it is decided.
        """
        others = {*self.cpus} - {cpu}
        if self._next is not None or not others:
            return
        control = self._controls[0] if len(self._controls) > 1 else not self._controls[0]
        self._next = self.start_two(seed, control=control)
        self.move_next(others)

    def move_next(self, cpus: Collection[int]) -> None:
        """Have the sessions that start ahead run on these processors: on all, once nobody is measured."""
        for worker in self._ahead:
            keep_to(cpus, worker.pid)

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

    def close(self) -> None:
        """End every session that is still there."""
        self._next = None
        self._reap(but=())

    @property
    def _ahead(self) -> tuple[WorkerProcess, ...]:
        return () if self._next is None else self._next.both

    def _reap(self, *, but: tuple[WorkerProcess, ...]) -> None:
        for worker in [one for one in self._alive if one not in {*but, *self._ahead}]:
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
        )
        # The same draw for both sides of a pair: what the layout does, it does to both.
        draw = None if layout is None else random.Random(layout)  # noqa: S311 - layouts, not secrets
        return WorkerProcess(launch, draw, self.clock)

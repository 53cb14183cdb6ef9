"""How is one pair measured? Two fresh sessions, benchmark by benchmark, started anew after a crash.

A lane measures one pair at a time; what several lanes measure at once, on processors of their own, is
:mod:`lapwing.measure.pairs`' business.
"""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.judge.compare.cost import START_SECONDS
from lapwing.measure.pair import LivePair, SideGone
from lapwing.measure.processors import kept_to
from lapwing.recording import Paired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lapwing.measure.discovery import Collected
    from lapwing.measure.pair_shape import Shape
    from lapwing.measure.sessions import Sessions
    from lapwing.recording import Step

    Progress = Callable[[int, int, str], None]

_OPEN_SECONDS: Final = 0.01
"""What opening, warming up and closing a benchmark costs in both sessions."""

_RESTARTS: Final = 25
"""Pairs of workers that one step may use up: a suite that crashes more often than that is not measured by going on."""


class Stopped(Exception):  # noqa: N818 - says what happened
    """The lane was told to stop in the middle of a pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What both sides collected, how long (seconds) a benchmark's answer may take, and how each one is sliced.

    ``shapes`` by id is filled by the first pair that has a benchmark, and is the same in all.
    """

    base: Collected
    head: Collected
    timeout: Callable[[str], float]
    shapes: dict[str, Shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pair is measured: on processor ``cpu`` (None: not pinned), ``shared`` if another lane has the others."""

    cpu: int | None
    shared: bool = False


@dataclass(slots=True, kw_only=True)
class Lane:
    """Measures pairs, one after the other, in sessions of its own."""

    sessions: Sessions
    collection: Collection
    clock: Callable[[], float]
    _stopped: threading.Event = field(default_factory=threading.Event)

    def measure(self, step: Step, seed: int, place: Place, company: int, progress: Progress) -> tuple[Paired, ...]:
        """Start two sessions, measure the step's benchmarks in both, slices in turn, and end them.

        ``company`` is how many benchmarks share the cost of starting them.

        Raises:
            MeasureError: no session starts.
            Stopped: by :meth:`stop`.
        """
        # A lane that has no other processor starts its sessions there too: it would disturb the other lane's slices.
        with kept_to(() if place.cpu is None or not place.shared else (place.cpu,)):
            return self._measured(step, seed, place.cpu, company, progress)

    def _measured(self, step: Step, seed: int, cpu: int | None, company: int, progress: Progress) -> tuple[Paired, ...]:
        draw = random.Random(seed)  # noqa: S311 - orders and layouts, not secrets
        left = list(step.benchmarks)
        draw.shuffle(left)
        done: list[Paired] = []
        layout = seed
        for _ in range(_RESTARTS):
            if not left:
                break
            with self._live(layout, step, draw, company) as live:
                self._pin(live, cpu)
                # Who hands over works while neither side does, and on their processor nobody has to be woken: it made
                # handing over a slice cost 107 to 118 µs instead of 153 to 169, and spread pairs no wider.
                with kept_to(() if cpu is None else (cpu,)):
                    self._measure(live, step, left, done, progress)
            layout = draw.getrandbits(64)
        done.extend(Paired(benchmark=one) for one in left)
        return tuple(done)

    def _measure(self, live: LivePair, step: Step, left: list[str], done: list[Paired], progress: Progress) -> None:
        """Measure what is left, in order, until it is empty or a worker is gone."""
        base = self.collection.base
        head = base if step.control else self.collection.head
        while left:
            benchmark = left.pop(0)
            following = left[0] if left else None
            progress(len(done), len(step.benchmarks), benchmark)
            nodes = (base.nodes[benchmark], head.nodes[benchmark])
            after = (base.nodes.get(following or ""), head.nodes.get(following or ""))
            try:
                done.append(live.measure(benchmark, nodes, after))
            except SideGone as gone:
                self._go_on()
                done.append(Paired(benchmark=benchmark, failure=gone.failure))
                return

    @contextmanager
    def _live(self, layout: int, step: Step, draw: random.Random, company: int) -> Iterator[LivePair]:
        """Start both workers at once, wait for both, and dismiss both: they end while others start."""
        try:
            self._go_on()
            two = self.sessions.ready_two(self.sessions.start_two(layout, control=step.control))
            yield LivePair(
                base=two.base,
                head=two.head,
                draw=draw,
                shapes=self.collection.shapes,
                timeout=self.collection.timeout,
                clock=self.clock,
                fixed=START_SECONDS / company + _OPEN_SECONDS,
            )
            for worker in two.both:
                worker.dismiss()
        except BaseException:
            self.sessions.close()
            raise

    @staticmethod
    def _pin(live: LivePair, cpu: int | None) -> None:
        try:
            live.pin(cpu)
        except SideGone as gone:
            raise MeasureError(
                "no-worker",
                gone.failure.message,
                remedy="run pytest with the same arguments and mend what ends it.",
            ) from None

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise Stopped

    def stop(self) -> None:
        """End the pair that another thread measures here, at once; said again until that thread has ended.

        A session that it is just starting is ended the next time.
        """
        self._stopped.set()
        self.sessions.kill()

    def close(self) -> None:
        """End every worker that is still there."""
        self.sessions.close()

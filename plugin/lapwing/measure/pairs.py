"""Who takes samples of base and head? Pairs of fresh pytest sessions, both alive, one pair after the other.

Implements :class:`lapwing.ports.PairSampler` over two sides that are made already (:mod:`lapwing.measure.sides`).
"""

from __future__ import annotations

import random
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.judge.compare.cost import START_SECONDS
from lapwing.measure.callgrind import command_prefix
from lapwing.measure.discovery import Collected, collected, discovery
from lapwing.measure.explaining import counted, profiled
from lapwing.measure.looked import looked_at
from lapwing.measure.pair import LivePair, SideGone
from lapwing.measure.process import WorkerLate, WorkerLost, WorkerProcess
from lapwing.measure.processors import kept_to
from lapwing.measure.sessions import Sessions
from lapwing.measure.sides.side import wrong_origin
from lapwing.measure.spare import OPTIONLESS
from lapwing.recording import Discovery, Pair, Paired, Profile, Step, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lapwing.measure.pair_shape import Shape
    from lapwing.measure.sessions import Started
    from lapwing.measure.sides.side import Sides
    from lapwing.recording import Found, SideName

    Progress = Callable[[int, int, str], None]

_OPEN_SECONDS: Final = 0.01
"""What opening, warming up and closing a benchmark costs in both sessions."""

_RESTARTS: Final = 25
"""Pairs of workers that one step may use up: a suite that crashes more often than that is not measured by going on."""


@dataclass(slots=True, kw_only=True)
class Pairs:
    """Takes samples in pairs of fresh pytest sessions.

    ``arguments`` are pytest's as the user gave them: what leads into the repository is moved to each side. ``timeout``
    is seconds for one answer of a benchmark unless its mark says otherwise, ``seed`` draws layouts, processors, orders,
    ``clock`` counts seconds, ``cpus`` are the processors to use (none where the system cannot pin). ``looks`` says
    whether discovery finds out which code each benchmark executes.
    """

    sides: Sides
    arguments: tuple[str, ...]
    timeout: float
    seed: int
    clock: Callable[[], float]
    cpus: tuple[int, ...]
    looks: bool = False
    shapes: dict[str, Shape] = field(default_factory=dict)
    _draw: random.Random = field(init=False)
    _began: float = field(init=False)
    _base: Collected = field(default_factory=Collected)
    _head: Collected = field(default_factory=Collected)
    _company: int = 1
    _sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - layouts, not secrets
        self._began = self.clock()
        self._sessions = Sessions(sides=self.sides, arguments=self.arguments, clock=self.clock, cpus=self.cpus)

    def elapsed(self) -> float:
        """Return the seconds since this attempt at comparing began."""
        return self.clock() - self._began

    def discover(self, *, progress: Progress) -> Discovery:
        """Collect on both sides and run each benchmark there untimed.

        Raises:
            MeasureError: head cannot be collected (``no-worker``), or a side imports the other's code
                (``wrong-origin``).
        """
        progress(0, 0, "collecting on both sides")
        # Most suites need none of the plugins that take longest to load; one that does is collected once more.
        for spare in (tuple(sorted(OPTIONLESS)), ()):
            self._sessions.spare = spare
            try:
                found = self._discovered(progress)
            except MeasureError:
                if not spare:
                    raise
            else:
                if not spare or not self._is_short_of_plugins():
                    return found
        raise AssertionError

    def _seen(self, base: WorkerProcess, head: WorkerProcess, progress: Progress) -> dict[SideName, dict[str, Found]]:
        return looked_at(
            base,
            head,
            self._nodes(self._head.nodes),
            changed=self.sides.changed,
            timeout=self._timeout_of,
            clock=self.clock,
            progress=progress,
        )

    def _nodes(self, benchmarks: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return the node ids, base's and head's, of those of ``benchmarks`` that both sides have."""
        return {
            one: (self._base.nodes[one], self._head.nodes[one])
            for one in benchmarks
            if one in self._base.nodes and one in self._head.nodes
        }

    def _collected_on_head(self, worker: WorkerProcess) -> Collected:
        try:
            return collected(worker)
        except (WorkerLate, WorkerLost) as problem:
            raise MeasureError(
                "no-worker",
                f"A worker process of head {str(problem) or 'did not answer in time'} after it had collected.",
                remedy="run pytest with the same arguments and mend what ends it.",
            ) from None

    def _discovered(self, progress: Progress) -> Discovery:
        layout = self._draw.getrandbits(64)
        try:
            base, head = (
                self._sessions.start(side, layout, watched=self.looks) for side in (self.sides.base, self.sides.head)
            )
            self._sessions.ready(head, "head")
            self._head = self._collected_on_head(head)
            self._base = self._base_or_nothing(base)
            for side, here in ((self.sides.head, self._head), (self.sides.base, self._base)):
                if here.strays:
                    raise wrong_origin(side, here.strays)
            short = self._is_short_of_plugins()
            if not short:
                # What one side needs, both get: a pair's two sessions load the same plugins.
                both = {*self._head.spare} & ({*self._base.spare} if not self._base.failure else {*self._head.spare})
                self._sessions.spare = tuple(sorted(both.union(self._sessions.spare)))
            # What lacks a plugin is collected once more, and looked at then.
            seen = (
                {}
                if not self.looks or self._base.failure or (short and self._sessions.spare)
                else self._seen(base, head, progress)
            )
            return discovery(self._base, self._head, seen)
        finally:
            self._sessions.close()

    def _is_short_of_plugins(self) -> bool:
        """Tell whether something on either side may have gone wrong for the want of a plugin."""
        return any(here.failure or here.unfit or here.lacks for here in (self._head, self._base))

    def pair(self, step: Step, *, progress: Progress) -> Pair:
        """Start a pair of workers, measure the step's benchmarks in both, slices in turn, and end them."""
        if not step.control:
            # The control's few benchmarks take as many blocks as if they were among the others: their error is theirs.
            self._company = max(len(step.benchmarks), 1)
        started = self._sessions.next_two(control=step.control)
        seed = self._draw.getrandbits(48) if started is None else started.seed
        draw = random.Random(seed)  # noqa: S311 - the same
        cpu = draw.choice(self.cpus) if self.cpus else None
        pinned = () if cpu is None else (cpu,)
        left = list(step.benchmarks)
        draw.shuffle(left)
        layout = seed
        done: list[Paired] = []
        for _ in range(_RESTARTS):
            if not left:
                break
            with self._live(started, layout, step, draw, cpu) as live:
                self._sessions.start_next(self._draw.getrandbits(48), cpu)
                # Who hands over works while neither side does, and on their processor nobody has to be woken: it made
                # handing over a slice cost 107 to 118 µs instead of 153 to 169, and spread pairs no wider.
                with kept_to(pinned):
                    self._measure(live, step, left, done, progress)
                self._sessions.move_next(self.cpus)
            started, layout = None, draw.getrandbits(64)
        done.extend(Paired(benchmark=one) for one in left)
        return Pair(step=step, seed=seed, cpu=cpu, ended=self.elapsed(), paired=tuple(done))

    def count(self, benchmarks: Sequence[str]) -> tuple[Witness, ...]:
        """Count the instructions of one call of each benchmark on both sides; fewer where that cannot be done."""
        folder = tempfile.mkdtemp(dir=self.sides.base.root.parent)
        prefix = command_prefix(folder)
        nodes = self._nodes(benchmarks)
        if prefix is None or not nodes:
            return ()
        try:
            base, head = (
                self._sessions.start(side, None, prefix=tuple(prefix)) for side in (self.sides.base, self.sides.head)
            )
            self._sessions.ready(base, "base")
            self._sessions.ready(head, "head")
            return counted(base, head, nodes, folder)
        except MeasureError:
            return ()
        finally:
            self._sessions.close()

    def profile(self, benchmarks: Sequence[str]) -> tuple[Profile, ...]:
        """Profile each benchmark once more on both sides."""
        nodes = self._nodes(benchmarks)
        try:
            two = self._sessions.ready_two(self._sessions.start_two(self._draw.getrandbits(64)))
            return profiled(two.base, two.head, nodes)
        except MeasureError:
            return ()
        finally:
            self._sessions.close()

    def _measure(self, live: LivePair, step: Step, left: list[str], done: list[Paired], progress: Progress) -> None:
        """Measure what is left, in order, until it is empty or a worker is gone."""
        head = self._base if step.control else self._head
        while left:
            benchmark = left.pop(0)
            following = left[0] if left else None
            progress(len(done), len(step.benchmarks), benchmark)
            nodes = (self._base.nodes[benchmark], head.nodes[benchmark])
            after = (self._base.nodes.get(following or ""), head.nodes.get(following or ""))
            try:
                done.append(live.measure(benchmark, nodes, after))
            except SideGone as gone:
                done.append(Paired(benchmark=benchmark, failure=gone.failure))
                return

    @contextmanager
    def _live(
        self, started: Started | None, seed: int, step: Step, draw: random.Random, cpu: int | None
    ) -> Iterator[LivePair]:
        """Start both workers at once unless they are, wait for both, and dismiss both: they end while others start."""
        try:
            two = self._sessions.ready_two(started or self._sessions.start_two(seed, control=step.control))
            live = LivePair(
                base=two.base,
                head=two.head,
                draw=draw,
                shapes=self.shapes,
                timeout=self._timeout_of,
                clock=self.clock,
                fixed=START_SECONDS / self._company + _OPEN_SECONDS,
            )
            try:
                live.pin(cpu)
            except SideGone as gone:
                raise MeasureError(
                    "no-worker",
                    gone.failure.message,
                    remedy="run pytest with the same arguments and mend what ends it.",
                ) from None
            yield live
            for worker in two.both:
                worker.dismiss()
        except BaseException:
            self._sessions.close()
            raise

    def close(self) -> None:
        """End every worker that is still there."""
        self._sessions.close()

    def _timeout_of(self, benchmark: str) -> float:
        return self._head.timeouts.get(benchmark) or self.timeout

    def _base_or_nothing(self, worker: WorkerProcess) -> Collected:
        """Return what base collected; that it cannot be collected is for the report to say."""
        try:
            self._sessions.ready(worker, "base")
            return collected(worker)
        except (MeasureError, WorkerLate, WorkerLost) as error:
            return Collected(failure=str(getattr(error, "message", error)) or "It did not answer in time.")

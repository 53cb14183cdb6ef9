"""Who takes samples of base and head? Pairs of fresh pytest sessions, both alive, a pair or two at once.

Implements :class:`lapwing.ports.PairSampler` over two sides that are made already (:mod:`lapwing.measure.sides`).
"""

from __future__ import annotations

import random
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.measure.callgrind import command_prefix
from lapwing.measure.discovery import Collected, collected, discovery
from lapwing.measure.explaining import counted, profiled
from lapwing.measure.lane import Collection, Lane, Place
from lapwing.measure.looked import looked_at
from lapwing.measure.process import WorkerLate, WorkerLost, WorkerProcess
from lapwing.measure.sessions import Sessions
from lapwing.measure.sides.side import wrong_origin
from lapwing.measure.spare import OPTIONLESS
from lapwing.measure.uninterrupted import uninterrupted
from lapwing.recording import Discovery, Pair, Paired, Profile, Step, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lapwing.measure.pair_shape import Shape
    from lapwing.measure.sides.side import Sides
    from lapwing.recording import Found, SideName

    Progress = Callable[[int, int, str], None]

MOST_AT_ONCE: Final = 2
"""Pairs that are measured at once, where there are cores for them: more was never measured, and the sessions of each
take the memory of a whole suite twice."""

_STOP_SECONDS: Final = 0.1
"""How often a pair that is to stop is told so: it may just be starting a session."""


@dataclass(slots=True, kw_only=True)
class Pairs:
    """Takes samples in pairs of fresh pytest sessions.

    ``arguments`` are pytest's as the user gave them: what leads into the repository is moved to each side. ``timeout``
    is seconds for one answer of a benchmark unless its mark says otherwise, ``seed`` draws layouts, processors, orders,
    ``clock`` counts seconds, ``cores`` are the processors to use, by core (none where the system cannot pin). ``looks``
    says whether discovery finds out which code each benchmark executes.
    """

    sides: Sides
    arguments: tuple[str, ...]
    timeout: float
    seed: int
    clock: Callable[[], float]
    cores: tuple[tuple[int, ...], ...]
    looks: bool = False
    shapes: dict[str, Shape] = field(default_factory=dict)
    _draw: random.Random = field(init=False)
    _began: float = field(init=False)
    _base: Collected = field(default_factory=Collected)
    _head: Collected = field(default_factory=Collected)
    _company: int = 1
    _sessions: Sessions = field(init=False)
    _lanes: list[Lane] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - layouts, not secrets
        self._began = self.clock()
        self._sessions = Sessions(sides=self.sides, arguments=self.arguments, clock=self.clock)

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

    def pairs(self, step: Step, *, most: int, progress: Progress) -> tuple[Pair, ...]:
        """Measure pairs over the step's benchmarks, up to ``most``: as many at once as there are processors for.

        Each on a processor of its own, its sessions' start too: 150 benchmarks took 4.4 and 4.7 s a pair two at once,
        9.0 and 7.6 s one by one. Of 1,000 verdicts on unchanged code, measured so, none accused.
        """
        if not step.control:
            # The control's few benchmarks take as many blocks as if they were among the others: their error is theirs.
            self._company = max(len(step.benchmarks), 1)
        places = self._places(most)
        seeds = [self._draw.getrandbits(48) for _ in places]
        brought = self._at_once(step, seeds, places, progress)
        ended = self.elapsed()
        return tuple(
            Pair(step=step, seed=seed, cpu=place.cpu, ended=ended, paired=paired, at_once=len(places))
            for seed, place, paired in zip(seeds, places, brought, strict=True)
        )

    def _places(self, most: int) -> list[Place]:
        """Draw the processors for up to ``most`` pairs at once, one of each core; one pair where none can be pinned."""
        if not self.cores:
            return [Place(cpu=None)]
        chosen = self._draw.sample(self.cores, min(most, MOST_AT_ONCE, len(self.cores)))
        return [Place(cpu=self._draw.choice(core), shared=len(chosen) > 1) for core in chosen]

    def _at_once(
        self, step: Step, seeds: Sequence[int], places: Sequence[Place], progress: Progress
    ) -> list[tuple[Paired, ...]]:
        """Measure a pair in each place, the first of them here and the others in threads of their own.

        Threads, since all they do is wait for workers; and whatever ends one pair ends them all.
        """
        while len(self._lanes) < len(places):
            self._lanes.append(self._lane())
        lanes = self._lanes[: len(places)]
        others: list[Future[tuple[Paired, ...]]] = []
        with ThreadPoolExecutor(max_workers=len(places)) as threads:
            try:
                # Interrupted while it starts a thread, an executor forgets it, and its sessions would be ended twice.
                with uninterrupted():
                    others += [
                        threads.submit(lane.measure, step, seed, place, self._company, _quietly)
                        for lane, seed, place in zip(lanes[1:], seeds[1:], places[1:], strict=True)
                    ]
                first = lanes[0].measure(step, seeds[0], places[0], self._company, progress)
                return [first, *(other.result() for other in others)]
            except BaseException:
                while wait(others, timeout=_STOP_SECONDS).not_done:
                    for lane in lanes[1:]:
                        lane.stop()
                raise

    def _lane(self) -> Lane:
        return Lane(
            # The first goes on with the sessions that discovery left, the others have their own.
            sessions=replace(self._sessions) if self._lanes else self._sessions,
            collection=Collection(base=self._base, head=self._head, timeout=self._timeout_of, shapes=self.shapes),
            clock=self.clock,
        )

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

    def close(self) -> None:
        """End every worker that is still there."""
        self._sessions.close()
        for lane in self._lanes:
            lane.close()

    def _timeout_of(self, benchmark: str) -> float:
        return self._head.timeouts.get(benchmark) or self.timeout

    def _base_or_nothing(self, worker: WorkerProcess) -> Collected:
        """Return what base collected; that it cannot be collected is for the report to say."""
        try:
            self._sessions.ready(worker, "base")
            return collected(worker)
        except (MeasureError, WorkerLate, WorkerLost) as error:
            return Collected(failure=str(getattr(error, "message", error)) or "It did not answer in time.")


def _quietly(_: int, __: int, ___: str) -> None:
    """Tell nobody: the first of several pairs tells for all."""

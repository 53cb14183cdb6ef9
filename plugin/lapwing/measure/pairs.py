"""Who takes samples of base and head? Pairs of fresh pytest sessions, both alive, one pair after the other.

Implements :class:`lapwing.ports.PairSampler` over two sides that are made already (:mod:`lapwing.measure.sides`).
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.measure.callgrind import command_prefix
from lapwing.measure.discovery import Collected, collected, discovery
from lapwing.measure.explaining import counted, profiled
from lapwing.measure.looked import looked_at
from lapwing.measure.neighbours import SCRUBBED
from lapwing.measure.pair import LivePair, SideGone
from lapwing.measure.process import Launch, WorkerLate, WorkerLost, WorkerProcess
from lapwing.measure.sides.side import wrong_origin
from lapwing.measure.sides.start import arguments_on
from lapwing.measure.spare import OPTIONLESS
from lapwing.measure.told_in_private import RULE, WATCHED
from lapwing.measure.workers import START_SECONDS
from lapwing.recording import Discovery, Pair, Paired, Profile, Step, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lapwing.measure.pair_shape import Shape
    from lapwing.measure.sides.side import Side, Sides
    from lapwing.recording import Found, SideName

    Progress = Callable[[int, int, str], None]

_TAIL_LINES: Final = 40

_SCRUBBED: Final = frozenset({*SCRUBBED, "PYTHONDONTWRITEBYTECODE"})
"""Beside coverage's: the sides are ours to write to, and a session that rewrites its tests anew takes longer to
start."""

_START_SECONDS: Final = 0.4
"""What starting a pair of sessions costs: 0.4 to 0.6 s for a small suite on two processors, some of it beside the pair
before."""

_OPEN_SECONDS: Final = 0.01
"""What opening, warming up and closing a benchmark costs in both sessions."""

_RESTARTS: Final = 25
"""Pairs of workers that one step may use up: a suite that crashes more often than that is not measured by going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """A pair of workers that start while the pair before is measured; ``seed`` drew their layout."""

    seed: int
    control: bool
    base: WorkerProcess
    head: WorkerProcess


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
    _spare: tuple[str, ...] = ()
    _ahead: _Ahead | None = None
    _controls: tuple[bool, ...] = ()
    _alive: dict[WorkerProcess, ExitStack] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - layouts, not secrets
        self._began = self.clock()

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
            self._spare = spare
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
            base, head = (self._start(side, layout, watched=self.looks) for side in (self.sides.base, self.sides.head))
            self._ready(head, "head")
            self._head = self._collected_on_head(head)
            self._base = self._base_or_nothing(base)
            for side, here in ((self.sides.head, self._head), (self.sides.base, self._base)):
                if here.strays:
                    raise wrong_origin(side, here.strays)
            short = self._is_short_of_plugins()
            if not short:
                # What one side needs, both get: a pair's two sessions load the same plugins.
                both = {*self._head.spare} & ({*self._base.spare} if not self._base.failure else {*self._head.spare})
                self._spare = tuple(sorted(both.union(self._spare)))
            # What lacks a plugin is collected once more, and looked at then.
            seen = (
                {}
                if not self.looks or self._base.failure or (short and self._spare)
                else self._seen(base, head, progress)
            )
            return discovery(self._base, self._head, seen)
        finally:
            self.close()

    def _is_short_of_plugins(self) -> bool:
        """Tell whether something on either side may have gone wrong for the want of a plugin."""
        return any(here.failure or here.unfit or here.lacks for here in (self._head, self._base))

    def pair(self, step: Step, *, progress: Progress) -> Pair:
        """Start a pair of workers, measure the step's benchmarks in both, slices in turn, and end them."""
        ahead = self._ahead_of(step)
        seed = self._draw.getrandbits(48) if ahead is None else ahead.seed
        draw = random.Random(seed)  # noqa: S311 - layouts, not secrets
        layout = draw.getrandbits(64)
        cpu = draw.choice(self.cpus) if self.cpus else None
        left = list(step.benchmarks)
        draw.shuffle(left)
        done: list[Paired] = []
        for _ in range(_RESTARTS):
            if not left:
                break
            with self._live(step, draw, layout, cpu, ahead) as live:
                self._start_ahead(step, cpu)
                self._measure(live, step, left, done, progress)
                self._move_ahead({*self.cpus})
            ahead, layout = None, draw.getrandbits(64)
        done.extend(Paired(benchmark=one) for one in left)
        return Pair(step=step, seed=seed, cpu=cpu, ended=self.elapsed(), paired=tuple(done))

    def _ahead_of(self, step: Step) -> _Ahead | None:
        """Return the workers that were started ahead, if they are the ones for this step; else nobody needs them."""
        ahead, self._ahead = self._ahead, None
        self._controls = (*self._controls[-1:], step.control)
        if ahead is None or ahead.control == step.control:
            return ahead
        for worker in (ahead.base, ahead.head):
            worker.dismiss()
        return None

    def _start_ahead(self, step: Step, cpu: int | None) -> None:
        """Start the next pair's workers on the other processors while this pair is measured.

        A session takes 0.3 to 0.5 s to start, as long as ten benchmarks take in a pair. Whether the next pair is the
        control's is a guess: it takes turns with the others, after the first of them, until it is decided.
        """
        others = {*self.cpus} - {cpu}
        if self._ahead is not None or not others or not hasattr(os, "sched_setaffinity"):
            return
        control = self._controls[0] if len(self._controls) > 1 else not step.control
        seed = self._draw.getrandbits(48)
        layout = random.Random(seed).getrandbits(64)  # noqa: S311 - the same
        base, head = (self._start(side, layout) for side in self._two(control=control))
        self._ahead = _Ahead(seed=seed, control=control, base=base, head=head)
        self._move_ahead(others)

    def _move_ahead(self, cpus: set[int]) -> None:
        """Have the workers that start ahead run on these processors: all, once nobody is measured."""
        if self._ahead is not None:
            for worker in (self._ahead.base, self._ahead.head):
                with suppress(OSError):  # it has ended by itself, which is for the next pair to find
                    os.sched_setaffinity(worker.pid, cpus)

    def count(self, benchmarks: Sequence[str]) -> tuple[Witness, ...]:
        """Count the instructions of one call of each benchmark on both sides; fewer where that cannot be done."""
        folder = tempfile.mkdtemp(dir=self.sides.base.root.parent)
        prefix = command_prefix(folder)
        nodes = self._nodes(benchmarks)
        if prefix is None or not nodes:
            return ()
        try:
            base, head = (self._start(side, None, prefix=tuple(prefix)) for side in (self.sides.base, self.sides.head))
            self._ready(base, "base")
            self._ready(head, "head")
            return counted(base, head, nodes, folder)
        except MeasureError:
            return ()
        finally:
            self.close()

    def profile(self, benchmarks: Sequence[str]) -> tuple[Profile, ...]:
        """Profile each benchmark once more on both sides."""
        nodes = self._nodes(benchmarks)
        try:
            base, head = self._both(Step(stage="confirm", benchmarks=tuple(nodes)), self._draw.getrandbits(64))
            return profiled(base, head, nodes)
        except MeasureError:
            return ()
        finally:
            self.close()

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
        self, step: Step, draw: random.Random, layout: int, cpu: int | None, ahead: _Ahead | None
    ) -> Iterator[LivePair]:
        """Start both workers at once, wait for both, and dismiss both: they end while the next ones start."""
        try:
            base, head = self._both(step, layout, ahead)
            self._reap(but=(base, head))
            live = LivePair(
                base=base,
                head=head,
                draw=draw,
                shapes=self.shapes,
                timeout=self._timeout_of,
                clock=self.clock,
                fixed=_START_SECONDS / len(step.benchmarks) + _OPEN_SECONDS,
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
            for worker in (base, head):
                worker.dismiss()
        except BaseException:
            self.close()
            raise

    def _two(self, *, control: bool) -> tuple[Side, Side]:
        return (self.sides.base, self.sides.base if control else self.sides.head)

    def _both(self, step: Step, layout: int, ahead: _Ahead | None = None) -> tuple[WorkerProcess, WorkerProcess]:
        """Start both workers and wait for both, with fewer plugins left out where a session does not start without."""
        base, head = (
            (ahead.base, ahead.head)
            if ahead is not None
            else (self._start(side, layout) for side in self._two(control=step.control))
        )
        try:
            self._ready(base, "base")
            self._ready(head, "base" if step.control else "head")
        except MeasureError:
            if not self._spare:
                raise
            self.close()
            fewer = tuple(name for name in self._spare if name in OPTIONLESS)
            self._spare = fewer if fewer != self._spare else ()
            return self._both(step, layout)
        return base, head

    def close(self) -> None:
        """End every worker that is still there."""
        self._ahead = None
        self._reap(but=())

    def _start(
        self, side: Side, layout: int | None, *, watched: bool = False, prefix: tuple[str, ...] = ()
    ) -> WorkerProcess:
        worker = self._worker(side, layout, watched=watched, prefix=prefix)
        guard = ExitStack()
        guard.enter_context(self.sides.janitor.watching(worker.pid))
        self._alive[worker] = guard
        return worker

    def _reap(self, *, but: tuple[WorkerProcess, ...]) -> None:
        ahead = self._ahead
        kept = but if ahead is None else (*but, ahead.base, ahead.head)
        for worker in [one for one in self._alive if one not in kept]:
            guard = self._alive.pop(worker)
            with guard:
                worker.end()

    def _timeout_of(self, benchmark: str) -> float:
        return self._head.timeouts.get(benchmark) or self.timeout

    def _worker(self, side: Side, layout: int | None, *, watched: bool, prefix: tuple[str, ...]) -> WorkerProcess:
        spared = (part for name in self._spare for part in ("-p", f"no:{name}"))
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

    def _ready(self, worker: WorkerProcess, name: str) -> None:
        """Wait until a worker has collected.

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

    def _base_or_nothing(self, worker: WorkerProcess) -> Collected:
        """Return what base collected; that it cannot be collected is for the report to say."""
        try:
            self._ready(worker, "base")
            return collected(worker)
        except (MeasureError, WorkerLate, WorkerLost) as error:
            return Collected(failure=str(getattr(error, "message", error)) or "It did not answer in time.")

"""Who takes the samples? Fresh worker processes, one at a time: round by round, each measures every benchmark once.

Between-process spread is the larger part of the noise of a Python benchmark, and machines drift: so the processes of
one benchmark are spread over the whole session instead of standing in a row. Workers are not pinned to a processor:
pinned and free ones were equally steady (0.49 and 0.59 % of error with 4 pairs, 0.39 and 0.33 % with 8), and pinning
would take away the second processor from a benchmark that uses it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import MeasureError
from lapwing.measure.book import Book
from lapwing.measure.conditions import conditions
from lapwing.measure.machine import this_machine
from lapwing.measure.options import PerfOptions
from lapwing.measure.process import Launch, WorkerLate, WorkerLost, WorkerProcess
from lapwing.model import Measured, RunWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lapwing.model import Declared, Machine

START_SECONDS: Final = 600.0
"""How long a worker may take to collect: the session that started it did the same, so it ends."""

_GRACE_SECONDS: Final = 10.0
"""After the timeout, until a worker that was to end itself with a traceback is killed without: where every processor is
busy, writing it takes a while."""

_STALE_SECONDS: Final = 1.0
"""For a worker to end by itself where a benchmark left a thread: Python waits for a thread that never ends."""

_TAIL_LINES: Final = 12
_FATAL: Final = ("Fatal Python error", "Windows fatal exception", "Timeout (")
_TRACE: Final = ("Current thread ", "Thread 0x", "Timeout (")
_FRAMES: Final = ("/pluggy/", "\\pluggy\\", "/_pytest/", "\\_pytest\\", '"<lapwing loop>"', str(Path(__file__).parent))
# What pytest says by itself: its rules, its progress, how it could say more; a line of its own is framed in "!".
_NOISE: Final = re.compile(r"={5}|\s*$|\(to show a full traceback|\S+ [.FEsxX]*$")
_OWN_VOICE: Final = re.compile(r"^!{3,} (.*) !{3,}$")
_LEAST_SCALE: Final = 0.01


@dataclass(kw_only=True)
class Workers:
    """Takes samples in fresh pytest sessions; implements :class:`lapwing.ports.Sampler`.

    ``options`` are the marks' by node id. ``time_budget`` is seconds for a benchmark, ``max_time`` for everything
    measured by this object, ``timeout`` for one benchmark in one process, on top of its share. ``seed`` draws the
    memory layouts. ``clock`` counts seconds.
    """

    launch: Launch
    options: Mapping[str, PerfOptions]
    time_budget: float
    processes: int
    timeout: float
    max_time: float | None
    seed: int
    clock: Callable[[], float]
    reports: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False
    _end: float | None = None

    def __post_init__(self) -> None:
        self._facts = conditions()
        self._draw = random.Random(self.seed)  # noqa: S311 - layouts, not secrets

    def machine(self) -> Machine:
        """Return the class of machine this is."""
        return this_machine()

    def measure(self, benchmarks: Sequence[Declared], *, progress: Callable[[int, int, str], None]) -> Measured:
        """Measure each of ``benchmarks`` in several fresh processes.

        Raises:
            MeasureError: no worker starts (slug ``no-worker``), with the end of what it printed.
        """
        if self._end is None and self.max_time is not None:
            self._end = self.clock() + self.max_time
        books = [self._open(one) for one in benchmarks]
        session = _Session(self, books, progress)
        warnings, self._facts = self._facts, ()  # a second look is at the same machine
        try:
            session.run()
        except KeyboardInterrupt:
            self.interrupted = True
            session.complete = False
        finally:
            session.close()
        for book in books:
            if book.reports:
                self.reports[book.declared.node_id] = book.reports
            if book.failure is not None:
                self.failed[book.declared.node_id] = book.failure.message
        return Measured(
            samples=tuple(sample for book in books for sample in book.samples()),
            failures=tuple(book.failure for book in books if book.failure is not None),
            warnings=(*warnings, *session.warnings.values()),
            complete=session.complete,
        )

    def draw(self) -> random.Random:
        """Return the source of the next worker's layout: its own, so that one worker more changes no other's."""
        return random.Random(self._draw.getrandbits(64))  # noqa: S311 - layouts, not secrets

    def time_left(self) -> float | None:
        """Return the seconds until the suite's time is over, None where it has no end."""
        return None if self._end is None else self._end - self.clock()

    def _open(self, declared: Declared) -> Book:
        options = self.options.get(declared.node_id, PerfOptions())
        return Book(
            declared=declared,
            options=options,
            budget=options.time_budget or self.time_budget,
            wanted=options.processes or self.processes,
            timeout=options.timeout or self.timeout,
        )


class _Session:
    """One call of :meth:`Workers.measure`: its rounds, its live worker, its doubts."""

    def __init__(self, workers: Workers, books: list[Book], progress: Callable[[int, int, str], None]) -> None:
        self._workers = workers
        self._books = books
        self._progress = progress
        self._worker: WorkerProcess | None = None
        self._started = 0
        self._start_cost = 0.0
        self._done = 0
        self.complete = True
        self.warnings: dict[str, RunWarning] = {}

    def run(self) -> None:
        """Go round until nothing is pending, the time is over or no worker starts any more."""
        while pending := [book for book in self._books if book.pending]:
            scale = self._scale(pending)
            for index, book in enumerate(pending):
                left = self._workers.time_left()
                if left is not None and left <= 0:
                    self._out_of_time()
                    return
                self._progress(self._done, self._total(), book.declared.benchmark)
                following = next((one for one in pending[index + 1 :] if one.pending), None)
                if not self._measure(book, following, scale):
                    return
                self._done += 1
            self.close()
        self._progress(self._total(), self._total(), "")

    def close(self, **patience: float) -> None:
        """End the live worker, if there is one: at once where everything was interrupted."""
        worker, self._worker = self._worker, None
        if worker is not None:
            if self._workers.interrupted:
                worker.kill()
                worker.close()
            else:
                worker.end(**patience)

    def _total(self) -> int:
        return self._done + sum(book.wanted - book.done for book in self._books if book.pending)

    def _scale(self, pending: list[Book]) -> float:
        """Return what to multiply budgets with so that the suite ends in time."""
        left = self._workers.time_left()
        if left is None:
            return 1.0
        rounds = max(book.wanted - book.done for book in pending)
        planned = sum(book.budget - book.spent for book in pending)
        free = max(0.0, left - rounds * self._start_cost)
        scale = max(_LEAST_SCALE, free / max(planned, 1e-9))
        if scale >= 1.0:
            return 1.0
        self.warnings.setdefault(
            "scaled-budgets",
            RunWarning(
                slug="scaled-budgets",
                message=f"The benchmarks asked for {planned:.3g} s; starting processes ({rounds} × "
                f"{self._start_cost:.2g} s) leaves {free:.3g} of the suite's {left:.3g} s, so each got "
                f"{scale * 100:.0f} % of its time.",
                remedy="give the suite more with --perf-max-time, or each benchmark less with --perf-time.",
            ),
        )
        return scale

    def _out_of_time(self) -> None:
        self.complete = False
        unfinished = sum(book.pending for book in self._books)
        self.warnings["out-of-time"] = RunWarning(
            slug="out-of-time",
            message=f"The suite's {self._workers.max_time:.3g} s were over with {unfinished} of {len(self._books)} "
            "benchmarks unfinished.",
            remedy="give it more with --perf-max-time, or select fewer benchmarks with -k.",
        )

    def _measure(self, book: Book, following: Book | None, scale: float) -> bool:
        """Measure one benchmark once; return False where there is no worker to go on with."""
        worker = self._worker or self._start()
        if worker is None:
            return False
        share = book.share(scale)
        limit = book.timeout + share
        command = {
            "do": "measure",
            "item": book.declared.node_id,
            "next": following.declared.node_id if following is not None else None,
            "share": share,
            "single": book.single,
            "near": book.loops,
            "timeout": limit,
        }
        began = self._workers.clock()
        try:
            answer = worker.ask(command, seconds=limit + _GRACE_SECONDS)
        except (WorkerLate, WorkerLost) as problem:
            self._lose(book, problem, late=isinstance(problem, WorkerLate) or self._workers.clock() - began >= limit)
            return True
        if answer["say"] != "measured":
            book.fail(
                "unmeasured", "The worker process did not collect this test; its collection depends on something."
            )
        else:
            book.enter(answer)
            if answer["stale"]:
                self.close(patience=_STALE_SECONDS)
        return True

    def _lose(self, book: Book, problem: Exception, *, late: bool) -> None:
        """Enter a hang or a crash, and let a fresh worker go on with the others."""
        worker = self._worker
        assert worker is not None
        self._worker = None
        worker.kill()
        tail = last_words(worker.tail())
        worker.close()
        said = f"\n{tail}" if tail else ""
        if late:
            book.fail("timed-out", f"It did not end within {book.timeout:g} s.{said}")
        else:
            book.fail("crashed", f"Its process {problem}.{said}")
        book.reports = []

    def _start(self) -> WorkerProcess | None:
        """Start a worker and wait until it has collected; None where one started before and this one does not."""
        workers = self._workers
        began = workers.clock()
        worker = WorkerProcess(workers.launch, workers.draw(), workers.clock)
        self._worker = worker
        try:
            worker.answer(seconds=START_SECONDS)
        except (WorkerLate, WorkerLost) as problem:
            self._worker = None
            worker.kill()
            tail = _last_lines(worker.tail(), most=40)
            worker.close()
            error = MeasureError(
                "no-worker",
                f"A worker process {str(problem) or 'did not collect in time'} before it measured.\n{tail}\n",
                remedy="run the same command without --perf and mend what fails at collection.",
            )
            if self._started == 0:
                raise error from None
            self.complete = False
            self.warnings["no-worker"] = RunWarning(slug=error.slug, message=error.message, remedy=error.remedy)
            return None
        self._started += 1
        self._start_cost = workers.clock() - began
        return worker


def _last_lines(text: str, most: int) -> str:
    return "\n".join(text.splitlines()[-most:])


def last_words(text: str) -> str:
    """Return what a worker said at its end: its error and where the test was, without pytest's frames and ours."""
    lines = text.splitlines()
    trace = max((place for place, line in enumerate(lines) if line.startswith(_TRACE)), default=len(lines))
    said = [line for line in lines[:trace] if line.startswith(_FATAL)]
    frames = [
        line for line in lines[trace + 1 :] if line.startswith("  File ") and not any(one in line for one in _FRAMES)
    ]
    if trace == len(lines):
        heard = [_OWN_VOICE.sub(r"\1", line) for line in lines if not _NOISE.match(line)]
        return "\n".join(heard[-_TAIL_LINES:])
    return "\n".join((*said[-2:], *frames[:_TAIL_LINES]))

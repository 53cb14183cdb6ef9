"""How is one pair measured? Two workers alive, one processor, benchmark by benchmark, slices in turn.

Both workers share one draw of the layout (hash seed, size of the environment), so that what the layout does to a
benchmark it does to both; the next pair has another draw. Which side goes first is random in each block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import LapwingError
from lapwing.measure.pair_shape import Shape, enough_blocks, shape_of
from lapwing.measure.process import WorkerLate, WorkerLost, encoded
from lapwing.measure.workers import last_words
from lapwing.recording import Numbers, Paired, SideFailure, Slice
from lapwing.units import Unit

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from lapwing.measure.process import WorkerProcess
    from lapwing.recording import SideName

_GRACE_SECONDS: Final = 2.0
_GROWTH: Final = 1.2
_MOST_RECORDED: Final = 1_000


class SideGone(Exception):  # noqa: N818 - says what happened
    """A worker crashed or hung; the pair has to be started anew for the benchmarks that are left."""

    def __init__(self, failure: SideFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(slots=True, kw_only=True)
class LivePair:
    """Two ready workers, and what is known of the benchmarks by earlier pairs (``shapes`` by id, which it fills).

    ``fixed`` is a benchmark's share of the seconds that starting them took.
    """

    base: WorkerProcess
    head: WorkerProcess
    draw: random.Random
    shapes: dict[str, Shape]
    timeout: Callable[[str], float]
    clock: Callable[[], float]
    fixed: float

    def pin(self, cpu: int | None) -> None:
        """Put both workers on one processor, where the system can."""
        for name in _SIDES:
            self._ask(name, {"do": "pin", "cpu": cpu}, seconds=60.0)

    def measure(self, benchmark: str, nodes: tuple[str, str], following: tuple[str | None, str | None]) -> Paired:
        """Open a benchmark on both sides, take its blocks, close it.

        Raises:
            SideGone: a worker crashed or did not answer in time.
        """
        order = self._order()
        opened: dict[SideName, dict[str, Any]] = {}
        timeout = self.timeout(benchmark)
        for name in order:
            place = _SIDES.index(name)
            command = {"do": "open", "item": nodes[place], "next": following[place], "timeout": 20 * timeout}
            # Both, whatever the first one says: what fails on base alone is another matter than what fails on head.
            opened[name] = self._ask(name, command, seconds=timeout)
        slices: list[tuple[Slice, Slice]] = []
        shape = Shape(blocks=0, most=0, readings=1, loops=1)
        if all(one["say"] == "open" for one in opened.values()):
            shape = self.shapes.get(benchmark) or shape_of(opened["base"])
            self.shapes.setdefault(benchmark, shape)
            slices = self._blocks(shape, timeout)
        closed = {name: self._closed(name, answer, timeout) for name, answer in opened.items()}
        failure = _failure_of(closed)
        if failure is not None:
            return Paired(benchmark=benchmark, failure=failure)
        return Paired(
            benchmark=benchmark,
            base=tuple(base for base, _ in slices),
            head=tuple(head for _, head in slices),
            calls=shape.calls,
            numbers=_numbers(closed["base"]["records"], closed["head"]["records"]),
        )

    def _order(self) -> tuple[SideName, SideName]:
        return _SIDES if self.draw.random() < 0.5 else (_SIDES[1], _SIDES[0])  # noqa: PLR2004 - a coin

    def _blocks(self, shape: Shape, timeout: float) -> list[tuple[Slice, Slice]]:
        """Take blocks until more would cost more than they tell."""
        slices: list[tuple[Slice, Slice]] = []
        ratios: list[float] = []
        command = encoded({"do": "slice", "readings": shape.readings, "loops": shape.loops})
        began, target = self.clock(), shape.blocks
        while len(slices) < shape.most:
            base, head = self._block(command, timeout)
            slices.append((base, head))
            ratios.append(math.log(head.value / base.value))
            taken = len(slices)
            if taken >= target:
                enough = enough_blocks(ratios, fixed=self.fixed, block=(self.clock() - began) / taken)
                if taken >= enough:
                    break
                # Asked again a fifth later: to ask takes as long as a fifth of a slice.
                target = math.ceil(min(enough, _GROWTH * taken))
        return slices

    def _block(self, command: bytes, timeout: float) -> tuple[Slice, Slice]:
        taken: dict[SideName, Slice] = {}
        for name in self._order():
            answer = self._ask(name, command, seconds=timeout)
            if answer["say"] != "slice":
                # The body itself raised in the middle of a slice: the answer is that of a closed benchmark.
                raise SideGone(SideFailure(side=name, kind="raised", message=_said(answer)))
            taken[name] = Slice(value=answer["value"], cpu=answer["cpu"], waited=answer["waited"])
        return taken["base"], taken["head"]

    def _closed(self, name: SideName, answer: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Close what is open and return what came of the test; what did not open has told already."""
        return self._ask(name, {"do": "close"}, seconds=timeout) if answer["say"] == "open" else answer

    def _ask(self, name: SideName, command: dict[str, Any] | bytes, *, seconds: float) -> dict[str, Any]:
        worker = self.base if name == "base" else self.head
        try:
            return worker.ask(command, seconds=seconds + _GRACE_SECONDS)
        except (WorkerLate, WorkerLost) as problem:
            late = isinstance(problem, WorkerLate)
            if late:
                worker.abort()
            tail = last_words(worker.tail())
            said = f"\n{tail}" if tail else ""
            message = f"It did not answer within {seconds:g} s.{said}" if late else f"Its process {problem}.{said}"
            kind = "timed-out" if late else "crashed"
            raise SideGone(SideFailure(side=name, kind=kind, message=message)) from None  # type: ignore[arg-type]


_SIDES: Final[tuple[SideName, SideName]] = ("base", "head")


def _said(answer: dict[str, Any]) -> str:
    failure = answer.get("failure")
    return str(failure[1]) if failure else "It ended in the middle of its calls."


def _failure_of(closed: dict[SideName, dict[str, Any]]) -> SideFailure | None:
    """Return why the benchmark has no values, head's reason before base's."""
    for name in ("head", "base"):
        answer = closed.get(name)
        if answer is None:
            continue
        if answer["say"] == "unknown":
            return SideFailure(side=name, kind="unmeasured", message="It was not collected.")
        if answer["failure"] is not None:
            kind, message = answer["failure"]
            return SideFailure(side=name, kind=kind, message=message)
    return None


def _numbers(base: list[dict[str, Any]], head: list[dict[str, Any]]) -> tuple[Numbers, ...]:
    """Return what both sides recorded by themselves; a name that one side alone knows is not compared."""
    known = {one["name"]: one for one in base}
    found = []
    for one in head[:_MOST_RECORDED]:
        other = known.get(one["name"])
        if other is None or other["unit"] != one["unit"]:
            continue
        try:
            symbol, better, noise = one["unit"]
            unit = Unit(symbol=symbol, better=better, noise=noise)
        except LapwingError:
            continue
        found.append(
            Numbers(
                name=one["name"],
                unit=unit,
                base=tuple(map(float, other["values"])),
                head=tuple(map(float, one["values"])),
            )
        )
    return tuple(found)

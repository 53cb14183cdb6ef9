"""A sampler that measures nothing and brings home what a test gives it."""

from __future__ import annotations

from factories import MACHINE
from lapwing.model import Measured


class FakeSampler:
    """Implements :class:`lapwing.ports.Sampler`: answers its calls in order with what it was given.

    ``asked`` keeps what was to be measured, call by call.
    """

    def __init__(self, *answers: Measured, machine=MACHINE) -> None:
        self._answers = list(answers)
        self._machine = machine
        self.asked: list[tuple[str, ...]] = []

    def measure(self, benchmarks, *, progress) -> Measured:
        names = tuple(one.benchmark for one in benchmarks)
        self.asked.append(names)
        for done, name in enumerate(names):
            progress(done, len(names), name)
        progress(len(names), len(names), "")
        return self._answers.pop(0)

    def machine(self):
        return self._machine

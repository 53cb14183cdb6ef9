"""For how long are benchmarks looked at? As long as it pays, by a clock that is made up."""

from __future__ import annotations

import pytest

from lapwing.measure.looked import LOOK_SECONDS, SAVED_SECONDS, looked_at
from lapwing.measure.process import WorkerLost


class Worker:
    """A worker whose every look takes ``seconds`` of a clock that it moves itself, and finds ``code``."""

    def __init__(self, seconds=0.0, code="1f", voids=(), say="seen"):
        self.now, self.seconds, self.found = 0.0, seconds, {"say": say, "code": code, "voids": list(voids)}

    def tell(self, command):
        self.last = command

    def answer(self, *, seconds):
        self.now += self.seconds
        return self.found | {"answer": "", "events": None}


def looks(base, head=None, *, count=10_000):
    nodes = {f"test_{number}": (f"b{number}", f"h{number}") for number in range(count)}
    return looked_at(
        base,
        head or Worker(),
        nodes,
        changed=(),
        timeout=lambda _: 5.0,
        clock=lambda: base.now,
        progress=lambda *_: None,
    )


def test_a_suite_of_equal_code_is_looked_at_to_its_end():
    assert 10_000 == len(looks(Worker(SAVED_SECONDS / 2))["head"])


@pytest.mark.parametrize("head", [Worker(code="2a"), Worker(code=""), Worker(voids=["It reads a file."])])
def test_a_suite_that_looks_save_nothing_of_is_left_after_a_while(head):
    assert pytest.approx(LOOK_SECONDS / 0.05, abs=1) == len(looks(Worker(0.05), head)["head"])


def test_a_suite_whose_looks_take_longer_than_they_save_is_left_too():
    assert len(looks(Worker(2 * SAVED_SECONDS))["head"]) < 2 * LOOK_SECONDS / SAVED_SECONDS


def test_what_did_not_end_well_is_left_out():
    assert {"base": {}, "head": {}} == looks(Worker(), Worker(say="failed"), count=3)


def test_a_lost_worker_ends_the_looking_and_keeps_what_was_seen():
    class Lost(Worker):
        def answer(self, *, seconds):
            if self.last["item"] == "b2":
                raise WorkerLost
            return super().answer(seconds=seconds)

    assert ["test_0", "test_1"] == list(looks(Lost(), count=5)["base"])

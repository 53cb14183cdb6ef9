"""How often a benchmark is called when it is looked at: as often as asked, as the test allows, as there is time."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from lapwing.measure.observed import after, observed
from lapwing.measure.sampler import Reading, Rules


class Seconds:
    """A stopwatch on which each look takes a second."""

    def __init__(self):
        self.now = 0.0

    def wall(self):
        self.now += 1.0
        return self.now


def calls_of(*, most=None, **more):
    asked = 0
    steps = observed(Rules(share=0.0, most=most), Seconds(), **({"calls": 20, "seconds": 100.0} | more))
    try:
        next(steps)
        while True:
            asked += 1
            steps.send(Reading(wall=(1.0,), cpu=1.0))
    except StopIteration:
        return asked


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, 20),
        ({"most": 1}, 1),
        ({"most": 1, "least": 2}, 1),
        ({"most": 30}, 20),
        ({"seconds": 5.0}, 5),
        ({"seconds": 0.5}, 1),
        ({"seconds": 0.5, "least": 2}, 2),
        ({"going_on": lambda: False}, 1),
        ({"going_on": lambda: False, "least": 2}, 2),
        ({"going_on": lambda: True}, 20),
    ],
)
def test_as_many_calls_as_asked_for_or_fewer_for_a_reason(more, expected):
    assert expected == calls_of(**more)


def test_nobody_looks_on_during_the_first_calls():
    seen = []
    watching = after(2, lambda: nullcontext(seen.append(1)))
    for _ in range(5):
        with watching():
            pass
    assert 3 == len(seen)

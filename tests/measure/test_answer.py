"""Which return values are the same answer, which are not, and of which nothing can be told."""

from __future__ import annotations

from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from lapwing.measure.answer import agreed, answer_of

Point = namedtuple("Point", "x y")  # noqa: PYI024 - as users write them


@dataclass
class Thing:
    """Holds one value."""

    value: object


class Slotted:
    """Holds one value, without a dictionary."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Number(int):
    """Says that it equals everything."""

    def __eq__(self, other):
        raise AssertionError("nothing of the project runs")

    __hash__ = int.__hash__


def circle(*values):
    found = list(values)
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1, 2, 3}, {3, 2, 1}),
        (Thing([1]), Thing([1])),
        (Slotted("x"), Slotted("x")),
        (np.arange(5), np.arange(5)),
        (np.arange(10)[::2], np.arange(0, 10, 2)),
        (float("nan"), -float("nan")),
        (circle(1), circle(1)),
        (Number(3), Number(3)),
        (ValueError("x"), ValueError("x")),
        (None, None),
    ],
)
def test_the_same(one, other):
    assert answer_of(one) == answer_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ("1", b"1"),
        (0.1 + 0.2, 0.3),
        (0.0, -0.0),
        ([1, 2], [2, 1]),
        ([1, [2]], [[1], 2]),
        ([1], (1,)),
        ([1], deque([1])),
        ({"a": 1}, OrderedDict(a=1)),
        (Point(1, 2), (1, 2)),
        (Thing(1), Thing(2)),
        (Slotted(1), Slotted(2)),
        (np.arange(5), np.arange(5).astype("f8")),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (circle(1), circle(2)),
        (ValueError("x"), ValueError("y")),
        (len, max),
    ],
)
def test_another(one, other):
    assert answer_of(one) != answer_of(other)


@pytest.mark.parametrize(
    "value",
    [
        (n for n in range(3)),
        iter([1]),
        list(range(1_000_000)),
        b"x" * 2_000_000,
        np.array([object()]),
    ],
    ids=["generator", "iterator", "large", "bytes", "objects"],
)
def test_nothing_can_be_told(value):
    assert "" == answer_of(value)


def test_a_generator_is_not_consumed():
    steps = iter([1, 2])
    answer_of(steps)
    assert [1, 2] == list(steps)


def test_the_folder_of_the_side_counts_for_nothing():
    assert answer_of("/b/x/data", root="/b/x") == answer_of("/h/x/data", root="/h/x")


def test_two_calls_must_agree():
    assert ("a", "") == (agreed("a", "a"), agreed("a", "b"))

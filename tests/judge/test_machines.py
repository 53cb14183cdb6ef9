"""Which other machine is nearly this one."""

from __future__ import annotations

from dataclasses import replace

from factories import MACHINE
from lapwing.judge.machines import nearest
from lapwing.model import Machine

NEWER = replace(MACHINE, interpreter="CPython 3.12")
FEWER = replace(MACHINE, cpu_count=1, os="Linux 5.10")
FAR = Machine(cpu="M1", cpu_count=8, os="macOS 14.1", arch="arm64", interpreter="CPython 3.11")


def test_the_nearest_machine_and_what_it_differs_in():
    near = nearest(MACHINE, {FAR: 900, FEWER: 90, NEWER: 4})
    assert (NEWER, (("the interpreter", "CPython 3.12", "CPython 3.11"),)) == (near.machine, near.differs)
    near = nearest(MACHINE, {FAR: 900, FEWER: 90})
    assert FEWER == near.machine
    assert ["how many processors it has", "the system"] == [words for words, _, _ in near.differs]


def test_of_equally_near_ones_that_with_most_runs_and_then_the_smallest_id():
    other = replace(MACHINE, interpreter="CPython 3.13")
    assert other == nearest(MACHINE, {NEWER: 4, other: 5}).machine
    first = min(NEWER, other, key=lambda machine: machine.id)
    assert {first} == {nearest(MACHINE, order).machine for order in ({NEWER: 4, other: 4}, {other: 4, NEWER: 4})}


def test_what_differs_in_most_is_not_near_and_neither_is_a_machine_itself():
    assert nearest(MACHINE, {FAR: 900, MACHINE: 3}) is None
    assert nearest(MACHINE, {}) is None


def test_a_machine_that_an_import_named_is_not_nearly_one_that_was_measured():
    imported = Machine(cpu="", cpu_count=0, os="", arch="", interpreter="", label="atom")
    assert nearest(MACHINE, {imported: 9}) is None

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lapwing.measure import processors


def test_two_threads_of_one_core_are_one_place(monkeypatch, tmp_path):
    siblings = {0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}
    monkeypatch.setattr(processors, "pinnable", lambda: (0, 1, 2, 3))
    monkeypatch.setattr(Path, "read_text", lambda self, _: siblings[int(self.parts[5][3:])] + "\n")
    assert ((0, 2), (1, 3)) == processors.cores()


def test_where_the_system_does_not_say_each_is_a_core_of_its_own(monkeypatch):
    def nothing(*_):
        raise OSError

    monkeypatch.setattr(processors, "pinnable", lambda: (0, 3))
    monkeypatch.setattr(Path, "read_text", nothing)
    assert ((0,), (3,)) == processors.cores()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="pins nothing")
def test_who_was_kept_to_a_processor_goes_where_it_was():
    before = processors.pinnable()
    with processors.kept_to(before[:1]):
        assert before[:1] == processors.pinnable()
    assert before == processors.pinnable()

"""Renames of renames: what only the runs of then can tell of the ids of now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factories import make_declared, make_run, make_sample, make_sha
from fakes.store import MemoryStore
from lapwing.detect.order import FirstParents
from lapwing.errors import StoreDamaged
from lapwing.pipeline.renames import with_former_ids

ORDER = FirstParents([make_sha(number) for number in range(9)])


def run_of(number, name, *was, **more):
    return replace(make_run(number, make_sample(name), **more), declared=(make_declared(name, was=was),))


def former(store, *was, name="a"):
    (one,) = with_former_ids(
        [make_declared(name, was=was)], store=store, recorded=store.recorded(), runs=store.runs(), order=ORDER
    )
    return one.was


def test_a_chain_of_renames_is_followed_to_its_beginning():
    store = MemoryStore([run_of(0, "d"), run_of(1, "c", "d"), run_of(2, "b", "c")])
    assert ("b", "c", "d") == former(store, "b")


def test_the_newest_run_by_git_tells_and_not_the_last_stored():
    store = MemoryStore([run_of(5, "b", "right"), run_of(1, "b", "wrong")])
    assert ("b", "right") == former(store, "b")


def test_a_circle_ends():
    store = MemoryStore([run_of(0, "b", "a"), run_of(1, "a", "b")])
    assert ("b", "a") == former(store, "b")


def test_nothing_is_read_where_nothing_was_renamed_or_measured():
    store = MemoryStore([run_of(0, "x")])
    store.load = lambda run: pytest.fail(f"read {run}")
    assert () == former(store)
    assert ("gone",) == former(store, "gone")


def test_a_run_of_another_branch_tells_nothing():
    elsewhere = run_of(0, "b", "c")
    store = MemoryStore([replace(elsewhere, commit=replace(elsewhere.commit, sha="f" * 40))])
    assert ("b",) == former(store, "b")


def test_a_run_that_cannot_be_read_tells_nothing_and_is_read_once():
    store = MemoryStore([run_of(0, "b", "c")])
    asked = []

    def damaged(run):
        asked.append(run)
        raise StoreDamaged("run-damaged", "It is damaged.", remedy="mend it.")

    store.load = damaged
    assert ("b",) == former(store, "b")
    assert 1 == len(asked)


def test_two_former_ids_of_one_run_are_read_once():
    both = make_run(0, make_sample("b"), make_sample("c"))
    both = replace(both, declared=(make_declared("b", was=("x",)), make_declared("c", was=("y",))))
    store = MemoryStore([both])
    load, asked = store.load, []
    store.load = lambda run: asked.append(run) or load(run)
    assert ("b", "c", "x", "y") == former(store, "b", "c")
    assert 1 == len(asked)


def test_a_value_of_a_benchmark_that_its_run_does_not_declare_tells_nothing():
    stray = replace(make_run(0, make_sample("b")), declared=(make_declared("z"),))
    assert ("b",) == former(MemoryStore([stray]), "b")

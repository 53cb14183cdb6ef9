"""A history comes into another store whole, in its order, and is compared byte by byte."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factories import make_run, make_sample
from fakes.store import MemoryStore
from lapwing.errors import RecordError, StoreDamaged, StoreError, UsageError
from lapwing.history import open_store
from lapwing.history.schema import encode
from lapwing.pipeline.batched import MOST_RUNS
from lapwing.pipeline.copy import copy

BAD = StoreDamaged("run-damaged", "Run run-0001 is damaged.", remedy="restore it.")
RUNS = [make_run(number, make_sample("a", (0.1 * number, 0.2))) for number in (3, 1, 2)]


def copied(source, target, **more):
    told = []
    done = copy(source=source, target=target, document=encode, progress=lambda *step: told.append(step), **more)
    return done, told


def damage(store, *ids):
    """Let the store be unable to read the runs with these ids."""
    load = store.load

    def failing(run_id):
        if run_id in ids:
            raise BAD
        return load(run_id)

    store.load = failing
    return store


@pytest.fixture(params=["memory to sqlite", "sqlite to memory", "sqlite to sqlite"])
def stores(request, tmp_path):
    opened = [
        open_store(f"{place}.db", tmp_path) if kind == "sqlite" else MemoryStore()
        for place, kind in enumerate(request.param.split(" to "))
    ]
    yield opened
    for store in opened:
        store.close()


def test_every_run_is_there_in_its_order_and_equal(stores):
    source, target = stores
    source.append(RUNS)
    done, told = copied(source, target)

    assert (3, 3, 0, 3, ()) == (done.runs, done.copied, done.there, done.same, done.left)
    assert ["run-0003", "run-0001", "run-0002"] == [run.id for run in target.runs()]
    assert [encode(run) for run in RUNS] == [encode(target.load(run.id)) for run in RUNS]
    assert sum(source.sizes().values()) == done.size
    assert [(step, 6) for step in range(6)] == [step[:2] for step in told]


def test_again_it_copies_nothing_and_compares_all(stores):
    source, target = stores
    source.append(RUNS)
    copied(source, target)
    done, _ = copied(source, target)

    assert (0, 3, 3, 0) == (done.copied, done.there, done.same, done.size)


def test_what_is_in_the_target_stays():
    target = MemoryStore([make_run(9), RUNS[0]])
    done, _ = copied(MemoryStore(RUNS), target)

    assert (2, 1) == (done.copied, done.there)
    assert ["run-0009", "run-0003", "run-0001", "run-0002"] == [run.id for run in target.runs()]


def test_an_interrupted_copy_goes_on_where_it_was():
    runs = [make_run(number) for number in range(2 * MOST_RUNS)]
    target = MemoryStore()
    append, calls = target.append, []

    def once(batch):
        calls.append(batch)
        if len(calls) == 2:
            raise StoreError("disk-full", "The disk is full.", remedy="free some.")
        return append(batch)

    target.append = once
    with pytest.raises(StoreError):
        copied(MemoryStore(runs), target)
    assert MOST_RUNS == len(target.runs())

    done, _ = copied(MemoryStore(runs), target)
    assert (MOST_RUNS, MOST_RUNS, 2 * MOST_RUNS) == (done.copied, done.there, done.same)
    assert [run.id for run in runs] == [run.id for run in target.runs()]


def test_what_cannot_be_read_is_named_and_left_and_the_rest_is_copied():
    target = MemoryStore()
    done, _ = copied(damage(MemoryStore(RUNS), "run-0001"), target)

    assert (2, 2, ["run-damaged"]) == (done.copied, done.same, [one.slug for one in done.left])
    assert ["run-0003", "run-0002"] == [run.id for run in target.runs()]


def test_what_the_target_cannot_hold_is_named_and_the_rest_is_copied():
    target = MemoryStore()
    append = target.append

    def checked(runs):
        if any(run.id == "run-0001" for run in runs):
            raise RecordError("run-too-large", "It is too large.", remedy="keep it elsewhere.")
        return append(runs)

    target.append = checked
    done, _ = copied(MemoryStore(RUNS), target)

    assert (2, 2, ["run-too-large"]) == (done.copied, done.same, [one.slug for one in done.left])
    assert ["run-0003", "run-0002"] == [run.id for run in target.runs()]


def test_a_record_in_no_listing_is_tried_too():
    source = MemoryStore(RUNS)
    source.runs = MemoryStore(RUNS[:1]).runs
    done, _ = copied(source, MemoryStore())
    assert (3, 3) == (done.runs, done.copied)


def test_another_run_of_the_same_id_in_the_target_is_said():
    target = MemoryStore([replace(RUNS[0], started_at=0.5)])
    done, _ = copied(MemoryStore(RUNS), target)

    assert (2, 2, ["not-the-same-run"]) == (done.copied, done.same, [one.slug for one in done.left])
    assert 0.5 == target.load("run-0003").started_at


def test_minus_nought_is_not_nought():
    target = MemoryStore([make_run(1, make_sample("a", 0.0))])
    done, _ = copied(MemoryStore([make_run(1, make_sample("a", -0.0))]), target)
    assert ["not-the-same-run"] == [one.slug for one in done.left]


def test_a_target_that_swallows_a_run_is_found_out():
    target = damage(MemoryStore(), "run-0002")
    done, _ = copied(MemoryStore(RUNS), target)
    assert (2, ["run-damaged"]) == (done.same, [one.slug for one in done.left])


def test_a_rehearsal_changes_nothing():
    source, target = MemoryStore(RUNS), MemoryStore(RUNS[:1])
    done, _ = copied(source, target, dry=True)

    assert (3, 2, 1, True) == (done.runs, done.copied, done.there, done.dry)
    assert sum(source.sizes()[run.id] for run in RUNS[1:]) == done.size
    assert 1 == len(target.runs())


def test_a_source_without_a_run_is_a_mistake():
    with pytest.raises(UsageError) as caught:
        copied(MemoryStore(), MemoryStore(RUNS))
    assert "nothing-to-copy" == caught.value.slug

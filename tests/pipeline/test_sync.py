"""What waits in the outbox comes into the history, once, and leaves the outbox only then."""

from __future__ import annotations

import pytest

from factories import make_run, make_sample
from fakes.outbox import MemoryOutbox
from fakes.store import MemoryStore
from lapwing.errors import RecordError, StoreDamaged, StoreError
from lapwing.pipeline.batched import MOST_RUNS, MOST_VALUES, batched
from lapwing.pipeline.sync import sync

AWAY = StoreError("remote-unreachable", "The remote is away.", remedy="try again.")
BAD = StoreDamaged("run-damaged", "The file bad is damaged.", remedy="restore it.")


def too_small(store):
    """A store that cannot hold the run run-0002."""
    append = store.append

    def checked(runs):
        if any(run.id == "run-0002" for run in runs):
            raise RecordError("run-too-large", "It is too large.", remedy="keep it elsewhere.")
        return append(runs)

    store.append = checked
    return store


def send(store, outbox, **more):
    told = []
    done = sync(store=store, outbox=outbox, progress=lambda *step: told.append(step), **more)
    return done, told


def test_everything_is_sent_and_the_outbox_is_empty():
    store, outbox = MemoryStore([make_run(1)]), MemoryOutbox(make_run(2), make_run(3))
    done, told = send(store, outbox)

    assert (("run-0002", "run-0003"), (), True) == (done.sent, done.stays, done.is_clean)
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for run in store.runs()]
    assert () == outbox.waiting()
    assert [(0, 2, "run-0002"), (1, 2, "run-0003")] == told


def test_an_empty_outbox_does_not_even_ask_the_store():
    done, _ = send(None, MemoryOutbox())
    assert ((), (), True) == (done.sent, done.there, done.is_clean)


def test_what_the_history_has_already_is_not_stored_twice():
    store, outbox = MemoryStore([make_run(1)]), MemoryOutbox(make_run(1), twice=make_run(1))
    done, _ = send(store, outbox)

    assert ((), ("run-0001", "run-0001")) == (done.sent, done.there)
    assert (1, ()) == (len(store.runs()), outbox.waiting())


def test_a_run_that_waits_twice_is_sent_once():
    outbox = MemoryOutbox(make_run(1), twice=make_run(1))
    dry, _ = send(MemoryStore(), outbox, dry=True)
    done, _ = send(MemoryStore(), outbox)

    assert (("run-0001",), ("run-0001",)) == (dry.sent, dry.there) == (done.sent, done.there)
    assert () == outbox.waiting()


def test_another_run_with_the_id_of_one_there_stays():
    other = make_run(1, make_sample("other", 2.0))
    for dry in (True, False):
        outbox = MemoryOutbox(other)
        done, _ = send(MemoryStore([make_run(1)]), outbox, dry=dry)

        assert (["not-the-same-run"], False) == ([one.slug for one in done.stays], done.is_clean)
        assert ("run-0001",) == outbox.waiting()


def test_a_record_of_the_history_that_cannot_be_compared_keeps_its_file():
    store, outbox = MemoryStore([make_run(1)]), MemoryOutbox(make_run(1))
    store.load = lambda run_id: (_ for _ in ()).throw(BAD)
    done, _ = send(store, outbox)

    assert ["run-0001 stays in the outbox: The file bad is damaged."] == [one.message for one in done.stays]
    assert ("run-0001",) == outbox.waiting()


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_sent():
    store, outbox = MemoryStore(), MemoryOutbox(make_run(1), bad=BAD, run=make_run(2))
    done, _ = send(store, outbox)

    assert (("run-0001", "run-0002"), ["run-damaged"]) == (done.sent, [one.slug for one in done.stays])
    assert ("bad",) == outbox.waiting()


def test_a_store_that_refuses_leaves_everything_where_it_was():
    outbox = MemoryOutbox(make_run(1), make_run(2))
    done, _ = send(MemoryStore(fails=AWAY), outbox)

    assert ("remote-unreachable", 2, False) == (done.refused.slug, done.unsent, done.is_clean)
    assert ("run-0001", "run-0002") == outbox.waiting()


def test_a_store_that_refuses_halfway_has_what_it_acknowledged():
    runs = [make_run(number) for number in range(MOST_RUNS + 3)]
    store, outbox = MemoryStore(), MemoryOutbox(*runs)
    append, calls = store.append, []

    def once(batch):
        calls.append(batch)
        if len(calls) == 2:
            raise AWAY
        return append(batch)

    store.append = once
    done, _ = send(store, outbox)

    assert (MOST_RUNS, 3) == (len(done.sent), done.unsent)
    assert tuple(run.id for run in runs[MOST_RUNS:]) == outbox.waiting()
    again, _ = send(store, outbox)
    assert (3, None, ()) == (len(again.sent), again.refused, outbox.waiting())
    assert {run.id for run in runs} == store.kept.keys()


def test_a_run_that_the_history_cannot_hold_stays_and_keeps_no_other_back():
    store, outbox = too_small(MemoryStore()), MemoryOutbox(make_run(1), make_run(2), make_run(3))
    done, _ = send(store, outbox)

    assert ("run-0001", "run-0003") == done.sent
    assert ("run-0002",) == outbox.waiting()
    said = "run-0002 stays in the outbox: the history cannot hold it. It is too large."
    assert [("run-too-large", said)] == [(one.slug, one.message) for one in done.stays]


def test_a_rehearsal_changes_nothing():
    store, outbox = MemoryStore([make_run(1)]), MemoryOutbox(make_run(1), make_run(2), bad=BAD)
    done, _ = send(store, outbox, dry=True)

    assert (("run-0002",), ("run-0001",), 1, True) == (done.sent, done.there, len(done.stays), done.dry)
    assert (1, 3) == (len(store.runs()), len(outbox.waiting()))


def test_an_outbox_or_a_store_that_cannot_be_read_is_said():
    store = MemoryStore()
    store.runs = lambda: (_ for _ in ()).throw(AWAY)
    with pytest.raises(StoreError):
        send(store, MemoryOutbox(make_run(1)))


def test_batches_are_small_in_runs_and_in_values():
    small = [make_run(number) for number in range(MOST_RUNS + 1)]
    assert [MOST_RUNS, 1] == [len(batch) for batch in batched(small)]
    large = make_run(1, make_sample("a", (1.0,) * (MOST_VALUES // 2)))
    assert [2, 1] == [len(batch) for batch in batched([large, large, large])]
    assert [] == list(batched([]))


def test_no_more_runs_are_read_than_a_batch_holds():
    read = []

    def runs():
        for number in range(3 * MOST_RUNS):
            read.append(number)
            yield make_run(number)

    next(batched(runs()))
    assert MOST_RUNS == len(read)

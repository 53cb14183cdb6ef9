"""A store that hands on everything is the store that it hands on to."""

from __future__ import annotations

from factories import make_run, make_sample
from fakes.store import MemoryStore
from lapwing.pipeline.handed_on import HandedOn


def test_what_it_shows_is_what_there_is_and_what_it_is_told_is_done():
    kept = MemoryStore([make_run(1, make_sample()), make_run(2, make_sample())])
    store = HandedOn(store=kept)
    third = make_run(3, make_sample())

    assert 1 == store.append([third])
    assert third == store.load(third.id)
    assert (kept.runs(), kept.recorded(), kept.sizes()) == (store.runs(), store.recorded(), store.sizes())
    assert (3, 1) == (len(store.runs()), len(store.recorded()))
    assert 1 == store.remove([third.id])
    assert 2 == len(kept.runs())
    assert () == store.damaged()
    store.close()

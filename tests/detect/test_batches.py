"""Many series in parts: nothing depends on how they are cut."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from fakes.memory import Remembers
from lapwing.detect import batches
from lapwing.detect.batches import Asked, Finder, cut, look_at, placed, serially
from lapwing.detect.changes import points_in
from lapwing.detect.online.replay import points_as_seen


def series(count=30, seed=0, shortest=20):
    """Return noisy series of several lengths, every third with a step."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(shortest, 60, count)
    return [
        np.exp(0.01 * rng.standard_normal(n) + (0.1 * (np.arange(n) > n // 2) if i % 3 == 0 else 0))
        for i, n in enumerate(lengths)
    ]


@pytest.mark.parametrize("most", [1, 100, 1000, 10**6])
def test_however_they_are_cut_the_result_is_that_of_one_by_one_to_the_bit(monkeypatch, most):
    monkeypatch.setattr(batches, "MOST_NUMBERS", most)
    rows = series()
    found = Finder(alpha=0.01)(rows, [False] * len(rows))

    assert found == [points_as_seen([row], alpha=0.01, exact=[False])[0] for row in rows]
    assert any(found)


def test_parts_hold_every_series_once_those_of_one_length_together(monkeypatch):
    monkeypatch.setattr(batches, "MOST_NUMBERS", 200)
    rows = series()
    parts = cut([Asked(row=row, exact=i % 2 == 0) for i, row in enumerate(rows)], alpha=0.05)
    lengths = [row.shape[0] for batch, _ in parts for row in batch.rows]

    assert sorted(range(30)) == sorted(place for _, places in parts for place in places)
    assert sorted(lengths) == lengths
    assert all(batch.exact == tuple(place % 2 == 0 for place in places) for batch, places in parts)
    assert all(sum(row.shape[0] for row in batch.rows) <= 200 for batch, _ in parts)
    assert [] == cut([], alpha=0.05)


def test_a_series_is_looked_at_once():
    asked = []

    def spread(work, parts):
        asked.extend(row.shape[0] for part in parts for row in part.rows)
        return serially(work, parts)

    rows = series(4)
    find = Finder(alpha=0.01, spread=spread)
    first = find([*rows, rows[0]], [False] * 5)

    assert first[0] == first[4]
    assert first[:4] == find(rows, [False] * 4)
    assert sorted(row.shape[0] for row in rows) == asked
    assert find(rows[:1], [True]) != first[:1]


def test_parts_and_what_is_found_in_them_travel():
    (part, _) = cut([Asked(row=row, exact=False) for row in series(3)], alpha=0.01)[0]
    found = look_at(pickle.loads(pickle.dumps(part)))

    assert found == pickle.loads(pickle.dumps(look_at(part)))


@pytest.mark.parametrize("fewer", [0, 1, 20, 21])
def test_with_a_memory_the_same_is_found_to_the_bit(fewer):
    rows = series(shortest=30)
    memory = Remembers()
    Finder(alpha=0.01, memory=memory)([row[: row.shape[0] - fewer] for row in rows], [False] * 30)
    kept = len(memory)
    found = Finder(alpha=0.01, memory=memory)(rows, [False] * 30)

    assert Finder(alpha=0.01)(rows, [False] * 30) == found
    assert (30 if fewer <= 20 else 0) == memory.hits
    assert (30, 30 if not fewer else 60) == (kept, len(memory))


def test_what_is_remembered_is_not_worked_out_again():
    memory = Remembers()
    (row,) = series(1)
    Finder(alpha=0.01, memory=memory)([row], [False])
    memory[next(iter(memory))] = "[[[5, 5, 5, 0.25]], [], 0.0]"

    assert [0.25] == [point.p_value for point in Finder(alpha=0.01, memory=memory)([row], [False])[0]]


STEPPED = np.exp(0.01 * np.random.default_rng(5).standard_normal(90)) * np.where(np.arange(90) < 50, 1.0, 1.3)
STEP = ((50, float(np.log(1.3))),)


def test_what_a_machine_did_is_no_change_and_found_by_the_looks_there_were(monkeypatch):
    looks = []
    work = batches.seen_of
    monkeypatch.setattr(
        batches, "seen_of", lambda *those, **more: looks.extend(map(dict, more["looks"])) or work(*those, **more)
    )
    find = Finder(alpha=0.01)

    assert [50] == [point.index for point in find([STEPPED], [False])[0]]
    assert [()] == find([STEPPED], [False], [STEP])
    assert [50] == [point.index for point in find([STEPPED], [False])[0]]
    assert [False, True] == [bool(one) for one in looks]


@pytest.mark.parametrize(("points", "hits"), [(90, 1), (70, 1), (50, 1), (48, 1), (46, 0)])
def test_what_is_remembered_up_to_a_step_holds_however_large_the_step_turns_out(points, hits):
    memory = Remembers()
    Finder(alpha=0.01, memory=memory)([STEPPED[:points]], [False], [STEP if points > 50 else ()])
    now = STEP if points > 50 else ((50, STEP[0][1] + 0.001),)

    assert Finder(alpha=0.01)([STEPPED], [False], [now]) == Finder(alpha=0.01, memory=memory)([STEPPED], [False], [now])
    assert hits == memory.hits


def test_what_is_remembered_of_another_step_is_not_meant():
    memory = Remembers()
    Finder(alpha=0.01, memory=memory)([STEPPED], [False], [STEP])
    Finder(alpha=0.01, memory=memory)([STEPPED], [False], [((50, 0.1),)])

    assert 0 == memory.hits


def test_an_exact_series_needs_no_memory():
    memory = Remembers()
    Finder(alpha=0.01, memory=memory)([np.array([1.0, 2.0])], [True])

    assert not memory


def test_points_get_the_places_of_a_series_with_holes():
    (points,) = points_in([np.repeat([1.0, 2.0], 20)], alpha=0.01, exact=[True])
    (point,) = placed(points, list(range(0, 80, 2)))

    assert (40, 40, 40) == (point.index, point.earliest, point.latest)

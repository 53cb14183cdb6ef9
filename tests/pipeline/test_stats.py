"""How large a history is, how it grows, and what it will be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from lapwing.model import Commit
from lapwing.pipeline.stats import stats

DAY = 86_400.0
NOW = 1_700_000_000.0  # 2023-11-14
OTHER = replace(MACHINE, cpu="Other CPU")


def numbers(*runs, sizes=None, now=NOW):
    store = MemoryStore(runs)
    if sizes is not None:
        store.sizes = lambda: {run.id: sizes for run in runs}
    return stats(store=store, clock=FakeClock(now))


def ago(days, number=1, **more):
    return make_run(number, started_at=NOW - days * DAY, **more)


def test_what_there_is_is_counted():
    found = numbers(
        make_run(1, make_sample("a", 1.0), make_sample("a", 2.0, metric="n"), make_sample("b", 1.0)),
        make_run(2, make_sample("a", 1.0), machine=OTHER, source="import:asv"),
        sizes=100,
    )
    assert (2, 2, 4, 200) == (found.runs, found.benchmarks, found.series, found.size)
    assert [(MACHINE.id, 1, 100), (OTHER.id, 1, 100)] == [(one.name, one.runs, one.size) for one in found.machines]
    assert ["pytest", "import:asv"] == [one.name for one in found.sources]
    assert MACHINE.title == found.machines[0].title


def test_an_empty_history_has_no_pace():
    found = numbers()
    assert (0, 0, (), None, None) == (found.runs, found.size, found.months, found.pace, found.after(365))


def test_months_are_those_in_which_runs_were_measured():
    imported = make_run(9, started_at=0.0, commit=Commit(sha=make_sha(9), date=NOW - 100 * DAY))
    found = numbers(ago(1, 1), imported, ago(40, 2), ago(0, 3), sizes=10)
    assert [("2023-08", 1, 10), ("2023-10", 1, 10), ("2023-11", 2, 20)] == [
        (month.name, month.runs, month.size) for month in found.months
    ]
    assert (NOW - DAY, NOW) == (found.months[-1].oldest, found.months[-1].newest)


@pytest.mark.parametrize("date", [None, 1e300, -1e300])
def test_what_has_no_date_of_this_world_is_counted_apart(date):
    undated = make_run(9, started_at=0.0, commit=Commit(sha=make_sha(9), date=date))
    found = numbers(undated, ago(50), sizes=10)
    assert (1, 1, 20) == (found.undated, len(found.months), found.size)
    assert found.pace == pytest.approx(10 / 50)


def test_the_pace_is_that_of_the_last_90_days():
    found = numbers(*(ago(days, number) for number, days in enumerate((400, 89, 30, 1))), sizes=900)
    assert (2700 / 90, 90.0) == (found.pace, found.window)
    assert 3600 + 30 * 365.25 == found.after(365.25)


def test_the_pace_of_a_young_history_is_that_of_its_life():
    found = numbers(ago(10, 1), ago(1, 2), sizes=50)
    assert (10.0, 10.0) == (found.pace, found.window)


def test_a_history_of_an_afternoon_has_no_pace():
    assert None is numbers(ago(0.2), sizes=50).pace


def test_a_history_that_nobody_feeds_does_not_grow():
    assert 0.0 == numbers(ago(400), sizes=50).pace


def test_what_a_wrong_clock_measured_tomorrow_is_no_pace():
    found = numbers(ago(30, 1), ago(-5, 2), sizes=30)
    assert 1.0 == found.pace

"""A history is read once, and its series are built once for all who ask."""

from __future__ import annotations

from dataclasses import replace

from factories import MACHINE, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.detect.order import order_runs
from lapwing.errors import RepositoryError
from lapwing.judge.policy import Policy
from lapwing.pipeline.check import check
from lapwing.pipeline.reading import read_history
from site_history import OTHER, FakeTags, run_of

RUNS = [run_of(number) for number in range(30)] + [run_of(number, machine=OTHER) for number in range(10)]
COMMITS = FakeCommits([make_sha(number) for number in range(30)])
POLICY = Policy()


class Counting(MemoryStore):
    """Counts how often it is asked for what."""

    def __init__(self, *args, **kwargs):
        self.asked = []
        super().__init__(*args, **kwargs)

    def runs(self):
        self.asked.append("runs")
        return super().runs()

    def recorded(self, **narrowed):
        self.asked.append("recorded")
        return super().recorded(**narrowed)

    def damaged(self):
        self.asked.append("damaged")
        return super().damaged()


class NoTags:
    def tags(self):
        raise RepositoryError("no-git", "There is no git.", remedy="install it.")


def test_what_was_read_is_judged_as_if_it_were_read_again():
    store = Counting(RUNS)
    read = read_history(store=store, commits=COMMITS, tags=FakeTags(("v1", 12)))
    asked = list(store.asked)
    given = check(store=store, commits=COMMITS, policy=POLICY, reading=read)
    assert ["runs", "damaged", "recorded"] == asked == store.asked
    assert given == check(store=store, commits=COMMITS, policy=POLICY, tags=FakeTags(("v1", 12)))


def test_without_damage_no_record_is_read_for_it():
    store = Counting(RUNS)
    read_history(store=store, commits=COMMITS, damage=False)
    assert ["runs", "recorded"] == store.asked


def test_of_one_machine_is_read_what_is_asked_for():
    read = read_history(store=MemoryStore(RUNS), commits=COMMITS, machine=OTHER.id)
    assert ({OTHER.id}, 40) == ({one.machine for one in read.recorded}, len(read.runs))
    assert (read.recorded, ()) == (read.of(OTHER.id), read.of(MACHINE.id))


def test_series_are_built_once_for_one_order_and_one_set_of_names():
    read = read_history(store=MemoryStore(RUNS), commits=COMMITS)
    mine = [run for run in read.runs if run.machine == MACHINE]
    order = order_runs(mine, read.order)
    series = read.series(MACHINE.id, order, {})
    old = series[0].metric.benchmark
    assert series is read.series(MACHINE.id, replace(order), {})
    assert "new" == read.series(MACHINE.id, order, {old: "new"})[0].metric.benchmark
    assert 29 == len(read.series(MACHINE.id, order_runs(mine[:-1], read.order), {})[0].values)
    assert series is read.series(MACHINE.id, order, {})


def test_where_git_knows_no_tags_there_are_none():
    assert () == read_history(store=MemoryStore(RUNS), commits=COMMITS, tags=NoTags()).tags

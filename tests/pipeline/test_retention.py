"""Which runs go by age, number and thinning, which stay for what is known, and what a pruning says of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.errors import RepositoryError, UsageError
from lapwing.judge.policy import Policy
from lapwing.model import Commit, Tag
from lapwing.pipeline.prune import plan_pruning, prune
from lapwing.pipeline.retention import Wanted, going

DAY = 86_400.0
OTHER = replace(MACHINE, cpu="Other CPU")
MONDAY = 1_699_833_600.0  # 2023-11-13


def summaries(*runs):
    return MemoryStore(runs).runs()


def daily(days, *, start=MONDAY, **more):
    """One run a day at noon, from ``start``."""
    return [make_run(number, started_at=start + number * DAY + DAY / 2, **more) for number in range(days)]


def ids(runs):
    return [int(run.id.removeprefix("run-")) for run in runs]


def gone(runs, **wanted):
    return ids(going(summaries(*runs), Wanted(**wanted)))


def test_nothing_asked_is_refused_and_never_means_everything():
    with pytest.raises(UsageError) as caught:
        going(summaries(*daily(3)), Wanted())
    assert "nothing-asked" == caught.value.slug


def test_what_is_older_goes():
    assert [0, 1, 2] == gone(daily(5), before=MONDAY + 3 * DAY)
    assert [] == gone(daily(5), before=MONDAY)


def test_what_has_no_date_is_never_old():
    undated = make_run(1, started_at=0.0, commit=Commit(sha=make_sha(1)))
    dated = make_run(2, started_at=0.0, commit=Commit(sha=make_sha(2), date=MONDAY))
    assert [2] == gone([undated, dated], before=MONDAY + 1)
    assert [] == gone([undated], one_a="month")


def test_the_last_runs_of_each_machine_stay():
    runs = [*daily(4), *(replace(run, id=f"run-{10 + i}", machine=OTHER) for i, run in enumerate(daily(2)))]
    assert [0, 1] == gone(runs, keep_last=2)
    assert [0, 1, 2, 3, 10, 11] == gone(runs, keep_last=0)
    assert [] == gone(runs, keep_last=4)


def test_one_commit_a_week_stays_the_last_measured():
    runs = daily(16)
    assert [n for n in range(16) if n not in {6, 13, 15}] == gone(runs, one_a="week")
    assert [0, 1, 2, 3, 4, 5] == gone(runs, one_a="week", before=MONDAY + 7 * DAY)


def test_one_commit_a_month_and_a_day():
    runs = daily(40)  # 18 days of November, 22 of December
    assert [n for n in range(40) if n not in {17, 39}] == gone(runs, one_a="month")
    twice = [make_run(n, started_at=MONDAY + n * 1000) for n in range(3)]
    assert [0, 1] == gone(twice, one_a="day")


def test_all_runs_of_the_commit_that_stays_do():
    """Shards of one commit are several runs."""
    commit = Commit(sha=make_sha(9))
    shards = [make_run(n, started_at=MONDAY + n, commit=commit) for n in (8, 9)]
    assert [0, 1] == gone([make_run(0, started_at=MONDAY), make_run(1, started_at=MONDAY + 1), *shards], one_a="day")


def test_a_whole_and_clean_commit_stays_before_a_later_one_that_is_not():
    dirty = make_run(2, started_at=MONDAY + 2, commit=Commit(sha=make_sha(2), dirty=True))
    cut_off = make_run(3, started_at=MONDAY + 3, complete=False)
    assert [2, 3] == gone([make_run(1, started_at=MONDAY + 1), dirty, cut_off], one_a="day")


def test_each_machine_is_thinned_alone():
    runs = [*daily(2), *(replace(run, id=f"run-{10 + i}", machine=OTHER) for i, run in enumerate(daily(2)))]
    assert [0, 10] == gone(runs, one_a="week")
    assert [10] == gone(runs, one_a="week", machine=OTHER.id)


def test_one_source_dirty_and_incomplete_runs():
    dirty = make_run(2, commit=Commit(sha=make_sha(2), dirty=True))
    runs = [make_run(1), dirty, make_run(3, complete=False), make_run(4, source="import:asv")]
    assert [4] == gone(runs, source="import:asv")
    assert [2] == gone(runs, dirty=True)
    assert [3] == gone(runs, incomplete=True)
    assert [2, 3] == gone(runs, dirty=True, incomplete=True)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=30),
    st.sampled_from([None, "day", "week", "month"]),
    st.one_of(st.none(), st.integers(0, 5)),
)
def test_whatever_is_thinned_each_period_keeps_a_commit(days, one_a, keep_last):
    runs = [
        make_run(n, started_at=MONDAY + day * DAY, machine=OTHER if other else MACHINE)
        for n, (day, other) in enumerate(days)
    ]
    wanted = Wanted(one_a=one_a, keep_last=keep_last)
    if wanted == Wanted():
        return
    left = set(range(len(runs))) - set(gone(runs, one_a=one_a, keep_last=keep_last))
    for machine in {run.machine for run in runs}:
        mine = [n for n, run in enumerate(runs) if run.machine == machine]
        assert set(mine[len(mine) - min(len(mine), keep_last or 0) :]) <= left
        if one_a is not None:
            assert left & set(mine)


# Protection: 200 daily commits, a step at 80.


def stepped(runs=200, at=80):
    noise = np.random.default_rng(1).normal(0, 0.004, runs)
    return [
        make_run(
            number,
            make_sample("a", *(1e-3 * (1.2 if number >= at else 1.0) * (1 + noise[number]) for _ in range(2))),
            started_at=MONDAY + number * DAY,
        )
        for number in range(runs)
    ]


class Tags:
    def __init__(self, *tags):
        self.all = tags

    def tags(self):
        return self.all


class NoTags:
    def tags(self):
        raise RepositoryError("no-git", "There is no git.", remedy="install it.")


def plan(store, *, tags=None, commits=200, also_protected=False, **wanted):
    return plan_pruning(
        store=store,
        commits=FakeCommits([make_sha(number) for number in range(commits)]),
        tags=tags or Tags(),
        policy=Policy(),
        wanted=Wanted(**wanted),
        also_protected=also_protected,
    )


def test_the_newest_values_and_both_sides_of_a_change_stay():
    found = plan(MemoryStore(stepped()), keep_last=0)

    assert [*range(60), *range(100, 180)] == ids(found.runs)
    assert (60, 200) == (found.protected, found.of)


def test_what_creep_is_measured_from_stays():
    tags = Tags(Tag(name="v1.0", sha=make_sha(150)))
    assert [*range(60), *range(100, 131), *range(151, 180)] == ids(
        plan(MemoryStore(stepped()), tags=tags, keep_last=0).runs
    )
    assert [*range(60), *range(100, 180)] == ids(plan(MemoryStore(stepped()), tags=NoTags(), keep_last=0).runs)


def test_a_release_of_before_the_history_protects_nothing():
    runs = [replace(run, id=run.id) for run in stepped()[100:]]
    tags = Tags(Tag(name="v1.0", sha=make_sha(50)))
    assert list(range(100, 180)) == ids(plan(MemoryStore(runs), tags=tags, keep_last=0).runs)


def test_what_is_protected_goes_where_that_is_asked():
    found = plan(MemoryStore(stepped()), keep_last=0, also_protected=True)
    assert (200, 0) == (len(found.runs), found.protected)


def test_dirty_runs_protect_nothing():
    runs = [replace(run, commit=replace(run.commit, dirty=True)) for run in stepped(10)]
    assert list(range(10)) == ids(plan(MemoryStore(runs), dirty=True).runs)


def test_the_plan_says_what_room_that_makes_and_which_series_lose_values():
    runs = stepped(40, at=99)
    store = MemoryStore([*runs, make_run(90, make_sample("only", 1.0), started_at=MONDAY, source="import:csv")])
    found = plan(store, keep_last=10, also_protected=True)

    assert list(range(31)) == ids(found.runs)
    assert sum(store.sizes()[run.id] for run in found.runs) == found.size
    assert sum(store.sizes().values()) == found.size_of_all
    assert [("a", 40, 9)] == [(one.metric.benchmark, one.before, one.after) for one in found.losing]
    assert (41, False) == (len(store.runs()), found.done)


def test_what_was_planned_is_removed_and_nothing_else():
    store = MemoryStore(stepped(30, at=99))
    found = plan(store, before=MONDAY + 5 * DAY)
    store.append([make_run(500, started_at=MONDAY)])
    done = prune(store, found)

    assert (True, [0, 1, 2, 3, 4]) == (done.done, ids(done.runs))
    assert [*range(5, 30), 500] == ids(store.runs())


@pytest.mark.parametrize(("keep_last", "said"), [(5, "25 runs are of commits"), (29, "1 run is of commits")])
def test_in_a_shallow_clone_what_nobody_can_place_stays_and_is_said(keep_last, said):
    def planned(**more):
        return plan_pruning(
            store=MemoryStore(stepped(30)),
            commits=FakeCommits([make_sha(29)], shallow=True),
            tags=Tags(),
            policy=Policy(),
            wanted=Wanted(keep_last=keep_last),
            **more,
        )

    (warning,) = planned().warnings
    assert ("shallow", True) == (warning.slug, said in warning.message)
    assert () == planned().runs
    assert 30 - keep_last == len(planned(also_protected=True).runs)

"""Checking what machines do, what creeps, and how often a check cries wolf."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.detect import batches
from lapwing.detect.order import FirstParents
from lapwing.errors import RepositoryError
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import judge_run
from lapwing.model import Outcome, Tag
from lapwing.pipeline.check import check
from lapwing.pipeline.told import history_of
from lapwing.report.json import to_json
from lapwing.report.terminal import render
from lapwing.units import COUNT, SECONDS, base_unit

OTHER = replace(MACHINE, cpu="Other")
RATE, _ = base_unit("rows/s")
NAMES = tuple(f"tests/test_{i % 4}.py::test_{i}" for i in range(12))
DAY = 86_400.0


class Tags:
    """Knows the tags it is given, or no repository."""

    def __init__(self, **tags):
        self.given = tags

    def tags(self):
        if not self.given:
            raise RepositoryError("no-repository", "There is none.", remedy="go into one.")
        return tuple(Tag(name=name.replace("_", "."), sha=make_sha(place)) for name, place in self.given.items())


def logs(count=60, *, benchmarks=NAMES, seed=1, noise=0.01):
    rng = np.random.default_rng(seed)
    return {name: noise * rng.standard_normal(count) for name in benchmarks}


def history(values, *, machine=MACHINE, unit=SECONDS, a_day=5):
    """Return a run for each commit; ``values`` are logs by benchmark."""
    count = len(next(iter(values.values())))
    return [
        make_run(
            i,
            *(make_sample(name, 1e-3 * math.exp(rows[i]), unit=unit) for name, rows in values.items()),
            machine=machine,
            run_id=f"{machine.id}-{i:04d}",
            started_at=1.7e9 + i * DAY / a_day,
        )
        for i in range(count)
    ]


def checked(*histories, count=60, policy=None, **more):
    store = MemoryStore([run for runs in histories for run in runs])
    commits = FakeCommits([make_sha(number) for number in range(count)])
    return check(store=store, commits=commits, policy=policy or Policy(), **more)


def stepped(values, at, step, names=NAMES):
    return {name: rows + (step * (np.arange(len(rows)) >= at) if name in names else 0) for name, rows in values.items()}


def regressed(found):
    return [one.metric.benchmark for one in found.report.verdicts if one.outcome is Outcome.REGRESSED]


def test_a_machine_that_became_slower_accuses_nobody_and_is_listed_once():
    found = checked(history(stepped(logs(), 45, 0.15)))

    assert [] == regressed(found)
    assert () == found.changes
    assert {"unchanged"} == {str(one.outcome) for one in found.report.verdicts}
    (event,) = found.report.events
    assert (make_sha(44), make_sha(45)) == event.commits
    assert 12 == len(event.moved)
    assert [event.reason] == [one["reason"] for one in json.loads(to_json(found.report))["events"]]


def test_a_benchmark_that_became_slower_beside_the_machine_is_accused_with_its_own_change():
    values = stepped(stepped(logs(), 30, 0.15), 48, 0.2, NAMES[3:4])
    found = checked(history(values))

    assert [NAMES[3]] == regressed(found)
    assert [(NAMES[3], make_sha(48))] == [(one.metric.benchmark, one.point.commits[1]) for one in found.changes]
    assert pytest.approx(1e-3 * math.exp(0.15), rel=0.02) == found.changes[0].before


def test_three_of_twelve_that_a_commit_made_slower_are_accused():
    found = checked(history(stepped(logs(), 45, 0.15, NAMES[:3])))

    assert list(NAMES[:3]) == sorted(regressed(found), key=NAMES.index)
    assert () == found.report.events


def test_what_became_slower_on_two_machines_at_once_is_the_code():
    found = checked(history(stepped(logs(), 45, 0.15)), history(stepped(logs(seed=2), 45, 0.12), machine=OTHER))

    assert () == found.report.events
    assert 24 == len(regressed(found))


def test_two_machines_with_events_of_their_own_have_two():
    found = checked(history(stepped(logs(), 45, 0.15)), history(stepped(logs(seed=2), 30, 0.12), machine=OTHER))

    assert [] == regressed(found)
    assert [OTHER.id, MACHINE.id] == [event.machine for event in found.report.events]


def test_a_throughput_that_rises_is_an_improvement_in_every_lane_and_listing():
    up = checked(history(stepped(logs(), 45, 0.2, NAMES[:1]), unit=RATE))
    down = checked(history(stepped(logs(), 45, -0.2, NAMES[:1]), unit=RATE))

    assert ["improved"] == [str(one.outcome) for one in up.report.verdicts if one.metric.benchmark == NAMES[0]]
    assert [NAMES[0]] == regressed(down)
    assert up.changes[0].unit.better == "higher"
    assert up.changes[0].before < up.changes[0].after


def creeping(total=0.18, count=150, **more):
    values = logs(count, **more)
    rise = np.concatenate([np.zeros(40), np.linspace(0, total, count - 65), np.full(25, total)])
    return {name: rows + (rise if i == 0 else 0) for i, (name, rows) in enumerate(values.items())}


def test_creep_since_the_last_release_fails_the_check():
    found = checked(history(creeping()), count=150, tags=Tags(v1_0=10, v1_1=39, v2_0rc1=100))

    (creep,) = [one for one in found.report.verdicts if one.lane == "creep"]
    assert (NAMES[0], Outcome.REGRESSED, Outcome.REGRESSED) == (
        creep.metric.benchmark,
        creep.outcome,
        found.report.outcome,
    )
    assert "its level at the last release (0039c0ffee)" in creep.reason


def test_without_tags_or_repository_the_best_level_is_what_counts():
    for tags in (None, Tags()):
        found = checked(history(creeping()), count=150, tags=tags)
        (creep,) = [one for one in found.report.verdicts if one.lane == "creep"]
        assert "the best level kept for 20 runs" in creep.reason


def test_a_machine_that_becomes_slower_and_slower_is_no_creep():
    values = logs(150)
    for at in (60, 90, 120):
        values = stepped(values, at, 0.06)
    found = checked(history(values), count=150, tags=Tags(v1_0=39))

    assert 3 == len(found.report.events)
    assert [] == [one for one in found.report.verdicts if one.lane == "creep"]


def test_a_release_older_than_the_history_is_none():
    runs = history(creeping())[50:]
    found = checked(runs, count=150, tags=Tags(v1_0=10))

    assert {"the best level"} >= {
        one.reason.partition("over ")[2][:14] for one in found.report.verdicts if one.lane == "creep"
    }


def test_the_false_alarms_to_expect_are_said_and_paid_for():
    found = checked(history(logs()))
    patient = checked(history(logs()), policy=Policy(false_alarms_per_week=1.0))

    assert (0.1, 12) == (found.report.false_alarms.per_week, found.report.false_alarms.series)
    assert pytest.approx(35, rel=0.05) == found.report.false_alarms.runs_per_week
    assert found.report.false_alarms.share < patient.report.false_alarms.share


def test_the_levels_of_all_machines_are_one_family():
    alone = checked(history(stepped(logs(), 45, 0.1, NAMES[:1])))
    both = checked(history(stepped(logs(), 45, 0.1, NAMES[:1])), history(logs(seed=3), machine=OTHER))
    (one, two) = (
        next(v.p_value for v in found.report.verdicts if v.metric.benchmark == NAMES[0] and v.machine == MACHINE.id)
        for found in (alone, both)
    )

    assert pytest.approx(2 * one) == two


def test_wherever_the_history_is_looked_at_the_check_is_the_same_to_the_bit(monkeypatch):
    monkeypatch.setattr(batches, "MOST_NUMBERS", 150)
    runs = history(stepped(stepped(logs(), 30, 0.15), 48, 0.2, NAMES[3:4]))
    parts = []

    def spread(work, given):
        parts.extend(given)
        with ThreadPoolExecutor(3) as pool:
            return list(pool.map(work, given))

    assert checked(runs) == checked(runs, spread=spread)
    assert len(parts) > 6


class Remembers(dict):
    def recall(self, key):
        return self.get(key)

    def keep(self, key, text):
        self[key] = text


def test_with_what_earlier_checks_came_to_a_check_is_the_same_to_the_bit():
    runs = history(stepped(stepped(logs(), 30, 0.15), 48, 0.2, NAMES[3:4]))
    memory = Remembers()
    for count in (40, 50, len(runs), len(runs)):
        assert checked(runs[:count]) == checked(runs[:count], memory=memory)

    assert memory


def test_a_commit_that_slows_everything_on_the_only_machine_is_no_success():
    alone = checked(history(stepped(logs(), 45, 0.15)))
    witnessed = checked(history(stepped(logs(), 45, 0.15)), history(logs(seed=7), machine=OTHER))

    assert [] == regressed(alone)
    assert Outcome.INCONCLUSIVE is alone.report.outcome
    text = render(alone.report, width=200, color=False)
    assert "most of 12 benchmarks of a machine got worse together, by the machine or by the code." in text
    assert f"Next: lapwing compare {make_sha(44)[:10]} {make_sha(45)[:10]} tells whether it is the code." in text
    assert "by the machine or by the code" not in render(witnessed.report, width=200, color=False)
    assert (OTHER.id,) == witnessed.report.events[0].witnesses


def test_the_run_that_shows_it_is_no_success_either():
    runs = history(stepped(logs(), 45, 0.15))
    head = runs[-1]
    store = MemoryStore(runs[:-1])
    report = judge_run(
        head=head,
        recorded=store.recorded(),
        runs=store.runs(),
        order=FirstParents([make_sha(n) for n in range(60)]),
        policy=Policy(),
    )

    assert Outcome.INCONCLUSIVE is report.outcome
    assert 1 == len(report.events)


def tell(runs, benchmark=NAMES[0], count=60):
    commits = FakeCommits([make_sha(number) for number in range(count)])
    return history_of(store=MemoryStore(runs), commits=commits, benchmark=benchmark, policy=Policy())


def test_what_a_machine_did_is_told_apart_from_what_a_benchmark_did():
    (told,) = tell(history(stepped(stepped(logs(), 20, 0.3, NAMES[:1]), 40, 0.15)))

    assert [20] == [point.index for point in told.points]
    assert [(40, (make_sha(39), make_sha(40)))] == [(at, event.commits) for at, event in told.events]


def test_the_newest_values_may_be_suspect():
    (told,) = tell(history(stepped(logs(), 56, 0.2, NAMES[:1])))

    assert [(56, "suspect", (make_sha(55), make_sha(56)))] == [
        (point.index, point.state, point.commits) for point in told.points
    ]
    assert 0.1 < math.log(told.points[0].ratio.estimate) < 0.3


def excursion(noise=0.01):
    values = logs(noise=noise)
    values[NAMES[0]] += 0.3 * ((np.arange(60) >= 30) & (np.arange(60) < 45))
    return values


def test_an_excursion_that_returned_is_named_and_nobody_is_accused():
    found = checked(history(excursion()))

    assert [] == regressed(found)
    (shape,) = found.report.shapes
    assert (NAMES[0], "transient", (make_sha(30), make_sha(44)), 2) == (
        shape.metric.benchmark,
        shape.kind,
        shape.commits,
        shape.explains,
    )
    (told,) = tell(history(excursion()))
    assert ["transient"] == [shape.kind for shape in told.shapes]
    assert [30, 45] == [point.index for point in told.points]


def test_shapes_are_counted_in_a_line_and_told_when_asked_for():
    found = checked(history(excursion()))

    assert "No steps, and nobody accused: 1 transient (-v lists them)" in render(found.report, width=120, color=False)
    verbose = render(found.report, width=200, color=False, verbosity=1)
    assert f"An excursion from {make_sha(30)[:10]} to {make_sha(44)[:10]}: the level was off by" in verbose
    assert "No steps" not in render(found.report, width=120, color=False, verbosity=-1)
    (document,) = json.loads(to_json(found.report))["shapes"]
    assert ("transient", 2) == (document["kind"], document["explains"])


def test_a_short_level_has_no_suspects_and_an_exact_metric_no_shapes():
    (short,) = tell(history(logs(8)), count=8)
    counts = [
        make_run(n, make_sample(NAMES[0], 100 + n // 30, unit=COUNT, metric="count"), run_id=f"c{n}") for n in range(60)
    ]
    (exact,) = tell(counts)

    assert ((), ()) == (short.points, short.shapes)
    assert ([30], ()) == ([point.index for point in exact.points], exact.shapes)

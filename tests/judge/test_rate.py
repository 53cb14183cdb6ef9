"""False alarms a week, from the runs' own times."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factories import MACHINE, make_run
from judge.histories import summarise
from lapwing.errors import SettingsError
from lapwing.judge.policy import Policy
from lapwing.judge.rate import PER_ALARM, at_rate, runs_per_week
from lapwing.model import Commit

DAY = 86_400.0
START = 1.7e9
OTHER = replace(MACHINE, cpu="Other")


def runs(count, *, a_day=5.0, **more):
    return [summarise(make_run(i, started_at=START + i * DAY / a_day, **more)) for i in range(count)]


def test_runs_are_counted_over_the_last_four_weeks():
    assert pytest.approx(35, rel=0.02) == runs_per_week(runs(400))
    assert pytest.approx(7, rel=0.05) == runs_per_week(runs(60, a_day=1))


def test_a_first_evening_is_taken_for_a_week():
    assert 30 == runs_per_week(runs(30, a_day=500))


def test_the_busiest_machine_counts():
    assert pytest.approx(35, rel=0.05) == runs_per_week([*runs(140), *runs(28, a_day=1, machine=OTHER)])


def test_imports_without_times_dirty_and_incomplete_runs_do_not_count():
    assert None is runs_per_week([])
    assert None is runs_per_week([replace(one, started_at=0.0) for one in runs(9)])
    assert None is runs_per_week([replace(one, complete=False) for one in runs(9)])
    assert None is runs_per_week([replace(one, commit=Commit(sha=one.commit.sha, dirty=True)) for one in runs(9)])


def test_many_runs_ask_for_more_certainty():
    policy, alarms = at_rate(Policy(), runs(400), 40)

    assert pytest.approx(0.1 * PER_ALARM / alarms.runs_per_week) == policy.false_discovery == alarms.share
    assert (0.1, 40) == (alarms.per_week, alarms.series)


def test_few_runs_ask_for_no_less_than_the_policy():
    policy, alarms = at_rate(Policy(false_alarms_per_week=3.0), runs(60, a_day=1), 40)

    assert Policy().false_discovery == policy.false_discovery
    assert alarms.per_week < 0.1


def test_where_nobody_knows_nothing_is_promised():
    assert (Policy(), None) == at_rate(Policy(), [], 40)
    assert (Policy(), None) == at_rate(Policy(), runs(400), 0)


@pytest.mark.parametrize("setting", [{"creep_limit": 0.0}, {"false_alarms_per_week": 0.0}])
def test_a_policy_that_allows_nothing_is_refused(setting):
    with pytest.raises(SettingsError):
        Policy(**setting)

"""What a machine did is one event, said once, and nobody's regression; what came with the commits is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from factories import make_sha
from lapwing.detect.batches import Finder
from lapwing.detect.order import FirstParents
from lapwing.detect.series import Series
from lapwing.judge.environment import clear, leaves_doubt
from lapwing.judge.policy import Policy
from lapwing.model import MetricId
from lapwing.units import COUNT, RATIO, SECONDS, base_unit

RATE, _ = base_unit("rows/s")
LENGTH = 80
ORDER = FirstParents([make_sha(i) for i in range(LENGTH)])


def series(name, logs, *, machine="m1", unit=SECONDS, metric="time", **more):
    return Series(
        metric=MetricId(benchmark=name, name=metric),
        unit=unit,
        machine=machine,
        commits=tuple(make_sha(i) for i in range(LENGTH)),
        values=np.exp(logs),
        errors=np.full(LENGTH, np.nan),
        **more,
    )


def machine(*, step=0.12, at=50, count=12, seed=0, moved=None, **more):
    """Return the series of a machine, of three files, all (or ``moved`` of them) changed by ``step`` at ``at``."""
    rng = np.random.default_rng(seed)
    logs = 0.01 * rng.standard_normal((count, LENGTH))
    logs[: count if moved is None else moved, at:] += step
    return [series(f"t{i % 3}.py::b{i}", row, **more) for i, row in enumerate(logs)]


def cleared(*many):
    return clear([one for some in many for one in some], Finder(alpha=0.01), ORDER)


def test_an_event_is_said_once_and_out_of_every_series():
    found = cleared(machine())
    (event,) = found.events

    assert (make_sha(49), make_sha(50)) == event.commits
    assert ("m1", "s", 12, 12) == (event.machine, event.unit, event.measured, len(event.moved))
    assert pytest.approx(np.exp(0.12), rel=0.01) == event.ratio.estimate
    assert event.reason.startswith("12 of 12 benchmarks of this machine changed by about +12.")
    assert f"between {make_sha(49)[:10]} and {make_sha(50)[:10]}: the machine, its image" in event.reason
    assert [()] * 12 == list(found.points)
    assert [2] * 12 == [one.values.flags.writeable + 2 for one in found.series]


def test_some_up_and_some_down_is_said_so():
    up, down = machine(), machine(step=-0.12, seed=1)
    mixed = [*up[:6], *(series(f"t{i % 3}.py::c{i}", np.log(one.values)) for i, one in enumerate(down[:6]))]
    (event,) = cleared(mixed).events

    assert "changed some up and some down (half of them by −11" in event.reason


def test_those_that_moved_otherwise_than_the_rest_are_named():
    group = machine()
    for i, step in ((1, 0.9), (2, -0.5), (7, 0.6), (8, 0.5)):
        group[i] = series(group[i].metric.benchmark, np.log(group[i].values) + step * (np.arange(LENGTH) >= 50))
    (event,) = cleared(group).events

    assert event.reason.endswith("and 1 more.")
    assert "Far from the rest: t1.py::b1 (+1" in event.reason
    assert "Far from" not in cleared(machine()).events[0].reason


def test_one_benchmark_that_gets_slower_elsewhere_keeps_its_change():
    group = machine()
    logs = np.log(group[3].values) + np.where(np.arange(LENGTH) >= 65, 0.2, 0)
    group[3] = series(group[3].metric.benchmark, logs)
    found = cleared(group)

    assert 1 == len(found.events)
    assert [(make_sha(64), make_sha(65))] == [point.commits for points in found.points for point in points]


def test_a_third_of_the_benchmarks_is_no_event():
    found = cleared(machine(moved=4))

    assert () == found.events
    assert 4 == sum(map(len, found.points))


def test_the_same_change_on_two_machines_came_with_the_commits():
    found = cleared(machine(), machine(machine="m2", seed=5, step=0.1))

    assert () == found.events
    assert 24 == sum(len(points) > 0 for points in found.points)
    assert ("m1", "s", make_sha(50)) in found.code
    assert ("m2", "s", make_sha(50)) in found.code


def test_another_way_or_another_commit_is_no_company():
    assert 2 == len(cleared(machine(), machine(machine="m2", seed=5, step=-0.1)).events)
    assert 2 == len(cleared(machine(), machine(machine="m2", seed=5, at=30)).events)
    assert 2 == len(cleared(machine(), machine(machine="m2", seed=5, unit=RATE)).events)


def test_where_git_knows_no_order_machines_say_nothing_of_each_other():
    both = [*machine(), *machine(machine="m2", seed=5)]

    assert 2 == len(clear(both, Finder(alpha=0.01), FirstParents(())).events)


def test_exact_metrics_ratios_and_values_that_are_not_positive_have_no_machine_in_them():
    exact = machine(unit=COUNT, metric="size", step=1.0)
    ratios = machine(unit=RATIO, metric="relative_time")
    signed = [
        Series(
            metric=one.metric,
            unit=one.unit,
            machine=one.machine,
            commits=one.commits,
            values=np.array(one.values) - 1,
            errors=one.errors,
        )
        for one in machine()
    ]

    assert ((), (), ()) == (cleared(exact).events, cleared(ratios).events, cleared(signed).events)


def test_modules_of_imported_benchmarks_are_their_families():
    rows = machine(moved=9)
    one_module = [
        series(f"{'core' if i < 9 else f'm{i}'}.Case.time_it", np.log(row.values)) for i, row in enumerate(rows)
    ]
    many = [series(f"m{i}.Case.time_it", np.log(row.values)) for i, row in enumerate(rows)]

    assert () == cleared(one_module).events
    assert 1 == len(cleared(many).events)


def test_a_small_event_that_a_large_one_hides_is_found_in_the_next_round():
    group = machine(step=0.5, at=40)
    both = [
        series(one.metric.benchmark, np.log(one.values) + np.where(np.arange(LENGTH) >= 56, 0.02, 0)) for one in group
    ]
    found = cleared(both)

    assert [make_sha(40), make_sha(56)] == [event.commits[1] for event in found.events]
    assert [()] * 12 == list(found.points)


def test_a_series_that_ends_before_the_event_stays_as_it_is():
    group = machine()
    values = np.array(group[0].values)
    values[51:] = np.nan
    group[0] = Series(
        metric=group[0].metric,
        unit=SECONDS,
        machine="m1",
        commits=group[0].commits,
        values=values,
        errors=group[0].errors,
    )
    found = cleared(group)

    assert 11 == found.events[0].measured
    assert found.series[0] is group[0]
    assert ("m1", group[0].metric) not in found.moves


def test_a_machine_that_measured_the_same_commits_and_did_not_change_is_a_witness():
    found = cleared(machine(), machine(step=0.0, seed=4, machine="m2"), machine(step=0.0, seed=5, machine="m3"))
    (event,) = found.events

    assert ("m2", "m3") == event.witnesses
    assert "or the toolchain, since 2 other machines did not change there." in event.reason
    assert not leaves_doubt(found, Policy(frozen_after=40))


@pytest.mark.parametrize("places", [range(45), range(41, LENGTH), range(55)])
def test_one_that_measured_too_little_of_them_is_none(places):
    short = [replace(one, values=only(one.values, places)) for one in machine(step=0.0, seed=4, machine="m2")]
    (event,) = cleared(machine(), short).events

    assert () == event.witnesses
    assert "or the toolchain, or code that all of them use." in event.reason


def only(values, places):
    return np.where(np.isin(np.arange(LENGTH), places), values, np.nan)


def test_one_of_few_benchmarks_or_of_another_unit_is_none():
    few = machine(step=0.0, seed=4, count=4, machine="m2")
    rate = machine(step=0.0, seed=5, machine="m3", unit=RATE, metric="rate")
    (event,) = cleared(machine(), few, rate).events

    assert () == event.witnesses


@pytest.mark.parametrize(
    ("step", "unit", "limit", "frozen_after", "doubt"),
    [
        (0.12, SECONDS, 0.05, 40, True),
        (-0.12, SECONDS, 0.05, 40, False),
        (-0.12, RATE, 0.05, 40, True),
        (0.12, SECONDS, 0.2, 40, False),
        (0.12, SECONDS, 0.05, 20, False),
    ],
)
def test_an_open_event_past_the_limit_for_the_worse_leaves_a_doubt(step, unit, limit, frozen_after, doubt):
    found = cleared(machine(step=step, unit=unit))

    assert doubt is leaves_doubt(found, Policy(limit=limit, frozen_after=frozen_after))

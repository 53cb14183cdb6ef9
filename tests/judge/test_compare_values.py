from __future__ import annotations

import math

import numpy as np
import pytest

from judge.comparisons import MS, POLICY, SCORE, STATEMENTS, numbers, pair_of, paired, recording_of, slices
from lapwing.judge.compare.values import pair_values, relative_change, undisturbed
from lapwing.model import MetricId
from lapwing.recording import SideFailure
from lapwing.units import Unit


def ratios(*several, **more):
    """Return the ratios of the time of benchmark a."""
    values = pair_values(recording_of(*several), leave={"cpu_time"}, **more)
    return values.ratios[0].tolist()


def test_a_pair_is_one_number_the_median_over_its_blocks():
    base, head = slices(1 * MS, 1 * MS, 1 * MS, 2 * MS), slices(1.1 * MS, 1.2 * MS, 9 * MS, 2.2 * MS)

    assert ratios(pair_of(paired("a", base=base, head=head))) == pytest.approx([(math.log(1.1) + math.log(1.2)) / 2])


def test_pairs_of_three_and_four_blocks_go_together():
    assert ratios(pair_of(paired("a", 0.1, blocks=3)), pair_of(paired("a", 0.2))) == pytest.approx([0.1, 0.2])


def test_a_benchmark_has_a_hole_where_a_pair_did_not_measure_it():
    found = pair_values(recording_of(pair_of(paired("a"), paired("b", 0.1)), pair_of(paired("b", 0.2))))
    rows = {metric.benchmark: row for metric, row in zip(found.metrics, found.ratios.tolist(), strict=True)}

    assert rows["b"] == pytest.approx([0.1, 0.2])
    assert math.isnan(rows["a"][1])


def test_control_pairs_are_apart():
    several = pair_of(paired("a", 0.1)), pair_of(paired("a", 0.3), control=True)

    assert ratios(*several) == pytest.approx([0.1])
    assert ratios(*several, control=True) == pytest.approx([0.3])
    assert pair_values(recording_of(*several), control=True).places == (1,)


def test_processor_time_is_a_metric_of_its_own_unless_it_is_left_out():
    one = paired("a", base=slices(MS, cpu=2e-4), head=slices(MS, cpu=4e-4))
    found = pair_values(recording_of(pair_of(one)))

    assert found.metrics == (MetricId(benchmark="a", name="cpu_time"), MetricId(benchmark="a", name="time"))
    assert found.ratios[0].tolist() == pytest.approx([math.log(2)])
    assert (found.base[0, 0], found.head[0, 0]) == (2e-4, 4e-4)
    assert len(pair_values(recording_of(pair_of(one)), leave=POLICY.not_judged).metrics) == 1


def test_where_the_system_tells_no_processor_time_there_is_none():
    found = pair_values(recording_of(pair_of(paired("a", base=slices(MS, cpu=0), head=slices(MS, cpu=0)))))

    assert [metric.name for metric in found.metrics] == ["time"]


def disturbed(base_waits, head_waits):
    base = tuple(slices(MS, waited=one)[0] for one in base_waits)
    head = tuple(slices(MS * math.exp(i / 10), waited=one)[0] for i, one in enumerate(head_waits))
    return paired("a", base=base, head=head)


def test_a_block_in_which_either_side_waited_is_left_out():
    one = disturbed((0.5, 0, 0, 0), (0, 0.5, 0, 0))
    found = pair_values(recording_of(pair_of(one)), leave={"cpu_time"})

    assert found.ratios[0].tolist() == pytest.approx([0.25])
    assert found.dropped.tolist() == [2]


def test_half_of_the_blocks_stay_the_calmest():
    assert ratios(pair_of(disturbed((0.5, 0.4, 0.3, 0.2), (0.5, 0.1, 0.1, 0.2)))) == pytest.approx([0.25])
    assert undisturbed(np.array([[0.9]])).tolist() == [[True]]


def test_swapping_the_sides_leaves_out_the_same_blocks():
    one = disturbed((0.5, 0, 0.1, 0), (0, 0.02, 0, 0.04))
    other = paired("a", base=one.head, head=one.base)

    assert [-value for value in ratios(pair_of(one))] == ratios(pair_of(other))


def recorded(*several):
    found = pair_values(recording_of(*(pair_of(paired("a", blocks=0, numbers=one)) for one in several)))
    return {metric.name: row for metric, row in zip(found.metrics, found.ratios.tolist(), strict=True)}, found


def test_what_a_test_records_is_one_number_by_pair_too():
    rows, found = recorded((numbers((10.0, 20.0, 90.0), 40.0),))

    assert rows == {"rows/s": pytest.approx([math.log(2)])}
    assert found.units == (Unit(symbol="rows/s", better="higher", noise="noisy"),)


def test_numbers_that_are_not_all_above_nought_are_compared_by_their_difference():
    rows, _ = recorded(
        (numbers(-9.0, -11.0, name="score", unit=SCORE),), (numbers(0.0, 0.0, name="score", unit=SCORE),)
    )

    assert rows == {"score": [pytest.approx(-0.2), 0.0]}


def test_exact_empty_and_infinite_numbers_and_those_of_another_unit_give_none():
    rows, _ = recorded(
        (numbers(1.0, 2.0),),
        (numbers(1.0, 2.0, unit=SCORE),),
        (numbers(1.0, math.inf),),
        (numbers((), 1.0),),
        (numbers(1.0, 2.0, name="statements", unit=STATEMENTS),),
    )

    assert list(rows) == ["rows/s"]
    assert rows["rows/s"][0] == pytest.approx(math.log(2))
    assert all(math.isnan(value) for value in rows["rows/s"][1:])


def test_what_failed_has_no_values():
    failure = SideFailure(side="head", kind="raised", message="no")
    found = pair_values(recording_of(pair_of(paired("a", failure=failure, numbers=(numbers(1.0, 2.0),)))))

    assert found.metrics == ()


def test_a_relative_change_is_undone_by_swapping():
    for base, head in ((2.0, 3.0), (-1.0, 4.0), (0.0, 5.0), (0.0, 0.0)):
        assert relative_change(base, head) == -relative_change(head, base)

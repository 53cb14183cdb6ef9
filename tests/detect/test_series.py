import math

import numpy as np
import pytest

from factories import MACHINE
from lapwing.detect.order import Order
from lapwing.detect.series import build_series
from lapwing.model import MetricId, Recorded
from lapwing.units import SECONDS

ORDER = Order(position={"r0": 0, "r1": 1, "r2": 2, "r2b": 2}, commits=("c0", "c1", "c2"))


def recorded(benchmark="b", runs=("r0",), values=None, errors=None, fingerprints=None):
    return Recorded(
        metric=MetricId(benchmark=benchmark, name="time"),
        unit=SECONDS,
        machine=MACHINE.id,
        runs=tuple(runs),
        values=tuple(values or [1.0] * len(runs)),
        errors=tuple(errors or [0.01] * len(runs)),
        fingerprints=tuple(fingerprints or [""] * len(runs)),
    )


def test_values_stand_at_their_commits_and_what_was_not_measured_is_a_hole():
    (series,) = build_series([recorded(runs=("r2", "r0"), values=(3.0, 1.0))], ORDER, {})

    np.testing.assert_array_equal([1.0, math.nan, 3.0], series.values)
    assert ORDER.commits == series.commits
    assert series.current == 0
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 2.0


def test_runs_of_one_commit_are_pooled():
    (series,) = build_series(
        [recorded(runs=("r0", "r2", "r2b"), values=(1.0, 2.0, 4.0), errors=(math.nan, 0.03, 0.04))], ORDER, {}
    )

    np.testing.assert_array_equal([1.0, math.nan, 3.0], series.values)
    assert series.errors[2] == pytest.approx(0.025)
    assert math.isnan(series.errors[0])


def test_runs_that_do_not_count_are_no_part_of_a_series():
    assert build_series([recorded(runs=("dirty",))], ORDER, {}) == ()


def test_a_renamed_benchmark_keeps_its_past():
    parts = [recorded("old", ("r0", "r1"), (1.0, 2.0)), recorded("new", ("r2",), (3.0,))]
    (series,) = build_series(parts, ORDER, {"old": "new"})

    assert series.metric.benchmark == "new"
    np.testing.assert_array_equal([1.0, 2.0, 3.0], series.values)


def test_changed_sampling_settings_are_a_boundary():
    (series,) = build_series([recorded(runs=("r0", "r1", "r2"), fingerprints=("x", "y", "y"))], ORDER, {})

    assert series.boundaries == (1,)
    assert (series.current, series.fingerprint) == (1, "y")

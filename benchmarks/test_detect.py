"""How fast are changes found?"""

from __future__ import annotations

import pytest

from lapwing import change_points, perf
from lapwing.detect.centre import centre


@perf
def test_change_points_of_400_values(series):
    change_points(series)


@perf
def test_change_points_of_a_count_that_changed_once():
    change_points([4096.0] * 100 + [4100.0] * 100, exact=True)


@perf
@pytest.mark.parametrize("length", [20, 100])
def test_change_points_of_a_short_series(series, length):
    change_points(series[:length])


@perf
def test_the_centres_of_a_run(runs):
    for sample in runs[0].samples:
        centre(sample)

"""What `lapwing detect` finds in plain series."""

import math
import random

import numpy as np
import pytest

from lapwing.detect.points import change_points
from lapwing.detect.series import Series
from lapwing.errors import UsageError
from lapwing.model import MetricId
from lapwing.pipeline.detect import detect
from lapwing.units import COUNT, SECONDS


def make_series(values, name="parse", unit=SECONDS, labels=()):
    array = np.array([math.nan if value is None else value for value in values], dtype=float)
    metric = MetricId(benchmark=name, name="time")
    return Series(metric=metric, unit=unit, machine="", commits=labels, values=array, errors=array * np.nan)


def noisy(level, seed=1, count=120):
    source = random.Random(seed)
    return [level(i) * math.exp(source.gauss(0, 0.02)) for i in range(count)]


def silent(*_):
    """Tell nobody."""


STEP = noisy(lambda i: 1.3 if i >= 70 else 1.0)
BUMP = noisy(lambda i: 1.3 if 50 <= i < 62 else 1.0)


def test_each_series_is_judged_by_itself():
    step, bump = detect([make_series(STEP), make_series(BUMP, "save")], alpha=0.01, progress=silent)

    assert ([point.index for point in step.points], step.shapes) == ([70], ())
    assert (bump.points, [shape.kind for shape in bump.shapes]) == ((), ["transient"])
    assert (step.metric.benchmark, step.unit, step.values) == ("parse", SECONDS, tuple(STEP))


def test_a_change_names_what_the_file_calls_its_place():
    holed = [*STEP[:69], None, *STEP[70:]]
    labels = tuple(f"c{i}" for i in range(120))
    (found,) = detect([make_series(holed, labels=labels)], alpha=0.01, progress=silent)

    assert [point.commits for point in found.points] == [("c68", "c70")]
    assert found.values[69] is None


def test_an_exact_metric_has_steps_only():
    values = [10.0] * 30 + [12.0] * 5 + [10.0] * 30
    (found,) = detect([make_series(values, unit=COUNT)], alpha=0.01, progress=silent)

    assert ([point.index for point in found.points], found.shapes) == ([30, 35], ())


def test_many_series_are_judged_as_one_by_one_and_told_as_they_go():
    told = []
    series = [make_series(noisy(lambda i: 1.0 + (i >= 30) * 0.5, seed, count=60), f"s{seed}") for seed in range(130)]
    found = detect(series, alpha=0.01, progress=lambda *said: told.append(said))

    assert [one.metric.benchmark for one in found] == [f"s{seed}" for seed in range(130)]
    assert found[129].points == change_points(series[129].values.tolist())
    assert told == [(0, 130, "series judged"), (128, 130, "series judged"), (130, 130, "series judged")]


def test_alpha_is_a_probability():
    with pytest.raises(UsageError) as refused:
        detect([], alpha=1.0, progress=silent)

    assert refused.value.slug == "bad-alpha"

"""Are the cases what they say they are?"""

import collections
import gzip
import json
import re

import numpy as np
import pytest

from cases import APART, LONGEST, SHORTEST, make_cases, read_cases
from histories import DATA, histories
from oracle import known
from scoring import match

NAMES = ("tune", "evaluate", "ar1")


def benchmark(series):
    """Return the benchmark of a series, without its parameters and machine."""
    return re.split(r"\(| @ |\[", series)[0]


@pytest.mark.parametrize("name", NAMES)
def test_cases_are_the_same_each_time(name):
    assert make_cases(name, 20) == make_cases(name, 20)
    assert make_cases(name, 20) != make_cases(name, 20, seed=2)


@pytest.mark.parametrize("name", NAMES)
def test_steps_keep_apart_and_two_cases_of_five_are_quiet(name):
    cases = make_cases(name, 100)
    assert 40 == sum(not case.steps for case in cases)
    for case in cases:
        assert SHORTEST <= len(case.values) <= LONGEST
        if case.steps:
            edges = [0, *case.truth, len(case.values)]
            assert min(np.diff(edges)) >= APART


def test_every_size_is_as_frequent_as_every_other():
    sizes = collections.Counter(step.sigma for case in make_cases("evaluate", 200) for step in case.steps)
    assert {1.0, 2.0, 3.0, 5.0} == set(sizes)
    assert max(sizes.values()) - min(sizes.values()) <= 1


def test_a_step_is_as_high_as_it_says():
    case = next(case for case in make_cases("evaluate", 200) for step in case.steps if len(case.steps) == 1)
    (step,) = case.steps
    assert pytest.approx(step.sigma * case.sigma) == abs(step.log_ratio)
    logs = np.log(case.values)
    found = np.median(logs[step.index :]) - np.median(logs[: step.index])
    assert abs(found - step.log_ratio) < case.sigma


def test_no_benchmark_that_is_tuned_on_is_evaluated_on():
    tuned = {(history.source, benchmark(history.series)) for history in histories("tune")}
    evaluated = {(history.source, benchmark(history.series)) for history in histories("evaluate")}
    assert not tuned & evaluated
    assert {"numpy", "pandas", "sandmark"} == {source for source, _ in evaluated}


def test_autoregressive_noise_has_the_memory_it_says():
    pairs = np.concatenate([_neighbours(case) for case in make_cases("ar1", 150) if not case.steps])
    assert abs(np.corrcoef(pairs.T)[0, 1] - 0.3) < 0.05


def _neighbours(case):
    logs = np.log(case.values)
    logs = np.clip(logs - np.median(logs), -0.06, 0.06)
    return np.column_stack([logs[:-1], logs[1:]])


def test_cases_are_read_from_a_file_with_or_without_kind(tmp_path):
    path = tmp_path / "cases.jsonl.gz"
    step = {"index": 2, "sigma": 3.0, "log_ratio": 0.1}
    rows = [
        {"series": "numpy:a", "kind": "steps", "mad": 0.03, "values": [1, 1, 2, 2], "steps": [step]},
        {"series": "b", "source": "elsewhere", "value": [1, 2]},
    ]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    first, second = read_cases(path)
    assert ([2], "steps", "numpy") == (first.truth, first.kind, first.source)
    assert ([], "null", "elsewhere", (1, 2)) == (second.truth, second.kind, second.source, second.values)


def test_the_data_are_small():
    assert sum(file.stat().st_size for file in DATA.iterdir()) < 1_000_000


def test_who_knows_all_but_the_places_places_large_steps_and_leaves_quiet_cases_alone():
    cases = make_cases("evaluate", 60)
    assert all(known(case) == [] for case in cases if not case.steps)
    large = [case for case in cases if case.steps and all(step.sigma == 5 for step in case.steps)]
    assert large
    assert all(len(match(case.truth, known(case))) == len(case.steps) for case in large)

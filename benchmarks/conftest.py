"""What the benchmarks measure: seeded series, runs and reports of a realistic size."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from factories import make_run, make_sample, make_sha

BENCHMARKS = 50
COMMITS = 100


@pytest.fixture(scope="session")
def series():
    """Four hundred points of noise with spikes and two steps."""
    draw = np.random.default_rng(1)
    noise = 0.02 * draw.standard_t(4, 400)
    level = np.repeat([0.0, 0.06, 0.02], [150, 130, 120])
    return np.exp(level + noise).tolist()


@pytest.fixture(scope="session")
def runs():
    """A hundred runs of fifty benchmarks, five processes of ten values each."""
    draw = np.random.default_rng(2)

    def sample(number):
        values = 1e-3 * np.exp(0.02 * draw.normal(size=(5, 10)))
        return make_sample(f"test_suite.py::test_{number}", *map(tuple, values.tolist()))

    return tuple(make_run(number, *(sample(i) for i in range(BENCHMARKS))) for number in range(COMMITS))


@pytest.fixture(scope="session")
def first_parents():
    """The commits of those runs, oldest first."""
    return tuple(make_sha(number) for number in range(COMMITS))


@pytest.fixture(scope="session")
def kept(runs, tmp_path_factory):
    """A store that holds those runs."""
    from lapwing.history import open_store

    store = open_store("history.db", tmp_path_factory.mktemp("kept"))
    store.append(runs)
    yield store
    store.close()

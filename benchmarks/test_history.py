"""How fast are runs kept and read?"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from lapwing import perf
from lapwing.history import open_store
from lapwing.history.schema import decode, encode


@perf
def test_encoding_a_run(runs):
    encode(runs[0])


@perf
def test_decoding_a_run(runs, perf):
    perf(decode, encode(runs[0]))


@pytest.fixture
def growing(tmp_path):
    """A store of its own, to be added to."""
    store = open_store("growing.db", tmp_path)
    yield store
    store.close()


@perf
def test_appending_a_run_of_50_benchmarks(growing, runs, perf):
    numbers = count()

    def append():
        growing.append([replace(runs[0], id=f"run-{next(numbers)}")])

    perf(append)


@perf
def test_reading_50_series_of_100_values(kept):
    kept.recorded()

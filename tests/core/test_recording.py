"""The nouns of a comparison refuse what no clock and no pair could have said."""

from __future__ import annotations

import pytest

from lapwing.errors import RecordError
from lapwing.recording import Paired, Slice


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 0.0},
        {"value": -1.0},
        {"value": float("inf")},
        {"value": float("nan")},
        {"cpu": -1e-9},
        {"cpu": float("nan")},
        {"waited": 1.5},
        {"waited": -0.1},
    ],
    ids=str,
)
def test_a_slice_is_a_time_a_processor_time_and_a_share(wrong):
    with pytest.raises(RecordError) as refused:
        Slice(**({"value": 1e-3, "cpu": 1e-3, "waited": 0.0} | wrong))

    assert "bad-slice" == refused.value.slug


def test_half_a_block_is_none():
    with pytest.raises(RecordError) as refused:
        Paired(benchmark="t.py::a", base=(Slice(value=1e-3, cpu=1e-3),), head=())

    assert "half-a-block" == refused.value.slug

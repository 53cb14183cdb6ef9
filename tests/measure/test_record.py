from __future__ import annotations

from decimal import Decimal

import pytest

from lapwing.errors import RecordError
from lapwing.measure.perf_fixture import PlainPerf


@pytest.mark.parametrize("value", [1, 1.5, Decimal("2.5"), 10**20, -3])
def test_any_finite_number_is_taken(value):
    assert PlainPerf().record("x", value) is None


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (float("nan"), "not-finite"),
        (float("inf"), "not-finite"),
        ("3", "not-a-number"),
        (True, "not-a-number"),
        (None, "not-a-number"),
        (10**400, "not-a-number"),
        ([1], "not-a-number"),
    ],
)
def test_what_is_no_finite_number_is_refused(value, slug):
    with pytest.raises(RecordError) as refused:
        PlainPerf().record("x", value)
    assert slug == refused.value.slug


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101, 3, "time", "cpu_time", "\0"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(RecordError) as refused:
        PlainPerf().record(name, 1)
    assert "bad-record-name" == refused.value.slug


@pytest.mark.parametrize(
    ("how", "slug"),
    [({"better": "bigger"}, "bad-direction"), ({"unit": "x" * 40}, "bad-unit"), ({"unit": "\n"}, "bad-unit")],
)
def test_what_is_no_unit_is_refused(how, slug):
    with pytest.raises(RecordError) as refused:
        PlainPerf().record("x", 1, **how)
    assert slug == refused.value.slug


def test_a_call_and_a_block_are_plain_in_a_plain_run():
    perf = PlainPerf()
    assert 3 == perf(max, 1, 3)
    with pytest.raises(ZeroDivisionError), perf:
        1 / 0  # noqa: B018 - the exception is the point


@pytest.mark.parametrize("wrong", [3, None, pytest.param(type("C", (), {})(), id="object")])
def test_what_cannot_be_called_is_refused(wrong):
    with pytest.raises(RecordError, match="not-a-function"):
        PlainPerf()(wrong)


def test_a_coroutine_function_is_refused():
    async def fn():
        pass

    with pytest.raises(RecordError, match="not-a-function"):
        PlainPerf()(fn)

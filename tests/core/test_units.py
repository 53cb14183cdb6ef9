"""Units: directions, base units, and one scale for a row."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.errors import UsageError
from lapwing.units import BYTES, COUNT, SECONDS, TO_BASE, Scale, Unit, base_unit, format_change, format_value, scale_for


@pytest.mark.parametrize(
    ("symbol", "base", "factor", "better"),
    [
        ("ms", "s", 1e-3, "lower"),
        ("seconds", "s", 1.0, "lower"),
        ("MiB", "B", 2.0**20, "lower"),
        ("iter/sec", "iter/sec", 1.0, "higher"),
        ("rows/s", "rows/s", 1.0, "higher"),
        ("requests per second", "requests per second", 1.0, "higher"),
        ("ops", "ops", 1.0, "higher"),
        ("widgets", "widgets", 1.0, "lower"),
    ],
)
def test_a_written_symbol_has_a_base_a_factor_and_a_direction(symbol, base, factor, better):
    unit, scale = base_unit(symbol)

    assert (base, factor, better) == (unit.symbol, scale, unit.better)


def test_a_given_direction_and_noise_class_beat_the_guess():
    unit, _ = base_unit("rows/s", better="lower", noise="exact")

    assert Unit(symbol="rows/s", better="lower", noise="exact") == unit


def test_counts_are_exact():
    assert base_unit("count")[0] == COUNT


@pytest.mark.parametrize("bad", [{"symbol": "a\nb"}, {"symbol": "x" * 33}, {"better": "up"}, {"noise": "loud"}])
def test_a_unit_that_cannot_be_printed_or_compared_is_refused(bad):
    with pytest.raises(UsageError):
        Unit(**({"symbol": "s", "better": "lower", "noise": "noisy"} | bad))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.00124, SECONDS, "1.24 ms"),
        (0.000999449, SECONDS, "999 µs"),
        (0.00099951, SECONDS, "1.00 ms"),
        (1.0, SECONDS, "1.00 s"),
        (3.3e-10, SECONDS, "0.33 ns"),
        (3.3e-13, SECONDS, "0.00033 ns"),
        (12.345, SECONDS, "12.3 s"),
        (9.996e-3, SECONDS, "10.0 ms"),
        (0.0, SECONDS, "0.00 s"),
        (4096, BYTES, "4.00 KiB"),
        (512, COUNT, "512 count"),
        (51200, COUNT, "51.2 k count"),
        (0.5, COUNT, "0.50 count"),
        (math.nan, SECONDS, "–"),
        (1234567.0, Unit(symbol="", better="lower", noise="noisy"), "1.23 M"),
        (1.5, Unit(symbol="rows/s", better="higher", noise="noisy"), "1.50 rows/s"),
        (12345.0, Unit(symbol="rows/s", better="higher", noise="noisy"), "12.3 k rows/s"),
        (1234.0, Unit(symbol="s/row", better="lower", noise="noisy"), "1,234 s/row"),
    ],
)
def test_one_value_is_written_with_three_digits_and_its_unit(value, unit, text):
    assert text == format_value(value, unit)


def test_one_row_has_one_scale_chosen_by_its_smallest_value():
    scale = scale_for((0.0009, 1.2, 0.0, math.nan), SECONDS)

    assert Scale(divisor=1e-6, symbol="µs") == scale
    assert "1,200,000 µs" == format_value(1.2, SECONDS, scale)


@given(st.floats(min_value=1e-12, max_value=1e9))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_scaling_changes_no_value(value):
    scale = scale_for((value,), SECONDS)

    assert math.isclose(value, value / scale.divisor * TO_BASE[scale.symbol][1])


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.042, "+4.2 %"),
        (0.95, "−5.0 %"),
        (1.0, "±0.0 %"),
        (0.99996, "±0.0 %"),
        (1.00004, "±0.0 %"),
        (9.99, "+899.0 %"),
        (12.0, "×12"),
        (math.inf, "–"),
        (-1.0, "–"),
    ],
)
def test_a_ratio_is_written_as_a_signed_percentage_or_a_factor(ratio, text):
    assert text == format_change(ratio)

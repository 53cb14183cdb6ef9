import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from lapwing.model import Interval, Outcome
from lapwing.report import figures
from lapwing.report.escape import cells, escape, shorten, spell
from lapwing.report.look import Look, needs_ascii
from lapwing.report.sparkline import ASCII_BLOCKS, BLOCKS, sparkline
from lapwing.report.wording import exit_code
from lapwing.units import BYTES, COUNT, SECONDS


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain name", "plain name"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\u202eevil", r"\u202eevil"),
        ("\ud800", r"\ud800"),
        ("naïve 界", "naïve 界"),
    ],
)
def test_what_does_not_print_is_written_as_an_escape(given, shown):
    assert escape(given) == shown


def test_ascii_streams_get_escapes_for_names_and_spellings_for_words():
    assert escape("µ→é", ascii_only=True) == r"\xb5\u2192\xe9"
    assert spell("1 µs → −2 × 3 … é", ascii_only=True) == r"1 us -> -2 x 3 ... \xe9"


@given(text=st.text(max_size=80), room=st.integers(1, 60))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_a_shortened_name_fits_and_keeps_its_ends(text, room):
    short = shorten(text, room)
    assert cells(short) <= room
    if short != text:
        head, _, tail = short.partition("…") if "…" not in text else (short, "", "")
        assert text.startswith(head) or "…" in text
        assert text.endswith(tail)


@given(words=st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=30))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_wrapping_loses_no_word_and_passes_no_margin(words):
    look = Look(width=40)
    lines = look.wrap(Text(" ".join(words)), indent=2, hang=5)
    assert " ".join(line.plain for line in lines).split() == words
    assert all(len(line.plain.rstrip()) <= 40 for line in lines)


@pytest.mark.parametrize(
    ("encoding", "ascii_only"),
    [("utf-8", False), ("UTF-16", False), ("cp1252", True), ("ascii", True), (None, True), ("no-such", True)],
)
def test_a_stream_that_cannot_show_the_signs_is_known(encoding, ascii_only):
    assert needs_ascii(encoding) is ascii_only


def test_a_sparkline_rises_and_has_holes():
    assert sparkline([1, 2, 3, None, 5, 6, 7, 8]) == "▁▂▃·▅▆▇█"
    assert sparkline([1, 2, 3, math.nan, 5, 6, 7, 8], ascii_only=True) == "_.: =+*#"


def test_a_sparkline_shows_the_last_values():
    assert sparkline([100.0] * 50 + [1.0, 2.0], width=2) == "▁█"
    assert sparkline([1.0, 2.0], width=0) == ""


def test_small_noise_does_not_look_like_mountains():
    assert set(sparkline([1.0, 1.002, 0.998, 1.001])) <= {"▄", "▅"}


@pytest.mark.parametrize("values", [[5.0, 5.0], [0.0, 0.0], [None, 3.0], [1e308, -1e308]])
def test_a_sparkline_of_anything_is_as_long_as_the_values(values):
    assert len(sparkline(values)) == len(values)


def test_a_sparkline_of_nothing_is_holes():
    assert sparkline([None, None]) == "··"


@given(values=st.lists(st.none() | st.floats(), max_size=30))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_any_values_make_a_sparkline(values):
    line = sparkline(values, ascii_only=True)
    assert len(line) == min(20, len(values))
    assert set(line) <= {*ASCII_BLOCKS, " "}
    assert len(BLOCKS) == len(ASCII_BLOCKS)


@pytest.mark.parametrize(
    ("base", "head", "unit", "shown"),
    [
        (41.2e-3, 46.3e-3, SECONDS, "41.2 → 46.3 ms"),
        (999e-6, 1.1e-3, SECONDS, "999 → 1,100 µs"),
        (2048.0, None, BYTES, "2.00 → – KiB"),
        (None, 7.0, COUNT, "– → 7 count"),
        (None, None, SECONDS, "–"),
        (math.nan, 1.0, SECONDS, "– → 1.00 s"),
    ],
)
def test_two_values_share_one_scale(base, head, unit, shown):
    assert figures.pair(base, head, unit) == shown


@pytest.mark.parametrize(
    ("low", "estimate", "high", "shown"),
    [
        (1.109, 1.124, 1.138, "+12.4 % (+10.9 … +13.8 %)"),
        (0.85, 0.863, 0.877, "−13.7 % (−15.0 … −12.3 %)"),
        (1.1, 1.1, 1.1, "+10.0 %"),
        (9.0, 12.0, 14.0, "×12 (+800.0 % … ×14)"),
    ],
)
def test_a_change_is_written_with_its_interval(low, estimate, high, shown):
    assert figures.change(Interval(low=low, estimate=estimate, high=high)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.018, "1.8 %"),
        (0.05, "5 %"),
        (0.123, "12 %"),
        (0.0996, "10 %"),
        (15.0, "1,500 %"),
        (None, "–"),
        (math.inf, "–"),
    ],
)
def test_a_share_is_short(value, shown):
    assert figures.share(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "1970-01-01"), (-86_400.0, "1969-12-31"), (1.7e9, "2023-11-14"), (None, "–"), (1e300, "–"), (math.nan, "–")],
)
def test_a_day_is_utc_and_any_number_may_stand_for_one(seconds, shown):
    assert figures.day(seconds) == shown


def test_a_minute_is_utc():
    assert figures.minute(1.7e9) == "2023-11-14 22:13"


@pytest.mark.parametrize(
    ("outcome", "fail_on", "code"),
    [
        (Outcome.REGRESSED, (), 1),
        (Outcome.FAILED, (), 1),
        (Outcome.MISSING, (), 1),
        (Outcome.INCONCLUSIVE, (), 0),
        (Outcome.INCONCLUSIVE, ("inconclusive",), 3),
        (Outcome.IMPROVED, ("inconclusive",), 0),
        (Outcome.UNCHANGED, (), 0),
        (Outcome.NEW, (), 0),
    ],
)
def test_exit_codes(outcome, fail_on, code):
    assert exit_code(outcome, fail_on=fail_on) == code

"""Which series a file of numbers holds: every form, holes and all, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import math
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.errors import UsageError
from lapwing.history.importers import files, series_collected
from lapwing.history.importers.series_file import Wanted, read_series

HERE = Path("numbers.csv")


def silent(*_):
    """Tell nobody."""


def series_of(text, **wanted):
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return read_series(HERE, Wanted(**wanted), stream=stream, progress=silent)


def said(text, **wanted):
    """What the series are: (name, values with None for holes)."""
    return [
        (one.metric.benchmark, [None if math.isnan(value) else value for value in one.values.tolist()])
        for one in series_of(text, **wanted)
    ]


def refusal(text, **wanted):
    with pytest.raises(UsageError) as refused:
        series_of(text, **wanted)
    return refused.value


def test_a_number_on_each_line_is_a_series():
    assert said("1\n2.5\n-3e2\n") == [("values", [1.0, 2.5, -300.0])]


def test_of_one_column_an_empty_line_is_a_hole_but_the_last():
    assert said("1\n\n\n2\nnull\nnan\nNA\n3\n\n\n") == [("values", [1.0, None, None, 2.0, None, None, None, 3.0])]


def test_a_column_with_a_header_is_called_by_it():
    assert said("latency\n1\n\n2\n") == [("latency", [1.0, None, 2.0])]
    assert said("value\n1\n2\n") == [("values", [1.0, 2.0])]


def test_columns_are_series():
    assert said("1,2\n3,\n5,6\n") == [("column 1", [1.0, 3.0, 5.0]), ("column 2", [2.0, None, 6.0])]
    assert said("a;b\n1;2\n") == [("a", [1.0]), ("b", [2.0])]


def test_columns_that_name_a_place_are_labels_and_not_numbers():
    (one,) = series_of("commit\tdate\tspeed\naaa\t2026-01-02\t1\nbbb\t2026-01-03\t2\n")

    assert (one.metric.benchmark, one.commits) == ("speed", ("aaa", "bbb"))
    (one,) = series_of("date,speed\n2026-01-02,1\n2026-01-03,2\n")
    assert one.commits == ("2026-01-02", "2026-01-03")


def test_a_time_is_no_date_where_nothing_else_has_the_numbers():
    assert said("commit,time\naaa,0.5\n") == [("time", [0.5])]


def test_a_column_is_picked_by_name_or_place():
    text = "commit,a,b,note\nx,1,2,fast\ny,3,4,slow\n"

    assert said(text, column="b") == [("b", [2.0, 4.0])]
    assert said(text, column="2") == [("a", [1.0, 3.0])]


def test_a_row_for_each_point_holds_several_series_in_the_order_of_the_file():
    text = "name,commit,value,unit,machine\np,a,1,ms,m\nq,a,7,rows/s,m\np,b,,ms,m\nq,b,8,rows/s,m\np,c,3,ms,m\n"
    first, second = series_of(text)

    assert (first.metric.benchmark, first.metric.name, first.unit.symbol, first.machine) == ("p", "time", "s", "m")
    assert first.values.tolist()[::2] == [0.001, 0.003]
    assert math.isnan(first.values[1])
    assert first.commits == ("a", "b", "c")
    assert (second.metric.benchmark, second.unit.better) == ("q", "higher")


def test_several_columns_of_named_rows_are_metrics():
    found = series_of("benchmark,cpu,wall\np,1,2\nq,3,4\np,5,6\n")

    assert [(one.metric.benchmark, one.metric.name, one.values.tolist()) for one in found] == [
        ("p", "cpu", [1.0, 5.0]),
        ("p", "wall", [2.0, 6.0]),
        ("q", "cpu", [3.0]),
        ("q", "wall", [4.0]),
    ]


def test_jsonl_holds_a_series_on_each_line():
    lines = [
        {"series": "p", "unit": "ms", "value": [1, None, 3], "commit": ["a", "b", "c"]},
        {"series": "q @ m1 / py3 / v=12ab", "value": [4.0, 5.0], "time": [100, 200]},
        [1, 2, float("nan")],
        {"value": [9]},
    ]
    first, second, third, fourth = series_of("\n".join(map(json.dumps, lines)))

    assert (first.values[0], first.commits) == (0.001, ("a", "b", "c"))
    assert (second.metric.benchmark, second.machine, second.commits) == ("q", "m1 / py3", ("100", "200"))
    assert (third.metric.benchmark, third.commits, third.machine) == ("values of line 3", (), "")
    assert fourth.metric.benchmark == "values of line 4"


def test_jsonl_holds_a_point_on_each_line():
    text = '{"benchmark": "p", "value": 1, "date": 5}\n{"value": 2}\n{"benchmark": "p", "value": null}\n'
    first, second = series_of(text)

    assert (first.metric.benchmark, first.values[0], first.commits) == ("p", 1.0, ("5", ""))
    assert math.isnan(first.values[1])
    assert (second.metric.benchmark, second.values.tolist()) == ("values", [2.0])


def test_a_bare_list_is_a_series():
    assert said("[1, null, 2]") == [("values", [1.0, None, 2.0])]


def test_what_the_user_says_counts_for_all():
    (one,) = series_of("benchmark,value,unit\np,5,s\n", unit="ms", better="higher", exact=True)

    assert (one.unit.symbol, one.unit.better, one.unit.noise, one.values.tolist()) == ("s", "higher", "exact", [0.005])


def test_a_packed_file_is_read(tmp_path):
    path = tmp_path / "n.csv.gz"
    path.write_bytes(gzip.compress(b"1\n2\n"))
    told = []
    (one,) = read_series(path, Wanted(), progress=lambda *said: told.append(said))

    assert one.values.tolist() == [1.0, 2.0]
    assert told[-1][2] == "n.csv.gz"


@pytest.mark.parametrize(
    ("text", "slug", "what"),
    [
        ("", "empty-file", "numbers.csv is empty"),
        ("\n \n\n", "empty-file", "is empty"),
        ("null\n\nnan\n", "no-numbers", "no number in"),
        ("[null]\n", "no-numbers", "no number in"),
        ("a,b\n", "no-numbers", "no number in"),
        ("commit,date\na,1\n", "no-numbers", "no column of numbers: commit, date"),
        ("1\n2\nfast\n", "bad-value", "line 3: value is 'fast', which is no number, at index 2"),
        ("1\n\ninf\n", "infinite-value", "line 3: value is infinite, at index 2"),
        ("benchmark,value\np,1\nq,1\np,-inf\n", "infinite-value", "line 4: value is infinite, at index 1"),
        ('{"series": "p", "value": [1, Infinity]}', "infinite-value", "line 1: value is infinite, at index 1"),
        ('{"series": "p", "value": [1, 1e999]}', "infinite-value", "at index 1"),
        ('{"series": "p", "value": [1, [2]]}', "bad-value", "which is no number, at index 1"),
        ('{"series": "p", "value": 1}\n{"series": \n', "bad-value", "line 2: it is no JSON"),
        ('{"series": "p"}\n', "no-numbers", 'line 1: it has no "value"'),
        ('[1]\n"p"\n', "no-numbers", "line 2"),
        ('{"series": "p", "value": [1, 2], "commit": ["a"]}', "bad-value", "commit is no list of 2"),
        ('{"value": 1, "unit": 5}', "bad-value", "no text"),
        ('{"value": 1, "unit": "a\\u0007"}', "bad-unit", "line 1: The unit"),
        ('{"benchmark": "", "series": "", "value": 1, "metric": "a\\u0000"}', "bad-name", "line 1: The metric"),
        ("1,2\n3\n", "mixed-columns", "line 2: it has 1 columns, and line 1 has 2"),
        ("1\n2,3\n", "mixed-columns", "line 2: it has 2 columns, and line 1 has 1"),
        ('a,b\n1,"2\n', "bad-value", "line 2: it is no row of CSV"),
        ("benchmark,value,metric,unit\np,1,m,ms\np,2,m,B\n", "bad-value", "unit is 'B' here, and was 's' before"),
        ("1\0\n", "not-text", "line 1: it holds a NUL"),
        ("1\n2\0\n", "not-text", "line 2: it holds a NUL"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not-text", "line 1: it is not UTF-8"),
        (b"1\n\xff\n", "not-text", "line 2: it is not UTF-8"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(text, slug, what):
    error = refusal(text)

    assert error.slug == slug
    assert what in error.message
    assert error.message.startswith(("numbers.csv", "There is no number in numbers.csv"))


@pytest.mark.parametrize("column", ["c", "3", "0", "-1"])
def test_a_column_that_is_not_there_is_refused(column):
    error = refusal("a,b\n1,2\n", column=column)

    assert (error.slug, error.remedy) == ("unknown-column", "name one of: a, b.")


def test_too_much_is_refused_with_the_bound(monkeypatch):
    monkeypatch.setattr(series_collected, "MOST_VALUES", 3)

    assert refusal("1\n2\n3\n4\n").message == "numbers.csv has more than 3 values."
    monkeypatch.setattr(files, "MAX_LINE", 10)
    error = refusal("[1, 2, 3, 4, 5]")
    assert (error.slug, "in one line" in error.message) == ("file-too-large", True)


def test_a_file_that_is_not_there_or_none_is_refused(tmp_path):
    for path, slug in ((tmp_path / "no.csv", "no-such-file"), (tmp_path, "unreadable-file")):
        with pytest.raises(UsageError) as refused:
            read_series(path, Wanted(), progress=silent)

        assert refused.value.slug == slug


def test_a_damaged_packed_file_is_refused(tmp_path):
    path = tmp_path / "n.csv.gz"
    path.write_bytes(gzip.compress(b"1\n" * 5000)[:-9])
    with pytest.raises(UsageError) as refused:
        read_series(path, Wanted(), progress=silent)

    assert refused.value.slug == "unreadable-file"
    assert "damaged" in refused.value.message


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(alphabet='0123456789.,;\n"{}[]:naulvest-\0 ', max_size=60).map(str.encode),
    )
)
def test_any_bytes_are_read_or_refused(content):
    with suppress(UsageError):
        assert all(one.values.size for one in series_of(content))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=20))
def test_every_form_holds_the_same_values(values):
    if all(value is None for value in values):
        return
    cells = ["" if value is None else repr(value) for value in values]
    expected = [None if value is None else value for value in values]

    assert said("v,w\n" + "".join(f"{cell},{cell}\n" for cell in cells)) == [("v", expected), ("w", expected)]
    assert said(json.dumps({"series": "v", "value": values})) == [("v", expected)]

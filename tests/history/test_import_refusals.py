"""Files of lines that are not what they should be: the bad line is named, the wrong file is refused."""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.errors import ImportRefused
from lapwing.history.importers import files, read, telling

SERIES = {
    "series": "bench.time_it('x @ y', 1) @ atom / virtualenv-py3.7 / v=e912d48a",
    "unit": "seconds",
    "commit": ["aaaa", "bbbb", "cccc"],
    "time": [300, 100, 200],
    "value": [0.3, None, 0.2],
    "source": "somewhere",
}


@pytest.fixture
def write(tmp_path):
    """Write a file of lines and return its path."""

    def write(name, *lines):
        path = tmp_path / name
        path.write_text("".join(line if isinstance(line, str) else json.dumps(line) for line in _ended(lines)), "utf-8")
        return path

    return write


def _ended(lines):
    for line in lines:
        yield line
        yield "\n"


def benchmarks(imported):
    return [sample.metric.benchmark for run in imported.runs for sample in run.samples]


def values(imported):
    return [sample.values for run in imported.runs for sample in run.samples]


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ("{", "JSON"),
        ("[1]", "object"),
        ("[" * 100_000, "nested"),
        ("9" * 5_000, "e"),
        ({"benchmark": "t", "value": "fast", "commit": "c"}, "no number"),
        ({"benchmark": "t", "value": True, "commit": "c"}, "no number"),
        ({"benchmark": "t", "value": float("inf"), "commit": "c"}, "infinite"),
        ({"benchmark": "t", "value": 10**400, "commit": "c"}, "no number"),
        ({"benchmark": "", "value": 1, "commit": "c"}, "benchmark"),
        ({"benchmark": "a\0b", "value": 1, "commit": "c"}, "no character"),
        ({"benchmark": ["t"], "value": 1, "commit": "c"}, "no text"),
        ({"benchmark": "t\udcff", "value": 1, "commit": "c"}, "Unicode"),
        ({"benchmark": "t", "value": 1, "commit": "c", "unit": "x" * 99}, "unit"),
        ({"benchmark": "t", "value": 1, "commit": "c", "better": "sideways"}, "sideways"),
        ({"benchmark": "t", "value": 1, "commit": "c", "date": "yesterday"}, "date"),
        ({"benchmark": "t", "value": 1, "commit": "x" * 5_000}, "commit"),
        (SERIES | {"commit": ["aaaa"]}, "list of 3"),
        (SERIES | {"time": 5}, "list of 3"),
        (SERIES | {"value": [1, "x", 3]}, "no number"),
        (SERIES | {"series": None}, "benchmark"),
        (SERIES | {"series": " @ " * 2_000_000}, "benchmark"),
    ],
)
def test_a_bad_line_is_left_out_and_told_with_its_number(write, bad, what):
    good = {"benchmark": "good", "value": 1, "commit": "c"}
    imported = read(write("a.jsonl", good, bad, good), format="jsonl")
    assert ["good", "good"] == benchmarks(imported)
    (warning,) = imported.warnings
    assert "import-left-out" == warning.slug
    assert "a.jsonl, line 2 was left out" in warning.message
    assert what in warning.message
    assert len(warning.message) < 600


def test_a_line_that_is_no_text_is_left_out(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfbenchmark,value,commit\nt\xff,1,c\nt,2,c\n")
    imported = read(tmp_path / "a.csv")
    assert [((2.0,),)] == values(imported)
    assert "line 2" in imported.warnings[0].message


@pytest.mark.parametrize("row", ["t,1,c,more", '"t,1,c', "t,1x,c", "t"])
def test_a_bad_row_is_left_out_and_told_with_its_number(write, row):
    imported = read(write("a.csv", "benchmark,value,commit", "t,1,a", row if row != "t" else ",5,c", "t,3,b"))
    assert [((1.0,),), ((3.0,),)] == values(imported)
    assert "a.csv, line 3 was left out" in imported.warnings[0].message


def test_too_many_bad_lines_are_another_format(write):
    path = write("a.csv", "benchmark,value,commit", *["t,x,c"] * (telling.MAX_COMPLAINTS + 1))
    with pytest.raises(ImportRefused) as caught:
        read(path)
    assert "too-many-bad-lines" == caught.value.slug


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"benchmark,worth,commit\nt,1,c\n"),
        ("a.csv", b"benchmark,value\nt,1\n"),
        ("a.jsonl", b'{"series": "x", "values": [1]}\n'),
        ("a.json", b"{}"),
        ("a.txt", b"hello\n"),
        ("a.bin", bytes(range(256)) * 99),
        ("empty", b""),
    ],
)
def test_a_file_of_no_known_format_is_refused_with_the_formats_there_are(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path / name)
    assert "unknown-format" == caught.value.slug
    assert all(form in caught.value.remedy for form in ("asv", "pytest-benchmark", "jsonl", "csv"))


@pytest.mark.parametrize("form", ["asv", "csv", "pytest-benchmark", "run"])
def test_a_file_read_as_the_wrong_format_is_refused(write, form):
    with pytest.raises(ImportRefused):
        read(write("a.jsonl", SERIES), format=form)


def test_a_format_that_is_not_there_is_refused(write):
    with pytest.raises(ImportRefused) as caught:
        read(write("a.jsonl", SERIES), format="xml")
    assert "unknown-format" == caught.value.slug


def test_a_file_without_a_value_is_refused(write):
    with pytest.raises(ImportRefused) as caught:
        read(write("a.csv", "benchmark,value,commit", "t,,c", "t,x,c"))
    assert "nothing-to-import" == caught.value.slug
    assert "line 3" in caught.value.message


def test_a_path_that_is_not_there_is_refused(tmp_path):
    for form in (None, "csv", "jsonl", "asv", "pytest-benchmark", "run"):
        with pytest.raises(ImportRefused):
            read(tmp_path / "gone", format=form)
    with pytest.raises(ImportRefused):
        read(tmp_path, format="csv")


@pytest.mark.parametrize("cut", [5, 40])
def test_damaged_gzip_is_refused(tmp_path, cut):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"benchmark,value,commit\n" + b"t,1,c\n" * 500)[:cut])
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path / "a.csv.gz")
    assert "damaged-import" == caught.value.slug


def test_long_lines_and_long_files_are_refused(write, monkeypatch):
    path = write("a.jsonl", SERIES, SERIES)
    monkeypatch.setattr(files, "MAX_FILE", 300)
    with pytest.raises(ImportRefused) as caught:
        read(path)
    assert "import-too-large" == caught.value.slug
    monkeypatch.setattr(files, "MAX_LINE", 100)
    with pytest.raises(ImportRefused, match="line 1"):
        read(path)


def test_progress_ends_at_the_whole(write):
    seen = []
    read(write("a.jsonl", *[SERIES] * 300), progress=lambda *step: seen.append(step))
    assert len(seen) > 2
    assert seen[-1][0] == seen[-1][1]
    assert sorted(seen) == seen


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    content=st.binary(max_size=300),
    form=st.sampled_from(["csv", "jsonl", "run", "pytest-benchmark", None]),
    head=st.booleans(),
)
def test_no_reader_raises_anything_but_our_errors(tmp_path_factory, content, form, head):
    path = tmp_path_factory.getbasetemp() / "fuzz"
    path.write_bytes((b"benchmark,value,commit,date,unit\n" if head else b"") + content)
    with suppress(ImportRefused):
        assert read(path, format=form).runs


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("form", [None, "csv", "pytest-benchmark"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, form):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(ImportRefused, match=r"unreadable-import.*a pipe or a device"):
        read(pipe, format=form)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_a_tree_is_left_out(tmp_path):
    machine = tmp_path / "atom"
    machine.mkdir()
    (machine / "machine.json").write_text("{}", "utf-8")
    os.mkfifo(machine / "a.json")
    with pytest.raises(ImportRefused, match=r"nothing-to-import.*a\.json was left out: it is no file"):
        read(tmp_path)

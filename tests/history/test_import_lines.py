"""CSV and JSONL: what each row says, and what is said of a row that says nothing."""

from __future__ import annotations

import gzip
import json

import pytest

from lapwing.history import open_store
from lapwing.history.importers import read


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


def said(imported):
    """What the runs say: (commit, date, machine, benchmark, metric, value, unit, better, fingerprint)."""
    return [
        (
            run.commit.sha,
            run.commit.date,
            run.machine.label,
            sample.metric.benchmark,
            sample.metric.name,
            sample.values[0][0],
            sample.unit.symbol,
            sample.unit.better,
            declared.fingerprint,
        )
        for run in imported.runs
        for sample, declared in zip(run.samples, run.declared, strict=True)
    ]


def values(imported):
    return [sample.values for run in imported.runs for sample in run.samples]


def test_a_csv_file_is_read_by_its_header(write):
    path = write(
        "a.csv",
        "Machine;unit; value ;commit;benchmark;metric;better;note",
        "m1;ms;1.5;c2;parse;;;x",
        "m1;rows/s;7;c2;parse;rate;;x",
        '"m;2";;3;c2;"a, ""b""";score;higher;x',
    )
    assert [
        ("c2", None, "m1", "parse", "time", 0.0015, "s", "lower", ""),
        ("c2", None, "m1", "parse", "rate", 7.0, "rows/s", "higher", ""),
        ("c2", None, "m;2", 'a, "b"', "score", 3.0, "", "higher", ""),
    ] == sorted(_without_pairs(read(path)), key=lambda row: row[2])


def _without_pairs(imported):
    return [
        (
            run.commit.sha,
            run.commit.date,
            run.machine.label,
            sample.metric.benchmark,
            sample.metric.name,
            sample.values[0][0],
            sample.unit.symbol,
            sample.unit.better,
            "",
        )
        for run in imported.runs
        for sample in run.samples
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write, delimiter):
    path = write("a.csv", delimiter.join(("name", "value", "sha")), delimiter.join(("t", "2", "c1")))
    assert [("c1", None, "imported", "t", "value", 2.0, "", "lower", "")] == said(read(path))


@pytest.mark.parametrize(
    "date", ["1700000000", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20", "2023-11-14 23:13:20+01:00", "1.7e9"]
)
def test_a_date_is_seconds_or_iso_and_orders_the_runs(write, date):
    path = write("a.csv", "benchmark,value,commit,date", "t,2,new,2030-01-01", f"t,1,old,{date}")
    (old, new) = read(path).runs
    assert ("old", 1.7e9, 1.7e9) == (old.commit.sha, old.commit.date, old.started_at)
    assert "new" == new.commit.sha


def test_without_a_commit_the_date_names_the_point(write):
    path = write("a.csv", "benchmark,value,date", "t,1,100", "u,2,100", "t,3,200")
    assert [("date-100", 2), ("date-200", 1)] == [(run.commit.sha, len(run.samples)) for run in read(path).runs]


def test_an_empty_cell_is_a_hole(write):
    imported = read(write("a.csv", "benchmark,value,commit", "t,,c1", "t,nan,c2", "t,3,c3"))
    assert (["c3"], ()) == ([run.commit.sha for run in imported.runs], imported.warnings)


def test_several_values_of_one_commit_are_several_runs(write):
    imported = read(write("a.csv", "benchmark,value,commit", "t,1,c1", "t,2,c1", "u,3,c1", "t,1,c1"))
    assert [[((1.0,),), ((3.0,),)], [((2.0,),)], [((1.0,),)]] == [
        [s.values for s in run.samples] for run in imported.runs
    ]
    assert 3 == len({run.id for run in imported.runs})
    assert {"c1"} == {run.commit.sha for run in imported.runs}


SERIES = {
    "series": "bench.time_it('x @ y', 1) @ atom / virtualenv-py3.7 / v=e912d48a",
    "unit": "seconds",
    "commit": ["aaaa", "bbbb", "cccc"],
    "time": [300, 100, 200],
    "value": [0.3, None, 0.2],
    "source": "somewhere",
}


def test_a_series_names_its_machine_and_version(write):
    benchmark = "bench.time_it('x @ y', 1)"
    assert [
        ("cccc", 200.0, "atom / virtualenv-py3.7", benchmark, "time", 0.2, "s", "lower", "e912d48a"),
        ("aaaa", 300.0, "atom / virtualenv-py3.7", benchmark, "time", 0.3, "s", "lower", "e912d48a"),
    ] == said(read(write("a.jsonl", SERIES)))


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("plain", ("plain", "imported", "")),
        ("a @ b", ("a @ b", "imported", "")),
        ("LU.1024 maxrss_kB @ navajo / ocaml 4.12.0+stock", ("LU.1024 maxrss_kB", "navajo / ocaml 4.12.0+stock", "")),
        ("a @ m / e / more / v=0", ("a", "m / e / more", "0")),
        ("SDK / test_x.py::test[a]", ("SDK / test_x.py::test[a]", "imported", "")),
    ],
)
def test_other_names_of_series_are_split_only_where_they_say_so(write, series, expected):
    (row,) = said(read(write("a.jsonl", SERIES | {"series": series, "commit": None, "time": None, "value": [1]})))
    assert expected == (row[3], row[2], row[8])


def test_a_machine_of_its_own_leaves_the_name_alone(write):
    (row, _) = said(read(write("a.jsonl", SERIES | {"machine": "mine"})))
    assert (SERIES["series"], "mine") == (row[3], row[2])


def test_without_commits_the_place_names_the_point(write):
    path = write("a.jsonl", SERIES | {"commit": None, "time": None, "value": [5, None, 7]})
    assert [("point-0001", None), ("point-0003", None)] == [row[:2] for row in said(read(path))]


def test_series_of_one_commit_and_machine_are_one_run(write):
    other = SERIES | {"series": "other @ atom / virtualenv-py3.7 / v=99", "value": [1, 2, 3]}
    imported = read(write("a.jsonl", SERIES, other))
    assert [("bbbb", 1), ("cccc", 2), ("aaaa", 2)] == [(run.commit.sha, len(run.samples)) for run in imported.runs]
    assert ["99", "e912d48a"] == sorted(declared.fingerprint for declared in imported.runs[1].declared)


def test_one_benchmark_in_two_versions_keeps_both(write):
    imported = read(write("a.jsonl", SERIES, SERIES | {"series": SERIES["series"].replace("e912d48a", "ffff")}))
    assert [[0.2], [0.2], [0.3], [0.3]] == [[s.values[0][0] for s in run.samples] for run in imported.runs]
    assert {"e912d48a", "ffff"} == {run.declared[0].fingerprint for run in imported.runs}


def test_one_commit_measured_on_many_nights_is_many_runs_of_one_commit(write):
    path = write("a.jsonl", SERIES | {"commit": ["aaaa"] * 3, "value": [1, 2, 3]})
    found = [(run.commit.sha, run.commit.date, run.started_at) for run in read(path).runs]
    assert [("aaaa", 100.0, 100.0), ("aaaa", 100.0, 200.0), ("aaaa", 100.0, 300.0)] == found


def test_the_commits_own_time_is_its_date(write):
    path = write("a.jsonl", SERIES | {"commit_time": [30, 10, 20]})
    assert [(20.0, 200.0), (30.0, 300.0)] == [(run.commit.date, run.started_at) for run in read(path).runs]


def test_a_point_a_line(write):
    path = write(
        "a.jsonl",
        {"benchmark": "t", "value": 5, "commit": "c1", "unit": "kB", "machine": "m", "date": "2023-11-14T22:13:20Z"},
        {"benchmark": "t", "value": 2, "commit": "c1", "metric": "q", "unit": "q/s", "better": "lower", "machine": "m"},
        {"benchmark": "t", "value": None, "commit": "c2"},
    )
    assert [
        ("c1", 1.7e9, "m", "t", "memory", 5000.0, "B", "lower", ""),
        ("c1", 1.7e9, "m", "t", "q", 2.0, "q/s", "lower", ""),
    ] == sorted(said(read(path)), key=lambda row: row[4])


def test_gzip_is_read_as_it_is(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(json.dumps(SERIES).encode()))
    assert 2 == len(read(tmp_path / "a.jsonl.gz").runs)


def test_importing_twice_stores_once_in_whatever_order_the_lines_are(write, tmp_path):
    other = SERIES | {"series": "other @ atom / virtualenv-py3.7 / v=99"}
    store = open_store("history.db", tmp_path)
    assert 2 == store.append(read(write("a.jsonl", SERIES, other)).runs)
    assert 0 == store.append(read(write("a.jsonl", SERIES, other)).runs)
    assert 0 == store.append(read(write("b.jsonl", other, "", SERIES)).runs)
    assert [(0.2, 0.3)] * 2 == [recorded.values for recorded in store.recorded()]
    assert {"import:jsonl"} == {run.source for run in store.runs()}

"""Exports: what is written, where to, what is left alone, and whether the tools that are meant can read it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from factories import make_declared, make_run, make_sample, make_sha
from fakes.store import MemoryStore
from lapwing.errors import StoreDamaged, UsageError
from lapwing.history.exporters import FORMATS, Selection, parquet_file
from lapwing.history.exporters.target import MARKER
from lapwing.history.importers import read
from lapwing.model import Commit, Failure, Machine
from lapwing.settings import Settings
from lapwing.units import Unit
from lapwing.wiring import exporting

RATE = Unit(symbol="rows/s", better="higher", noise="noisy")
NAMES = ("tests/test_a.py::test_sort[10-a]", "tests/test_a.py::test_sort[10-b]", "tests/test_b.py::test_load")


def make_history():
    """Five runs: parameters, two metrics, a failure in the second run."""
    declared = tuple(
        make_declared(name, params=(("n", "10"), ("k", name[-2])) if "[" in name else (), fingerprint="f")
        for name in NAMES
    )
    runs = []
    for number in range(5):
        samples = [
            make_sample(NAMES[0], (1e-3 + number, 2e-3), (3e-3,)),
            make_sample(NAMES[2], 50.0, metric="rows/s", unit=RATE),
        ]
        if number != 1:
            samples.append(make_sample(NAMES[1], 0.1 + 0.2))
        failures = (Failure(benchmark=NAMES[1], kind="raised", message="no"),) if number == 1 else ()
        runs.append(make_run(number, *samples, declared=declared, failures=failures))
    return MemoryStore(runs)


def export(store, form, target, selection=None, **more):
    how = {"force": False, "progress": lambda *_: None} | more
    if form == "asv" and isinstance(target, Path):
        del how["force"]
        return exporting.export_asv(
            store, selection or Selection(), target, **{"settings": Settings(), "root": target.parent} | how
        )
    return exporting.export(store, selection or Selection(), form, target, **how)


def refused(store, form, target, selection=None, **more):
    with pytest.raises(UsageError) as caught:
        export(store, form, target, selection, **more)
    return caught.value.slug


def ran(*words, cwd):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GIT_"))}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=cwd,
        env=inherited,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_asvs_own_loader_finds_every_value(tmp_path):
    from asv import results

    export(make_history(), "asv", tmp_path / "tree")
    loaded = {one.commit_hash: one for one in results.iter_results(str(tmp_path / "tree" / "results"))}
    assert {make_sha(number) for number in range(5)} == set(loaded)
    first = loaded[make_sha(0)]
    assert [[1e-3, 2e-3, 3e-3], [0.1 + 0.2]] == first.get_result_samples("test_a.test_sort", [["10"], ["a", "b"]])
    broken = loaded[make_sha(1)]
    assert broken.get_result_value("test_a.test_sort", [["10"], ["a", "b"]])[1] is None


def test_what_was_imported_from_asv_goes_back_with_its_parameters(tmp_path):
    entry = {"type": "time", "unit": "seconds", "param_names": ["n", "kind"]}
    row = [[1.0, 2.0, 3.0, 4.0], [["10", "1000"], ["'a'", "'b'"]], "v1"]
    result = {"commit_hash": "a" * 40, "date": 1_700_000_000_000, "env_name": "e", "params": {}, "version": 2}
    result |= {"result_columns": ["result", "params", "version"], "results": {"core.time_sort": row}}
    (tmp_path / "old" / "box").mkdir(parents=True)
    (tmp_path / "old" / "benchmarks.json").write_text(json.dumps({"core.time_sort": entry}), encoding="utf-8")
    (tmp_path / "old" / "box" / "machine.json").write_text("{}", encoding="utf-8")
    (tmp_path / "old" / "box" / "aaaaaaaa-e.json").write_text(json.dumps(result), encoding="utf-8")
    imported = read(tmp_path / "old").runs
    export(MemoryStore(imported), "asv", tmp_path / "new")
    (back,) = [path for path in (tmp_path / "new" / "results").glob("*/*.json") if path.name != "machine.json"]
    assert [row[:2]] == [one[:2] for one in json.loads(back.read_text("utf-8"))["results"].values()]
    assert imported == read(tmp_path / "new").runs


def test_pytest_benchmark_compares_exported_runs(tmp_path):
    export(make_history(), "pytest-benchmark", tmp_path / "storage")
    words = ("pytest_benchmark", "--storage", "file://storage", "compare", "--columns=min,median,rounds,iterations,ops")
    told = ran(*words, cwd=tmp_path)
    assert 5 == told.count("test_sort[10-a]")
    assert 4 == told.count("test_sort[10-b]")
    assert "test_load" not in told


def test_what_pytest_benchmark_cannot_hold_is_counted(tmp_path):
    done = export(make_history(), "pytest-benchmark", tmp_path / "storage")
    assert (5, {"sample of another metric than time": 5}) == (done.runs, done.left_out)
    rates = MemoryStore([make_run(1, make_sample(unit=RATE, metric="rows/s"))])
    assert "nothing-to-export" == refused(rates, "pytest-benchmark", tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("count", range(1, 10))
def test_statistics_are_those_of_pytest_benchmark(count, tmp_path):
    from pytest_benchmark.stats import Stats

    values = (5.0, 1.0, 1.1, 1.2, 1.3, 0.9, 1.05, 0.1, 0.95)[:count]
    export(MemoryStore([make_run(1, make_sample("a", values))]), "pytest-benchmark", tmp_path / "storage")
    (file,) = (tmp_path / "storage").rglob("*.json")
    written = json.loads(file.read_text(encoding="utf-8"))["benchmarks"][0]["stats"]
    theirs = Stats()
    for value in values:
        theirs.update(value)
    assert list(values) == written.pop("data")
    assert 1 == written.pop("iterations")
    for name, value in written.items():
        expected = getattr(theirs, name)
        assert expected == (value if isinstance(value, str) else pytest.approx(value)), name


def test_a_run_of_a_changed_work_tree_is_beside_what_asv_shows_and_that_is_said(tmp_path):
    dirty = make_run(2, commit=Commit(sha="a" * 40, dirty=True))
    done = export(MemoryStore([make_run(1), dirty]), "asv", tmp_path / "tree")
    assert (2, {}, 1) == (done.runs, done.left_out, len(done.notes))
    assert done.notes[0].startswith("1 run is in not-shown, which asv does not look at: ")
    assert 1 == len(list((tmp_path / "tree" / "results").glob("*/*-lapwing-*.json")))
    assert (make_run(1), dirty) == read(tmp_path / "tree").runs
    assert "empty-history" == refused(MemoryStore([dirty]), "asv", tmp_path / "none")
    assert "nothing-to-export" == refused(MemoryStore(), "asv", tmp_path / "none")
    assert ["tree"] == [path.name for path in tmp_path.iterdir()]


def test_a_damaged_run_is_left_out_and_counted(tmp_path):
    store = MemoryStore([make_run(1), make_run(2)])
    load = store.load

    def damaged(run_id):
        if run_id == make_run(1).id:
            raise StoreDamaged("run-damaged", "It is damaged.", remedy="restore it.")
        return load(run_id)

    store.load = damaged
    done = export(store, "jsonl", tmp_path / "out.jsonl")
    assert (1, {"run that is damaged": 1}) == (done.runs, done.left_out)


def test_csv_is_what_a_spreadsheet_expects(tmp_path):
    export(make_history(), "csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert 5 * 3 == len(rows)
    assert ["0.30000000000000004"] == sorted({row["value"] for row in rows if row["benchmark"] == NAMES[1]} - {""})
    (failed,) = [row for row in rows if row["failure"]]
    assert (NAMES[1], "", "raised", "no") == (
        failed["benchmark"],
        failed["value"],
        failed["failure"],
        failed["message"],
    )
    assert '{"n": "10", "k": "a"}' == rows[0]["params"]


def test_parquet_has_typed_columns(tmp_path):
    from pyarrow import parquet

    export(make_history(), "parquet", tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert ("double", "int64", "bool", "string") == tuple(types[name] for name in ("value", "loops", "dirty", "unit"))
    assert types["values"].startswith("list<")
    assert 15 == table.num_rows


def test_without_pyarrow_there_is_one_sentence_and_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_file, "find_spec", lambda name: None)
    assert "pyarrow-missing" == refused(make_history(), "parquet", tmp_path / "out.parquet")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_text_can_be_streamed(form, tmp_path):
    export(make_history(), form, tmp_path / "out")
    with (tmp_path / "stream").open("wb") as stream:
        done = export(make_history(), form, stream)
        assert not stream.closed
    assert 5 == done.runs
    assert (tmp_path / "out").read_bytes() == (tmp_path / "stream").read_bytes()


def test_what_is_no_text_cannot_be_streamed(tmp_path):
    with (tmp_path / "stream").open("wb") as stream:
        assert ["no-stream"] * 4 == [refused(make_history(), form, stream) for form in ("asv", "parquet", "run", "xml")]


def test_a_part_is_selected_by_machine_benchmark_and_metric(tmp_path):
    other = Machine(cpu="Other", cpu_count=1, os="Linux", arch="arm64", interpreter="CPython 3.12")
    store = make_history()
    store.append([make_run(9, machine=other)])

    def found(**selection):
        export(store, "jsonl", tmp_path / "out", Selection(**selection), force=True)
        runs = read(tmp_path / "out").runs
        return {(s.metric.benchmark, s.metric.name) for run in runs for s in run.samples}, len(runs)

    assert ({("test_a.py::test_a", "time")}, 1) == found(machine=other.id)
    assert ({(NAMES[0], "time")}, 5) == found(benchmarks=("sort[10-a]",))
    assert ({(NAMES[0], "time"), (NAMES[1], "time")}, 5) == found(benchmarks=("tests/*sort*",))
    assert ({(NAMES[2], "rows/s")}, 5) == found(benchmarks=("tests/*",), metrics=("rows/s",))
    assert ({(NAMES[2], "rows/s"), ("test_a.py::test_a", "time")}, 6) == found(
        benchmarks=("test_load", "test_a.py::test_a")
    )


def test_a_part_of_a_run_does_not_keep_the_whole_from_being_imported(tmp_path):
    store = make_history()
    export(store, "jsonl", tmp_path / "part", Selection(metrics=("time",)))
    other = MemoryStore()
    assert 5 == other.append(read(tmp_path / "part").runs)
    export(store, "jsonl", tmp_path / "whole")
    assert 5 == other.append(read(tmp_path / "whole").runs)
    assert 0 == other.append(read(tmp_path / "part").runs)


def test_a_benchmark_that_failed_is_of_every_metric(tmp_path):
    export(make_history(), "jsonl", tmp_path / "out", Selection(metrics=("time",)))
    runs = read(tmp_path / "out").runs
    assert [NAMES[1]] == [failure.benchmark for run in runs for failure in run.failures]
    assert {NAMES[0], NAMES[1]} == {one.benchmark for run in runs for one in run.declared}


def test_nothing_is_not_exported(tmp_path):
    for form in FORMATS:
        assert "nothing-to-export" == refused(make_history(), form, tmp_path / form, Selection(metrics=("none",)))
        assert "nothing-to-export" == refused(MemoryStore(), form, tmp_path / form)
    assert [] == list(tmp_path.iterdir())
    assert "unknown-format" == refused(make_history(), "xml", tmp_path / "xml")


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("mine", encoding="utf-8")
    assert "export-target" == refused(make_history(), "csv", target)
    assert "mine" == target.read_text(encoding="utf-8")
    export(make_history(), "csv", target, force=True)
    assert target.read_text(encoding="utf-8").startswith("run,commit,")
    assert "export-target" == refused(make_history(), "csv", tmp_path, force=True)
    assert [target] == list(tmp_path.iterdir())


def test_a_folder_of_somebody_elses_is_never_replaced(tmp_path):
    (tmp_path / "asv.conf.json").write_text("mine", encoding="utf-8")
    for force in (False, True):
        assert "export-target" == refused(make_history(), "asv", tmp_path, force=force)
    assert ["asv.conf.json"] == [path.name for path in tmp_path.iterdir()]
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "export-target" == refused(make_history(), "run", tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert "export-target" == refused(make_history(), "run", tmp_path / "link")


def test_an_earlier_export_is_replaced_whole_unless_somebody_put_a_file_there(tmp_path):
    target = tmp_path / "runs"
    target.mkdir()
    export(make_history(), "run", target)
    assert 5 == len(list(target.glob("*.json")))
    export(MemoryStore([make_run(1)]), "run", target)
    assert {MARKER, "run-0001.json"} == {path.name for path in target.iterdir()}
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    assert "export-target" == refused(make_history(), "run", target)
    assert {MARKER, "run-0001.json", "notes.txt"} == {path.name for path in target.iterdir()}
    assert [target] == list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["csv", "run"])
def test_what_breaks_off_leaves_what_was_there(form, tmp_path):
    target = tmp_path / "out"
    export(make_history(), form, target)
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def interrupt(done, total, what):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(make_history(), form, target, force=True, progress=interrupt)
    assert before == {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert [target] == list(tmp_path.iterdir())


def test_a_disk_that_is_full_is_said_in_a_sentence(tmp_path, monkeypatch):
    def full(stream):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"unwritable-file.*No space left"):
        export(make_history(), "csv", tmp_path / "out")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for form in ("csv", "run"):
        assert "unwritable-file" == refused(make_history(), form, tmp_path / "file" / "below")
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_run_ids_that_no_file_system_takes_have_files_of_their_own(tmp_path):
    ids = ("../up", "CON", "con", "a/b", "é", "x" * 300, ".hidden")
    store = MemoryStore([make_run(1, run_id=one) for one in ids])
    export(store, "run", tmp_path / "out")
    assert set(ids) == {run.id for run in read(tmp_path / "out").runs}
    assert {"out"} == {path.name for path in tmp_path.iterdir()}
    names = [path.name.lower() for path in (tmp_path / "out").iterdir()]
    assert len(set(names)) == len(names)


def test_progress_ends_at_the_whole(tmp_path):
    seen = []
    export(make_history(), "csv", tmp_path / "out", progress=lambda done, total, what: seen.append((done, total)))
    assert [(number, 5) for number in range(1, 6)] == seen

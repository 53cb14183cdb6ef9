"""asv results trees of both api versions, with everything that real ones hold."""

from __future__ import annotations

import json
import math

import pytest

from factories import make_run, make_sample
from fakes.store import MemoryStore
from lapwing.errors import ImportRefused
from lapwing.history import open_store
from lapwing.history.exporters import Selection
from lapwing.history.importers import read
from lapwing.settings import Settings
from lapwing.wiring.exporting import export_asv

COLUMNS = ["result", "params", "version", "started_at", "duration", "stats_number", "samples"]
BENCHMARKS = {
    "core.time_sort": {"name": "core.time_sort", "type": "time", "unit": "seconds", "version": "v2"},
    "core.peakmem_load": {"name": "core.peakmem_load", "type": "peakmemory", "unit": "bytes"},
    "core.track_rate": {"name": "core.track_rate", "type": "track", "unit": "rows/s"},
    "version": 2,
}
VERSION_2 = {
    "version": 2,
    "commit_hash": "a" * 40,
    "date": 1_700_000_000_000,
    "env_name": "virtualenv-py3.11",
    "params": {"machine": "box", "ram": "8GB"},
    "python": "3.11",
    "requirements": {},
    "result_columns": COLUMNS,
    "results": {
        "core.time_sort": [
            [1e-05, None, math.nan, math.inf],
            [["10", "1000"], ["'a'", "'b'"]],
            "v1",
            1_700_000_500_000,
            1.5,
            [5, None, None, None],
        ],
        "core.peakmem_load": [[50_075_704], []],
        "core.track_rate": [[3.5], [], "v9", 1_700_000_400_000, 0.1, None, [[3.0, 4.0, math.nan]]],
        "core.time_gone": [None, [["1", "2"]], None],
    },
}
VERSION_1 = {
    "version": 1,
    "commit_hash": "b" * 40,
    "date": 1_600_000_000_000,
    "env_name": "conda-py3.6",
    "params": {"machine": "box"},
    "benchmark_version": {"core.time_sort": "v0"},
    "started_at": {"core.time_sort": 1_600_000_900_000},
    "results": {
        "core.time_plain": 0.25,
        "core.time_failed": None,
        "core.time_sort": {
            "result": [0.5, None],
            "params": [["10", "1000"]],
            "stats": [{"ci_99": [0.4, 0.6], "number": 3, "repeat": 10}, None],
        },
        "core.mem_list": {"result": 80, "stats": {"number": 2}, "samples": [80, 81]},
    },
}


@pytest.fixture
def tree(tmp_path):
    """A tree of two machines' folders, one of which is none."""
    results = tmp_path / "results"
    write(results / "benchmarks.json", BENCHMARKS)
    write(results / "box" / "machine.json", {"machine": "box", "version": 1})
    write(results / "box" / "aaaaaaaa-virtualenv-py3.11.json", VERSION_2)
    write(results / "box" / "bbbbbbbb-conda-py3.6.json", VERSION_1)
    return results


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")


def samples(run):
    return {(s.metric.benchmark, s.metric.name): (s.values, s.unit.symbol, s.unit.better, s.loops) for s in run.samples}


def test_each_result_file_is_a_run_oldest_commit_first(tree):
    old, new = read(tree).runs
    assert ("b" * 40, 1.6e9, 1_600_000_900.0) == (old.commit.sha, old.commit.date, old.started_at)
    assert ("a" * 40, 1.7e9, 1_700_000_500.0) == (new.commit.sha, new.commit.date, new.started_at)
    assert ["box / conda-py3.6", "box / virtualenv-py3.11"] == [old.machine.label, new.machine.label]
    assert {"import:asv"} == {old.source, new.source}
    assert () == read(tree).warnings


def test_version_2_is_read_by_its_columns(tree):
    assert {
        ("core.time_sort(10, 'a')", "time"): (((1e-05,),), "s", "lower", 5),
        ("core.peakmem_load", "peak_memory"): (((50_075_704.0,),), "B", "lower", 1),
        ("core.track_rate", "rows/s"): (((3.0, 4.0),), "rows/s", "higher", 1),
    } == samples(read(tree).runs[1])


def test_version_1_is_read_with_what_stands_beside_the_results(tree):
    assert {
        ("core.time_plain", "time"): (((0.25,),), "s", "lower", 1),
        ("core.time_sort(10)", "time"): (((0.5,),), "s", "lower", 3),
        ("core.mem_list", "memory"): (((80.0, 81.0),), "B", "lower", 2),
    } == samples(read(tree).runs[0])


def test_failed_and_skipped_are_kept_apart(tree):
    old, new = read(tree).runs
    assert {
        "core.time_sort(10, 'b')": "raised",
        "core.time_sort(1000, 'a')": "skipped",
        "core.time_sort(1000, 'b')": "unmeasured",
        "core.time_gone(1)": "raised",
        "core.time_gone(2)": "raised",
    } == {failure.benchmark: failure.kind for failure in new.failures}
    assert ["core.time_failed", "core.time_sort(1000)"] == [failure.benchmark for failure in old.failures]
    assert len(new.declared) == len(new.samples) + len(new.failures)


def test_the_version_of_a_benchmark_is_a_boundary_and_drops_nothing(tree, tmp_path):
    fingerprints = [{d.benchmark: d.fingerprint for d in run.declared} for run in read(tree).runs]
    assert ["v0", "v1"] == [fingerprints[0]["core.time_sort(10)"], fingerprints[1]["core.time_sort(10, 'a')"]]
    assert "" == fingerprints[1]["core.peakmem_load"]


def test_the_folder_above_will_do_and_importing_twice_stores_once(tree, tmp_path):
    store = open_store("history.db", tmp_path)
    assert 2 == store.append(read(tree.parent).runs)
    assert 0 == store.append(read(tree, format="asv").runs)


def test_without_benchmarks_json_the_names_tell_the_units(tree):
    (tree / "benchmarks.json").unlink()
    found = samples(read(tree).runs[1])
    assert "s" == found["core.time_sort(10, 'a')", "time"][1]
    assert "B" == found["core.peakmem_load", "peak_memory"][1]
    assert "" == found["core.track_rate", "value"][1]


def test_higher_is_better_is_taken_from_benchmarks_json(tree):
    write(
        tree / "benchmarks.json", {"core.peakmem_load": {"type": "track", "unit": "points", "higher_is_better": True}}
    )
    assert "higher" == samples(read(tree).runs[1])["core.peakmem_load", "points"][2]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1]",
        "{}",
        "[" * 100_000,
        VERSION_2 | {"version": 3},
        VERSION_2 | {"commit_hash": None},
        VERSION_2 | {"commit_hash": 7},
        VERSION_2 | {"date": "today"},
        VERSION_2 | {"params": 5},
        VERSION_2 | {"results": [1]},
        VERSION_2 | {"results": {"a": 5}},
        VERSION_2 | {"results": {"a": [[1, 2], 5]}},
        VERSION_2 | {"results": {"a": [["x"], []]}},
        VERSION_2 | {"results": {"a": [[True], []]}},
        VERSION_2 | {"results": {"a": [[10**400], []]}},
        VERSION_2 | {"results": {"a\0": [[1], []]}},
        VERSION_2 | {"results": {"a": [None, [["1"] * 1000, ["2"] * 1000]]}},
        VERSION_2 | {"results": {"a": [{"x": 1}, []]}},
        VERSION_2 | {"results": {"a\udcff": [[1], []]}},
        VERSION_1 | {"started_at": 5},
        VERSION_1 | {"results": {"a": "text"}},
    ],
)
def test_a_bad_result_file_is_left_out_and_named(tree, content):
    write(tree / "box" / "cccccccc-env.json", content)
    imported = read(tree)
    assert ["b" * 40, "a" * 40] == [run.commit.sha for run in imported.runs]
    (warning,) = imported.warnings
    assert "cccccccc-env.json was left out" in warning.message


@pytest.mark.parametrize("content", ["[]", "{", {"a": {"unit": "x" * 99}}])
def test_a_bad_benchmarks_json_is_told_and_the_rest_is_read(tree, content):
    write(tree / "benchmarks.json", content)
    imported = read(tree)
    assert 2 == len(imported.runs)
    assert "benchmarks.json" in imported.warnings[0].message


def test_a_folder_without_a_machine_is_left_out_and_named(tree):
    write(tree / "stray" / "dddddddd-env.json", VERSION_2)
    imported = read(tree)
    assert 2 == len(imported.runs)
    assert "stray was left out" in imported.warnings[0].message


def test_a_folder_that_is_no_tree_is_refused(tmp_path):
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path)
    assert "unknown-format" == caught.value.slug
    with pytest.raises(ImportRefused):
        read(tmp_path, format="asv")


def test_progress_counts_the_files(tree):
    seen = []
    read(tree, progress=lambda done, total, what: seen.append((done, total)))
    assert [(1, 2), (2, 2)] == seen


@pytest.fixture
def own_tree(tmp_path):
    """An exported folder of one run with two values, and its result file as what JSON makes of it."""
    run = make_run(1, make_sample("test_a.py::test_a", (1e-3, 2e-3)))
    export_asv(
        MemoryStore([run]),
        Selection(),
        tmp_path / "tree",
        settings=Settings(),
        root=tmp_path,
        progress=lambda *_: None,
    )
    (file,) = (tmp_path / "tree" / "results").glob("*/*-lapwing-*.json")
    return tmp_path / "tree", file, json.loads(file.read_bytes())


def _rows(document):
    return next(iter(document["results"].values()))


@pytest.mark.parametrize(
    "damage",
    [
        lambda said: said["lapwing"].update(version=9),
        lambda said: said["lapwing"].update(runs=[]),
        lambda said: said["lapwing"]["runs"][0].update(unknown=1),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(0, "another"),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(1, 1),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(1, -1),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(2, [3]),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(2, [1]),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(2, [2, 0]),
        lambda said: said["lapwing"]["runs"][0]["samples"][0]["values"].__setitem__(2, []),
        lambda said: _rows(said)[3].__setitem__(0, [1e-3, "2"]),
        lambda said: _rows(said).__setitem__(3, None),
    ],
)
def test_an_exported_file_that_says_no_run_any_more_is_left_out_and_told(own_tree, damage):
    folder, file, said = own_tree
    (known,) = read(folder).runs
    assert ((1e-3, 2e-3),) == known.samples[0].values
    damage(said)
    file.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(ImportRefused) as caught:
        read(folder)
    assert "nothing-to-import" == caught.value.slug
    assert file.name in caught.value.message
    assert "Traceback" not in caught.value.message


def test_a_file_of_an_export_that_asv_wrote_anew_is_read_as_asvs(own_tree):
    """asv keeps no key that it does not know, where it adds results of its own to a file."""
    folder, file, said = own_tree
    del said["lapwing"]
    file.write_text(json.dumps(said), encoding="utf-8")
    (run,) = read(folder).runs
    assert ((1e-3, 2e-3),) == run.samples[0].values
    assert "import:asv" == run.source

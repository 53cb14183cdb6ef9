"""Files that other tools really wrote, and what each of them says (see ``data/imports/README.md``)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from factories import make_sha
from lapwing.errors import ImportRefused
from lapwing.history import open_store
from lapwing.history.importers import Given, read
from lapwing.model import Commit

DATA = Path(__file__).parent / "data" / "imports"
COMMIT = Commit(sha=make_sha(7), date=1.7e9, subject="the seventh", branch="main")
GIVEN = Given(commit=COMMIT, date=1.7e9 + 5, machine="mine")

FILES = {
    "asv-sgkit": "asv",
    "bencher.json": "bencher",
    "github-action-benchmark-cargo.js": "github-action-benchmark",
    "github-action-benchmark-custom.js": "github-action-benchmark",
    "github-action-benchmark-googlecpp.js": "github-action-benchmark",
    "github-action-benchmark-pytest.js": "github-action-benchmark",
    "google-benchmark-1.7.json": "google-benchmark",
    "google-benchmark-1.7-aggregates.json": "google-benchmark",
    "hyperfine-1.15.json": "hyperfine",
    "hyperfine-1.15-parameters.json": "hyperfine",
    "pyperf-2.11.json": "pyperf",
    "pytest-benchmark-2.5.json": "pytest-benchmark",
}
WITHOUT_COMMIT = ("bencher", "google-benchmark", "hyperfine", "pyperf")


def given_for(form):
    return GIVEN if form in WITHOUT_COMMIT else Given()


def values(run):
    """Every sample of a run by its benchmark and metric: its values, the unit's symbol, what is better, the loops."""
    return {(s.metric.benchmark, s.metric.name): (s.values, s.unit.symbol, s.unit.better, s.loops) for s in run.samples}


def written(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "form"), FILES.items())
def test_auto_recognises_the_format_and_a_second_import_brings_nothing_new(name, form, tmp_path):
    found = read(DATA / name, given=given_for(form))
    assert {f"import:{form}"} == {run.source for run in found.runs}
    assert () == found.warnings
    store = open_store("history.db", tmp_path)
    assert len(found.runs) == store.append(found.runs)
    assert 0 == store.append(read(DATA / name, format=form, given=given_for(form)).runs)


@pytest.mark.parametrize(("name", "form"), [pair for pair in FILES.items() if pair[0] != "asv-sgkit"])
def test_packed_with_gzip_it_is_the_same(name, form, tmp_path):
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((DATA / name).read_bytes()))
    assert read(DATA / name, given=given_for(form)).runs == read(packed, given=given_for(form)).runs


@pytest.mark.parametrize(("name", "form"), [pair for pair in FILES.items() if pair[1] in WITHOUT_COMMIT])
def test_a_number_without_a_commit_is_not_guessed_to_be_heads(name, form):
    with pytest.raises(ImportRefused) as caught:
        read(DATA / name)
    assert "no-commit" == caught.value.slug
    assert "--commit" in caught.value.remedy
    (run,) = read(DATA / name, given=GIVEN).runs
    assert (COMMIT.sha, COMMIT.date, COMMIT.subject) == (run.commit.sha, run.commit.date, run.commit.subject)


@pytest.mark.parametrize(("name", "form"), [pair for pair in FILES.items() if pair[1] not in WITHOUT_COMMIT])
def test_a_commit_that_the_file_names_cannot_be_given(name, form):
    with pytest.raises(ImportRefused) as caught:
        read(DATA / name, given=GIVEN)
    assert "commit-is-known" == caught.value.slug


def test_pyperf_keeps_each_process_and_leaves_out_warm_ups_and_calibration():
    (run,) = read(DATA / "pyperf-2.11.json", given=GIVEN).runs
    time, memory = written("pyperf-2.11.json")["benchmarks"]
    expected = tuple(tuple(one["values"]) for one in time["runs"] if "values" in one)
    assert 3 == len(expected)
    assert {
        ("sum", "time"): (expected, "s", "lower", 131072),
        ("mem", "memory"): (
            tuple((float(one["values"][0]),) for one in memory["runs"] if "values" in one),
            "B",
            "lower",
            32768,
        ),
    } == values(run)


def test_pyperf_says_its_machine_and_when_it_began():
    (run,) = read(DATA / "pyperf-2.11.json", given=GIVEN).runs
    machine = run.machine
    assert ("AMD EPYC", 2, "Linux 6.18", "x86_64", "CPython 3.11", "") == (
        machine.cpu,
        machine.cpu_count,
        machine.os,
        machine.arch,
        machine.interpreter,
        machine.label,
    )
    assert 1795822041.513262 == run.started_at


@pytest.mark.parametrize(("version", "key"), [(5, "samples"), (6, "values")])
def test_older_versions_of_pyperf_are_read(version, key, tmp_path):
    """As pyperf's own reader takes them: version 5 is perf 0.8.3, 6 is perf 0.9.6."""
    about = {"name": "b", "unit": "integer", "commit_id": make_sha(3), "commit_date": "2016-10-21 03:14:19"}
    data = {
        "version": version,
        "benchmarks": [{"common_metadata": about, "runs": [{key: [3, 4]}, {"warmups": [[1, 9]]}]}],
    }
    path = tmp_path / "old.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    (run,) = read(path).runs
    assert {("b", "value"): (((3.0, 4.0),), "", "lower", 1)} == values(run)
    assert (make_sha(3), 1477019659.0, "imported") == (run.commit.sha, run.commit.date, run.machine.label)


@pytest.mark.parametrize("version", [4, "2.0", None, [1], True])
def test_another_version_of_pyperf_is_refused(version, tmp_path):
    path = tmp_path / "new.json"
    path.write_text(json.dumps({"version": version, "benchmarks": [{"runs": []}]}), encoding="utf-8")
    with pytest.raises(ImportRefused, match="its version is"):
        read(path, given=GIVEN)


def test_hyperfine_has_a_process_for_each_run():
    (run,) = read(DATA / "hyperfine-1.15.json", given=GIVEN).runs
    assert {
        ("named", "time"): (((0.001225318,), (0.001084829,), (0.000928537,)), "s", "lower", 1),
        ("named", "user_time"): (((0.0009359999999999999,),), "s", "lower", 1),
        ("named", "system_time"): (((0.0,),), "s", "lower", 1),
        ("false", "time"): (((0.001110127,), (0.001216515,), (0.00095071,)), "s", "lower", 1),
        ("false", "user_time"): (((0.0006076666666666666,),), "s", "lower", 1),
        ("false", "system_time"): (((0.0003536666666666666,),), "s", "lower", 1),
    } == values(run)
    assert ("mine", 1.7e9 + 5) == (run.machine.label, run.started_at)


def test_hyperfine_says_its_parameters():
    (run,) = read(DATA / "hyperfine-1.15-parameters.json", given=GIVEN).runs
    assert {"seq 1": (("n", "1"),), "seq 2": (("n", "2"),)} == {one.benchmark: one.params for one in run.declared}


def test_hyperfine_of_later_and_earlier_versions(tmp_path):
    """1.19 has the memory of each run; before 1.0 there was the mean alone."""
    late = {"command": "c", "mean": 2.0, "times": [1.0, 3.0], "memory_usage_byte": [1024, 2048], "user": None}
    path = tmp_path / "h.json"
    path.write_text(json.dumps({"results": [late, {"command": "d", "mean": 2.5}]}), encoding="utf-8")
    (run,) = read(path, given=GIVEN).runs
    assert {
        ("c", "time"): (((1.0,), (3.0,)), "s", "lower", 1),
        ("c", "peak_memory"): (((1024.0,), (2048.0,)), "B", "lower", 1),
        ("d", "time"): (((2.5,),), "s", "lower", 1),
    } == values(run)


def test_one_command_twice_is_two_runs_and_no_value_less(tmp_path):
    path = tmp_path / "h.json"
    path.write_text(json.dumps({"results": [{"command": "c", "mean": 2.0}, {"command": "c", "mean": 3.0}]}), "utf-8")
    assert [[((2.0,),)], [((3.0,),)]] == [[s.values for s in run.samples] for run in read(path, given=GIVEN).runs]


def test_google_benchmark_takes_repetitions_rates_and_counters_and_no_aggregates():
    (run,) = read(DATA / "google-benchmark-1.7.json", given=GIVEN).runs
    entries = [one for one in written("google-benchmark-1.7.json")["benchmarks"] if one["run_type"] == "iteration"]
    copied = [one for one in entries if one["run_name"].startswith("BM_copy/64")]
    name = copied[0]["run_name"]
    found = values(run)
    assert ((tuple(one["real_time"] * 1e-6 for one in copied),), "s", "lower", 2555998) == found[name, "time"]
    assert (tuple(one["cpu_time"] * 1e-6 for one in copied),) == found[name, "cpu_time"][0]
    assert ((tuple(one["bytes_per_second"] for one in copied),), "B/s", "higher", 2555998) == found[
        name, "bytes_per_second"
    ]
    assert (((7.0, 7.0, 7.0),), "", "lower", 2555998) == found[name, "hits"]
    assert "items/s" == found["BM_items/min_time:0.010", "items_per_second"][1]
    assert len(found) == 4 + 4 + 3
    assert [("BM_bad", "raised", "no such file")] == [(f.benchmark, f.kind, f.message) for f in run.failures]
    assert {"BM_bad", *(name for name, _ in found)} == {one.benchmark for one in run.declared}
    assert (1795822084.0, "mine") == (run.started_at, run.machine.label)


def test_google_benchmark_with_nothing_but_aggregates_has_the_median():
    (run,) = read(DATA / "google-benchmark-1.7-aggregates.json", given=GIVEN).runs
    entries = written("google-benchmark-1.7-aggregates.json")["benchmarks"]
    (median,) = [one for one in entries if one["aggregate_name"] == "median"]
    assert (((median["real_time"] * 1e-6,),), "s", "lower", 1) == values(run)[median["run_name"], "time"]


def test_google_benchmark_before_1_5_had_aggregates_by_name_alone(tmp_path):
    row = {"iterations": 5, "real_time": 2.0, "cpu_time": 1.0}
    rows = [row | {"name": name} for name in ("BM_x", "BM_x", "BM_x_mean", "BM_x_stddev", "BM_y_mean")]
    path = tmp_path / "old.json"
    context = {"date": "2017-05-15 17:01:04", "num_cpus": 4, "commit": make_sha(9)}
    path.write_text(json.dumps({"context": context, "benchmarks": rows}), encoding="utf-8")
    (run,) = read(path).runs
    assert (((2e-9, 2e-9),), "s", "lower", 5) == values(run)["BM_x", "time"]
    assert {"BM_x", "BM_y_mean"} == {one.benchmark for one in run.declared}
    assert make_sha(9) == run.commit.sha


def test_bencher_keeps_the_bounds_as_metrics_and_knows_its_own_measures():
    (run,) = read(DATA / "bencher.json", given=GIVEN).runs
    name = "benchmark_name"
    assert {
        (name, "latency"): (((88.0 * 1e-9,),), "s", "lower", 1),
        (name, "latency.lower_value"): (((87.42 * 1e-9,),), "s", "lower", 1),
        (name, "latency.upper_value"): (((88.88 * 1e-9,),), "s", "lower", 1),
        (name, "throughput"): (((5.55,),), "ops/s", "higher", 1),
        (name, "throughput.lower_value"): (((3.14,),), "ops/s", "higher", 1),
        (name, "throughput.upper_value"): (((6.30,),), "ops/s", "higher", 1),
        ("/bin/sh -c ./my_build_script.sh", "build-time"): (((87.0,),), "s", "lower", 1),
        ("my_binary", "file-size"): (((42.0,),), "B", "lower", 1),
    } == values(run)


def test_github_action_benchmark_has_a_run_for_each_commit():
    runs = read(DATA / "github-action-benchmark-cargo.js").runs
    assert [
        ("c18222af6539b309e29f6b9b6fd62d2e6523e25d", 1679583071.0, 1679586481.033, "test"),
        ("406921da02787a396a01e529c3298cd1d4606a7f", 1679583071.0, 1679586743.778, "test"),
    ] == [(run.commit.sha, run.commit.date, run.started_at, run.commit.subject) for run in runs]
    assert {("fib 20", "time"): (((18121 * 1e-9,),), "s", "lower", 1)} == values(runs[0])


def test_github_action_benchmark_says_which_way_is_better():
    (pytest_run,) = read(DATA / "github-action-benchmark-pytest.js").runs
    name = "tests/test_benchmarks.py::test_logging_orjson_serializer"
    assert (((59.08370770452783,),), "iter/sec", "higher", 1) == values(pytest_run)[name, "iter/sec"]
    (custom,) = read(DATA / "github-action-benchmark-custom.js").runs
    assert {
        ("pybench2 Dummy 1", "Percent"): (((31.0,),), "Percent", "higher", 1),
        ("pybench2 Dummy 2", "Megabytes"): (((70.0,),), "Megabytes", "higher", 1),
        ("no-unit", "value"): (((30.0,),), "", "higher", 1),
        ("empty-unit", "value"): (((89.0,),), "", "higher", 1),
    } == values(custom)


def test_github_action_benchmark_with_several_suites_names_them_and_loses_no_repetition():
    runs = read(DATA / "github-action-benchmark-googlecpp.js").runs
    assert [
        {("C++ Benchmark / fib_10", "time"): (((198.0191520825881 * 1e-9,),), "s", "lower", 1)},
        {("Go Benchmark / BenchmarkDummy", "time"): (((1000087067 * 1e-9,),), "s", "lower", 1)},
        {("Go Benchmark / BenchmarkDummy", "time"): (((1000908009 * 1e-9,),), "s", "lower", 1)},
        {
            ("Benchmark.js Benchmark / E2E_Parse_BlazeJSON_ui5_manifest", "ops/sec"): (
                ((111.0,),),
                "ops/sec",
                "higher",
                1,
            )
        },
    ] == [values(run) for run in runs]
    assert "Prototype a Node.js native add-on (alpha) (#567)" == runs[-1].commit.subject


@pytest.mark.parametrize("tail", [";", "\n;\n", "\n"])
def test_a_data_js_is_parsed_and_never_executed(tail, tmp_path):
    script = (DATA / "github-action-benchmark-cargo.js").read_text(encoding="utf-8")
    path = tmp_path / "data.js"
    path.write_text(script + tail, encoding="utf-8")
    assert 2 == len(read(path).runs)
    path.write_text(script.removeprefix("window.BENCHMARK_DATA = "), encoding="utf-8")
    assert 2 == len(read(path).runs)
    path.write_text(f"{script};fetch('//example.invalid')", encoding="utf-8")
    with pytest.raises(ImportRefused, match="no JSON"):
        read(path)


def test_a_fork_says_which_way_is_better_in_a_key_of_its_own(tmp_path):
    data = json.loads(
        (DATA / "github-action-benchmark-cargo.js").read_text("utf-8").removeprefix("window.BENCHMARK_DATA = ")
    )
    for entry, better in zip(data["entries"]["Rust Benchmark"], (True, False), strict=True):
        del entry["tool"]
        entry["bigger_is_better"] = better
    path = tmp_path / "data.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert ["higher", "lower"] == [run.samples[0].unit.better for run in read(path).runs]


def test_pytest_benchmark_of_2015_is_read():
    (run,) = read(DATA / "pytest-benchmark-2.5.json").runs
    name = "tests/test_normal.py::test_xfast_parametrized[0]"
    assert {(name, "time"): (((2.2016643907464864e-07,),), "s", "lower", 418)} == values(run)
    assert ("5b78858eb718649a31fb93d8dc96ca2cee41a4cd", True) == (run.commit.sha, run.commit.dirty)
    assert ("x86_64", "Linux 3.13", "CPython 2.7") == (run.machine.cpu, run.machine.os, run.machine.interpreter)


def test_a_real_asv_tree_is_read():
    old, new = read(DATA / "asv-sgkit").runs
    name = "benchmarks_stats.TimeSuite.time_count_call_alleles"
    assert (((0.24848981899999956,),), "s", "lower", 1) == values(old)[name, "time"]
    assert (((0.12008900000000722,),), "s", "lower", 1) == values(new)[name, "time"]
    assert ["github-actions / conda-py3.8", "github-actions / conda-py3.10"] == [old.machine.label, new.machine.label]
    assert "99097810" == old.declared[0].fingerprint[:8]


def test_what_is_given_names_rows_that_say_no_commit(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("benchmark,value,date,commit\nt,1,100,\nt,2,,abc\n", encoding="utf-8")
    named, given = sorted(read(path, given=GIVEN).runs, key=lambda run: run.started_at)
    assert [(COMMIT.sha, 100.0, 1.0), ("abc", 1.7e9 + 5, 2.0)] == [
        (run.commit.sha, run.started_at, run.samples[0].values[0][0]) for run in (named, given)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"series": "s", "value": [1, 2], "commit": ["abc", None]}) + "\n", encoding="utf-8")
    assert {"abc", COMMIT.sha} == {run.commit.sha for run in read(path, given=GIVEN).runs}
    assert {"mine"} == {run.machine.label for run in read(path, given=GIVEN).runs}

"""Files of pytest-benchmark, made by pytest-benchmark; and run documents, which are our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from factories import make_run
from fakes.repository import Repository
from lapwing.errors import ImportRefused
from lapwing.history import open_store
from lapwing.history.importers import Given, read
from lapwing.history.schema import encode
from lapwing.model import Commit

SUITE = """
import pytest

@pytest.mark.parametrize("n", [1, 2])
def test_sum(benchmark, n):
    benchmark.pedantic(sum, args=(range(n),), rounds=3, iterations=2)
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A project measured by pytest-benchmark: raw values in out.json, a summary in its storage."""
    repository = Repository(tmp_path_factory.mktemp("project"))
    sha = repository.commit(SUITE, file="test_it.py")
    (repository.root / "test_it.py").write_text(SUITE + "# changed", encoding="utf-8")
    arguments = ["-q", "-p", "pytest_benchmark.plugin", "--benchmark-json=out.json", "--benchmark-save=first"]
    # Without what pytest-xdist tells its workers: pytest-benchmark measures nothing in one.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env = inherited | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=repository.root, env=env, check=True, capture_output=True
    )
    return repository.root, sha


def test_raw_values_are_taken_where_they_are_there(measured):
    root, _ = measured
    (run,) = read(root / "out.json").runs
    data = json.loads((root / "out.json").read_text(encoding="utf-8"))
    assert ["test_it.py::test_sum[1]", "test_it.py::test_sum[2]"] == [s.metric.benchmark for s in run.samples]
    assert [(tuple(entry["stats"]["data"]),) for entry in data["benchmarks"]] == [s.values for s in run.samples]
    assert [("time", "s", 2)] * 2 == [(s.metric.name, s.unit.symbol, s.loops) for s in run.samples]


def test_the_commit_is_known_with_its_date_and_that_it_was_dirty(measured):
    root, sha = measured
    (run,) = read(root / "out.json").runs
    assert (sha, True, 1_700_000_060.0, "main") == (
        run.commit.sha,
        run.commit.dirty,
        run.commit.date,
        run.commit.branch,
    )
    assert run.started_at > 1_700_000_060
    assert "import:pytest-benchmark" == run.source


def test_the_machine_is_a_class_and_not_a_host(measured):
    root, _ = measured
    (run,) = read(root / "out.json").runs
    info = json.loads((root / "out.json").read_text(encoding="utf-8"))["machine_info"]
    assert f"CPython {sys.version_info.major}.{sys.version_info.minor}" == run.machine.interpreter
    assert info["cpu"]["count"] == run.machine.cpu_count
    assert info["node"] not in (run.machine.cpu, run.machine.os, run.machine.label)


def test_a_storage_folder_is_read_file_by_file_by_the_median(measured, tmp_path):
    root, _ = measured
    (run,) = read(root / ".benchmarks").runs
    (stored,) = (root / ".benchmarks").rglob("*.json")
    data = json.loads(stored.read_text(encoding="utf-8"))
    assert [((entry["stats"]["median"],),) for entry in data["benchmarks"]] == [s.values for s in run.samples]
    store = open_store("history.db", tmp_path)
    assert 1 == store.append(read(root / ".benchmarks").runs)
    assert 0 == store.append(read(root / ".benchmarks", format="pytest-benchmark").runs)


@pytest.fixture
def document(measured, tmp_path):
    """A function that writes the measured file with a change, and its path."""

    def changed(change):
        data = json.loads((measured[0] / "out.json").read_text(encoding="utf-8"))
        change(data)
        path = tmp_path / "changed.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return changed


def test_outside_a_repository_each_run_is_a_commit_of_its_own(document):
    path = document(lambda data: data.update(commit_info={"id": "unversioned", "dirty": False, "branch": "(unknown)"}))
    (run,) = read(path).runs
    assert f"unversioned-{run.started_at:.0f}" == run.commit.sha
    assert (None, "") == (run.commit.date, run.commit.branch)


def test_outside_a_repository_the_commit_can_be_given_and_else_it_cannot(document):
    given = Given(commit=Commit(sha="c0ffee1"))
    path = document(lambda data: data.update(commit_info={"id": "unversioned", "dirty": False}))
    (run,) = read(path, given=given).runs
    assert "c0ffee1" == run.commit.sha
    with pytest.raises(ImportRefused, match="commit-is-known"):
        read(document(lambda data: None), given=given)


def test_the_parameters_are_taken(measured):
    (run,) = read(measured[0] / "out.json").runs
    assert [(("n", "1"),), (("n", "2"),)] == [declared.params for declared in run.declared]


def test_a_benchmark_without_values_is_left_out_and_named(document):
    def change(data):
        data["benchmarks"][0]["stats"] = {"data": ["x"]}
        data["benchmarks"].append({"fullname": "no stats"})
        data["benchmarks"].append(5)

    imported = read(document(change))
    assert ["test_it.py::test_sum[2]"] == [s.metric.benchmark for s in imported.runs[0].samples]
    assert 3 == len(imported.warnings)
    assert "test_sum[1]" in imported.warnings[0].message


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("benchmarks"),
        lambda data: data.pop("datetime"),
        lambda data: data.update(datetime="soon"),
        lambda data: data.update(benchmarks=5),
        lambda data: data.update(machine_info=[1]),
        lambda data: data.update(commit_info="x"),
        lambda data: data["commit_info"].update(id=5),
        lambda data: data["commit_info"].update(id="a\0b"),
        lambda data: data["machine_info"].update(system={}),
        lambda data: data["machine_info"].update(system="\udcff"),
    ],
)
def test_a_file_that_only_looks_like_one_is_refused(document, change):
    with pytest.raises(ImportRefused) as caught:
        read(document(change), format="pytest-benchmark")
    assert caught.value.slug in ("bad-import", "nothing-to-import")


def test_a_bad_file_in_a_folder_is_left_out_and_named(measured, tmp_path):
    (tmp_path / "0001.json").write_bytes((measured[0] / "out.json").read_bytes())
    (tmp_path / "0002.json").write_text("{", encoding="utf-8")
    (tmp_path / "0003.json").write_text("{}", encoding="utf-8")
    imported = read(tmp_path)
    assert 1 == len(imported.runs)
    first, second = imported.warnings
    assert "0002.json was left out" in first.message
    assert "0003.json was left out" in second.message


def test_a_run_document_comes_in_as_it_was(tmp_path):
    (tmp_path / "lapwing-run-1.json").write_bytes(encode(make_run(1)))
    assert (make_run(1),) == read(tmp_path / "lapwing-run-1.json").runs
    assert (make_run(1),) == read(tmp_path / "lapwing-run-1.json", format="run").runs


def test_a_damaged_or_newer_run_document_is_refused(tmp_path):
    for content, slug in ((encode(make_run(1))[:-9], "run-damaged"), (b'{"schema":9}', "run-too-new")):
        (tmp_path / "run.json").write_bytes(content)
        with pytest.raises(ImportRefused) as caught:
            read(tmp_path / "run.json")
        assert slug == caught.value.slug

"""A project's life: measured, kept, judged and shown, commit after commit, all of it real."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from e2e.conftest import PerfProject
from fakes.project import outcomes

SCHEMA = json.loads((files("lapwing.report") / "report.schema.json").read_text(encoding="utf-8"))


def test_a_planted_slowdown_is_found_and_the_right_commit_is_named(project):
    base = project.commit("the first")
    first = project.measure()
    guilty = project.commit("make w3 slower", w3=250)
    second = project.measure()

    assert 0 == first.code, first.said
    assert {"new"} == set(outcomes(first.report).values())
    assert 1 == second.code, second.said
    assert "regressed" == outcomes(second.report)["w3"]
    assert "regressed" not in {word for name, word in outcomes(second.report).items() if name != "w3"}
    verdict = next(v for v in second.report["verdicts"] if "[w3]" in v["benchmark"])
    assert [base, guilty] == list(verdict["change"]["commits"])
    assert 2.0 < verdict["ratio"]["estimate"] < 3.1
    assert "1 of 10 benchmarks got slower" in second.out
    assert guilty[:10] in second.out
    for report in (first.report, second.report):
        jsonschema.validate(report, SCHEMA)

    checked = project.lapwing("check", "--json", "-")
    assert 1 == checked.code, checked.err
    assert outcomes(second.report) == outcomes(json.loads(checked.out))

    told = project.lapwing("log", "w3")
    assert (0, "") == (told.code, told.err)
    assert "2 values" in told.out

    listed = project.lapwing("history", "list", "--json")
    runs = json.loads(listed.out)["runs"]
    assert {base, guilty} == {run["head"]["commit"] for run in runs}

    shown = project.lapwing("show", guilty[:12])
    assert 0 == shown.code
    assert "test_it.py::test_work[w3]" in shown.out


def test_a_benchmark_that_raises_is_never_green(project):
    project.commit("fine")
    project.measure("-k", "w0 or w1", processes="2")
    project.write("costs.py", "COSTS = {'w0': 100, 'w1': None}\n")
    project.repository.commit("break w1", file="broken.txt")
    result = project.measure("-k", "w0 or w1", processes="2")

    assert 1 == result.code
    assert "failed" == outcomes(result.report)["w1"]
    assert "TypeError" in result.out
    assert 1 == project.lapwing("check").code


def test_a_dirty_tree_is_recorded_as_such_and_is_never_a_baseline(project):
    project.commit("clean")
    project.measure("-k", "w0", processes="2")
    project.costs["w0"] = 400
    project.write("costs.py", f"COSTS = {project.costs!r}\n")
    dirty = project.measure("-k", "w0", processes="3")

    assert dirty.report["head"]["dirty"]
    assert "with uncommitted changes" in dirty.out
    project.repository.git("checkout", "-q", "costs.py")
    project.commit("next")
    clean = project.measure("-k", "w0", processes="3")

    assert not clean.report["head"]["dirty"]
    assert "improved" not in outcomes(clean.report).values(), clean.out


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A project that was measured at two commits; nothing here changes its history."""
    project = PerfProject(tmp_path_factory.mktemp("measured"))
    for subject in ("one", "two"):
        project.commit(subject)
        project.measure("-k", "w0 or w1", processes="2")
    return project


def test_the_same_history_gives_the_same_words_again(measured):
    assert measured.lapwing("check", "--json", "-").out == measured.lapwing("check", "--json", "-").out


def test_a_subfolder_is_the_same_project(measured):
    folder = measured.root / "docs"
    folder.mkdir()
    listed = measured.lapwing("history", "list").out

    assert "2 runs" in listed
    assert listed == measured.lapwing("history", "list", cwd=folder).out


def test_the_site_shows_what_was_measured(measured):
    built = measured.lapwing("site", "--out", "public")

    assert 0 == built.code, built.err
    graphs = list((measured.root / "public" / "graphs").rglob("*test_work*.json"))
    assert graphs
    assert (measured.root / "public" / "index.html").exists()

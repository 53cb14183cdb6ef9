"""A project that measures itself against its releases, all of it real."""

from __future__ import annotations

import pytest

from lapwing.history import open_store
from lapwing.judge.relative import RELATIVE_TIME

FEW = ("-k", "w0 or w1", "--perf-anchor=auto")
QUICK = {"budget": "0.05", "processes": "2"}


def ratios(project):
    """Return the runs of ratios, in the order of storing: subject, anchor, and value and level by parameter."""
    store = open_store(".lapwing/history.db", project.root)
    values = {
        (one.metric.benchmark.partition("[")[2][:-1], run): value
        for one in store.recorded(metrics={RELATIVE_TIME})
        for run, value in zip(one.runs, one.values, strict=True)
    }
    runs = [store.load(summary.id) for summary in store.runs()]
    store.close()
    return [
        (
            run.commit.subject,
            run.anchor.name,
            {name: value for (name, of), value in values.items() if of == run.id},
            {level.benchmark.partition("[")[2][:-1]: level.level for level in run.anchor.levels},
        )
        for run in runs
        if run.anchor is not None
    ]


def near(value, share=0.2):
    return pytest.approx(value, rel=share)


def test_the_series_goes_on_over_releases_and_a_slowdown_is_found(project):
    base = project.commit("release 1.0")
    project.repository.git("tag", "-a", "-m", "1.0", "v1.0")
    released = project.commit("make w0 slower, on purpose", w0=300)
    first = project.measure(*FEW, **QUICK)
    project.repository.git("tag", "v1.1")
    project.commit("nothing changes")
    second = project.measure(*FEW, **QUICK)
    project.commit("release 1.2, not measured", w0=150)
    project.repository.git("tag", "v1.2")
    guilty = project.commit("make w1 slower", w1=300)
    third = project.measure(*FEW, **QUICK)

    assert (0, 0, 1) == (first.code, second.code, third.code), first.said + second.said + third.said
    assert f"lapwing: measuring against the anchor v1.0 ({base[:10]})" in first.out
    one, two, bridge, three = ratios(project)
    # Against 1.0, w0 is three times as slow; against 1.1 it is not, and yet the series stays where it was.
    assert ("make w0 slower, on purpose", "v1.0", {"w0": near(3), "w1": near(1)}) == one[:3]
    assert ("nothing changes", "v1.1", {"w0": near(3), "w1": near(1)}) == two[:3]
    assert one[2] == two[3]
    # 1.2 was never measured by itself, so it is measured against 1.1, and then head against it.
    assert ("release 1.2, not measured", "v1.1", {"w0": near(1.5), "w1": near(1)}) == bridge[:3]
    assert ("make w1 slower", "v1.2", {"w0": near(1.5), "w1": near(3)}) == three[:3]
    assert bridge[2] == three[3]

    told = {
        verdict["benchmark"].partition("[")[2][:-1]: verdict
        for verdict in third.report["verdicts"]
        if verdict["metric"] == RELATIVE_TIME
    }
    assert "regressed" == told["w1"]["outcome"]
    assert guilty == told["w1"]["change"]["commits"][1]
    assert "regressed" != told["w0"]["outcome"]
    assert [] == [one for one in third.report["verdicts"] if one["metric"] == "time"]
    assert [] == [one["slug"] for one in third.report["warnings"] if one["slug"].startswith(("anchor", "chain"))]
    assert 1 == project.lapwing("check").code
    shown = project.lapwing("history", "list").out
    assert "relative to the anchor" in shown
    assert released[:10] in shown


def test_an_anchor_that_is_no_commit_is_refused_before_anything_is_measured(project):
    project.commit("one")
    result = project.measure("--perf-anchor=v9", "-k", "w0")

    assert 2 == result.code
    assert "[unknown-revision] git knows no commit 'v9'" in result.said
    assert "measurements" not in result.said
    assert not (project.root / ".lapwing").exists()


def test_an_anchor_whose_suite_cannot_run_never_fails_the_run(project):
    project.write("costs.py", "raise ImportError('not yet')\n")
    project.repository.commit("release 1.0", file="changed.txt")
    project.repository.git("tag", "v1.0")
    project.commit("mend it")
    result = project.measure("-k", "w0", "--perf-anchor=v1.0", processes="2")

    assert 0 == result.code, result.said
    assert "anchor-lacks" in {one["slug"] for one in result.report["warnings"]}
    assert ["time"] == [one["metric"] for one in result.report["verdicts"]]


def test_without_a_release_auto_measures_times_and_says_so(project):
    project.commit("one")
    result = project.measure("-k", "w0", "--perf-anchor=auto", processes="2")

    assert 0 == result.code
    assert "no-release" in {one["slug"] for one in result.report["warnings"]}

"""Ratios to an anchor: whose series they are in, what they make of the times, and how they are judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from judge.histories import judge, noisy, record, run_of, summarise, the
from lapwing.judge.relative import (
    RELATIVE_TIME,
    anchored_machine,
    has_root,
    is_anchored,
    is_relative,
    told_by_ratio,
    with_root,
)
from lapwing.model import MetricId, Outcome
from lapwing.units import RATIO, SECONDS

ANY = anchored_machine(MACHINE)


def ratios(number, values, **more):
    return run_of(number, values, metric=RELATIVE_TIME, unit=RATIO, machine=ANY, **more)


def quiet(count, *, commits=6, **more):
    """Runs of ``count`` benchmarks whose ratios spread by 0.5 %."""
    series = {f"b{i}": noisy(commits, level=1.2, noise=0.005, seed=i) for i in range(count)}
    return [ratios(n, {name: values[n] for name, values in series.items()}, **more) for n in range(commits)]


def test_processors_share_a_series_and_interpreters_do_not():
    other = replace(MACHINE, cpu="Another CPU", cpu_count=64, os="Linux 6.8")

    assert ANY == anchored_machine(other)
    assert ANY.id != anchored_machine(replace(MACHINE, interpreter="CPython 3.14")).id
    assert ANY.id != anchored_machine(replace(MACHINE, arch="aarch64")).id
    assert ANY.id != anchored_machine(replace(MACHINE, os="macOS 14")).id


def test_the_class_of_all_processors_is_told_from_a_machine():
    assert is_anchored(ANY)
    assert anchored_machine(ANY) == ANY
    assert not is_anchored(MACHINE)
    assert not is_anchored(replace(ANY, label="asv's own"))
    assert "any x86_64 processor, Linux, CPython 3.11, relative to the anchor" == ANY.title


def test_a_users_own_ratio_is_none_of_ours():
    assert is_relative(MetricId(benchmark="a", name="relative_time"), RATIO)
    assert not is_relative(MetricId(benchmark="a", name="hit ratio"), RATIO)
    assert not is_relative(MetricId(benchmark="a", name="relative_time"), SECONDS)


def test_a_chain_has_a_fingerprint_of_its_own():
    one, other = (with_root(make_declared(fingerprint="f@g"), make_sha(number)) for number in (1, 2))

    assert one.fingerprint != other.fingerprint
    assert has_root(one.fingerprint, make_sha(1))
    assert not has_root(one.fingerprint, make_sha(2))
    assert not has_root("f", make_sha(1))


def told(*runs, aliases=None):
    return told_by_ratio(record(runs), tuple(map(summarise, runs)), aliases or {})


def test_a_time_is_evidence_where_its_commit_has_the_ratio():
    runs = [ratios(1, {"a": 1.0}), ratios(2, {"a": 1.0, "b": 1.0}), run_of(1, {"a": 1e-3}), run_of(3, {"a": 1e-3})]

    time = MetricId(benchmark="a", name="time")
    # b's first ratio has nothing to be compared with, and so its time is judged.
    assert {make_sha(1): {time}, make_sha(2): {time}} == told(*runs)


def test_a_renamed_benchmark_is_told_by_its_present_name():
    assert {MetricId(benchmark="new", name="time")} == told(
        ratios(1, {"old": 1.0}), ratios(2, {"new": 1.0}), aliases={"old": "new"}
    )[make_sha(1)]


def test_a_users_own_relative_time_and_a_dirty_tree_tell_nothing():
    mine = make_run(1, make_sample("a", 1.0, metric=RELATIVE_TIME, unit=RATIO), run_id="mine")
    dirty = replace(ratios(2, {"a": 1.0}), commit=replace(make_run(2).commit, dirty=True))

    assert {} == told(mine, dirty, ratios(3, {"a": 1.0}))


def test_a_time_that_is_evidence_has_no_verdict_and_is_not_missing():
    head = run_of(1, {"a": 2e-3, "b": 2e-3})
    report = judge(head, [run_of(0, {"a": 1e-3, "b": 1e-3})], evidence=frozenset({head.samples[0].metric}))

    assert ["b"] == [verdict.metric.benchmark for verdict in report.verdicts]


def test_evidence_is_held_to_its_budget():
    head = replace(run_of(1, {"a": 2e-3}), declared=(make_declared("a", budgets=("median < 1 ms",)),))
    report = judge(head, [], evidence=frozenset({head.samples[0].metric}))

    assert [("budget", Outcome.REGRESSED)] == [(one.lane, one.outcome) for one in report.verdicts]


def test_a_step_of_a_ratio_is_found_after_one_run():
    report = judge(ratios(6, {f"b{i}": 1.2 * (1.15 if i == 3 else 1) for i in range(10)}, again="all"), quiet(10))

    assert ["b3"] == [one.metric.benchmark for one in report.verdicts if one.outcome is Outcome.REGRESSED]


def test_ratios_that_move_together_are_accused_together():
    values = {f"b{i}": 1.2 * 1.15 for i in range(10)}
    report = judge(ratios(6, values, again="all"), quiet(10))
    times = judge(
        run_of(6, values, again="all"), [replace(run, machine=MACHINE, samples=_as_times(run)) for run in quiet(10)]
    )

    assert {Outcome.REGRESSED} == {one.outcome for one in report.verdicts}
    # Of times, nobody knows whether that is the machine.
    assert {Outcome.INCONCLUSIVE} == {one.outcome for one in times.verdicts}


def test_levels_of_ratios_that_moved_together_are_accused_together():
    before = quiet(10, commits=25)
    after = [ratios(25 + n, {f"b{i}": 1.2 * 1.15 * (1 + n % 3 / 1000) for i in range(10)}) for n in range(15)]
    report = judge(after[-1], [*before, *after[:-1]])

    assert {Outcome.REGRESSED} == {one.outcome for one in report.verdicts}
    assert {make_sha(25)} == {one.change.commits[1] for one in report.verdicts}


def test_one_ratio_is_not_too_few():
    report = judge(ratios(6, {"b0": 1.2 * 1.3}, again="all"), quiet(1))

    assert Outcome.REGRESSED is the(report).outcome
    assert "few-benchmarks" not in [warning.slug for warning in report.warnings]


def test_unchanged_ratios_are_unchanged_after_one_run():
    rng = np.random.default_rng(1)
    report = judge(ratios(6, {f"b{i}": 1.2 * np.exp(0.005 * rng.normal()) for i in range(10)}), quiet(10))

    assert {Outcome.UNCHANGED} == {one.outcome for one in report.verdicts}


def _as_times(run):
    return tuple(
        replace(one, metric=MetricId(benchmark=one.metric.benchmark, name="time"), unit=SECONDS) for one in run.samples
    )

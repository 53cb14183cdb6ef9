"""Several runs of one commit become one: shards, attempts, re-runs, and what never arrived."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from factories import MACHINE, make_declared, make_run, make_sample
from judge.histories import record
from lapwing.judge.merged import alone, merge, never_arrived, without_used
from lapwing.model import Failure, MetricId, Shard

SUITE = ("a", "b", "c", "d")


def run_of(run_id, *names, shard=None, failed=(), skipped=(), value=1.0, **more):
    """Make a run of commit 1 that measured ``names``; it also declares what failed in it or was skipped."""
    declared = (*names, *failed, *skipped)
    failures = [Failure(benchmark=name, kind="raised", message=f"ValueError in {run_id}") for name in failed]
    failures += [Failure(benchmark=name, kind="skipped", message="not here") for name in skipped]
    made = make_run(1, make_sample("x"), run_id=run_id, shard=shard, failures=tuple(failures), **more)
    return replace(
        made,
        samples=tuple(make_sample(name, value) for name in names),
        declared=tuple(make_declared(name) for name in declared),
    )


def part(index, count=2, *, suite=SUITE, group="G", attempt=1):
    return Shard(index=index, count=count, suite=suite, group=group, attempt=attempt)


def time(benchmark):
    return MetricId(benchmark=benchmark, name="time")


def outcome(merged):
    """Return what is declared, measured and failed, by name."""
    run = merged.run
    return (
        [one.benchmark for one in run.declared],
        sorted(sample.metric.benchmark for sample in run.samples),
        {failure.benchmark: failure.message for failure in run.failures},
    )


def test_a_run_alone_is_itself():
    run = run_of("r", "a", "b", shard=part(1))
    assert (run, ("r",), frozenset({"r"}), {}) == (
        alone(run).run,
        alone(run).runs,
        alone(run).wholly,
        alone(run).absent,
    )
    assert replace(alone(run), run=replace(run, shard=None)) == merge([run])


def test_shards_are_a_union_in_the_order_of_the_suite():
    merged = merge([run_of("second", "b", "d", shard=part(2)), run_of("first", "a", "c", shard=part(1))])
    assert (list(SUITE), list(SUITE), {}) == outcome(merged)
    assert ("first", "second") == merged.runs
    assert (None, frozenset({"first", "second"})) == (merged.run.shard, merged.wholly)
    assert {time("a"): "first", time("b"): "second", time("c"): "first", time("d"): "second"} == merged.used


def test_whatever_the_order_of_storing_the_same_comes_of_it():
    runs = [
        run_of("r1", "a", "b", shard=part(1), value=1.0),
        run_of("r2", "c", failed=("d",), shard=part(2)),
        run_of("r3", "c", "d", shard=part(2, attempt=2), value=3.0),
        run_of("r4", "a", "b", shard=part(1), value=4.0),
    ]
    first, *others = [merge(order) for order in permutations(runs)]
    assert all(first == other for other in others)


def test_a_benchmark_measured_twice_has_one_sample_and_the_other_is_left_to_pool():
    runs = [run_of("r1", "a", "b", value=1.0), run_of("r2", "a", value=2.0)]
    merged = merge(runs)
    assert {time("a"): "r1", time("b"): "r1"} == merged.used
    assert frozenset({"r1"}) == merged.wholly
    left = {one.metric.benchmark: one.runs for one in without_used(record(runs), merged, {})}
    assert {"a": ("r1", "r2"), "b": ("r1",)} == left  # r1 is left out whole, by its id


def test_of_a_run_that_is_not_left_out_whole_the_used_values_are_taken():
    runs = [run_of("r1", "a", "b", "c", value=1.0), run_of("r2", "a", "d", value=2.0)]
    merged = merge(runs)
    assert {time("a"): "r1", time("b"): "r1", time("c"): "r1", time("d"): "r2"} == merged.used
    assert frozenset({"r1"}) == merged.wholly
    left = {one.metric.benchmark: one.runs for one in without_used(record(runs), merged, {})}
    assert {"a": ("r1", "r2"), "b": ("r1",), "c": ("r1",), "d": ()} == left


def test_used_values_are_found_under_former_ids_too():
    runs = [run_of("r1", "new", "b", "c"), run_of("r2", "new", "d")]
    merged = merge(runs)
    recorded = record([run_of("r2", "was")])
    assert merged.used[time("d")] == "r2"
    (left,) = without_used(recorded, replace(merged, used={time("d"): "r2"}), {"was": "d"})
    assert () == left.runs


def test_a_later_attempt_at_a_shard_decides_what_failed_of_it():
    before = run_of("r1", "a", failed=("b",), shard=part(1))
    healed = merge([before, run_of("r2", "a", "b", shard=part(1, attempt=2))])
    assert (["a", "b"], ["a", "b"], {}) == outcome(healed)
    assert () == healed.warnings
    broken = merge([run_of("r1", "a", "b", shard=part(1)), run_of("r2", "a", failed=("b",), shard=part(1, attempt=2))])
    assert (["a", "b"], ["a"], {"b": "ValueError in r2"}) == outcome(broken)


def test_an_attempt_at_another_shard_or_of_another_invocation_supersedes_nothing():
    before = run_of("r1", failed=("b",), shard=part(1))
    for other in (part(2, attempt=2), part(1, count=3, attempt=2), part(1, group="H", attempt=2)):
        assert {"b": "ValueError in r1"} == outcome(merge([before, run_of("r2", "a", shard=other)]))[2]


def test_what_an_earlier_attempt_alone_declared_is_told_by_it():
    merged = merge([run_of("r1", "a", "b", shard=part(1)), run_of("r2", "a", shard=part(1, attempt=2))])
    assert (["a", "b"], ["a", "b"], {}) == outcome(merged)


def test_what_one_run_measured_anothers_failure_does_not_undo_and_it_is_said():
    merged = merge([run_of("r1", "a", "b"), run_of("r2", "a", failed=("b",))])
    assert (["a", "b"], ["a", "b"], {}) == outcome(merged)
    (warning,) = merged.warnings
    assert ("failed-once", True) == (warning.slug, "measured in another: b." in warning.message)
    names = [f"n{number}" for number in range(5)]
    (many,) = merge([run_of("r1", *names), run_of("r2", failed=names)]).warnings
    assert "n0, n1, n2 and 2 more" in many.message


def test_a_failure_tells_more_than_a_skip_and_a_skip_more_than_nothing():
    silent = replace(run_of("r0"), declared=(make_declared("b"),))
    assert {"b": "ValueError in r2"} == outcome(merge([run_of("r1", skipped=("b",)), run_of("r2", failed=("b",))]))[2]
    assert {"b": "not here"} == outcome(merge([run_of("r1", skipped=("b",)), silent]))[2]


def test_a_whole_run_goes_before_an_interrupted_one():
    merged = merge([run_of("r9", "a", value=9.0, complete=False), run_of("r1", "a", value=1.0)])
    assert (((1.0,),), False) == (merged.run.samples[0].values, merged.run.complete)
    assert "r1" == merged.run.id


def test_a_suite_that_no_shard_took_whole_is_absent_by_name():
    runs = [run_of("r1", "a", "c", shard=part(1, 3)), run_of("r3", "d", shard=part(3, 3))]
    assert {"b": "It is in the suite, and in no shard that arrived (1, 3 of 3)."} == never_arrived(runs, ())
    assert {} == never_arrived([*runs, run_of("r2", failed=("b",), shard=part(2, 3))], ())


def test_a_shard_measured_on_another_machine_has_arrived():
    there = replace(run_of("r2", "b", "d", shard=part(2)), machine=replace(MACHINE, cpu="Other"))
    assert {} == never_arrived([run_of("r1", "a", "c", shard=part(1)), there], ())


def test_shards_of_two_splits_are_told_apart():
    runs = [run_of("r1", "a", shard=part(1, 2)), run_of("r2", "b", shard=part(2, 8)), run_of("r3", shard=part(3, 8))]
    reasons = never_arrived(runs, ())
    assert {"c", "d"} == set(reasons)
    assert "(1 of 2; 2 and 3 of 8)" in reasons["c"]


@pytest.mark.parametrize("known", [(), ("a", "b")])
def test_a_part_that_nobody_knows_the_content_of_is_missing_itself_or_with_what_was_there_before(known):
    runs = [run_of("r1", "a", shard=part(1, 5, suite=())), run_of("r3", "c", shard=part(3, 5, suite=()))]
    absent = never_arrived(runs, known)
    if known:
        assert {"b": "It was there before, and shards 2, 4 and 5 of 5 never arrived."} == absent
    else:
        assert ["shard 2 of 5", "shard 4 of 5", "shard 5 of 5"] == list(absent)


def test_a_part_is_not_missing_where_another_invocation_is_whole():
    half = [run_of("r1", "a", shard=part(1, suite=()))]
    whole = [run_of(f"w{index}", "a", shard=part(index, suite=(), group="W")) for index in (1, 2)]
    assert {} == never_arrived([*half, *whole], ())
    assert {} == never_arrived([run_of("r1", "a")], ("b",))

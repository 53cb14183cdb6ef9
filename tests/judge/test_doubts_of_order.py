"""What a report says of order, boundaries, machines, shards and renames; and what nothing may depend on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from judge.histories import ORDER, judge, noisy, record, run_of, runs_of, summarise, the
from lapwing.detect.order import FirstParents, LeftOut, order_runs
from lapwing.detect.series import build_series
from lapwing.judge.docket import judge_alone
from lapwing.judge.merged import merge
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import judge_run, run_docket
from lapwing.model import Machine, Outcome, Shard
from lapwing.units import BYTES, COUNT

NEWER = replace(MACHINE, interpreter="CPython 3.12")


def judged_in(order, head, earlier):
    return judge_run(
        head=head, recorded=record(earlier), runs=tuple(map(summarise, earlier)), order=order, policy=Policy()
    )


def told(report, slug):
    (warning,) = [warning for warning in report.warnings if warning.slug == slug]
    return warning.message


def slugs(report):
    return [warning.slug for warning in report.warnings]


def elsewhere(number, letter):
    run = run_of(number, {"b0": 1e-3}, run_id=f"{letter}-{number}")
    return replace(run, commit=replace(run.commit, sha=letter * 40))


def test_runs_without_a_place_are_told_apart_by_why():
    order = FirstParents(ORDER, merged=["a" * 40], apart=["b" * 40, "c" * 40])
    earlier = [run_of(0, {"b0": 1e-3}), *(elsewhere(1, letter) for letter in "abcd")]
    message = told(judged_in(order, run_of(1, {"b0": 1e-3}), earlier), "left-out")
    assert "4 runs on this machine are left out" in message
    assert "1 of a branch that was merged since, whose merge stands for it; 2 of another branch" in message
    assert message.endswith("1 of commits that git does not know here.")


def test_a_truncated_history_is_said_and_what_it_cannot_compare_is_a_doubt():
    order = FirstParents(ORDER[5:], cut_off=True)
    earlier = [run_of(number, {"b0": 1e-3}) for number in range(5)]
    report = judged_in(order, run_of(6, {"b0": 1e-3, "b1": 1.0}), earlier)
    assert "5 runs on this machine are of commits that git does not know here" in told(report, "shallow")
    assert (Outcome.INCONCLUSIVE, "5 values are of commits") == (the(report).outcome, the(report).reason[:23])
    assert Outcome.NEW is the(report, "b1").outcome
    assert "left-out" not in slugs(report)
    assert "near-machine" not in slugs(report)


def test_one_run_and_one_value_are_said_in_the_singular():
    report = judged_in(FirstParents(ORDER[5:], cut_off=True), run_of(6, {"b0": 1e-3}), [run_of(0, {"b0": 1e-3})])
    assert "1 run on this machine is of commits" in told(report, "shallow")
    assert the(report).reason.startswith("1 value is of")


def test_a_truncated_history_that_knows_enough_is_judged():
    order = FirstParents(ORDER[5:], cut_off=True)
    report = judged_in(order, run_of(30, {"b0": 1e-3}), runs_of({"b0": noisy(30)}))
    assert the(report).reason.count("shallow") == 0
    assert "5 runs" in told(report, "shallow")


def test_what_is_measured_in_another_way_is_not_compared_and_that_is_said():
    before = [run_of(number, {f"b{i}": 1e-3 for i in range(7)}) for number in range(4)]
    head = run_of(4, {f"b{i}": 9e-3 for i in range(7)})
    changed = replace(head, declared=tuple(replace(one, fingerprint="new") for one in head.declared))
    report = judge(changed, before)
    assert {Outcome.NEW} == {verdict.outcome for verdict in report.verdicts}
    assert "7 benchmarks are measured in another way" in told(report, "boundary")
    assert "b0, b1, b2, b3, b4 and 2 more" in told(report, "boundary")
    one = replace(head, declared=(replace(head.declared[0], fingerprint="new"), *head.declared[1:]))
    assert "1 benchmark is measured in another way" in told(judge(one, before), "boundary")
    assert "boundary" not in slugs(judge(head, before))


def test_the_first_run_of_a_benchmark_is_no_boundary():
    head = run_of(4, {"b0": 1e-3})
    assert "boundary" not in slugs(judge(head, []))
    assert "boundary" not in slugs(judge(head, [run_of(5, {"b0": 1e-3})]))
    undeclared = replace(head, samples=(*head.samples, make_sample("stray", 1.0)))
    assert "boundary" not in slugs(judge(undeclared, [run_of(1, {"b0": 1e-3})]))


def test_a_second_run_after_a_boundary_is_compared_with_the_first_alone():
    def under(fingerprint, number, level):
        run = run_of(number, {"b0": level}, again="all")
        return replace(run, declared=(make_declared("b0", fingerprint=fingerprint),))

    earlier = [under("old", number, 1e-3) for number in range(10)] + [under("new", 10, 9e-3)]
    report = judge(under("new", 11, 9e-3), earlier)
    assert "boundary" not in slugs(report)
    assert pytest.approx(9e-3, rel=0.01) == the(report).base
    assert the(report).change is None


def test_a_unit_that_changed_is_a_boundary_of_the_series():
    runs = [run_of(number, {"b0": 100}, unit=COUNT if number < 3 else BYTES, metric="size") for number in range(6)]
    recorded = [one for run in runs for one in record([run])]
    order = order_runs(map(summarise, runs), FirstParents(ORDER))
    (series,) = build_series(recorded, order, {})
    assert ((3,), BYTES) == (series.boundaries, series.unit)
    (backwards,) = build_series(recorded[::-1], order, {})
    assert ((3,), BYTES) == (backwards.boundaries, backwards.unit)


def test_a_commit_measured_under_two_settings_goes_on_with_those_of_the_next():
    def under(fingerprint, number, level, run_id):
        return replace(
            make_run(number, make_sample("b0", level), run_id=run_id),
            declared=(make_declared("b0", fingerprint=fingerprint),),
        )

    runs = [under("f", 0, 1.0, "a"), under("f", 1, 2.0, "b"), under("g", 1, 3.0, "c"), under("f", 2, 4.0, "d")]
    order = order_runs(map(summarise, runs), FirstParents(ORDER))
    (series,) = build_series(record(runs), order, {})
    assert ([1.0, 2.0, 4.0], ()) == (series.values.tolist(), series.boundaries)
    (newest,) = build_series(
        record([*runs[:3], under("g", 1, 5.0, "e")]),
        order_runs(map(summarise, [*runs[:3], under("g", 1, 5.0, "e")]), FirstParents(ORDER)),
        {},
    )
    assert ([1.0, 4.0], (1,)) == (newest.values.tolist(), newest.boundaries)
    assert (3.0, 5.0) == newest.runs_at(1)
    assert ((1.0,), "g") == (newest.runs_at(0), newest.fingerprint)


def test_where_this_machine_has_no_run_the_nearest_that_has_is_named():
    there = [replace(run_of(number, {"b0": 1e-3}), machine=NEWER) for number in range(40)]
    head = run_of(41, {"b0": 1e-3})
    message = told(judge(head, there), "near-machine")
    assert "40 runs are of one that differs in the interpreter (CPython 3.12 there, CPython 3.11 here)" in message
    assert "1 run is of one" in told(judge(head, there[:1]), "near-machine")
    assert "near-machine" not in slugs(judge(head, [*there, run_of(1, {"b0": 1e-3})]))
    far = [replace(run, machine=Machine(cpu="", cpu_count=0, os="", arch="", interpreter="")) for run in there]
    assert "near-machine" not in slugs(judge(head, far))


def test_a_shard_is_judged_alone_and_says_so():
    shard = Shard(index=1, count=2, suite=("b0", "b1"))
    earlier = [run_of(0, {"b0": 1e-3, "b1": 1e-3})]
    report = judge(replace(run_of(1, {"b0": 1e-3}), shard=shard), earlier)
    assert "This is shard 1 of 2: the verdict is over its 1 of 2 benchmarks alone." == told(report, "shard")
    assert "gone" not in slugs(report)
    assert ["b0"] == [verdict.metric.benchmark for verdict in report.verdicts]
    lost = replace(shard, suite=("b0",))
    assert "gone" in slugs(judge(replace(run_of(1, {"b0": 1e-3}), shard=lost), earlier))
    blind = judge(replace(run_of(1, {"b0": 1e-3}), shard=replace(shard, suite=())), earlier)
    assert "its 1 benchmark alone" in told(blind, "shard")
    assert "gone" not in slugs(blind)


def test_an_id_of_another_shard_is_nobodys_former_one():
    shard = Shard(index=1, count=2, suite=("new", "old"))
    head = run_of(1, {"new": 1e-3})
    head = replace(head, shard=shard, declared=(make_declared("new", was=("old",)),))
    report = judge(head, [run_of(0, {"old": 1e-3})])
    assert (Outcome.NEW, True) == (the(report, "new").outcome, "alias-in-use" in slugs(report))


def test_re_runs_of_a_commit_pool_alike_whichever_is_judged():
    """The value of a commit is the median of its runs': for the newest commit as for those before it."""
    earlier = runs_of({"b0": noisy(12)})
    levels = (1.00e-3, 1.30e-3, 1.02e-3, 1.01e-3)
    again = [run_of(12, {"b0": level}, run_id=f"again-{level}") for level in levels]
    found = {pool_of(judge(head, [*earlier, *(run for run in again if run is not head)])) for head in again}
    order = order_runs(map(summarise, [*earlier, *again]), FirstParents(ORDER))
    (series,) = build_series(record([*earlier, *again]), order, {})
    assert 1 == len(found)
    assert pytest.approx(1.015e-3, rel=1e-3) == float(series.values[12])


def pool_of(report):
    (verdict,) = report.verdicts
    return verdict.ratio.estimate


@settings(deadline=None, derandomize=True, max_examples=25)
@given(data=st.data())
def test_no_verdict_depends_on_a_clock_a_date_or_the_order_of_storing(data):
    runs = [*runs_of({"b0": [*noisy(14), *(1.4e-3 * one / 1e-3 for one in noisy(6, seed=3))], "b1": noisy(20, seed=1)})]
    runs += [run_of(19, {"b0": 1.5e-3}, run_id="again"), run_of(7, {"b1": 1.2e-3}, run_id="earlier-again")]
    clocks = data.draw(st.permutations(range(len(runs))))
    stored = data.draw(st.permutations(range(len(runs))))
    jumped = [
        replace(run, started_at=1e9 * (clock - 5), commit=replace(run.commit, date=float(-clock)))
        for run, clock in zip(runs, clocks, strict=True)
    ]
    assert conclusions(runs) == conclusions([jumped[place] for place in stored])


def conclusions(runs):
    """Judge the newest commit of ``runs`` as a check does, and return what is concluded."""
    head = merge([run for run in runs if run.commit.sha == make_sha(19)])
    order = FirstParents(ORDER)
    docket = run_docket(
        head=head, recorded=record(runs), runs=tuple(map(summarise, runs)), order=order, policy=Policy()
    )
    report = judge_alone(docket, Policy(), order)
    return report.outcome, report.verdicts, report.warnings, report.runs


def test_the_reasons_of_what_is_left_out_add_up():
    assert 6 == LeftOut(merged=1, apart=2, unknown=3).total
    assert 0 == order_runs([], FirstParents(ORDER, cut_off=True)).misses_earlier


def test_of_an_import_that_abbreviates_the_whole_hash_is_kept_however_stored():
    short = summarise(run_of(3, {"b0": 1.0}, run_id="short", source="import:asv"))
    short = replace(short, commit=replace(short.commit, sha=make_sha(3)[:9]))
    whole = summarise(run_of(3, {"b0": 1.0}, run_id="whole"))
    for given_in in ([short, whole], [whole, short]):
        assert (make_sha(3),) == order_runs(given_in, FirstParents(ORDER)).commits

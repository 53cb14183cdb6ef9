from dataclasses import replace

import numpy as np
import pytest

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from judge.histories import around, judge, noisy, run_of, runs_of, the
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import suspects
from lapwing.model import Failure, Machine, Outcome, RunWarning
from lapwing.units import BYTES, COUNT, Unit

RATE = Unit(symbol="rows/s", better="higher", noise="noisy")


def suite(count=12, runs=1, noise=0.01, **more):
    """Return runs of ``count`` steady benchmarks."""
    return runs_of({f"b{i}": noisy(runs, noise=noise, seed=i) for i in range(count)}, **more)


def head_of(number, count=12, *, factors=None, again="all", noise=0.01, **more):
    factors = factors or {}
    values = {f"b{i}": noisy(1, noise=noise, seed=100 + i)[0] * factors.get(f"b{i}", 1.0) for i in range(count)}
    return run_of(number, values, again=again, **more)


def test_the_first_run_is_new():
    report = judge(head_of(0), [])

    assert {v.outcome for v in report.verdicts} == {Outcome.NEW}
    assert (report.outcome, report.base) == (Outcome.NEW, None)
    assert report.runs == ("run-0000",)
    assert "begins the series" in the(report).reason


@pytest.mark.parametrize("factor", [1.5, 2.0])
def test_a_planted_slowdown_after_one_run_is_found_and_no_other_is_accused(factor):
    report = judge(head_of(1, factors={"b3": factor}), suite())

    assert [v.metric.benchmark for v in report.verdicts if v.outcome is Outcome.REGRESSED] == ["b3"]
    verdict = the(report, "b3")
    assert verdict.ratio.estimate == pytest.approx(factor, rel=0.03)
    assert (verdict.lane, verdict.limit) == ("history", 0.05)
    assert verdict.reason.startswith("Changed by +")
    assert (make_sha(0), make_sha(1)) == verdict.change.commits
    assert ("confirmed", 1) == (verdict.change.state, verdict.change.index)
    assert "in every one of 5 fresh processes" in verdict.reason
    assert report.base.sha == make_sha(0)
    assert report.outcome is Outcome.REGRESSED


def test_a_quick_one_is_an_improvement_and_a_throughput_is_judged_its_own_way():
    faster = judge(head_of(1, factors={"b3": 0.5}), suite())
    slower = judge(head_of(1, factors={"b3": 0.5}, unit=RATE, metric="rows/s"), suite(unit=RATE, metric="rows/s"))

    assert (the(faster, "b3").outcome, the(slower, "b3").outcome) == (Outcome.IMPROVED, Outcome.REGRESSED)


def test_what_was_not_measured_again_is_a_suspect_and_no_regression():
    report = judge(head_of(1, factors={"b3": 2.0, "b4": 0.4}, again=()), suite())

    assert the(report, "b3").outcome is Outcome.INCONCLUSIVE
    assert "not measured again" in the(report, "b3").reason
    assert suspects(report) == ("b3", "b4")


def test_confirmed_changes_stay_suspects_and_quiet_ones_never_are():
    report = judge(head_of(1, factors={"b3": 2.0}), suite())

    assert suspects(report) == ("b3",)
    assert suspects(judge(head_of(0), [])) == ()


def test_an_accusation_of_five_benchmarks_or_more_needs_no_caveat():
    report = judge(head_of(1, factors={"b3": 2.0}), suite())

    assert "few-benchmarks" not in [warning.slug for warning in report.warnings]


def test_a_small_step_after_one_run_is_honestly_inconclusive():
    report = judge(head_of(1, factors={"b3": 1.08}, noise=0.03), suite(noise=0.03))

    assert the(report, "b3").outcome is Outcome.INCONCLUSIVE
    assert "Suspected: head is off by +" in the(report, "b3").reason
    assert "more runs can tell" in the(report, "b3").reason
    assert the(report, "b3").detectable > 0.08


def test_with_a_history_a_step_is_seen_at_once_and_a_quiet_head_is_unchanged():
    report = judge(head_of(15, factors={"b3": 1.15}), suite(runs=15))

    assert the(report, "b3").outcome is Outcome.REGRESSED
    assert the(report, "b1").outcome is Outcome.UNCHANGED
    assert the(report, "b1").reason.endswith("all within the limit of 5 %.")
    assert 0.05 <= the(report, "b1").detectable < 0.12
    assert len(the(report, "b1").recent) == 16


def test_a_step_seen_in_few_processes_is_not_enough():
    head = head_of(15, factors={"b3": 1.5})
    thin = replace(head, samples=tuple(replace(s, values=s.values[-7:], screened=5) for s in head.samples))

    assert the(judge(thin, suite(runs=15)), "b3").outcome is Outcome.INCONCLUSIVE


def test_one_process_at_the_old_level_acquits():
    head = head_of(15, factors={"b3": 1.5})
    level = noisy(15, seed=3)[0]
    samples = tuple(
        replace(s, values=(*s.values[:-1], (level,))) if s.metric.benchmark == "b3" else s for s in head.samples
    )

    assert the(judge(replace(head, samples=samples), suite(runs=15)), "b3").outcome is Outcome.INCONCLUSIVE


def test_a_change_of_level_names_its_commits_and_is_confirmed_by_history():
    series = {f"b{i}": noisy(40, seed=i) for i in range(12)}
    series["b3"] = [value * (1.2 if i >= 30 else 1) for i, value in enumerate(series["b3"])]
    *earlier, head = runs_of(series)
    verdict = the(judge(head, earlier), "b3")

    assert verdict.outcome is Outcome.REGRESSED
    assert verdict.change.commits == (make_sha(29), make_sha(30))
    assert f"at {make_sha(30)[:10]}" in verdict.reason
    assert f"last at the old level: {make_sha(29)[:10]}" in verdict.reason
    assert "10 runs since" in verdict.reason


def test_an_improved_level_is_an_improvement():
    series = {"b0": [value * (0.7 if i >= 24 else 1) for i, value in enumerate(noisy(40))]}
    *earlier, head = runs_of(series)

    assert the(judge(head, earlier)).outcome is Outcome.IMPROVED


def test_a_frozen_change_is_the_new_normal():
    series = {"b0": [value * (1.2 if i >= 30 else 1) for i, value in enumerate(noisy(60, noise=0.005))]}
    *earlier, head = runs_of(series)
    verdict = the(judge(head, earlier))

    assert (verdict.outcome, verdict.change) == (Outcome.UNCHANGED, None)


def test_a_regression_that_was_taken_back_is_none():
    factors = [1.0] * 30 + [1.3] * 8 + [1.0] * 8
    *earlier, head = runs_of({"b0": [v * f for v, f in zip(noisy(46), factors, strict=True)]})

    assert the(judge(head, earlier)).outcome is not Outcome.REGRESSED


def test_a_head_back_at_the_old_level_is_not_accused_of_the_regression_it_undoes():
    factors = [1.0] * 25 + [1.3] * 15 + [1.0]
    *earlier, head = runs_of({"b0": [v * f for v, f in zip(noisy(41), factors, strict=True)]})
    verdict = the(judge(head, earlier))

    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "head is back at the level before" in verdict.reason


def test_a_machine_that_moved_accuses_nobody_and_says_so():
    report = judge(head_of(15, factors={f"b{i}": 1.15 for i in range(12)} | {"b5": 1.8}), suite(runs=15))

    assert [v.metric.benchmark for v in report.verdicts if v.outcome is Outcome.REGRESSED] == ["b5"]
    assert "environment" in [warning.slug for warning in report.warnings]
    assert "the whole suite moved by about 1" in the(report, "b1").reason


def test_a_machine_that_changed_level_accuses_nobody_either():
    series = {f"b{i}": [v * (1.2 if at >= 24 else 1) for at, v in enumerate(noisy(40, seed=i))] for i in range(8)}
    series["b5"] = [v * (1.6 if at >= 24 else 1) for at, v in enumerate(series["b5"])]
    *earlier, head = runs_of(series)
    report = judge(head, earlier)

    assert [v.metric.benchmark for v in report.verdicts if v.outcome is not Outcome.UNCHANGED] == ["b5"]
    assert the(report, "b5").outcome is Outcome.INCONCLUSIVE
    assert the(report, "b5").reason.startswith("Suspected: it changed by +60.")
    assert [make_sha(24)] == [event.commits[1] for event in report.events]
    assert "8" not in report.warnings[0].message.split(";")[0]


def test_an_event_long_ago_is_no_doubt_any_more():
    series = {f"b{i}": [v * (1.2 if at >= 30 else 1) for at, v in enumerate(noisy(60, seed=i))] for i in range(8)}
    series["b5"] = [v * (1.6 if at >= 30 else 1) for at, v in enumerate(series["b5"])]
    *earlier, head = runs_of(series)
    report = judge(head, earlier)

    assert () == report.events
    assert the(report, "b5").outcome is not Outcome.INCONCLUSIVE or "Suspected" not in the(report, "b5").reason


def test_where_too_few_moved_to_prove_an_event_there_is_a_doubt():
    series = {f"b{i}": [v * (1.2 if at >= 30 and i else 1) for at, v in enumerate(noisy(40, seed=i))] for i in range(6)}
    *earlier, head = runs_of(series)
    report = judge(head, earlier)

    assert () == report.events
    assert {"inconclusive"} == {str(v.outcome) for v in report.verdicts if v.metric.benchmark != "b0"}
    assert "where the benchmarks of this machine changed by about 1" in the(report, "b1").reason
    assert "5 verdicts are inconclusive" in report.warnings[0].message


def test_benchmarks_that_began_later_say_nothing_of_an_earlier_commit():
    series = {"b0": [v * (1.2 if at >= 24 else 1) for at, v in enumerate(noisy(40))]}
    series |= {f"b{i}": [None] * 32 + noisy(8, seed=i) for i in range(1, 8)}
    *earlier, head = runs_of(series)

    assert the(judge(head, earlier)).outcome is Outcome.REGRESSED


@pytest.mark.parametrize(
    ("value", "outcome"), [(100, "unchanged"), (104, "unchanged"), (120, "regressed"), (50, "improved")]
)
def test_any_change_of_an_exact_metric_is_judged_without_doubt(value, outcome):
    earlier = [run_of(0, {"b0": 100}, unit=COUNT, metric="calls", spread=0)]
    verdict = the(judge(run_of(1, {"b0": value}, unit=COUNT, metric="calls", spread=0), earlier))

    assert str(verdict.outcome) == outcome
    assert verdict.ratio.low == verdict.ratio.estimate == verdict.ratio.high == pytest.approx(value / 100)


def test_an_exact_metric_that_wanders_is_judged_as_a_noisy_one():
    values = (100 + np.random.default_rng(1).integers(0, 30, 21)).tolist()
    *earlier, head = runs_of({"b0": values}, unit=COUNT, metric="calls", spread=0)

    assert the(judge(head, earlier)).outcome is Outcome.INCONCLUSIVE


def test_runs_of_the_same_commit_are_no_change_of_code():
    earlier = [head_of(0, run_id="first", again=())]
    report = judge(head_of(0, factors={"b3": 2.0}), earlier)

    assert the(report, "b3").outcome is Outcome.INCONCLUSIVE
    assert "earlier runs of the same commit" in the(report, "b3").reason
    assert report.base.sha == make_sha(0)


def test_an_exact_metric_that_differs_on_one_commit_is_no_regression():
    earlier = [run_of(0, {"b0": 100}, unit=COUNT, metric="calls", spread=0, run_id="first")]
    verdict = the(judge(run_of(0, {"b0": 130}, unit=COUNT, metric="calls", spread=0), earlier))

    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "the code is the same" in verdict.reason


def test_an_earlier_run_of_the_commit_that_disagrees_acquits():
    earlier = [*suite(runs=15), head_of(15, run_id="again", again=())]

    assert the(judge(head_of(15, factors={"b3": 1.5}), earlier), "b3").outcome is Outcome.INCONCLUSIVE


def test_a_dirty_head_is_judged_against_its_own_commit_too():
    head = head_of(1, factors={"b3": 2.0})
    dirty = replace(head, commit=replace(head.commit, dirty=True))
    report = judge(dirty, [head_of(0, again=()), head_of(1, run_id="clean", again=())])

    assert the(report, "b3").outcome is Outcome.REGRESSED
    assert report.base.sha == make_sha(1)


def test_dirty_incomplete_and_later_runs_and_other_machines_are_no_base():
    other = Machine(cpu="Other", cpu_count=1, os="x", arch="y", interpreter="z")
    dirty = head_of(1, run_id="dirty")
    earlier = [
        replace(dirty, commit=replace(dirty.commit, dirty=True)),
        replace(head_of(1, run_id="cut"), complete=False),
        replace(head_of(1, run_id="other"), machine=other),
        head_of(5, run_id="later"),
    ]

    assert judge(head_of(2), earlier).outcome is Outcome.NEW


def test_head_itself_among_the_stored_runs_is_not_its_own_base():
    head = head_of(1)

    assert judge(head, [head]).outcome is Outcome.NEW


def test_changed_sampling_settings_and_units_begin_a_new_series():
    def with_fingerprint(run, text):
        return replace(run, declared=tuple(replace(one, fingerprint=text) for one in run.declared))

    settings = judge(with_fingerprint(head_of(1), "new"), [with_fingerprint(head_of(0), "old")])
    units = judge(head_of(1, unit=BYTES), [head_of(0)])

    assert "sampling settings changed" in the(settings).reason
    assert "Earlier values are in s" in the(units).reason
    assert (settings.outcome, units.outcome) == (Outcome.NEW, Outcome.NEW)


def test_a_renamed_benchmark_is_judged_against_its_past():
    head = run_of(1, {"new": 2e-3}, again="all")
    head = replace(head, declared=(make_declared("new", was=("b0",)),))
    report = judge(head, [run_of(0, {"b0": 1e-3})])

    assert the(report, "new").outcome is Outcome.REGRESSED
    assert [warning.slug for warning in report.warnings] == ["few-benchmarks"]


def test_each_declared_benchmark_has_a_verdict_or_was_skipped():
    declared = tuple(make_declared(name) for name in ("ok", "raises", "half", "absent", "skipped"))
    head = make_run(
        0,
        make_sample("ok"),
        make_sample("half"),
        declared=declared,
        failures=(
            Failure(benchmark="raises", kind="raised", message="ValueError: no"),
            Failure(benchmark="half", kind="timed-out", message="60 s were not enough"),
            Failure(benchmark="skipped", kind="skipped", message="needs a GPU"),
        ),
        warnings=(RunWarning(slug="load", message="The machine is busy.", remedy="wait."),),
    )
    report = judge(head, [])
    said = {v.metric.benchmark: (str(v.outcome), v.reason) for v in report.verdicts}

    assert list(said) == ["ok", "raises", "half", "absent"]
    assert said["raises"] == ("failed", "It raised: ValueError: no")
    assert said["half"] == ("failed", "It timed-out: 60 s were not enough")
    assert said["absent"] == ("missing", "It is declared, but nothing was measured of it, and nothing says why.")
    assert report.outcome is Outcome.FAILED
    assert len(report.failures) == 3
    assert [warning.slug for warning in report.warnings] == ["load"]


def test_an_interrupted_run_says_why_benchmarks_are_missing():
    head = make_run(0, declared=(make_declared("absent"),), samples=(), complete=False)

    assert the(judge(head, []), "absent").reason == "It is declared, but the run ended before it."


def test_benchmarks_that_are_gone_are_named():
    report = judge(run_of(1, {"b0": 1e-3}), [head_of(0, 8)])
    (warning,) = report.warnings

    assert warning.slug == "gone"
    assert warning.message == (
        "7 benchmarks are in the newest earlier run but not declared any more: b1, b2, b3, b4, b5 and 2 more."
    )
    assert "1 benchmark is" in judge(run_of(1, {"b0": 1e-3}), [head_of(0, 2)]).warnings[0].message


def test_budgets_have_verdicts_of_their_own():
    texts = ("< 2 ms", "< 0.5 ms", "rows/s > 10")
    head = run_of(0, {"b0": 1e-3})
    head = replace(head, declared=(make_declared("b0", budgets=texts),))
    report = judge(head, [])
    budgets = [v for v in report.verdicts if v.lane == "budget"]

    assert [str(v.outcome) for v in budgets] == ["unchanged", "regressed", "inconclusive"]
    assert budgets[2].reason == "The budget 'rows/s > 10' is of rows/s, which was not recorded (time was)."
    assert report.outcome is Outcome.REGRESSED


def test_a_benchmark_has_its_own_limit():
    head = head_of(15, factors={"b3": 1.15})
    head = replace(head, declared=tuple(replace(one, limit=0.3) for one in head.declared))

    assert the(judge(head, suite(runs=15)), "b3").limit == 0.3
    assert the(judge(head, suite(runs=15)), "b3").outcome is Outcome.UNCHANGED


def test_cpu_time_is_not_judged():
    cpu = make_sample("b0", *around(9.0), metric="cpu_time")
    head = run_of(1, {"b0": 1e-3})
    report = judge(replace(head, samples=(*head.samples, cpu)), [run_of(0, {"b0": 1e-3})])

    assert [v.metric.name for v in report.verdicts] == ["time"]


def test_runs_of_other_branches_are_warned_about():
    branch = head_of(0, run_id="branch")
    branch = replace(branch, commit=replace(branch.commit, sha="f" * 40))
    (warning,) = judge(head_of(2), [head_of(0), branch]).warnings

    assert warning.slug == "left-out"
    assert warning.message.startswith("1 run on this machine is left out, of commits that are not")
    two = judge(head_of(2), [branch, replace(branch, id="second")])
    assert two.warnings[0].message.startswith("2 runs on this machine are")


def test_an_imported_history_of_unknown_commits_is_a_base_ordered_by_date():
    earlier = [
        replace(run, source="import:csv", commit=replace(run.commit, sha=f"{i:02d}abcdef"))
        for i, run in enumerate(suite(runs=9))
    ]
    report = judge(head_of(20), earlier)

    assert report.warnings[0].slug == "ordered-by-date"
    assert report.base.sha == "08abcdef"
    assert the(report).outcome is Outcome.UNCHANGED


def test_values_that_are_not_positive_are_judged_by_difference():
    earlier = runs_of({"b0": [v - 2e-3 for v in noisy(15)]})
    same = run_of(15, {"b0": -1e-3}, again="all")
    worse = run_of(15, {"b0": 5e-3}, again="all")

    assert the(judge(same, earlier)).outcome is Outcome.UNCHANGED
    assert the(judge(worse, earlier)).outcome is Outcome.REGRESSED
    assert the(judge(worse, earlier)).ratio.estimate == pytest.approx(7, rel=0.05)


def test_constant_series_are_unchanged():
    assert judge(run_of(9, {"b0": 1e-3}, spread=0), runs_of({"b0": [1e-3] * 9}, spread=0)).outcome is Outcome.UNCHANGED


def test_scaling_all_values_changes_no_verdict():
    def judged(factor):
        earlier = runs_of({f"b{i}": [v * factor for v in noisy(15, seed=i)] for i in range(12)})
        values = {f"b{i}": noisy(1, seed=100 + i)[0] * factor * (1.2 if i == 3 else 1) for i in range(12)}
        return [(v.metric, v.outcome) for v in judge(run_of(15, values, again="all"), earlier).verdicts]

    assert judged(1.0) == judged(1024.0) == judged(1e-5)


def test_the_same_history_gives_the_same_verdict():
    assert judge(head_of(15, factors={"b3": 1.15}), suite(runs=15)) == judge(
        head_of(15, factors={"b3": 1.15}), suite(runs=15)
    )


def test_the_machine_and_policy_are_those_given():
    report = judge(head_of(1), suite(), policy=Policy(limit=0.2))

    assert report.machine == MACHINE
    assert {v.limit for v in report.verdicts} == {0.2}

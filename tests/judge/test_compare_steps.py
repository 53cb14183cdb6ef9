"""What is measured next, told on recordings that somebody else measured and on whole simulated comparisons."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from factories import make_declared
from judge.comparisons import (
    POLICY,
    compared,
    discovered,
    numbers,
    outcomes,
    pair_of,
    paired,
    recording_of,
    run,
    slices,
)
from lapwing.errors import SettingsError
from lapwing.judge.compare import ComparePolicy, decided, next_step, worth
from lapwing.judge.compare.chosen import control_benchmarks
from lapwing.judge.compare.cost import BENCHMARK_SECONDS, START_SECONDS, cost_of
from lapwing.recording import Found, Paired, SideFailure, Step, Witness

NAMES = tuple(f"b{i}" for i in range(8))


def shape(recording):
    """Write each step as its stage, C for control, and the number of its benchmarks."""
    steps = [pair.step for pair in recording.pairs]
    return [("C" if one.control else one.stage[0]) + str(len(one.benchmarks)) for one in steps]


def test_everything_is_screened_with_four_pairs_and_base_against_base_between_them():
    made = run(dict.fromkeys(NAMES, 0.0), scale=0.3)

    assert shape(made) == ["s8", "C2", "s8", "C2", "s8", "C2", "s8", "C2"]
    assert next_step(made, POLICY) is None
    assert decided(made, POLICY) == (8, 8)


def test_pairs_are_worth_measuring_at_once_until_something_may_be_decided():
    made = recording_of(names=NAMES)
    step = next_step(made, POLICY)
    assert worth(made, POLICY, step) == 4

    first = replace(made, pairs=(pair_of(*map(paired, NAMES), ended=1.0),) * 3)
    assert next_step(first, POLICY).control
    assert worth(first, POLICY, next_step(first, POLICY)) == 3

    controlled = replace(first, pairs=(*first.pairs, *(pair_of(paired("b0"), control=True, ended=2.0),) * 3))
    assert worth(controlled, POLICY, next_step(controlled, POLICY)) == 1


def test_what_stands_off_is_confirmed_on_pairs_of_its_own():
    made = run({**dict.fromkeys(NAMES, 0.0), "b3": 0.05}, scale=0.3)
    confirmed = [pair.step.benchmarks for pair in made.pairs if pair.step.stage == "confirm"]

    assert {("b3",)} == set(confirmed)
    assert outcomes(made) == {**dict.fromkeys(NAMES, "unchanged"), "b3": "regressed"}


def test_the_control_is_a_random_part_the_same_for_the_same_seed_whatever_the_order():
    many = tuple(f"t{i}" for i in range(100))
    chosen = control_benchmarks(many, 1, POLICY)

    assert len(chosen) == 5
    assert set(chosen) == set(control_benchmarks(many[::-1], 1, POLICY))
    assert chosen != control_benchmarks(many, 2, POLICY)
    assert control_benchmarks(("a",), 1, POLICY) == ("a",)
    assert control_benchmarks((), 1, POLICY) == ()


def test_without_a_control_there_are_only_pairs_of_head_and_base():
    policy = ComparePolicy(control_share=0.0, least_control=0)
    made = recording_of(pair_of(*(paired(name) for name in NAMES)), names=NAMES)

    assert next_step(made, policy) == Step(stage="screen", benchmarks=NAMES)


def test_a_change_far_beyond_the_limit_is_a_candidate_after_two_pairs():
    made = compared({"a": [0.1, 0.1], "b": [0.0, 0.0]}, control={"a": [0.0] * 4, "b": [0.0] * 4})
    rest = compared({"a": [0.1] * 10, "b": [0.0] * 4}, control={"a": [0.0] * 4, "b": [0.0] * 4})

    assert next_step(made, POLICY) == Step(stage="screen", benchmarks=("a", "b"))
    # Two pairs to pick it, eight fresh ones to show it: alone among the candidates that is enough.
    assert next_step(rest, POLICY) is None or next_step(rest, POLICY).benchmarks == ("a",)
    assert outcomes(compared({"a": [0.1] * 12, "b": [0.0] * 4}))["a"] == "regressed"


def test_nobody_is_asked_for_who_is_acquitted_counted_new_failed_or_missing():
    failure = SideFailure(side="head", kind="raised", message="no")
    declared = [make_declared(name) for name in "abcdef"]
    declared.append(make_declared("g", judged_by="instructions"))
    base = [Found(benchmark="a", code="1"), *(Found(benchmark=name) for name in "bdefg")]
    head = [
        Found(benchmark="a", code="1"),
        Found(benchmark="b"),
        Found(benchmark="c"),
        Found(benchmark="d", failure=failure),
        Found(benchmark="f", failure=SideFailure(side="head", kind="skipped", message="not here")),
        Found(benchmark="g"),
    ]
    made = recording_of(
        discovery=discovered(declared=declared, base=base, head=head),
        witnesses=(Witness(benchmark="g", kind="instructions", base=10, head=10),),
    )

    assert next_step(made, POLICY).benchmarks == ("b",)


def test_what_fails_in_a_pair_is_not_asked_for_again():
    failure = SideFailure(side="base", kind="crashed", message="Its process died.")
    made = recording_of(pair_of(paired("a"), Paired(benchmark="b", failure=failure)), names=("a", "b"))

    assert next_step(replace(made, seed=0), ComparePolicy(control_share=0, least_control=0)).benchmarks == ("a",)


def test_what_three_pairs_bring_nothing_of_is_given_up():
    nothing = [pair_of(paired("a"), Paired(benchmark="b")) for _ in range(3)]
    made = recording_of(*nothing, names=("a", "b"))

    assert next_step(made, ComparePolicy(control_share=0, least_control=0)).benchmarks == ("a",)


def test_a_benchmark_that_only_records_exact_numbers_is_measured_no_longer_than_it_is_given_a_chance():
    def measure(step, name, change):
        return Paired(benchmark=name)

    assert Counter(shape(run({"a": 0.0, "b": 0.0}, measure=measure))) == {"s2": 3, "C2": 3}


def test_a_metric_that_a_test_records_is_brought_to_a_decision_as_well():
    def measure(step, name, change):
        return paired(name, 0.0, numbers=(numbers(100.0, 100.0 * (0.9 if not step.control else 1.0)),))

    made = run({"a": 0.0}, measure=measure)

    assert len([pair for pair in made.pairs if not pair.step.control]) > 8
    assert decided(made, POLICY) == (1, 1)


@pytest.mark.parametrize("scale", [4.0, 30.0])
def test_it_ends_however_noisy_the_machine_is(scale):
    made = run({"a": 0.03, "b": 0.0}, scale=scale, seed=3)

    assert max(Counter(name for pair in made.pairs for name in pair.step.benchmarks).values()) <= 2 * 80
    assert next_step(made, POLICY) is None


def test_hopeless_noise_is_given_up_on_early():
    made = run({"a": 0.0}, scale=30.0, seed=3)

    assert len([pair for pair in made.pairs if not pair.step.control]) <= 24
    assert outcomes(made) == {"a": "inconclusive"}


def test_it_keeps_to_its_time():
    effects = {f"b{i}": 0.03 for i in range(30)}

    for seconds in (0.1, 1.0, 5.0, 12.0):
        made = run(effects, max_time=seconds)
        assert not made.pairs or made.pairs[-1].ended <= seconds


def test_where_time_is_short_a_part_is_screened_to_the_end():
    made = run({f"b{i}": 0.0 for i in range(100)}, max_time=8.0, scale=0.3)
    done, total = decided(made, POLICY)

    assert 15 <= done < total == 100


def test_where_time_is_short_the_most_telling_candidates_go_first():
    effects = {**{f"b{i}": 0.02 for i in range(10)}, "worst": 0.2}
    made = run(effects, max_time=12.0)

    assert outcomes(made)["worst"] == "regressed"
    assert Counter(outcomes(made).values())["inconclusive"] > 5


def test_a_pair_that_decides_nothing_is_measured_where_there_is_time_for_that_alone():
    def slow(step, name, change):
        return paired(name, change, level=2.0, blocks=1, calls=1)

    made = run({"a": 0.0}, max_time=10.0, pair_seconds=(4.4, 0.0), measure=slow)

    assert shape(made) == ["s1", "s1"]
    assert outcomes(made) == {"a": "inconclusive"}


def test_a_pair_costs_its_start_and_its_benchmarks_slices():
    pairs = tuple(pair_of(paired("a", level=0.01), paired("b"), ended=1.0 * (i + 1)) for i in range(3))
    cost = cost_of(pairs)

    assert cost.start == START_SECONDS
    # 8 slices of 4 calls of 10 ms, and half of what is left of a second.
    assert cost.each["a"] == pytest.approx(0.32 + (1 - 0.352 - 0.4) / 2)
    assert cost.of(["a", "c"]) == pytest.approx(0.4 + cost.each["a"] + cost.other)


def test_a_clock_that_begins_anew_is_a_resumed_attempt():
    pairs = (pair_of(paired("a"), ended=1.0), pair_of(paired("a"), ended=0.5), pair_of(paired("a"), ended=1.0))

    assert cost_of(pairs).of(["a"]) == pytest.approx(0.5)


def test_of_pairs_that_were_measured_at_once_each_takes_its_part():
    ends = (1.0, 1.0, 2.0, 2.0, 3.0, 3.0)
    pairs = tuple(pair_of(paired("a", level=0.001), ended=ended, at_once=2) for ended in ends)
    lone = tuple(pair_of(paired("a", level=0.0005), ended=0.5 * (i + 1)) for i in range(6))

    assert cost_of(pairs).of(["a"]) == pytest.approx(0.5)
    assert cost_of(pairs) == cost_of(lone)


def test_what_was_collected_and_counted_before_the_first_pair_is_no_cost_of_it():
    pairs = tuple(pair_of(paired("a"), ended=ended) for ended in (30.0, 30.5, 31.0))

    assert cost_of(pairs[:1]).of(["a"]) == pytest.approx(30.0)
    assert cost_of(pairs[:2]).of(["a"]) == pytest.approx(0.5)
    assert cost_of(pairs).of(["a"]) == pytest.approx(0.5)


def test_without_pairs_the_cost_is_a_guess_and_so_it_is_of_pairs_of_nothing():
    assert cost_of(()).of(["a"]) == START_SECONDS + BENCHMARK_SECONDS
    assert cost_of((pair_of(ended=0.1),)).of(["a"]) == pytest.approx(0.1 + BENCHMARK_SECONDS)


def test_a_rerun_asks_for_what_is_undecided_alone_and_ends():
    first = run({"a": 0.0, "b": 0.05, "c": 0.0}, max_time=6.0, seed=5)
    assert outcomes(first)["b"] == "inconclusive"
    again = run({"a": 0.0, "b": 0.05, "c": 0.0}, start=replace(first, max_time=None), attempt=1, seed=6)
    reruns = [pair.step for pair in again.pairs if pair.step.attempt == 1]

    assert {("b",)} == {step.benchmarks for step in reruns}
    assert outcomes(again)["b"] == "regressed"


def test_a_rerun_that_decides_nothing_has_an_end():
    first = run({"a": 0.02}, scale=8.0, seed=3)
    again = run({"a": 0.02}, scale=8.0, start=first, attempt=1, seed=4)

    assert 64 == sum(pair.step.attempt == 1 for pair in again.pairs)
    assert next_step(again, POLICY, attempt=2).attempt == 2


def test_a_rerun_has_a_time_of_its_own():
    first = run({"a": 0.0}, max_time=0.1)
    assert first.pairs == ()
    again = run({"a": 0.0}, max_time=0.1, start=replace(first, max_time=60.0), attempt=1, scale=0.2)

    assert decided(again, POLICY) == (1, 1)


def test_slices_of_a_second_are_compared_with_few_pairs():
    def slow(step, name, change):
        return paired(name, change, level=1.5, base=slices(1.5, 1.5), head=slices(*[1.5 * 2.718**change] * 2), calls=1)

    made = run({"a": 0.10}, measure=slow, pair_seconds=(6.4, 0), max_time=120.0, seed=2)

    assert outcomes(made) == {"a": "regressed"}
    assert made.pairs[-1].ended <= 120


def test_a_policy_that_would_judge_nothing_is_refused():
    with pytest.raises(SettingsError, match="bad-policy"):
        ComparePolicy(false_discovery=0.0)
    with pytest.raises(SettingsError, match="bad-policy"):
        ComparePolicy(least_control=-1)

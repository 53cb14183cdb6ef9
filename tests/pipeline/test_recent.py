"""The last values on the default branch: of one class of machine, in git's order, of what is asked for alone."""

from dataclasses import replace

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from fakes.store import MemoryStore
from lapwing.judge.relative import RELATIVE_TIME, anchored_machine
from lapwing.model import MetricId
from lapwing.pipeline.recent import MOST, recent_of
from lapwing.units import RATIO

A, B = (MetricId(benchmark=f"t.py::{name}", name="time") for name in "ab")
OTHER = replace(MACHINE, cpu="Other CPU")
ANY = anchored_machine(MACHINE)


def sample_of(metric, value):
    return make_sample(metric.benchmark, value, metric=metric.name)


def history(count, *, machine=MACHINE, metric=A, first=0):
    """Runs of commits ``first`` on: the value of each is its number in milliseconds, from 1 on."""
    return [
        make_run(n, sample_of(metric, (n + 1) * 1e-3), run_id=f"{machine.id}-{metric.benchmark}-{n}", machine=machine)
        for n in range(first, first + count)
    ]


def recent(runs, metrics=(A,), *, commits=40, **more):
    return recent_of(MemoryStore(runs), [make_sha(n) for n in range(commits)], metrics, **more)


def in_milliseconds(values):
    return [None if value is None else round(value * 1e3) for value in values]


def test_the_last_twenty_oldest_first_whatever_the_order_of_storing():
    found = recent(history(30)[::-1])
    assert list(range(11, 31)) == in_milliseconds(found[A])
    assert MOST == len(found[A])


def test_a_commit_that_did_not_measure_it_is_a_hole():
    runs = [*history(3), make_run(3, sample_of(B, 1.0)), *history(1, first=4)]
    assert [1, 2, 3, None, 5] == in_milliseconds(recent(runs)[A])


def test_only_what_is_asked_for_and_has_a_history():
    assert [A] == list(recent([*history(3), *history(3, metric=B)], (A, MetricId(benchmark="new", name="time"))))
    assert {} == recent([])
    assert {} == recent(history(3), (replace(A, name="peak_memory"),))


def test_many_benchmarks_are_asked_for_at_once():
    metrics = {MetricId(benchmark=f"t.py::n{n}", name="time") for n in range(80)} | {A}
    assert [1, 2, 3] == in_milliseconds(recent([*history(3), *history(3, metric=B)], metrics)[A])


def test_what_is_on_no_first_parent_of_the_branch_is_left_out():
    assert [1, 2, 3] == in_milliseconds(recent(history(9), commits=3)[A])
    assert {} == recent(history(9), commits=0)


def test_the_machine_with_the_most_of_the_last_commits_is_drawn():
    old, new = history(12), history(15, machine=OTHER, first=20)
    assert list(range(21, 36)) == in_milliseconds(recent([*old, *new, *history(2, first=20)])[A])


def test_of_two_with_as_many_it_is_the_reports_own():
    runs = [*history(5), *history(5, machine=OTHER, first=5)]
    for one, values in ((MACHINE, range(1, 6)), (OTHER, range(6, 11))):
        assert list(values) == in_milliseconds(recent(runs, machine=one.id)[A])


def test_ratios_to_an_anchor_are_drawn_where_no_machine_has_more():
    runs = history(4)
    runs += [
        make_run(
            n,
            make_sample(A.benchmark, 2.0 + n, metric=RELATIVE_TIME, unit=RATIO),
            run_id=f"any-{n}",
            machine=ANY,
        )
        for n in range(4)
    ]
    assert (2.0, 3.0, 4.0, 5.0) == recent(runs)[A]
    assert [1, 2, 3, 4] == in_milliseconds(recent(runs, machine=MACHINE.id)[A])
    assert [1, 2, 3, 4, 5] == in_milliseconds(recent([*runs, *history(1, first=4)])[A])


def test_a_benchmark_has_the_values_of_what_it_was_called_before():
    renamed = make_declared(B.benchmark, was=(A.benchmark,))
    assert [1, 2, 3, 4, 5] == in_milliseconds(
        recent([*history(3), *history(2, metric=B, first=3)], (B,), declared=[renamed])[B]
    )

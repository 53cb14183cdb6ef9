"""The anchor's level: where it is known from, and where it is not."""

from __future__ import annotations

from dataclasses import replace

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from judge.histories import ORDER, record, summarise
from lapwing.detect.order import FirstParents
from lapwing.judge.chain import Known, first_level, known_ratios, level_of
from lapwing.judge.relative import RELATIVE_TIME, anchored_machine, with_root
from lapwing.model import Anchor, Commit, Level
from lapwing.units import RATIO

ANY = anchored_machine(MACHINE)
A, B, C = (make_sha(number) for number in (1, 10, 20))


def ratio_run(number, values, *, root=A, sha=None, **more):
    samples = [make_sample(name, value, metric=RELATIVE_TIME, unit=RATIO) for name, value in values.items()]
    declared = tuple(with_root(make_declared(name), root) for name in values)
    commit = Commit(sha=sha or make_sha(number))
    return make_run(number, *samples, **({"declared": declared, "machine": ANY, "commit": commit} | more))


def known(*runs, anchor=B, aliases=None):
    return known_ratios(
        recorded=record(runs),
        runs=tuple(map(summarise, runs)),
        first_parents=FirstParents(ORDER),
        machine=ANY,
        anchor=anchor,
        aliases=aliases or {},
    )


def level(values, *, used=A, root=A, at=1.5, anchor=B):
    return level_of(
        "a",
        anchor,
        Known(newest="run", at_anchor=tuple(values)),
        Anchor(name="v1", sha=used),
        Level(benchmark="a", level=at, root=root),
    )


def fingerprint(root):
    return with_root(make_declared(), root).fingerprint


def test_the_newest_run_is_by_gits_order_and_of_one_commit_the_last_stored():
    runs = [ratio_run(5, {"a": 1.0}), ratio_run(3, {"a": 1.0, "b": 1.0}), ratio_run(5, {"a": 1.0}, run_id="again")]

    found = known(*runs)

    assert {"a": "again", "b": "run-0003"} == {name: one.newest for name, one in found.items()}


def test_runs_that_are_no_baseline_do_not_count():
    dirty = ratio_run(8, {"a": 1.0}, commit=Commit(sha=make_sha(8), dirty=True))
    incomplete = ratio_run(7, {"a": 1.0}, complete=False)
    elsewhere = ratio_run(6, {"a": 1.0}, sha="f" * 40)
    times = make_run(9, make_sample("a", 1.0))

    assert "run-0005" == known(dirty, incomplete, elsewhere, times, ratio_run(5, {"a": 1.0}))["a"].newest
    assert {} == known(dirty, incomplete, elsewhere, times)


def test_the_values_at_the_anchor_are_found_on_any_branch():
    runs = [ratio_run(5, {"a": 1.0}), ratio_run(9, {"a": 1.3}, sha="e" * 40, run_id="release")]

    assert ((1.3, fingerprint(A)),) == known(*runs, anchor="e" * 40)["a"].at_anchor


def test_a_renamed_benchmark_goes_on_under_its_present_name():
    found = known(ratio_run(10, {"old": 1.2}), ratio_run(12, {"new": 1.2}), aliases={"old": "new"})

    assert {"new"} == set(found)
    assert ("run-0012", ((1.2, fingerprint(A)),)) == (found["new"].newest, found["new"].at_anchor)


def test_the_root_of_a_chain_has_level_one_whatever_was_measured_there():
    assert first_level("a", A) == level([(1.02, fingerprint(A))], anchor=A)


def test_a_level_stays_as_it_was_first_used():
    assert Level(benchmark="a", level=1.5, root=A) == level([(1.7, fingerprint(A))], used=B)


def test_a_new_anchor_has_the_median_of_what_was_stored_at_its_commit():
    values = [(1.4, fingerprint(A)), (1.2, fingerprint(A)), (1.3, fingerprint(A))]

    assert Level(benchmark="a", level=1.3, root=A) == level(values)


def test_values_of_another_chain_are_no_level_of_this_one():
    assert Level(benchmark="a", level=1.3, root=A) == level([(1.3, fingerprint(A)), (9.0, fingerprint(C))])
    assert None is level([(9.0, fingerprint(C))])


def test_an_anchor_that_was_never_measured_needs_a_bridge():
    assert None is level([])
    assert None is level([(0.0, fingerprint(A))])


def test_another_class_of_machines_has_another_chain():
    other = ratio_run(5, {"a": 1.0}, machine=replace(ANY, interpreter="CPython 3.14"))

    assert {} == known(other)

from dataclasses import replace

from factories import MACHINE, make_sha
from lapwing.detect.order import FirstParents, LeftOut, order_runs, same_commit
from lapwing.model import Commit, RunSummary

SHAS = tuple(make_sha(i) for i in range(6))


def summary(run_id, sha, *, source="pytest", date=None, **more):
    ordinary = {"machine": MACHINE, "started_at": 1.0, "benchmarks": 1, "failures": 0, "complete": True}
    return RunSummary(**(ordinary | {"id": run_id, "commit": Commit(sha=sha, date=date), "source": source} | more))


def test_runs_stand_in_the_order_of_git_whatever_the_order_of_storing():
    order = order_runs([summary("late", SHAS[4]), summary("early", SHAS[1])], FirstParents(SHAS))

    assert order.position == {"late": 1, "early": 0}
    assert order.commits == (SHAS[1], SHAS[4])
    assert order.left_out == LeftOut()


def test_abbreviated_hashes_are_found_and_ambiguous_or_short_ones_are_not():
    twins = FirstParents(["aaaaaaa1".ljust(40, "0"), "aaaaaaa2".ljust(40, "0"), "bbbbbbbb".ljust(40, "0")])

    assert twins.place("bbbbbbb") == 2
    assert twins.place("aaaaaaa1") == 0
    assert twins.place("aaaaaaa") is None
    assert twins.place("bbbbbb") is None
    assert twins.place("f" * 40) is None


def test_runs_of_other_branches_are_left_out_and_counted():
    order = order_runs([summary("here", SHAS[0]), summary("there", "f" * 40)], FirstParents(SHAS))

    assert order.position == {"here": 0}
    assert order.left_out == LeftOut(unknown=1)


def test_an_imported_history_of_another_repository_is_ordered_by_date_then_storing():
    runs = [
        summary("c", "c" * 12, source="import:asv", date=30.0),
        summary("a1", "a" * 12, source="import:asv", date=10.0),
        summary("b", "b" * 12, source="import:asv", date=10.0),
        summary("a2", "a" * 12, source="import:asv", date=99.0),
        summary("measured", "d" * 40),
    ]
    order = order_runs(runs, FirstParents(SHAS))

    assert order.commits == ("a" * 12, "b" * 12, "c" * 12)
    assert order.position == {"a1": 0, "a2": 0, "b": 1, "c": 2}
    assert (order.by_date, order.left_out.total) == (True, 1)


def test_an_import_without_dates_is_ordered_by_when_it_was_measured():
    runs = [
        replace(summary(name, name * 8, source="import:csv"), started_at=at) for name, at in (("b", 2.0), ("a", 1.0))
    ]

    assert order_runs(runs, FirstParents(())).commits == ("a" * 8, "b" * 8)


def test_measured_runs_of_another_history_count_for_nothing():
    order = order_runs([summary("there", "f" * 40)], FirstParents(SHAS))

    assert (order.position, order.commits, order.left_out.total) == ({}, (), 1)


def test_same_commit_takes_seven_digits():
    assert same_commit(SHAS[1], SHAS[1][:7])
    assert same_commit("1", "1")
    assert not same_commit(SHAS[1][:6], SHAS[1])
    assert not same_commit(SHAS[1], SHAS[2])

"""What a history holds of one commit's machines: they and nobody else, through the whole of a check."""

from dataclasses import replace

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.judge.policy import Policy
from lapwing.model import Commit, Outcome
from lapwing.pipeline.at_commit import OfMachines, machines_at
from lapwing.pipeline.check import check

OTHER = replace(MACHINE, cpu="Other CPU")


def runs(machine, numbers, *, step_at):
    wobble = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
    return [
        make_run(
            n,
            make_sample("t.py::a", 1e-3 * wobble[n % 7] * (1.3 if n >= step_at else 1)),
            run_id=f"{machine.cpu}-{n}",
            machine=machine,
        )
        for n in numbers
    ]


def test_the_machines_that_measured_a_commit_by_its_whole_hash_or_its_beginning():
    abbreviated = make_run(1, machine=OTHER, run_id="x", commit=Commit(sha=make_sha(1)[:12]))
    dirty = make_run(2, run_id="y", commit=Commit(sha=make_sha(2), dirty=True))
    store = MemoryStore([make_run(1), abbreviated, dirty])
    assert {MACHINE.id, OTHER.id} == machines_at(store.runs(), make_sha(1))
    assert [frozenset()] * 2 == [machines_at(store.runs(), sha) for sha in (make_sha(2), make_sha(9))]


def test_another_machines_older_regression_is_not_told_of_the_newest_commit():
    store = MemoryStore([*runs(MACHINE, range(40), step_at=99), *runs(OTHER, range(30), step_at=15)])
    commits = FakeCommits([make_sha(n) for n in range(40)])
    whole = check(store=store, commits=commits, policy=Policy()).report
    seen = OfMachines(store=store, machines=machines_at(store.runs(), make_sha(39)))
    own = check(store=seen, commits=commits, policy=Policy()).report
    assert (Outcome.REGRESSED, {MACHINE.id, OTHER.id}) == (whole.outcome, {one.machine for one in whole.verdicts})
    assert {MACHINE.id} == {one.machine for one in own.verdicts}
    assert Outcome.REGRESSED is not own.outcome


def test_all_else_is_the_stores_own():
    store = MemoryStore([make_run(1)])
    seen = OfMachines(store=store, machines=(OTHER.id,))
    assert ((), ()) == (seen.runs(), seen.recorded())
    assert 1 == seen.append([make_run(2, machine=OTHER)])
    assert (["run-0002"], 1) == ([run.id for run in seen.runs()], len(seen.recorded(benchmarks=["test_a.py::test_a"])))
    assert "run-0001" == seen.load("run-0001").id
    assert {"run-0001", "run-0002"} == set(seen.sizes())
    assert () == seen.damaged()
    assert 1 == seen.remove(["run-0001"])
    seen.close()
    assert store.closed

import pytest

from factories import MACHINE, make_run
from lapwing.errors import UsageError
from lapwing.model import Commit, Machine, RunSummary
from lapwing.report.choice import choose_benchmark, choose_machine, choose_runs

NAMES = {"t.py::read": "t.py::read", "t.py::read_all": "t.py::read_all", "stable": "t.py::write[utf8]"}


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("t.py::read", "t.py::read"),
        ("stable", "stable"),
        ("t.py::write[utf8]", "stable"),
        ("_all", "t.py::read_all"),
        ("utf8", "stable"),
    ],
)
def test_a_benchmark_is_meant_by_its_id_its_node_id_or_a_part_of_one(wanted, meant):
    assert choose_benchmark(wanted, NAMES) == meant


def test_a_part_of_several_names_them():
    with pytest.raises(UsageError, match=r"ambiguous-benchmark.*t\.py::read, t\.py::read_all") as error:
        choose_benchmark("read", NAMES)
    assert error.value.exit_code == 2


def test_an_unknown_benchmark_names_the_nearest():
    with pytest.raises(UsageError, match=r"no-such-benchmark.*nearest are t\.py::read"):
        choose_benchmark("t.py::raed", NAMES)


def test_an_unknown_benchmark_far_from_all_says_which_there_are_or_where_to_look():
    many = {f"t.py::t{n}": f"t.py::t{n}" for n in range(11)}
    with pytest.raises(UsageError, match=r"holds 'zz\\x1b'.*it has stable, t\.py::read, t\.py::read_all\."):
        choose_benchmark("zz\x1b", NAMES)
    with pytest.raises(UsageError, match="lapwing check -v"):
        choose_benchmark("zz", many)
    with pytest.raises(UsageError, match="the history is empty"):
        choose_benchmark("zz", {})


def test_many_hits_are_cut():
    names = {f"test{n:02}": f"test{n:02}" for n in range(30)}
    with pytest.raises(UsageError, match=r"test09 and 20 more\.") as error:
        choose_benchmark("test", names)
    assert "test10" not in error.value.remedy


def make_summary(run_id, sha):
    run = make_run(1, commit=Commit(sha=sha))
    return RunSummary(
        id=run_id,
        commit=run.commit,
        machine=run.machine,
        started_at=1.0,
        benchmarks=1,
        failures=0,
        complete=True,
        source="pytest",
    )


RUNS = [make_summary("r-aa1", "c0ffee1"), make_summary("r-aa2", "c0ffee1"), make_summary("r-b", "c0ffee2")]


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [("r-b", ("r-b",)), ("r-aa1", ("r-aa1",)), ("c0ffee1", ("r-aa2", "r-aa1")), ("c0ffee2", ("r-b",))],
)
def test_a_run_is_meant_by_the_beginning_of_its_id_or_commit(wanted, meant):
    assert choose_runs(wanted, RUNS) == meant


@pytest.mark.parametrize("wanted", ["r-a", "c0ffee"])
def test_too_few_characters_of_a_run_are_refused(wanted):
    with pytest.raises(UsageError, match="ambiguous-run"):
        choose_runs(wanted, RUNS)


def test_an_unknown_run_is_refused():
    with pytest.raises(UsageError, match="no-such-run"):
        choose_runs("zzz", RUNS)


OTHER = Machine(cpu="Other", cpu_count=8, os="macOS", arch="arm64", interpreter="CPython 3.12")


@pytest.mark.parametrize("wanted", [MACHINE.id, MACHINE.id[:5], MACHINE.title, "test cpu"])
def test_a_machine_is_meant_by_its_id_or_title(wanted):
    assert choose_machine(wanted, [MACHINE, OTHER, MACHINE]) == MACHINE.id


def test_an_unclear_machine_is_refused():
    with pytest.raises(UsageError, match=r"ambiguous-machine.*CPython 3.11.*CPython 3.12"):
        choose_machine("CPython", [MACHINE, OTHER])
    with pytest.raises(UsageError, match=r"no-such-machine.*it has"):
        choose_machine("solaris", [MACHINE, OTHER])
    with pytest.raises(UsageError, match=r"no-such-machine.*history is empty"):
        choose_machine("solaris", [])


def test_what_was_collected_is_no_history():
    with pytest.raises(UsageError, match=r"BAD \(0008c0ffee\) has no benchmark.*the nearest are t.py::read"):
        choose_benchmark("t.py::raed", {"t.py::read": "t.py::read"}, collected="BAD (0008c0ffee)")
    with pytest.raises(UsageError, match="mark a test with @perf"):
        choose_benchmark("read", {}, collected="BAD (0008c0ffee)")
    many = {f"t.py::{number}": f"t.py::{number}" for number in range(20)}
    with pytest.raises(UsageError, match="--collect-only"):
        choose_benchmark("zz", many, collected="BAD (0008c0ffee)")

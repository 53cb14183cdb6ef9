"""Reports of every kind, for the tests of what is said of them."""

from dataclasses import replace

from factories import MACHINE, make_sha
from lapwing.model import ChangePoint, Commit, Failure, Interval, MetricId, Outcome, Report, RunWarning, Verdict
from lapwing.units import SECONDS

GOVERNOR = RunWarning(
    slug="governor",
    message="The CPU frequency governor is powersave, so the clock follows the load and the times follow the clock.",
    remedy="sudo cpupower frequency-set -g performance",
)
FEW = RunWarning(
    slug="few-runs", message="Only 3 runs are in the history.", remedy="measure more commits with 'pytest --perf'."
)
ODD = "test_a.py::test[bold][/]\x1b[31m\u202e\n\ufeff" + "x" * 90 + "-é界-end]"


def interval(ratio):
    return Interval(low=ratio - 0.015, estimate=ratio, high=ratio + 0.014)


def make_verdict(name="tests/test_codec.py::test_decode", outcome="unchanged", ratio=1.001, **more):
    base = more.pop("base", 41.2e-3)
    wave = tuple(base * (1 + 0.01 * (n * 7 % 5 - 2)) if n % 9 != 4 else None for n in range(19))
    ordinary = {
        "metric": MetricId(benchmark=name, name="time"),
        "node_id": name,
        "unit": SECONDS,
        "machine": MACHINE.id,
        "outcome": Outcome(outcome),
        "lane": "history",
        "reason": f"A reason why it is {outcome}.",
        "limit": 0.05,
        "ratio": None if ratio is None else interval(ratio),
        "p_value": 0.001,
        "detectable": 0.018,
        "base": base,
        "head": None if ratio is None else base * ratio,
        "recent": (*wave, None if ratio is None else base * ratio),
    }
    return Verdict(**(ordinary | more))


def first_value(name):
    """Make the verdict of a benchmark that was measured for the first time."""
    verdict = make_verdict(name, "new", None, head=41.2e-3, recent=(41.2e-3,), detectable=None, p_value=None)
    return replace(verdict, base=None)


def make_report(outcome, *verdicts, **more):
    ordinary = {
        "outcome": Outcome(outcome),
        "head": Commit(sha=make_sha(2), date=1.7e9, subject="Decode in blocks", branch="main"),
        "base": Commit(sha=make_sha(1), date=1.69e9),
        "machine": MACHINE,
        "verdicts": verdicts,
        "runs": ("run-0002",),
    }
    return Report(**(ordinary | more))


def make_point(index=120, ratio=1.12, **more):
    ordinary = {
        "index": index,
        "earliest": index - 1,
        "latest": index + 1,
        "ratio": interval(ratio),
        "p_value": 1e-6,
        "state": "confirmed",
        "commits": (make_sha(index - 1), make_sha(index)),
    }
    return ChangePoint(**(ordinary | more))


def unchanged(count):
    return tuple(make_verdict(f"tests/test_quiet.py::test_{number}") for number in range(count))


def regressed():
    return make_report(
        "regressed",
        *unchanged(37),
        make_verdict("tests/test_codec.py::test_small", "regressed", 1.068, base=3.1e-6, change=make_point()),
        make_verdict(
            "tests/perf/test_codec.py::TestDecode::test_large[utf8]", "regressed", 1.124, warnings=(GOVERNOR,)
        ),
        make_verdict("tests/test_io.py::test_flush", "inconclusive", 1.058, warnings=(FEW, GOVERNOR)),
        make_verdict("tests/test_head.py::test_header", "improved", 0.863, base=812e-9),
        make_verdict("tests/test_new.py::test_one", "new", None),
        make_verdict("tests/test_new.py::test_two", "new", None),
        warnings=(GOVERNOR,),
    )


def failed():
    name = "tests/test_codec.py::test_crash"
    return make_report(
        "failed",
        *unchanged(3),
        make_verdict(name, "failed", None, detectable=None),
        failures=(
            Failure(benchmark=name, kind="crashed", message="Fatal Python error\n\nSegmentation fault \x1b[31m\n"),
            Failure(benchmark="tests/test_skip.py::test_skip", kind="skipped", message=""),
        ),
    )


CASES = {
    "pass": make_report("unchanged", *unchanged(147), make_verdict("t.py::slow", detectable=0.061)),
    "regress": regressed(),
    "improved": make_report("improved", make_verdict("t.py::a", "improved", 0.86), *unchanged(2)),
    "inconclusive": make_report("inconclusive", make_verdict("t.py::io", "inconclusive", 1.06), *unchanged(4)),
    "doubts": make_report(
        "inconclusive",
        *(make_verdict(f"t.py::leans{n}", "inconclusive", 1.06 + n / 100) for n in range(12)),
        *(make_verdict(f"t.py::vague{n}", "inconclusive", 1.01) for n in range(20)),
        *unchanged(4),
    ),
    "new": make_report("new", *(first_value(f"t.py::n{n}") for n in range(3)), base=None),
    "missing": make_report("missing", make_verdict("t.py::gone", "missing", None, head=None), *unchanged(2)),
    "failed": failed(),
    "environment": make_report("unchanged", *unchanged(2), warnings=(GOVERNOR, FEW)),
    "odd-names": make_report(
        "regressed",
        make_verdict(ODD, "regressed", 1.3),
        make_verdict("e" + "\u0301" * 3_000, "regressed", 1.2),
        head=Commit(sha=make_sha(2), dirty=True, subject="[red]wow[/red]\r\x07 it's → done"),
        base=None,
        machine=None,
    ),
    "many": make_report(
        "regressed",
        *(make_verdict(f"tests/test_all.py::test[{n}]", "regressed", 1.1 + n / 1e5) for n in range(4_000)),
        *(make_verdict(f"tests/test_all.py::gone[{n}]", "missing", None) for n in range(1_000)),
    ),
}

"""Reports of comparisons of every kind, for the tests of what is said of them."""

from dataclasses import replace

from factories import make_sha
from lapwing.model import Commit, Control, Failure, RunWarning
from report.cases import GOVERNOR, ODD, make_report, make_verdict

CONTROL = Control(benchmarks=5, pairs=40, accused=(), rate=0.0005, planned=0.005, trusted=True)
OFF = Control(
    benchmarks=5,
    pairs=40,
    accused=("tests/test_io.py::test_flush", ODD, "t.py::b", "t.py::c"),
    rate=0.04,
    planned=0.005,
    trusted=False,
)
SIDES = (
    "Base is the merge base with main.",
    "Only Python files differ, so each side is a checkout of its own before the same installed packages.",
)
CUT = RunWarning(
    slug="recording-cut",
    message="The recording ends in the middle of a line: what was being written when it was ended is left out.",
    remedy="nothing else is lost; lapwing compare --continue measures on from here.",
)
WORK = "It does 4.9 % more work: 1,049,000 instructions a call instead of 1,000,000."
MORE = "24 more pairs, about 9 s, would show a change of 2.1 %."


def compared(name, outcome="unchanged", ratio=1.001, **more):
    own = {"lane": "compare", "pairs": 16, "recent": (), "limit": 0.03, "reason": f"It is {outcome} by 16 pairs."}
    return make_verdict(name, outcome, ratio, **(own | more))


def same_code(name):
    verdict = compared(name, ratio=None, head=None, pairs=0, detectable=None, p_value=None, reason="")
    return replace(verdict, base=None)


def undone(name, outcome):
    return replace(compared(name, outcome, None, lane="none", pairs=0, detectable=None, p_value=None), base=None)


def make_comparison(outcome, *verdicts, **more):
    ordinary = {
        "head": Commit(sha=make_sha(2), dirty=True, date=1.7e9, subject="Decode in blocks", branch="main"),
        "runs": (),
        "control": CONTROL,
        "sides": SIDES,
        "command": "lapwing compare main",
    }
    return make_report(outcome, *verdicts, **(ordinary | more))


def quiet(count):
    return tuple(compared(f"tests/test_quiet.py::test_{n}", pairs=4, detectable=0.012) for n in range(count))


def same(count):
    return tuple(same_code(f"tests/test_same.py::test_{n}") for n in range(count))


def regressed():
    return make_comparison(
        "regressed",
        *quiet(14),
        *same(3),
        compared("tests/test_codec.py::test_small", "regressed", 1.068, base=3.1e-6, pairs=12, detectable=0.031),
        compared(
            "tests/perf/test_codec.py::TestDecode::test_large[utf8]",
            "regressed",
            1.124,
            notes=(WORK,),
            warnings=(GOVERNOR,),
        ),
        compared("tests/test_io.py::test_flush", "inconclusive", 1.028, pairs=36, detectable=0.034, notes=(MORE,)),
        compared("tests/test_head.py::test_header", "improved", 0.863, base=812e-9, pairs=8),
        undone("tests/test_new.py::test_one", "new"),
        undone("tests/test_new.py::test_two", "new"),
        warnings=(GOVERNOR,),
    )


def of_500():
    return make_comparison(
        "regressed",
        *(compared(f"tests/test_all.py::slow[{n}]", "regressed", 1.05 + n / 1e3) for n in range(3)),
        *(compared(f"tests/test_all.py::fast[{n}]", "improved", 0.9) for n in range(2)),
        *(compared(f"tests/test_all.py::vague[{n}]", "inconclusive", 1.02, notes=(MORE,)) for n in range(12)),
        *(compared(f"tests/test_all.py::test[{n}]", pairs=4) for n in range(283)),
        *same(200),
        control=Control(benchmarks=25, pairs=9, accused=(), rate=2e-5, planned=0.005, trusted=True),
    )


CASES = {
    "compare-regressed": regressed(),
    "compare-improved": make_comparison("improved", compared("t.py::a", "improved", 0.86, notes=(WORK,)), *quiet(2)),
    "compare-unchanged": make_comparison("unchanged", *quiet(17), *same(3)),
    "compare-same-code": make_comparison("unchanged", *same(20), control=None),
    "compare-inconclusive": make_comparison(
        "inconclusive",
        compared("t.py::io", "inconclusive", 1.04, notes=(MORE,)),
        compared("t.py::net", "inconclusive", 0.999, pairs=64, detectable=0.08),
        *quiet(4),
        warnings=(CUT,),
    ),
    "compare-new": make_comparison("new", *(undone(f"t.py::n{n}", "new") for n in range(3)), control=None),
    "compare-failed": make_comparison(
        "failed",
        undone("t.py::broken", "failed"),
        undone("t.py::gone", "missing"),
        undone("t.py::fresh", "new"),
        *quiet(2),
        failures=(Failure(benchmark="t.py::broken", kind="raised", message="head only: ValueError: no\n"),),
        control=Control(benchmarks=1, pairs=2, accused=(), rate=None, planned=0.005, trusted=True),
    ),
    "compare-missing": make_comparison("missing", undone("t.py::gone", "missing"), *quiet(2)),
    "compare-control-off": make_comparison(
        "inconclusive",
        *(compared(f"t.py::t{n}", "inconclusive", 1.2, pairs=12) for n in range(3)),
        *same(2),
        control=OFF,
    ),
    "compare-500": of_500(),
    "compare-odd-names": make_comparison(
        "regressed",
        compared(ODD, "regressed", 1.3, notes=("\x1b[31m[bold]",)),
        sides=("\x1b[2J",),
        command="lapwing compare \u202e",
    ),
}

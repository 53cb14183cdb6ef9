"""What there is to be told on a pull request, of every kind, for the tests of what is said there."""

from dataclasses import replace
from datetime import date

from factories import make_sha
from lapwing.judge.waivers import Waiver, settle
from lapwing.model import EnvironmentEvent, Failure, Interval, MetricId
from lapwing.report.marker import Stamp
from lapwing.report.telling import Telling, Trouble
from lapwing.review import Job
from report.cases import CASES as HISTORY
from report.cases import GOVERNOR, ODD, make_report, make_verdict
from report.compare_cases import CASES as COMPARED
from report.compare_cases import MORE, compared, make_comparison, quiet, undone

JOB = Job(id=5, attempt=1, url="https://github.com/octo/thing/actions/runs/5")
SITE = "https://octo.github.io/thing/"
STAMP = Stamp(head=make_sha(2), job=5, attempt=1)
RECENT = {
    MetricId(benchmark=name, name="time"): tuple(41e-3 * (1 + 0.01 * (n * 5 % 4)) for n in range(20))
    for name in ("tests/perf/test_codec.py::TestDecode::test_large[utf8]", "tests/test_codec.py::test_small")
}
TODAY = date(2026, 11, 27)


def told(report, *waivers, **more):
    ordinary = {
        "suite": "default",
        "stamp": STAMP,
        "settled": settle(report, waivers, today=TODAY),
        "job": JOB,
        "claimed": True,
        "recent": RECENT,
    }
    return Telling(**(ordinary | more))


def accepts(pattern, **more):
    return Waiver(**({"pattern": pattern, "by": "alice", "reason": "exact rounding", "source": "file"} | more))


EVENT = EnvironmentEvent(
    machine="0123456789ab",
    unit="s",
    commits=(make_sha(1), make_sha(2)),
    ratio=Interval(low=1.08, estimate=1.1, high=1.12),
    moved=(MetricId(benchmark="t.py::a", name="time"),),
    measured=12,
    reason="11 of 12 benchmarks became about 10 % slower together; that is the machine.",
)


def of_5000():
    name = "tests/perf/test_module_with_a_long_name.py::TestClass::test_case[parameter-{}-utf8|x]"
    return make_comparison(
        "regressed",
        *(compared(name.format(n), "regressed", 1.05 + n / 1e4) for n in range(400)),
        *(compared(name.format(n), "inconclusive", 1.02, notes=(MORE,)) for n in range(400, 600)),
        *(compared(name.format(n), pairs=4) for n in range(600, 5000)),
    )


CASES = {
    "pass": told(COMPARED["compare-unchanged"]),
    "regress": told(COMPARED["compare-regressed"], site=SITE),
    "improved": told(COMPARED["compare-improved"]),
    "inconclusive": told(COMPARED["compare-inconclusive"]),
    "control-off": told(COMPARED["compare-control-off"]),
    "no-baseline": told(COMPARED["compare-new"]),
    "missing": told(COMPARED["compare-missing"]),
    "failed": told(COMPARED["compare-failed"]),
    "accepted": told(
        COMPARED["compare-regressed"],
        accepts("tests/perf/*", up_to=0.2, until=date(2027, 3, 31)),
        accepts("*small", source="command", by="maintainer", reason="see #1, @octo/team"),
    ),
    "open-again": told(
        COMPARED["compare-regressed"],
        accepts("tests/perf/*", up_to=0.05),
        accepts("*small", until=date(2026, 1, 1)),
    ),
    "environment-event": told(
        make_report("unchanged", make_verdict(), make_verdict("t.py::b"), events=(EVENT,), warnings=(GOVERNOR,)),
        suite="main",
        claimed=False,
        accept=False,
    ),
    "history-regress": told(HISTORY["regress"], suite="nightly", claimed=False, accept=False, site=SITE),
    "history-several-machines": told(HISTORY["odd-names"], claimed=False),
    "nothing-judged": told(make_report("new"), job=None),
    "same-code": told(COMPARED["compare-same-code"]),
    "odd-names": told(
        COMPARED["compare-odd-names"], accepts("*", up_to=0.1, by=ODD, reason=ODD), sentences=(ODD,), site=SITE
    ),
    "strict": told(COMPARED["compare-inconclusive"], fail_on=("inconclusive",), accept=False),
    "5000": told(of_5000()),
    "measurement-failed": Trouble(
        suite="default",
        stamp=STAMP,
        what="The job that measures left no report (it ended with failure).",
        remedy="see its log for why; pytest says it last.",
        job=JOB,
    ),
    "crashed": told(
        make_comparison(
            "failed",
            *(undone(f"t.py::crash[{n}]", "failed") for n in range(30)),
            *quiet(3),
            failures=tuple(
                Failure(
                    benchmark=f"t.py::crash[{n}]",
                    kind="crashed",
                    message="Fatal Python error\n\nSegmentation fault @ decode.c:42 | see https://x\n\n",
                )
                for n in range(30)
            ),
        )
    ),
}
RATE_LIMITED = replace(CASES["measurement-failed"], suite="nightly", job=None)

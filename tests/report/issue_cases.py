"""What there is to be told in an issue, of every kind, for the tests of what is said there."""

from dataclasses import replace

from factories import MACHINE, make_sha
from lapwing.model import Commit
from lapwing.report.issue import Charted, IssueRow, IssueTold
from lapwing.report.issue_marker import IssueStamp, Watched, watch_key
from lapwing.report.site_link import of_benchmark
from lapwing.review import Job
from lapwing.units import RATIO
from report.cases import ODD, make_verdict

JOB = Job(id=5, attempt=1, url="https://github.com/octo/thing/actions/runs/5")
OLD, NEW, HEAD = make_sha(19), make_sha(20), make_sha(31)
COMPARE = f"https://github.com/octo/thing/compare/{OLD}...{NEW}"
SITE = "https://octo.github.io/thing/"
LARGE, SMALL = "tests/perf/test_codec.py::TestDecode::test_large[utf8]", "tests/test_codec.py::test_small"
OTHER = "AMD EPYC 7763 × 4, Linux 6.8, CPython 3.13"
CHART = Charted(values=tuple(41e-3 * (1 + 0.01 * (n * 5 % 4)) * (1.12 if n > 28 else 1) for n in range(41)), mark=29)


def row(  # noqa: PLR0913 - what a test may want to be different
    name=LARGE, ratio=1.124, state="worse", *, machine=MACHINE.title, note="", site="", **more
):
    verdict = make_verdict(name, "regressed", ratio, reason="", **more)
    graph = of_benchmark(site, name, metric=verdict.metric.name, machine=verdict.machine, commit=f"{OLD}..{NEW}")
    return IssueRow(verdict=verdict, state=state, machine=machine, note=note, graph=graph)


def told(*rows, **more):
    stamp = IssueStamp(
        head=HEAD,
        commits=(OLD, NEW),
        span=more.pop("span", (OLD, NEW)),
        watched=tuple(Watched(key=watch_key(one.verdict.metric, one.machine), told=0.117) for one in rows)
        or (Watched(key="0" * 12, told=0.1),),
        job=5,
        attempt=1,
        **{key: more.pop(key) for key in ("shut", "turn", "mentioned", "accepting") if key in more},
    )
    ordinary = {
        "suite": "default",
        "stamp": stamp,
        "rows": rows,
        "within": 1,
        "commit": Commit(sha=NEW, date=1.7e9, subject="Decode in blocks"),
        "chart": CHART,
        "compare": COMPARE,
        "job": JOB,
    }
    return IssueTold(**(ordinary | more))


def many(count, state="worse"):
    name = "tests/perf/test_module_with_a_long_name.py::TestClass::test_case[parameter-{}-utf8|x]"
    return [row(name.format(n), 1.5 - n / (3 * count), state) for n in range(count)]


CASES = {
    "open": told(row()),
    "range": told(row(), row(SMALL, 1.068, base=3.1e-6), within=4, span=(make_sha(17), make_sha(21))),
    "worse": told(row(ratio=2.314), turn=1),
    "forty": told(*many(40)),
    "machines": told(row(), row(ratio=1.11, machine=OTHER), row(SMALL, 1.0, "back", note="since 0025c0ffee")),
    "in-part": told(
        row(note="its newest values look as if it were back; a few more will tell"),
        row(SMALL, 1.3, "accepted", note="accepted by alice, until 2027-03-31: exact rounding, see #1 @octo/team"),
        row("t.py::gone", None, "gone"),
    ),
    "closed-back": told(row(ratio=1.003, state="back", note="since 0025c0ffee"), shut="back", turn=1),
    "closed-accepted": told(
        row(state="accepted", note="accepted by alice: exact rounding"), shut="accepted", turn=1, chart=None
    ),
    "closed-gone": told(shut="gone", turn=1, chart=None),
    "twin": told(shut="twin", of=12),
    "site": told(row(site=SITE), row(SMALL, 1.068, base=3.1e-6, site=SITE)),
    "mentioned": told(row(), mentioned=("octocat", 7)),
    "memory": told(row(metric=replace(row().verdict.metric, name="peak_memory")), suite="nightly", commit=None),
    "anchored": told(
        row(
            metric=replace(row().verdict.metric, name="relative_time"),
            unit=RATIO,
            base=1.012,
            machine="any x86_64 processor, Linux, CPython 3.13, relative to the anchor",
        ),
        chart=None,
    ),
    "odd-names": told(
        row(ODD, note=ODD),
        row("`@octocat` <img src=x> [a](b) | # :tada:", 1.1, machine=ODD),
        commit=Commit(sha=NEW, subject="Fixes #1 by @octo/team ``` https://evil.example"),
        compare="javascript:alert(1)",
        job=replace(JOB, url="https://x.y/)](evil"),
    ),
    "5000": told(*many(2500), *many(2500, "back")),
}

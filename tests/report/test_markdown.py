"""What is said on a pull request: whole, within its limits, harmless whatever the benchmarks are called."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lapwing.judge.waivers import settle
from lapwing.model import Commit, Failure, Machine, MetricId, Outcome, RunWarning
from lapwing.report.gate import gate_of
from lapwing.report.markdown import MOST_OPEN, comment, open_rows, summary
from lapwing.report.markdown_escape import clean, code, command_data, command_property, figure, prose
from lapwing.report.markdown_fit import COMMENT, SUMMARY, Room, Section, fit
from lapwing.report.marker import read_marker
from lapwing.report.telling import Trouble
from lapwing.review import MOST_TOLD
from lapwing.units import Unit
from report.cases import make_report, make_verdict
from report.compare_cases import compared, make_comparison, undone
from report.markdown_cases import CASES, EVENT, JOB, RATE_LIMITED, SITE, STAMP, TODAY, accepts, told
from report.rendered import Page

SMALL = [name for name in CASES if name != "5000"]
OURS = {
    "h3",
    "p",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "strong",
    "details",
    "summary",
    "sub",
    "ul",
    "li",
}
HOSTILE = [
    *("mailto:x@y.co", "xmpp:a@b.co/x", "a@b.co.uk", "x@y.zz@octocat", "@octocat", "@org/team please approve", "a|b"),
    *("`x`", "``` ", "[ok](https://evil.example)", "![i](http://evil/x.png)", "<img src=x>", "https://evil.example"),
    *("</code></td></tr></table><h1>LGTM</h1>", "www.evil.example", "#1", "GH-1", "octo/repo#1", ":rocket:", "$x$"),
    *("d670460b4b4aece5915caf5c68d12f560a9fe3e4", "<!-- lapwing:default -->", "-->", "\n\n# H1\n\n|", "\r\n---\r\n"),
    *("**b**", "__init__", "~~s~~", "\u202egnp.exe", "a\u200bb", "\\|", "&lt;b&gt;", "&#64;octocat", "</details>"),
    *("{{ x }}", "${{ secrets.X }}", "::error::x", "\x00", "test_x[a|b]", "- [ ] t", "[^1]", "> [!WARNING]", "", " "),
    *("x" * 5_000, "1. one", "+ plus", "===", "\ud800", "<wbr>@octocat", "&commat;octocat", "\\@octocat", "ftp://x.y"),
    *("</summary>", "<script>", "&NewLine;# x", "\u2028# x", "a\n|b|\n|-|", "<details open>", "\U0001f426", "[x]: http://e"),
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.text(alphabet="@#:/.|<>&;`*_[]()!$\\-~ \nawhtpsGH1", max_size=30),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
)


@pytest.mark.parametrize("case", SMALL)
def test_a_comment(case, golden):
    golden(f"comment-{case}.md", comment(CASES[case]))


@pytest.mark.parametrize("case", ["regress", "accepted", "measurement-failed"])
def test_a_summary(case, golden):
    golden(f"summary-{case}.md", summary(CASES[case]))


def test_every_gate(golden):
    lines = [f"{name}: {gate_of(one).state}: {gate_of(one).description}" for name, one in CASES.items()]
    golden("gates.txt", "\n".join(lines) + "\n")
    assert all(len(gate_of(one).description) <= MOST_TOLD for one in CASES.values())


@pytest.mark.parametrize("case", CASES)
def test_a_comment_is_what_it_seems(case):
    page = Page(comment(CASES[case]))
    assert 1 == len(page.headings)
    assert set(page.tags) - {"wbr", "a"} <= OURS
    assert [] == page.acting
    assert all(link == JOB.url or link.startswith(f"{SITE}#/benchmark?id=") for link in page.links)
    assert 1 == len(page.comments)
    assert read_marker(comment(CASES[case]), CASES[case].suite) == STAMP
    for row in page.rows:
        assert len(row) in (len(page.rows[0]), 3, 6, 7)


@pytest.mark.parametrize("case", CASES)
def test_everything_fits(case):
    assert COMMENT.holds(comment(CASES[case]))
    assert SUMMARY.holds(summary(CASES[case]))


def test_lines_of_main_and_links_to_charts_fit_as_well():
    told_ = CASES["5000"]
    recent = {one.metric: tuple(1.0 + n % 3 for n in range(20)) for one in told_.settled.report.verdicts}
    whole = replace(told_, recent=recent, site=SITE)
    text = comment(whole)
    assert COMMENT.holds(text)
    assert SUMMARY.holds(summary(whole))
    assert MOST_OPEN == text.count("[chart](")
    assert text.endswith("</sub>\n")


def test_5000_benchmarks_fit_by_leaving_whole_sections_out(golden):
    text = comment(CASES["5000"])
    golden("comment-5000.md", text)
    assert text.endswith("</sub>\n")
    assert text.count("<details>") == text.count("</details>")
    assert MOST_OPEN == sum(line.startswith("| ❌") for line in text.split("<details>")[0].splitlines())
    assert "Shortened for size" in text
    assert 60 <= len(Page(text).rows)


def test_the_summary_has_rows_that_a_comment_has_no_room_for():
    assert len(Page(summary(CASES["5000"])).rows) > 1_500


def test_the_heading_and_the_line_below_say_the_verdict_the_worst_its_limit_and_whether_it_blocks():
    lines = comment(CASES["regress"]).splitlines()
    assert "### ❌ Performance: 2 of 23 benchmarks got slower" == lines[1]
    assert "Worst:" in lines[3]
    assert "+12.4 % (+10.9 … +13.8 %), limit 3 %" in lines[3]
    assert "**This blocks:** the status `lapwing/default` is red." in lines[3]
    assert "**Next:** make it faster, or accept it with a reason" in comment(CASES["regress"])


def test_nothing_changed_is_one_line_to_unfold():
    before = comment(CASES["pass"]).split("<details>")[0].splitlines()
    assert 3 == len(before)
    assert "✅" in before[1]


def test_a_suite_has_its_name_in_the_heading():
    assert "### ❌ Performance of nightly: 2 of" in comment(CASES["history-regress"])
    assert "### ⚠️ Performance of nightly: the measurement failed" in comment(RATE_LIMITED)


def test_a_link_is_made_only_of_a_plain_address():
    odd = replace(CASES["regress"], job=replace(JOB, url="https://x.y/)](evil"), site="")
    assert [] == Page(comment(odd)).links
    assert "· run ·" in comment(odd)


def test_what_is_open_is_what_asks_for_something_the_worst_first():
    many = make_comparison(
        "regressed",
        *(compared(f"t.py::s{n}", "regressed", 1.1 + n / 100) for n in range(15)),
        compared("t.py::f", "improved", 0.5),
    )
    assert [f"t.py::s{n}" for n in range(14, 4, -1)] == [one.metric.benchmark for one in open_rows(many)]
    text = comment(told(many))
    assert "<summary>5 regressed, 1 improved</summary>" in text


def test_a_base_that_has_a_branch_says_it():
    report = replace(CASES["regress"].settled.report, base=Commit(sha="a" * 40, branch="main"))
    assert "<code>main<wbr>&#64;aaaaaaaaaa</code> →" in comment(told(report))


def test_a_failure_without_words_and_more_of_them_than_anybody_reads():
    failures = tuple(Failure(benchmark=f"t.py::c{n}", kind="crashed", message="") for n in range(25))
    skipped = Failure(benchmark="t.py::s", kind="skipped", message="no")
    report = make_comparison("failed", *(undone(one.benchmark, "failed") for one in failures))
    text = comment(told(replace(report, failures=(*failures, skipped))))
    assert "<code>(empty)</code>" in text
    assert "… and 5 more." in text
    assert "t&#46;py&#58;&#58;s<" not in text
    assert "crashed" not in comment(told(replace(report, failures=(skipped,))))


def test_more_accepted_than_anybody_reads():
    report = make_comparison("regressed", *(compared(f"t.py::s{n}", "regressed", 1.2) for n in range(30)))
    gone = make_report("missing", make_verdict("t.py::gone", "missing", None))
    assert "- … and 10 more" in comment(told(report, accepts("*")))
    assert "<code>t&#46;py&#58;&#58;gone</code> missing: <code>alice</code>" in comment(told(gone, accepts("*")))


def test_a_metric_and_a_lane_are_named_where_they_are_not_the_usual():
    verdict = make_verdict("t.py::a", "regressed", 1.2, lane="budget")
    text = comment(told(make_report("regressed", replace(verdict, metric=replace(verdict.metric, name="rows/s")))))
    assert "<code>rows&#47;s</code> (budget)" in text


def test_a_regression_that_has_no_ratio_has_no_worst():
    text = comment(told(make_report("regressed", make_verdict("t.py::a", "regressed", None, lane="budget"))))
    assert "Worst" not in text
    assert "This blocks" in text


def test_no_more_warnings_than_anybody_reads():
    warnings = tuple(RunWarning(slug=f"w{n}", message=f"Doubt {n}.", remedy="Wait.") for n in range(30))
    assert 10 == comment(told(make_comparison("unchanged", compared("t.py::a"), warnings=warnings))).count("⚠ Doubt")


def test_the_shorter_versions_come_before_nothing():
    sections = [
        Section(title="a", versions=("a" * 10,)),
        Section(title="b", versions=("b" * 50, "b" * 5), dispensable=2),
        Section(title="c", versions=("c" * 50,), dispensable=1),
        Section(title="d", versions=("d",)),
    ]
    at = {size: fit(sections, Room(characters=size, bytes=10_000), left_out="less: {}") for size in (200, 90, 75, 20)}
    assert "a" * 10 + "\n\n" + "b" * 50 + "\n\n" + "c" * 50 + "\n\nd\n" == at[200]
    assert "a" * 10 + "\n\nbbbbb\n\n" + "c" * 50 + "\n\nless: b\n\nd\n" == at[90]
    assert "a" * 10 + "\n\n" + "c" * 50 + "\n\nless: b\n\nd\n" == fit(
        sections, Room(characters=78, bytes=999), left_out="less: {}"
    )
    assert "a" * 10 + "\n\nless: b, c\n\nd\n" == at[20]


def test_bytes_are_counted_too():
    section = Section(title="a", versions=("界" * 100, "x"), dispensable=1)
    assert fit(
        [section, Section(title="z", versions=("z",))], Room(characters=999, bytes=150), left_out="{}"
    ).startswith("x")


def document(name):
    cell = code(name)
    return (
        f"<!-- m -->\n### Verdict\n\n{prose(name)} and **{cell}**\n\n"
        f"| Benchmark | Δ |\n|:--|--:|\n| {cell} | +1.0 % |\n"
        f"\n<details><summary>{cell} {prose(name)}</summary>\n\n- {cell} {prose(name)}\n\n</details>\n"
    )


@given(TEXTS)
@example("x@y.zz@octocat")
@settings(deadline=None, derandomize=True, max_examples=300)
def test_no_name_becomes_anything_but_its_own_text(name):
    page = Page(document(name))
    assert [["Benchmark", "Δ"], [clean(name) or "(empty)", "+1.0 %"]] == page.rows
    assert [clean(name) or "(empty)"] * 4 == page.codes
    assert set(page.tags) - {"wbr"} <= OURS
    assert ["Verdict"] == page.headings
    assert [" m "] == page.comments
    assert [] == page.acting
    assert clean(name, 600).replace(" ", "") in "".join(page.outside).replace(" ", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_name_becomes_anything(name):
    test_no_name_becomes_anything_but_its_own_text.hypothesis.inner_test(name)


def is_name(text):
    return 0 < len(text) < 4_000 and "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def full_of(text):
    """Return what is told where every text that comes from data is ``text``: of pairs, of a history, of a failure."""
    machine = Machine(cpu=text, cpu_count=2, os=text, arch=text, interpreter=text, label=text)
    commit = Commit(sha=text, branch=text, subject=text)
    unit = Unit(symbol="".join(filter(str.isprintable, text))[:30] or "u", better="lower", noise="noisy")
    warning = RunWarning(slug="x", message=text, remedy=text)
    verdict = replace(
        make_verdict(text, "regressed", 1.2, lane="budget", reason=text),
        metric=MetricId(benchmark=text, name=text),
        node_id=text,
        unit=unit,
        warnings=(warning,),
        machine=text,
        notes=(text,),
    )
    more = {"failures": (Failure(benchmark=text, kind="raised", message=text),), "warnings": (warning,)}
    compared_ = make_comparison(
        "regressed",
        compared(text, "regressed", 1.2, reason=text, notes=(text,)),
        undone(text + "2", "failed"),
        undone(text + "3", "missing"),
        sides=(text,),
        command=text,
        base=commit,
        head=commit,
        machine=machine,
        **more,
    )
    history = make_report(
        "regressed",
        verdict,
        make_verdict(text + "4", reason=text),
        events=(replace(EVENT, machine=text, unit=text, reason=text),),
        head=commit,
        machine=machine,
        **more,
    )
    undecided = make_report("inconclusive", make_verdict(text, "inconclusive", 1.1, reason=text))
    waivers = (accepts(text, reason=text), accepts("none", reason=text), accepts("*2", by=text, reason=text))
    recent = {one.metric: (1.0, None, 2.0) for one in compared_.verdicts}
    elsewhere = replace(JOB, url=f"https://github.com/{text}/thing/actions/runs/5")
    return (
        told(compared_, *waivers, sentences=(text,), recent=recent, site=SITE),
        told(history, accepts("*4", source="command", by=text, reason=text), claimed=False, accept=False, site=SITE),
        told(history, job=elsewhere),
        told(undecided),
        Trouble(suite="default", stamp=STAMP, what=text, remedy=text, job=JOB),
        Trouble(suite="default", stamp=STAMP, what=text, remedy=text, job=elsewhere),
    )


def is_ours(link):
    return link == JOB.url or re.fullmatch(r"https://octo\.github\.io/thing/#/benchmark\?id=[A-Za-z0-9%._~&=-]+", link)


@given(name=TEXTS.filter(is_name))
@settings(deadline=None, derandomize=True, max_examples=40)
@example("octo/thing")  # a repository that is called as it may be keeps its link
@example("a|b|c")
@example("x` | y")
def test_no_text_of_any_kind_breaks_a_whole_comment(name):
    for one in full_of(name):
        for text in (comment(one), summary(one)):
            page = Page(text)
            assert set(page.tags) - {"wbr", "a"} <= OURS
            own = [] if one.job is None else [one.job.url]
            assert [] == [link for link in page.links if not is_ours(link) and link not in own]
            assert [] == page.acting
            assert (1, text.startswith("<!--")) == (len(page.headings), len(page.comments) == 1)
            # Each row of ours is one, with as many cells as its head has: a bar in a name would take one away.
            lines = [line for line in text.splitlines() if line.startswith("|")]
            assert len(lines) == len(page.rows) + sum(line.startswith(("|:-:|", "|:--|")) for line in lines)
            for row in page.rows[1:] if page.rows else ():
                assert clean(name, 60)[:50] in row[0] + row[1] or row[1] in ("", "Benchmark")


def test_a_unit_that_is_no_unit_is_code():
    assert "1.20 → 1.30 ms" == figure("1.20 → 1.30 ms")
    assert "<code>1 k @octocat</code>".replace("@", "<wbr>&#64;") == figure("1 k @octocat")
    assert figure("1 GH-1").startswith("<code>")


@given(st.text())
def test_a_workflow_command_stays_one(text):
    assert not set(command_data(text)) & set("\n\r")
    assert not set(command_property(text)) & set("\n\r:,")


def test_a_long_text_is_cut_and_a_huge_one_not_gone_through():
    assert "x" * 199 + "…" == clean("x" * 201)
    assert 200 == len(clean("x" * 10_000_000))


def test_the_outcome_without_what_was_accepted_decides_the_gate():
    report = make_comparison("regressed", compared("t.py::a", "regressed", 1.2), compared("t.py::b"))
    waived = told(report, accepts("t.py::a"))
    assert Outcome.UNCHANGED is settle(report, (accepts("t.py::a"),), today=TODAY).report.outcome
    assert ("failure", "success") == (gate_of(told(report)).state, gate_of(waived).state)
    assert "1 accepted one" in gate_of(waived).description


def test_a_report_of_no_commit_has_no_commit_in_its_footer():
    bare = replace(CASES["improved"].settled.report, head=None, base=None, machine=None, command="")
    assert "<sub>measured by" in comment(told(bare, job=None))

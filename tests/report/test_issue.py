"""What an issue says: its title, its body, its comments; whole, within its limits, harmless whatever is in them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from factories import make_sha
from lapwing.model import Commit, MetricId
from lapwing.report.issue import MOST_OPEN, issue_body, issue_note, issue_title
from lapwing.report.issue_marker import (
    MOST_WATCHED,
    IssueStamp,
    Watched,
    issue_marker,
    note_marker,
    read_issue_marker,
    short_key,
    watch_key,
)
from lapwing.report.issue_summary import MOST_WHOLE, issues_summary
from lapwing.report.markdown_fit import COMMENT, SUMMARY
from lapwing.units import Unit
from report.issue_cases import CASES, COMPARE, JOB, LARGE, SITE, SMALL, many, row, told
from report.rendered import Page
from report.test_markdown import HOSTILE, OURS, TEXTS

QUIET = [name for name in CASES if name != "5000"]
LONGEST_TITLE = 256


@pytest.mark.parametrize("case", QUIET)
def test_an_issue(case, golden):
    golden(f"issue-{case}.md", f"{issue_title(CASES[case])}\n\n{issue_body(CASES[case])}")


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("worse", "worse"),
        ("range", "again"),
        ("closed-back", "closed"),
        ("closed-accepted", "closed"),
        ("closed-gone", "closed"),
    ],
)
def test_a_comment_on_an_issue(case, kind, golden):
    golden(f"issue-note-{case}.md", issue_note(CASES[case], kind))


@pytest.mark.parametrize("case", CASES)
def test_an_issue_is_what_it_seems(case):
    one = CASES[case]
    page = Page(issue_body(one))
    assert (case != "twin") == (1 == len(page.headings))
    assert set(page.tags) - {"wbr", "a", "br", "pre"} <= OURS
    mentions = {"twin": ["#1"], "mentioned": ["#7", "@o"]}
    assert mentions.get(case, []) == page.acting
    assert {JOB.url, COMPARE} >= {link for link in page.links if not link.startswith(f"{SITE}#/benchmark?id=")}
    assert 1 == len(page.comments)
    assert len({len(line) for line in page.rows}) <= 2
    assert read_issue_marker(issue_body(one), one.suite) == replace(one.stamp, watched=one.stamp.watched[:MOST_WATCHED])
    assert len(issue_title(one)) <= LONGEST_TITLE


@pytest.mark.parametrize("case", CASES)
def test_every_issue_fits(case):
    assert COMMENT.holds(issue_body(CASES[case]))


def test_5000_benchmarks_fit_and_the_worst_of_them_are_there():
    text = issue_body(CASES["5000"])
    assert MOST_OPEN <= text.count("| ❌ slower |")
    assert text.count("<details>") == text.count("</details>")
    assert "… and 2,450 more." in text


def test_nobody_is_mentioned_unless_it_is_asked_for():
    assert ["mentioned"] == [case for case in CASES if "@o" in Page(issue_body(CASES[case])).acting]


def test_the_title_says_which_and_how_much_and_a_body_without_a_ratio_says_neither():
    assert f"Performance: `{LARGE}` 2.31 times slower since 0020c0ffee" == issue_title(CASES["worse"])
    assert f"Performance: `{LARGE}`  slower since 0020c0ffee" == issue_title(told(row(ratio=None)))
    assert "Performance of nightly: `" in issue_title(CASES["memory"])
    assert "`peak_memory` 12 %" in issue_title(CASES["memory"])


def test_a_metric_that_is_no_time_is_worse_and_not_slower():
    size = row(unit=Unit(symbol="B", better="lower", noise="noisy"))
    assert "12 % worse since" in issue_title(told(size))
    assert "### ❌ Performance: 1 benchmark is worse than before" in issue_body(told(size))
    assert "| ❌ worse |" in issue_body(told(size))


def test_a_unit_cannot_end_the_chart():
    odd = row(unit=Unit(symbol="``` x", better="lower", noise="noisy"))
    assert "```\n" not in issue_body(told(odd)).split("```text\n")[1].split("\n```\n")[0]
    assert 1 == Page(issue_body(told(odd))).tags.count("pre")


def test_of_a_row_with_one_value_there_is_no_line():
    assert "| `" not in issue_body(told(row(recent=(1.0,)), chart=None))


def test_a_site_that_knows_one_of_two_links_that_one():
    text = issue_body(told(row(site=SITE), row(SMALL, 1.06)))
    assert 1 == text.count("[graph](")


def test_who_accepted_is_said_where_it_is_known():
    said = issue_note(told(row(state="accepted"), shut="accepted"), "closed")
    assert "**Accepted on purpose**, as of <code>0031c0ffee</code>. This opens" in said


@given(text=TEXTS)
@settings(max_examples=12, deadline=None)
def test_nothing_that_others_wrote_does_anything(text):
    name = text.encode("utf-8", "replace").decode() or "x"
    one = told(
        row(name[:900].replace("\0", "") or "x", note=name, machine=name),
        row(LARGE, 1.0, "accepted", note=f"accepted by {name}: {name}"),
        commit=Commit(sha=make_sha(20), subject=name),
        compare="",
    )
    page = Page(issue_body(one))
    assert (1, [], 1) == (len(page.headings), page.acting, len(page.comments))
    assert {JOB.url} >= set(page.links)
    assert set(page.tags) - {"wbr", "a", "br", "pre"} <= OURS
    note = Page(issue_note(replace(one, stamp=replace(one.stamp, shut="accepted")), "closed"))
    assert ([], [], []) == (note.acting, note.links, note.headings)
    title = issue_title(one)
    assert title.isprintable()
    assert 2 == title.count("`")
    assert len(title) <= LONGEST_TITLE


def test_what_is_hostile_does_nothing_in_any_part():
    names = [text.replace("\0", "").encode("utf-8", "replace").decode()[:900] or "x" for text in HOSTILE]
    rows = [row(name, 2.0 - n / 100, note=name, machine=name) for n, name in enumerate(dict.fromkeys(names))]
    page = Page(issue_body(told(*rows)))
    assert (1, [], 1) == (len(page.headings), page.acting, len(page.comments))
    assert {JOB.url, COMPARE} == set(page.links)
    assert {7} == set(map(len, page.rows)) - {0} or {6, 7} >= set(map(len, page.rows))
    for name in names:
        before, shown, after = issue_title(told(row(name))).split("`")
        assert ("Performance: ", " 12 % slower since 0020c0ffee") == (before, after)
        assert shown


# The marker


STAMP = IssueStamp(
    head=make_sha(31),
    commits=(make_sha(19), make_sha(20)),
    span=(make_sha(17), make_sha(21)),
    watched=(Watched(key="0123456789ab", told=0.117), Watched(key="ba9876543210", told=0.0, accepted=0.25)),
    job=5,
    attempt=2,
    turn=3,
    shut="back",
    titled="01234567",
    said="76543210",
    mentioned=("octo-cat", 7),
    accepting=True,
)


def test_what_an_issue_says_of_itself_is_read_as_it_was_written():
    line = issue_marker("default", STAMP)
    assert STAMP == read_issue_marker(line + "\nbody", "default")
    assert "-->" == line[-3:]
    assert 1 == line.count("--", 4)
    assert read_issue_marker(line, "other") is None
    assert read_issue_marker("x" + line, "default") is None


@pytest.mark.parametrize(
    "change",
    [
        {"head": "x"},
        {"commits": ("a" * 40, "b")},
        {"span": ("a" * 40,)},
        {"job": -1},
        {"attempt": True},
        {"turn": "3"},
        {"shut": "gone fishing"},
        {"titled": "xyz"},
        {"said": 7},
        {"watched": ()},
        {"watched": (Watched(key="short", told=0.1),)},
        {"watched": (Watched(key="0123456789ab", told="much"),)},
        {"watched": (Watched(key="0123456789ab", told=0.1, accepted="some"),)},
    ],
)
def test_a_marker_that_was_altered_is_none(change, monkeypatch):
    monkeypatch.setattr("builtins.round", lambda number, digits: number)
    assert read_issue_marker(issue_marker("default", replace(STAMP, **change)), "default") is None


@pytest.mark.parametrize(
    "payload", ["", "!!!", "eyJ2IjoyfQ==", "W10=", "bnVsbA==", "eyJ2IjoxfQ==", "A" * 30_001, "e30"]
)
def test_a_marker_that_cannot_be_read_is_none(payload):
    assert read_issue_marker(f"<!-- lapwing-issue:default {payload} -->", "default") is None


def test_who_is_mentioned_is_nobody_where_it_is_no_login():
    for odd in (("x y", 7), ("a[bot]", 7), ("octocat", -1), ("octocat",), None):
        found = read_issue_marker(issue_marker("default", replace(STAMP, mentioned=odd)), "default")
        assert (STAMP.head, None) == (found.head, found.mentioned)


def test_a_watched_entry_has_three_parts(monkeypatch):
    import json

    dumps = json.dumps
    monkeypatch.setattr(json, "dumps", lambda payload, **more: dumps(payload | {"watched": [["0123456789ab"]]}, **more))
    assert read_issue_marker(issue_marker("default", STAMP), "default") is None
    monkeypatch.setattr(json, "dumps", lambda payload, **more: dumps(payload | {"watched": 7}, **more))
    assert read_issue_marker(issue_marker("default", STAMP), "default") is None


def test_keys_are_of_the_metric_and_the_machine():
    one, other = MetricId(benchmark="a", name="time"), MetricId(benchmark="a", name="cpu_time")
    assert 4 == len({watch_key(one, "m"), watch_key(one, "n"), watch_key(other, "m"), watch_key(other, "n")})
    assert watch_key(one, "m") == watch_key(one, "m")
    assert 8 == len(short_key("x"))
    assert "<!-- lapwing-issue-note:default 3 -->" == note_marker("default", 3)


# The summary


def test_a_summary_of_issues(golden):
    golden(
        "summary-issues.md", issues_summary([CASES["open"], CASES["range"]], ["Issue 7 was opened.", "No @team #1."])
    )
    golden("summary-issues-none.md", issues_summary([CASES["closed-back"]], []))


def test_a_summary_of_many_causes_fits():
    text = issues_summary([told(*many(400))] * (MOST_WHOLE + 3), ["x" * 500] * 40)
    assert SUMMARY.holds(text)
    assert text.endswith("… and 3 more.\n")

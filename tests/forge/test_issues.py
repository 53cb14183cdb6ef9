"""Issues on the fake GitHub: how they are found again, opened, changed and closed, and what comes of a whole job."""

import threading
from contextlib import suppress

import pytest

from factories import make_sha
from fakes.github import FAULTS, serving
from fakes.github.calls import Answer
from forge.conftest import make_github
from lapwing.errors import ForgeError, ForgeRefused
from lapwing.review import Issue

from pipeline.issue_histories import A, Branch, stepping  # isort: skip

FIXED = Branch({A: stepping((20, 1.2), (32, 1.0))})
SEEN, MENDED = 30, 37
LABEL = "lapwing"


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "enterprise"])
def prefix(request):
    return request.param


def states(hub):
    return [one["state"] for one in hub.issues]


def test_issues_are_found_by_label_and_by_who_wrote_them_and_pull_requests_are_none(hub, github):
    hub.add_issue("labelled", "a", "alice", labels=(LABEL, "bug"))
    hub.add_issue("ours", "b", hub.bot())
    hub.add_issue("both", "c", hub.bot(), labels=(LABEL,))
    hub.add_issue("neither", "d", "bob")
    hub.add_issue("of a ghost", None, None, labels=(LABEL,))
    hub.label(7, LABEL)
    found = github.issues(LABEL)
    assert {"labelled": False, "ours": True, "both": True, "of a ghost": False} == {
        one.title: one.mine for one in found
    }
    assert 2 == len(hub.log)


def test_where_creators_are_not_found_the_label_still_finds_them(hub, github):
    hub.knows_creators = False
    hub.add_issue("ours", "b", hub.bot(), labels=(LABEL,))
    assert ["ours"] == [one.title for one in github.issues(LABEL)]


def test_those_changed_last_come_first_and_no_more_than_six_pages_are_asked_for(hub, github, monkeypatch):
    monkeypatch.setattr("lapwing.forge.github.issues._A_PAGE", 5)
    for number in range(21):
        hub.add_issue(f"issue {number}", "x", hub.bot(), labels=(LABEL,))
    github.change_issue(hub.issues[0]["number"], body="y")
    found = github.issues(LABEL)
    assert (15, "issue 0", 6 + 1) == (len(found), found[0].title, len(hub.log))


def test_an_issue_is_opened_changed_closed_and_opened_again(hub, github):
    made = github.open_issue("Slow", "it is", LABEL)
    assert Issue(number=made.number, title="Slow", body="it is", is_open=True, mine=True) == made
    (kept,) = hub.issues
    assert [LABEL] == [one["name"] for one in kept["labels"]]
    github.change_issue(made.number, body="was", title="Fast", state="done")
    assert ("Fast", "was", "closed", "completed") == tuple(
        kept[key] for key in ("title", "body", "state", "state_reason")
    )
    github.change_issue(made.number, state="open")
    assert ("Fast", "open", "reopened") == tuple(kept[key] for key in ("title", "state", "state_reason"))
    github.change_issue(made.number, state="dropped")
    assert "not_planned" == kept["state_reason"]


@pytest.mark.parametrize("labels", ["dropped", "refused"])
def test_a_label_that_may_not_be_given_stops_no_issue(hub, github, labels):
    hub.labels = labels
    made = github.open_issue("Slow", "it is", LABEL)
    assert [[]] == [one["labels"] for one in hub.issues]
    assert [made.number] == [one.number for one in github.issues(LABEL)]


def test_a_repository_without_issues_and_a_token_without_the_permission_are_refusals(hub, github):
    hub.has_issues = False
    for ask in (lambda: github.issues(LABEL), lambda: github.open_issue("x", "y", LABEL)):
        with pytest.raises(ForgeRefused, match="no issues"):
            ask()
    hub.has_issues = True
    hub.permissions["issues"] = "read"
    with pytest.raises(ForgeRefused):
        github.open_issue("x", "y", LABEL)
    hub.permissions["issues"] = "none"
    assert () == github.issues(LABEL)


def test_a_title_or_a_body_that_is_too_long_is_no_label(hub, github):
    with pytest.raises(ForgeError, match="too long"):
        github.open_issue("x" * 300, "y", LABEL)
    assert [] == hub.issues


def test_a_server_that_breaks_is_not_asked_for_another_issue(hub, github):
    hub.faults[0] = FAULTS["502-after"]
    with pytest.raises(ForgeError, match="502"):
        github.open_issue("x", "y", LABEL)
    assert 1 == len(hub.issues)


def test_which_pull_request_a_commit_was_merged_with(hub, github):
    hub.merge(7, "d" * 40)
    hub.add_pull(8, "e" * 40, owner="mallory")
    hub.merge(8, "d" * 40)
    hub.add_pull(9, "f" * 40)  # its head is the commit, and it is open
    assert [7, 8] == [one.number for one in github.merged_with("d" * 40)]
    assert () == github.merged_with("f" * 40)
    assert () == github.merged_with("0" * 40)


def test_a_commit_that_github_does_not_have_was_merged_with_nothing(hub, github, monkeypatch):
    from fakes.github.operations import OPERATIONS, pulls

    def unknown(hub, call):
        return Answer(422, {"message": "No commit found for SHA", "documentation_url": "https://docs.github.com/rest"})

    assert pulls.OPERATIONS
    monkeypatch.setitem(OPERATIONS, "repos/list-pull-requests-associated-with-commit", unknown)
    monkeypatch.setattr(hub.description, "answer_errors", lambda *_: [])
    assert () == github.merged_with("0" * 40)


# The whole job


def test_an_issue_is_opened_kept_and_closed(hub, github):
    assert ("Issue 1001 was opened.",) == FIXED.day(github, SEEN).done
    assert () == FIXED.day(github, SEEN + 1).done
    assert ("Issue 1001 was closed: the level is back.",) == FIXED.day(github, MENDED).done
    assert ["closed"] == states(hub)
    assert "completed" == hub.issues[0]["state_reason"]
    assert 1 == len(hub.own_comments("<!-- lapwing-issue-note"))
    assert [hub.issues[0]["number"]] == [one["__number"] for one in hub.comments]


def test_requests_are_few_two_on_an_ordinary_day_six_where_one_is_opened_or_closed(hub, github):
    asked = []
    for count in (28, SEEN + 1, MENDED, MENDED + 1):
        before = hub.calls
        FIXED.day(github, count)
        asked.append(hub.calls - before)
    assert [6, 2, 6, 2] == asked


def test_requests_are_bounded_however_much_there_is_to_tell(hub, github):
    quiet = [f"tests/test_quiet{n}.py::test" for n in range(12)]
    steps = {f"tests/test_{n}.py::test": stepping((15 + 3 * (n % 4), 1.2 + n / 100)) for n in range(8)}
    told = Branch(steps, quiet=quiet).day(github, 33)
    assert hub.calls <= 2 + 3 * 2 + 2
    assert (4, 3) == (len(told.causes), len(hub.issues))


def test_a_token_that_may_only_read_leaves_the_summary(hub, github):
    hub.permissions = dict.fromkeys(hub.permissions, "read")
    told = FIXED.day(github, SEEN)
    assert 1 == len(told.causes)
    assert "Resource not accessible by integration" in told.done[-1]
    hub.has_issues = False
    assert "The repository has no issues." in FIXED.day(github, SEEN).done[-1]


def test_what_was_accepted_on_the_pull_request_opens_none(hub, github):
    from lapwing.wiring.report import accepted_in

    hub.merge(7, make_sha(20))
    hub.add_comment(7, "/lapwing accept * — exact rounding", "maintainer")
    assert "it was accepted on pull request 7" in FIXED.day(github, SEEN, said=accepted_in).done[0]
    assert [] == hub.issues


def test_two_jobs_that_race_end_with_one_open_issue_and_one_comment(prefix):
    for count, issues in ((SEEN, "open"), (MENDED, "closed")):
        with serving(prefix=prefix) as hub:
            if count == MENDED:
                FIXED.day(make_github(hub), SEEN)
            gate = threading.Barrier(2)
            FIXED.ground(count)
            both = [
                threading.Thread(target=lambda hub=hub, gate=gate, count=count: _raced(hub, gate, count)) for _ in "ab"
            ]
            for one in both:
                one.start()
            for one in both:
                one.join()
            FIXED.day(make_github(hub), count)
            assert [] == hub.violations
            assert 1 == sum(one["state"] == issues and "same moment" not in one["body"] for one in hub.issues)
            assert (count == SEEN) == ("open" in states(hub))
            assert (count == MENDED) == len(hub.own_comments("<!-- lapwing-issue-note"))


def _raced(hub, gate, count):
    github = make_github(hub)
    gate.wait(timeout=60)
    with suppress(ForgeError):
        FIXED.day(github, count)


@pytest.mark.parametrize("prefix", [""], indirect=True)
@pytest.mark.parametrize("fault", ["502-after", "reset", "reset-after", "cut-after"])
def test_after_any_single_fault_and_the_same_again_there_is_one_issue_and_one_comment(prefix, fault):
    life = (SEEN, MENDED)
    with serving() as hub:
        for count in life:
            FIXED.day(make_github(hub), count)
        calls = hub.calls
    assert 12 == calls
    for call in range(calls):
        with serving() as hub:
            hub.faults[call] = FAULTS[fault]
            for count in (*life, life[-1]):
                with suppress(ForgeError):
                    FIXED.day(make_github(hub), count)
                    continue
                FIXED.day(make_github(hub), count)
            assert ["closed"] == states(hub), (call, hub.paths())
            assert ["completed"] == [one["state_reason"] for one in hub.issues]
            assert 1 == len(hub.own_comments("<!-- lapwing-issue-note")), (call, hub.paths())
            assert [] == hub.violations

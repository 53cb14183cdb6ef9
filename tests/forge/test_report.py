"""``lapwing report`` from the event to the comment and the status, on the fake GitHub."""

import copy
from datetime import date

import pytest

from fakes.github import FAULTS
from fakes.github.calls import Answer
from fakes.github.events import commented, labelled, pushed, run_completed
from forge.conftest import SHA, make_github
from forge.hostile import ARCHIVES, TEXTS
from forge.measured import SAME, SLOWER, cases, hand_over, handed, reported
from lapwing.errors import ForgeError, SettingsError, UsageError
from lapwing.forge.artifact import read_artifact
from lapwing.model import Outcome
from lapwing.pipeline.announce import without_forge
from lapwing.report.markdown import comment
from lapwing.review import Job

OTHER = "d" * 40


def statuses(hub, sha=SHA):
    """Return the newest status of each context, as people see it."""
    return {one["context"]: (one["state"], one["description"]) for one in hub.statuses if one["__sha"] == sha}


def test_a_regression_is_told_by_one_comment_and_a_red_status(hub, github, tmp_path):
    found = reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    (body,) = hub.own_comments()
    assert "### ❌ Performance: 1 of 4 benchmarks got slower" in body
    assert "limit 3 %" in body
    state, description = statuses(hub)["lapwing/default"]
    assert "failure" == state
    assert description.startswith("1 of 4 benchmarks got slower")
    assert "https://github.com/octo/thing/actions/runs/5" == hub.statuses[0]["target_url"]
    assert ("Pull request 7: the comment was written.", "The status lapwing/default says failure.") == found.done


def test_the_same_again_changes_nothing(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)
    for _ in range(3):
        found = reported(github, "workflow_run", payload, tmp_path)
    assert (1, 1) == (len(hub.own_comments()), len(hub.statuses))
    assert "Pull request 7: the comment was as it was." == found.done[0]


def test_a_fixed_regression_turns_the_same_comment_green(hub, github, tmp_path):
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    (first,) = [one["id"] for one in hub.comments]
    hub.pulls[7]["head"]["sha"] = OTHER
    reported(github, "workflow_run", hand_over(hub, SAME, run_id=6, sha=OTHER), tmp_path)
    assert [first] == [one["id"] for one in hub.comments]
    assert "### ✅ Performance: no change in 4 benchmarks" in hub.own_comments()[0]
    assert "success" == statuses(hub, OTHER)["lapwing/default"][0]


def test_it_takes_about_ten_requests(hub, github, tmp_path):
    hub.contents["pyproject.toml"] = ""
    payload = hand_over(hub, SLOWER)
    reported(github, "workflow_run", payload, tmp_path)
    first = hub.calls
    reported(github, "workflow_run", payload, tmp_path)
    assert first <= 13
    assert hub.calls - first <= 10
    hub.pulls[7]["head"]["sha"] = OTHER
    before = hub.calls
    reported(github, "workflow_run", hand_over(hub, SAME, run_id=6, sha=OTHER), tmp_path)
    assert hub.calls - before <= 15


def test_a_pull_request_from_a_forks_own_main_is_told_and_no_other(hub, github, tmp_path):
    hub.add_pull(8, OTHER, owner="mallory", branch="main")
    hub.add_pull(9, "e" * 40, owner="mallory", branch="other")
    reported(github, "workflow_run", hand_over(hub, SLOWER, sha=OTHER, owner="mallory", branch="main"), tmp_path)
    assert [8] == [one["__number"] for one in hub.comments]
    assert {"lapwing/default"} == set(statuses(hub, OTHER))


def test_one_branch_into_two_bases_is_told_on_both(hub, github, tmp_path):
    hub.add_pull(8, SHA, base="next")
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    assert [7, 8] == sorted(one["__number"] for one in hub.comments)
    assert 1 == len(hub.statuses)


def test_two_suites_have_a_comment_and_a_status_each(hub, github, tmp_path):
    for suite, changes in (("default", SLOWER), ("io", SAME)):
        payload = hand_over(hub, changes, suite=suite)
        for _ in range(2):
            reported(github, "workflow_run", payload, tmp_path, suite=suite)
    assert 2 == len(hub.own_comments())
    assert ["❌", "✅"] == [body.splitlines()[1].split()[1] for body in hub.own_comments()]
    assert {"lapwing/default", "lapwing/io"} == set(statuses(hub))


def test_a_head_that_has_moved_on_is_not_told(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)
    hub.pulls[7]["head"]["sha"] = OTHER
    found = reported(github, "workflow_run", payload, tmp_path)
    assert "no open pull request has this commit" in found.done[0]
    assert ([], []) == (hub.comments, hub.statuses)


def test_a_head_that_moves_on_meanwhile_keeps_the_comment_of_the_newer(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)

    def push(hub, method, path):
        if path.endswith("/comments") and hub.pulls[7]["head"]["sha"] == SHA:
            hub.pulls[7]["head"]["sha"] = OTHER
            hub.add_comment(7, "newer", hub.bot())

    hub.before.append(push)
    found = reported(github, "workflow_run", payload, tmp_path)
    assert "the comment was of an older commit" in found.done[0]
    assert [] == hub.own_comments()


def test_a_late_report_of_an_earlier_run_leaves_the_later_one(hub, github, tmp_path):
    early, late = hand_over(hub, SLOWER, run_id=5), hand_over(hub, SAME, run_id=6)
    reported(github, "workflow_run", late, tmp_path)
    found = reported(github, "workflow_run", early, tmp_path)
    assert ("Pull request 7: told by a later run already.",) == found.done
    assert "✅" in hub.own_comments()[0]
    assert "success" == statuses(hub)["lapwing/default"][0]


def test_two_reports_at_once_leave_one_comment_the_later_runs(hub, github, tmp_path):
    early, late = hand_over(hub, SLOWER, run_id=5), hand_over(hub, SAME, run_id=6)
    body = body_of(hub, late, tmp_path)

    def race(hub, method, path):
        if method == "POST" and path.endswith("/comments"):
            hub.before.clear()
            hub.add_comment(7, body, hub.bot())

    hub.before.append(race)
    found = reported(github, "workflow_run", early, tmp_path)
    assert 1 == len(hub.own_comments())
    assert "✅" in hub.own_comments()[0]
    assert ("Pull request 7: the comment was told by a later run already.",) == found.done
    assert {} == statuses(hub)


def body_of(hub, payload, tmp_path):
    """Return the comment that a report would write."""
    run = payload["workflow_run"]
    (artifact,) = hub.artifacts[run["id"]]
    job = Job(id=run["id"], attempt=1, url=run["html_url"])
    case = cases(job).of(read_artifact(artifact["archive"]), SHA)
    return comment(without_forge(case, (), today=date(2026, 1, 1)).told)


def test_comments_that_were_doubled_become_one(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)
    reported(github, "workflow_run", payload, tmp_path)
    for _ in range(2):
        hub.add_comment(7, hub.own_comments()[0], hub.bot())
    reported(github, "workflow_run", payload, tmp_path)
    assert 1 == len(hub.own_comments())


def test_an_apps_own_token_has_one_comment_too(hub, tmp_path):
    hub.login = "our-app[bot]"
    payload = hand_over(hub, SLOWER)
    for _ in range(3):
        reported(make_github(hub, login="github-actions[bot]"), "workflow_run", payload, tmp_path)
    assert 1 == len(hub.own_comments())


def test_nobody_elses_comment_is_touched_whatever_it_begins_with(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)
    reported(github, "workflow_run", payload, tmp_path)
    fake = hub.own_comments()[0].replace("❌", "✅")
    hub.comments.clear()
    for user in ("mallory", None):
        hub.add_comment(7, fake, user)
    hub.add_comment(7, "see below\n" + fake, hub.bot())
    hub.add_comment(7, fake, hub.person("github-actions", "User"))
    reported(github, "workflow_run", payload, tmp_path)
    assert 5 == len(hub.comments)
    assert [fake, fake, "see below\n" + fake, fake] == [one["body"] for one in hub.comments[:4]]


def test_among_231_comments_ours_is_found(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)
    for number in range(230):
        hub.add_comment(7, f"comment {number}", "alice" if number % 7 else None)
    for _ in range(2):
        reported(github, "workflow_run", payload, tmp_path)
    assert (231, 1) == (len(hub.comments), len(hub.own_comments()))


def test_limits_are_the_default_branchs_whatever_was_handed_over(hub, github, tmp_path):
    hub.contents["pyproject.toml"] = "[tool.lapwing]\ncompare-limit = '20 %'\n"
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    assert "success" == statuses(hub)["lapwing/default"][0]
    hub.contents["pyproject.toml"] = "[tool.lapwing]\ncompare-limit = 'much'\n"
    with pytest.raises(SettingsError):
        reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)


def test_what_the_default_branchs_file_accepts_does_not_block(hub, github, tmp_path):
    hub.contents[".lapwing/accepted.toml"] = (
        '[[accepted]]\nbenchmark = "t.py::slow"\nup-to = "20 %"\nby = "alice"\nreason = "exact"\nuntil = 2999-01-01\n'
    )
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    assert "success" == statuses(hub)["lapwing/default"][0]
    assert "1 change accepted on purpose" in hub.own_comments()[0]
    hub.contents[".lapwing/accepted.toml"] = hub.contents[".lapwing/accepted.toml"].replace("2999", "2020")
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    assert "failure" == statuses(hub)["lapwing/default"][0]
    assert "what was accepted has expired" in hub.own_comments()[0]


@pytest.mark.parametrize(("author", "state"), [("maintainer", "success"), ("mallory", "failure"), (None, "failure")])
def test_a_comment_accepts_if_its_author_may_write(hub, github, tmp_path, author, state):
    payload = hand_over(hub, SLOWER)
    reported(github, "workflow_run", payload, tmp_path)
    hub.add_comment(7, "/lapwing accept t.py::s* — worth it", author)
    reported(github, "workflow_run", payload, tmp_path)
    assert state == statuses(hub)["lapwing/default"][0]
    assert ("by a comment" in hub.own_comments()[0]) == (state == "success")


def test_what_was_accepted_is_remembered_and_open_again_when_it_gets_worse(hub, github, tmp_path):
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    note = hub.add_comment(7, "/lapwing accept t.py::slow — worth it", "maintainer")
    found = reported(github, "issue_comment", commented(7, note["id"], note["body"], "maintainer"), tmp_path)
    assert "success" == statuses(hub)["lapwing/default"][0]
    assert [(note["id"], "+1")] == [one[:2] for one in hub.reactions]
    assert found.told is not None
    hub.pulls[7]["head"]["sha"] = OTHER
    reported(github, "workflow_run", hand_over(hub, {"t.py::slow": 0.3}, run_id=6, sha=OTHER), tmp_path)
    assert "failure" == statuses(hub, OTHER)["lapwing/default"][0]
    assert "it is worse than what was accepted" in hub.own_comments()[0]


def test_the_label_accepts_everything_if_whoever_put_it_on_may_write(hub, github, tmp_path):
    payload = hand_over(hub, SLOWER)
    reported(github, "workflow_run", payload, tmp_path)
    hub.people["helper"] = "triage"
    hub.label(7, "lapwing-accepted", by="helper")
    reported(github, "pull_request", labelled(7, "lapwing-accepted"), tmp_path)
    assert "failure" == statuses(hub)["lapwing/default"][0]
    hub.label(7, "lapwing-accepted", by="maintainer")
    reported(github, "pull_request", labelled(7, "lapwing-accepted"), tmp_path)
    assert "success" == statuses(hub)["lapwing/default"][0]
    assert "by label" in hub.own_comments()[0]


def test_a_label_on_a_forks_pull_request_counts_at_the_next_report(hub, github, tmp_path):
    """Its own event has a token that may only read and starts no report: nothing happens until something is told."""
    hub.add_pull(8, OTHER, owner="mallory", branch="main")
    first = hand_over(hub, SLOWER, sha=OTHER, owner="mallory", branch="main")
    reported(github, "workflow_run", first, tmp_path)
    assert "failure" == statuses(hub, OTHER)["lapwing/default"][0]
    hub.label(8, "lapwing-accepted", by="maintainer")
    reported(github, "workflow_run", first, tmp_path)
    assert "success" == statuses(hub, OTHER)["lapwing/default"][0]
    assert "by label" in hub.own_comments()[0]
    hub.pulls[8]["labels"].clear()
    reported(github, "workflow_run", first, tmp_path)
    assert "failure" == statuses(hub, OTHER)["lapwing/default"][0]


def test_a_pull_request_a_label_and_a_command_of_deleted_accounts_accept_nothing(hub, github, tmp_path):
    hub.pulls[7]["user"] = hub.person("ghost")
    hub.label(7, "lapwing-accepted", by="ghost")
    hub.add_comment(7, "/lapwing accept * — I am gone", None)
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    assert "failure" == statuses(hub)["lapwing/default"][0]
    assert 1 == len(hub.own_comments())


def test_a_fork_that_was_deleted_since_it_was_measured_is_told_nothing_and_stops_nobody_else(hub, github, tmp_path):
    gone = hand_over(hub, SLOWER, sha=OTHER, owner="mallory", branch="main")
    hub.add_pull(8, OTHER, owner="", branch="main")
    gone["workflow_run"]["head_repository"] = None
    found = reported(github, "workflow_run", gone, tmp_path)
    assert "the repository or the branch that was measured is gone" in found.done[0]
    reported(github, "workflow_run", hand_over(hub, SLOWER, run_id=6), tmp_path)
    assert [7] == [one["__number"] for one in hub.comments]
    assert {} == statuses(hub, OTHER)


def test_rerun_runs_the_job_that_measured_again(hub, github, tmp_path):
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    note = hub.add_comment(7, "/lapwing rerun", "maintainer")
    reported(github, "issue_comment", commented(7, note["id"], note["body"], "maintainer"), tmp_path)
    assert [5] == hub.reruns
    hub.permissions["actions"] = "read"
    found = reported(github, "issue_comment", commented(7, note["id"], note["body"], "maintainer"), tmp_path)
    assert "Not run again" in found.done[0]


@pytest.mark.parametrize("author", ["mallory", "helper"])
def test_who_may_not_write_commands_nothing(hub, github, tmp_path, author):
    hub.people["helper"] = "triage"
    reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    note = hub.add_comment(7, "/lapwing rerun", author)
    reported(github, "issue_comment", commented(7, note["id"], note["body"], author), tmp_path)
    assert ([], []) == (hub.reruns, hub.reactions)


def test_a_command_that_nobody_understands_is_acknowledged_so(hub, github, tmp_path):
    note = hub.add_comment(7, "/lapwing accept everything", "maintainer")
    reported(github, "issue_comment", commented(7, note["id"], note["body"], "maintainer"), tmp_path)
    assert [(note["id"], "confused")] == [one[:2] for one in hub.reactions]


def test_nothing_reported_yet_cannot_be_reported_again_or_run_again(hub, github, tmp_path):
    note = hub.add_comment(7, "/lapwing accept a — b\n/lapwing rerun", "maintainer")
    found = reported(github, "issue_comment", commented(7, note["id"], note["body"], "maintainer"), tmp_path)
    assert 2 == sum("Nothing to" in line for line in found.done)
    assert (
        "Nothing to report again" in reported(github, "pull_request", labelled(9, "lapwing-accepted"), tmp_path).done[0]
    )


@pytest.mark.parametrize("name", ["a bomb", "two members", "no zip", "climbing out"])
def test_a_hostile_archive_is_told_as_a_measurement_that_failed(hub, github, tmp_path, name):
    hub.add_run(5, SHA)
    hub.add_artifact(5, "lapwing-report", ARCHIVES[name])
    reported(github, "workflow_run", run_completed(SHA), tmp_path)
    assert "### ⚠️ Performance: the measurement failed" in hub.own_comments()[0]
    assert "error" == statuses(hub)["lapwing/default"][0]


@pytest.mark.parametrize("text", [TEXTS["said twice"], b"{}", b'{"schema": 99}', b'{"schema": true}', b'{"schema": 1}'])
def test_a_document_that_is_none_is_told_as_a_measurement_that_failed(hub, github, tmp_path, text):
    hub.add_run(5, SHA)
    hub.add_artifact(5, "lapwing-report", text.decode("latin-1"))
    reported(github, "workflow_run", run_completed(SHA), tmp_path)
    assert "the measurement failed" in hub.own_comments()[0]


def test_a_job_that_left_nothing_is_told_and_so_is_one_of_another_commit_or_suite(hub, github, tmp_path):
    hub.add_run(5, SHA)
    payload = run_completed(SHA, conclusion="failure")
    reported(github, "workflow_run", payload, tmp_path)
    assert "left no report" in hub.own_comments()[0]
    hub.add_artifact(5, "lapwing-report", handed(SLOWER, sha=OTHER).decode())
    reported(github, "workflow_run", payload, tmp_path)
    assert "handover-other-commit" in hub.own_comments()[0]
    hub.add_artifact(5, "lapwing-report", handed(SLOWER, suite="io").decode())
    reported(github, "workflow_run", payload, tmp_path)
    assert "the suite io" in hub.own_comments()[0]
    assert 1 == len(hub.own_comments())


def test_a_token_that_may_only_read_is_no_error(hub, github, tmp_path):
    hub.permissions = dict.fromkeys(hub.permissions, "read")
    found = reported(github, "workflow_run", hand_over(hub, SLOWER), tmp_path)
    assert ([], []) == (hub.comments, hub.statuses)
    assert found.told is not None
    assert [True, True] == ["Resource not accessible" in line for line in found.done]


def test_without_a_token_there_is_nothing_to_fetch_and_it_is_said(tmp_path):
    found = reported(None, "workflow_run", run_completed(SHA), tmp_path)
    assert found.told is None
    assert "there is no token" in found.done[0]


def test_what_this_job_measured_is_reported_without_a_token_too(hub, github, tmp_path):
    file = tmp_path / "lapwing-report.json"
    file.write_bytes(handed(SLOWER))
    found = reported(None, "nothing", {}, tmp_path, file=file)
    assert Outcome.REGRESSED is found.told.settled.report.outcome
    assert "Only the job's summary: there is no token." == found.done[0]


def test_a_job_that_measured_must_say_what(hub, github, tmp_path):
    with pytest.raises(UsageError, match="no file says what it measured"):
        reported(github, "push", pushed(SHA, branch="topic"), tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        reported(github, "push", pushed(SHA), tmp_path, file=tmp_path / "none.json")
    with pytest.raises(UsageError, match="Both a file and the history"):
        reported(github, "push", pushed(SHA), tmp_path, file=tmp_path / "none.json", history=True)


def test_a_push_has_a_status_and_no_comment(hub, github, tmp_path):
    file = tmp_path / "lapwing-report.json"
    file.write_bytes(handed(SLOWER))
    job = Job(id=9, attempt=1, url="https://github.com/octo/thing/actions/runs/9")
    reported(github, "push", pushed(SHA), tmp_path, file=file, job=job)
    assert ([], "failure") == (hub.comments, statuses(hub)["lapwing/default"][0])


def test_a_merge_queue_has_a_status_and_no_comment(hub, github, tmp_path):
    hand_over(hub, SAME)
    reported(github, "workflow_run", run_completed(SHA, event="merge_group"), tmp_path)
    assert ([], "success") == (hub.comments, statuses(hub)["lapwing/default"][0])


def test_quiet_projects_are_told_only_what_changed(hub, github, tmp_path):
    reported(github, "workflow_run", hand_over(hub, SAME), tmp_path, comments="changed")
    assert [] == hub.comments
    reported(github, "workflow_run", hand_over(hub, SLOWER, run_id=6), tmp_path, comments="changed")
    reported(github, "workflow_run", hand_over(hub, SAME, run_id=7), tmp_path, comments="changed")
    assert "✅" in hub.own_comments()[0]


# Each costs requests over HTTP; tests/pipeline/test_announce.py breaks every call of the port in every way.
STRUCK = ("reset-after", "502-after", "reset", "403-primary")


@pytest.mark.parametrize(
    ("fault", "there"), [*((fault, False) for fault in STRUCK), ("reset-after", True), ("502-after", True)]
)
def test_after_any_one_fault_and_a_rerun_there_is_one_comment_and_one_status(hub, tmp_path, fault, there):
    """Every call is struck in turn: those of a first report, and those of one that replaces another."""
    payload = hand_over(hub, SLOWER, run_id=6)
    if there:
        reported(make_github(hub), "workflow_run", hand_over(hub, SAME, run_id=5), tmp_path)
    before = copy.deepcopy((hub.comments, hub.statuses))
    struck = 0
    while True:
        hub.comments[:], hub.statuses[:] = copy.deepcopy(before)
        hub.calls, hub.faults = 0, {struck: FAULTS[fault]}
        try:
            reported(make_github(hub), "workflow_run", payload, tmp_path)
        except ForgeError:
            hub.faults = {}
            reported(make_github(hub), "workflow_run", payload, tmp_path)
        (body,) = hub.own_comments()
        assert "### ❌ Performance: 1 of 4 benchmarks got slower" in body
        assert {"lapwing/default"} == set(statuses(hub))
        assert "failure" == statuses(hub)["lapwing/default"][0]
        assert len(hub.statuses) == 1 + there
        if hub.calls <= struck:
            break
        struck += 1
    assert struck >= 9


def test_silence_after_a_write_is_looked_into_and_not_repeated(hub, tmp_path):
    payload = hand_over(hub, SLOWER)
    writes = []
    hub.before.append(lambda hub, method, path: writes.append(hub.calls - 1) if method == "POST" else None)
    reported(make_github(hub), "workflow_run", payload, tmp_path)
    for write in tuple(writes):
        hub.comments.clear()
        hub.statuses.clear()
        hub.calls, hub.faults = 0, {write: FAULTS["silence-after"]}
        reported(make_github(hub), "workflow_run", payload, tmp_path)
        assert (1, 1) == (len(hub.own_comments()), len(hub.statuses))


def test_what_stays_broken_is_an_error_after_everything_else_was_done(hub, github, tmp_path):
    payload, real = hand_over(hub, SLOWER), hub.answer

    def answer(method, target, headers, raw):
        if method == "POST" and target.endswith("/comments"):
            return Answer(502, {"message": "down"})
        return real(method, target, headers, raw)

    hub.answer = answer
    with pytest.raises(ForgeError):
        reported(github, "workflow_run", payload, tmp_path)
    assert "failure" == statuses(hub)["lapwing/default"][0]
    assert [] == hub.own_comments()

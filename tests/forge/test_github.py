"""GitHub behind the port, as the fake answers: what is asked, what is understood, what is done when it goes wrong."""

import dataclasses

import pytest

from fakes.github import FAULTS
from forge.conftest import SHA, make_github
from lapwing.errors import ForgeError, ForgeRefused, HandoverRefused
from lapwing.forge.artifact import MAX_ARCHIVE
from lapwing.forge.github import artifacts, open_github
from lapwing.forge.github.client import BOT
from lapwing.review import Gate, Job, Origin, Remark

ORIGIN = Origin(owner="octo", branch="topic", sha=SHA)
OTHER = "c" * 40


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "enterprise"])
def prefix(request):
    return request.param


def test_a_pull_request_is_found_by_head_repository_branch_and_exact_hash(hub, github):
    hub.add_pull(8, OTHER, owner="mallory", branch="main")
    hub.add_pull(9, "d" * 40, owner="mallory", branch="x/#&?é")
    hub.add_pull(10, "e" * 40, owner="mallory", branch="old", state="closed")
    hub.add_pull(11, SHA, base="next")
    found = [github.pulls(Origin(owner=o, branch=b, sha=s)) for o, b, s in [
        ("octo", "topic", SHA),
        ("mallory", "main", OTHER),
        ("mallory", "x/#&?é", "d" * 40),
        ("mallory", "main", SHA),
        ("mallory", "old", "e" * 40),
        ("octo", "main", OTHER),
    ]]  # fmt: skip
    assert [[7, 11], [8], [9], [], [], []] == [[pull.number for pull in pulls] for pulls in found]


def test_a_pull_request_into_another_repository_is_none_of_ours(hub, github):
    hub.pulls[7]["base"]["repo"]["full_name"] = "octo/other"
    assert () == github.pulls(ORIGIN)
    assert github.pull(7) is None


def test_a_pull_request_of_a_fork_that_is_gone_can_still_be_read(hub, github):
    hub.add_pull(8, OTHER, owner="")
    assert OTHER == github.pull(8).sha
    assert github.pull(99) is None


def test_what_is_known_of_a_pull_request(hub, github):
    hub.label(7, "lapwing-accepted")
    assert ("main", "octo", ("lapwing-accepted",)) == (
        github.pull(7).base,
        github.pull(7).author,
        github.pull(7).labels,
    )


def test_231_comments_are_read_in_three_requests_and_one_is_of_nobody_any_more(hub, github):
    for number in range(229):
        hub.add_comment(7, f"comment {number}", "alice")
    hub.add_comment(7, "from a ghost", None)
    hub.add_comment(7, "ours", hub.bot())
    notes = github.notes(7)
    assert (231, 3) == (len(notes), len(hub.log))
    assert [("", False), (BOT, True)] == [(note.author, note.mine) for note in notes[-2:]]


def test_comments_are_written_edited_and_removed(hub, github):
    note = github.write(7, "hello")
    assert note.mine
    github.edit(note.id, "better")
    assert ["better"] == [one.body for one in github.notes(7)]
    github.remove(note.id)
    github.remove(note.id)
    assert () == github.notes(7)


def test_a_comment_is_acknowledged_once_however_often(hub, github):
    note = hub.add_comment(7, "/lapwing rerun", "maintainer")
    for understood in (True, True, False):
        github.acknowledge(note["id"], understood=understood)
    assert ["+1", "confused"] == [content for _, content, _ in hub.reactions]


def test_a_workflows_token_may_not_ask_who_it_is_and_is_the_bot(hub):
    hub.add_comment(7, "ours", hub.bot())
    assert [True] == [note.mine for note in make_github(hub, login="").notes(7)]


def test_a_persons_token_asks_who_it_is_once(hub):
    hub.installed, hub.login = False, "octocat"
    github = make_github(hub, login="")
    hub.add_comment(7, "ours", hub.bot())
    hub.add_comment(7, "theirs", BOT)
    assert [True, False] == [note.mine for note in github.notes(7)]
    assert [True, False] == [note.mine for note in github.notes(7)]
    assert 1 == hub.paths().count(("GET", "/user"))


def test_who_we_are_is_learned_from_what_we_wrote(hub):
    hub.login = "our-app[bot]"
    github = make_github(hub, login=BOT)
    hub.add_comment(7, "ours, of last time", hub.bot())
    assert [False] == [note.mine for note in github.notes(7)]
    assert github.write(7, "ours").mine
    assert [True, True] == [note.mine for note in github.notes(7)]


def test_the_status_of_a_commit_is_the_newest_of_its_name(hub, github):
    assert github.gate(SHA, "lapwing/a") is None
    gates = [
        Gate(name="lapwing/a", state="failure", description="2 slower", url="https://e.x/1"),
        Gate(name="lapwing/b", state="pending", description=""),
        Gate(name="lapwing/a", state="success", description="x" * 140),
    ]
    for gate in gates:
        github.set_gate(SHA, gate)
    assert gates[2] == github.gate(SHA, "lapwing/a")
    assert gates[1] == github.gate(SHA, "lapwing/b")


def test_who_may_write_is_asked_of_github(hub, github):
    hub.people |= {"guest": "read", "helper": "triage", "chief": "maintain"}
    logins = ["owner", "maintainer", "chief", "helper", "guest", "nobody-here"]
    assert [True, True, True, False, False, False] == [github.may_write(login) for login in logins]


def test_who_put_a_label_on_is_known_by_the_last_time(hub, github):
    assert "" == github.labelled_by(7, "lapwing-accepted")
    for by in ("alice", "maintainer"):
        hub.label(7, "lapwing-accepted", by=by)
    hub.label(7, "other", by="bob")
    assert "maintainer" == github.labelled_by(7, "lapwing-accepted")


def test_a_file_of_the_default_branch(hub, github):
    hub.contents[".lapwing/accepted.toml"] = "é = 1\n"
    assert "é = 1\n".encode() == github.trusted_file(".lapwing/accepted.toml")
    assert github.trusted_file("none.toml") is None


def test_a_job_is_known_with_what_it_measured(hub, github):
    hub.add_run(5, SHA, owner="mallory", branch="main", attempt=3)
    job, origin = github.job(5)
    assert (5, 3, Origin(owner="mallory", branch="main", sha=SHA)) == (job.id, job.attempt, origin)
    assert github.job(6) is None


def job_of(hub, **more):
    hub.add_run(5, SHA)
    return Job(id=5, attempt=1, url="https://e.x", **more)


def test_the_newest_artifact_of_the_commit_is_taken_whatever_else_the_run_left(hub, github):
    job = job_of(hub)
    hub.add_artifact(5, "lapwing-report", b"first")
    wanted = hub.add_artifact(5, "lapwing-report", b"second")
    hub.add_artifact(5, "lapwing-report", b"of another commit", sha=OTHER)
    hub.add_artifact(5, "logs", b"third")
    hub.add_artifact(5, "lapwing-report", b"expired")["expired"] = True
    assert wanted["archive"] == github.handed_over(job, "lapwing-report", SHA)


def test_no_artifact_is_no_error(hub, github):
    assert github.handed_over(job_of(hub), "lapwing-report", SHA) is None
    assert github.handed_over(Job(id=99, attempt=1, url=""), "lapwing-report", SHA) is None


def test_an_artifact_that_is_not_what_was_uploaded_or_too_large_is_refused(hub, github):
    job = job_of(hub)
    hub.add_artifact(5, "lapwing-report", b"bytes")["digest"] = "sha256:" + "0" * 64
    with pytest.raises(HandoverRefused) as error:
        github.handed_over(job, "lapwing-report", SHA)
    assert "artifact-altered" == error.value.slug
    hub.add_artifact(5, "lapwing-report", b"x" * (MAX_ARCHIVE + 1))
    with pytest.raises(HandoverRefused) as error:
        github.handed_over(job, "lapwing-report", SHA)
    assert "artifact-too-large" == error.value.slug


def test_an_artifact_larger_than_it_says_is_not_read_to_its_end(hub, github, monkeypatch):
    job = job_of(hub)
    hub.add_artifact(5, "lapwing-report", b"x" * 3_000_000)
    monkeypatch.setattr("lapwing.forge.github.artifacts.MAX_ARCHIVE", 100_000)
    one = artifacts.newest(github._session, github._place, job.id, "lapwing-report", SHA)
    one.size_in_bytes = 10
    monkeypatch.setattr("lapwing.forge.github.artifacts.newest", lambda *_: one)
    with pytest.raises(HandoverRefused):
        github.handed_over(job, "lapwing-report", SHA)


@pytest.mark.parametrize("fault", ["reset", "silence", "502"])
@pytest.mark.parametrize("call", [0, 1, 2])
def test_an_artifact_is_fetched_again_whichever_request_breaks(hub, slept, fault, call):
    job = job_of(hub)
    kept = hub.add_artifact(5, "lapwing-report", b"bytes" * 1000)
    hub.faults[call] = FAULTS[fault]
    github = make_github(hub, slept, timeout=1.0 if fault == "silence" else 60.0)  # reading again harms nothing
    assert kept["archive"] == github.handed_over(job, "lapwing-report", SHA)
    assert slept


def test_an_artifact_that_cannot_be_fetched_is_given_up(hub, github):
    job = job_of(hub)
    hub.add_artifact(5, "lapwing-report", b"bytes")
    hub.faults = dict.fromkeys((2, 4, 6, 8), FAULTS["reset"])
    with pytest.raises(ForgeError, match="4 tries"):
        github.handed_over(job, "lapwing-report", SHA)


def remarks(number):
    return [Remark(path="a.py", line=n + 1, title="slower", message="+5 %", blocks=n % 2 == 0) for n in range(number)]


def test_51_remarks_are_shown_in_two_requests_and_never_twice(hub, github):
    for _ in range(2):
        github.remark(SHA, "lapwing/a", title="t", summary="s", remarks=remarks(51))
    (check,) = hub.checks
    assert ("neutral", 51) == (check["conclusion"], check["output"]["annotations_count"])
    assert ["failure", "warning"] == [one["annotation_level"] for one in check["__annotations"][:2]]


def test_the_files_that_a_pull_request_changes(hub, github):
    hub.files[7] = [f"f{n}.py" for n in range(120)]
    assert 120 == len(github.changed_files(7))


def test_the_job_is_run_again(hub, github):
    github.rerun(job_of(hub))
    assert [5] == hub.reruns


def test_a_token_that_may_only_read_is_refused_at_once_and_told_what_it_lacks(hub, github, slept):
    hub.permissions = dict.fromkeys(hub.permissions, "read")
    with pytest.raises(ForgeRefused, match="Resource not accessible by integration") as error:
        github.write(7, "x")
    assert "issues=write; pull_requests=write" in error.value.remedy
    assert [] == slept


def test_what_is_too_long_is_told_as_github_says(hub, github):
    with pytest.raises(ForgeError, match="Validation Failed") as error:
        github.write(7, "x" * 65_537)
    assert "forge-said-no" == error.value.slug


def test_an_answer_of_somebody_else_is_no_answer(hub, github):
    hub.pulls[7]["number"] = "seven"
    with pytest.raises(ForgeError, match="cannot be read") as error:
        github.pulls(ORIGIN)
    assert "forge-odd-answer" == error.value.slug
    hub.violations.clear()


def test_the_environment_names_the_repository(hub):
    environ = {"GITHUB_TOKEN": "ghs_x", "GITHUB_REPOSITORY": "octo/thing", "GITHUB_API_URL": hub.base}
    environ |= {"GITHUB_ACTIONS": "true"}
    hub.add_comment(7, "ours", hub.bot())
    assert [True] == [note.mine for note in open_github(environ).notes(7)]
    assert [("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments")] == hub.paths()
    assert open_github({"GITHUB_REPOSITORY": "octo/thing"}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"GITHUB_REPOSITORY": "thing"},
        {"GITHUB_REPOSITORY": "a/b/../c"},
        {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "file:///etc"},
        {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "nowhere"},
    ],
)
def test_an_environment_that_names_no_repository_is_refused(wrong):
    with pytest.raises(Exception, match="names no repository"):
        open_github({"GITHUB_TOKEN": "x"} | wrong)


def test_the_nouns_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ORIGIN.branch = "main"

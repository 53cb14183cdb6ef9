"""The fake GitHub is as GitHub describes itself, and says so where it or its caller is not."""

import json

import pytest
import requests

from fakes.github import FAULTS, Fault, Hub, serving
from fakes.github.cut_description import KEPT
from fakes.github.description import description
from fakes.github.operations import OPERATIONS

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
HEADERS = {"Authorization": "token ghs_x", "X-GitHub-Api-Version": "2022-11-28"}


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "enterprise"])
def hub(request):
    with serving(prefix=request.param) as served:
        served.add_pull(7, SHA)
        yield served
    assert [] == [one for one in served.violations if "itself failed" in one]


def ask(hub, method, path, body=None, **more):
    return requests.request(
        method, f"{hub.base}{path}", json=body, headers=HEADERS, **({"allow_redirects": False, "timeout": 60} | more)
    )


def at(*parts):
    return "/".join(["/repos/octo/thing", *map(str, parts)])


def test_every_described_operation_is_there_and_no_other():
    described = {
        operation["operationId"]
        for path in description().document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    }
    assert described == set(OPERATIONS)
    assert set(KEPT) == set(description().document["paths"])
    assert "23.0.2" == description().version


def test_every_operation_answers_as_described(hub):
    hub.add_run(5, SHA)
    hub.add_artifact(5, "lapwing-report", "{}")
    hub.contents["a/b.toml"] = "x = 1\n"
    hub.files[7] = ["a.py"]
    hub.label(7, "lapwing-accepted")
    comment = hub.add_comment(7, "hello", hub.bot())
    hub.add_comment(7, "from nobody any more", None)
    (artifact,) = hub.artifacts[5]
    check = ask(hub, "POST", at("check-runs"), {"name": "x", "head_sha": SHA, "status": "in_progress"}).json()
    issue = ask(hub, "POST", at("issues"), {"title": "t", "body": "b"}).json()
    asked = [
        ("GET", "/rate_limit", None),
        ("GET", "/user", None),
        ("GET", at(), None),
        ("GET", at("pulls?state=open&head=octo:topic&per_page=100"), None),
        ("GET", at("pulls", 7), None),
        ("GET", at("pulls", 7, "files"), None),
        ("GET", at("commits", SHA, "pulls"), None),
        ("GET", at("issues", 7), None),
        ("GET", at("issues?state=all&creator=github-actions[bot]"), None),
        ("PATCH", at("issues", issue["number"]), {"state": "closed", "state_reason": "completed"}),
        ("GET", at("issues", 7, "comments?per_page=100"), None),
        ("GET", at("issues", 7, "events"), None),
        ("POST", at("issues", 7, "labels"), {"labels": ["perf"]}),
        ("GET", at("issues", 7, "labels"), None),
        ("POST", at("issues", 7, "comments"), {"body": "well"}),
        ("GET", at("issues/comments", comment["id"]), None),
        ("PATCH", at("issues/comments", comment["id"]), {"body": "better"}),
        ("POST", at("issues/comments", comment["id"], "reactions"), {"content": "+1"}),
        ("POST", at("issues/comments", comment["id"], "reactions"), {"content": "+1"}),
        ("DELETE", at("issues/comments", comment["id"]), None),
        ("POST", at("statuses", SHA), {"state": "success", "context": "lapwing/default", "description": "fine"}),
        ("GET", at("commits", SHA, "statuses"), None),
        ("GET", at("commits", SHA, "status"), None),
        ("PATCH", at("check-runs", check["id"]), {"status": "completed", "conclusion": "neutral"}),
        ("GET", at("check-runs", check["id"]), None),
        ("GET", at("check-runs", check["id"], "annotations"), None),
        ("GET", at("commits", SHA, "check-runs"), None),
        ("GET", at("actions/runs", 5), None),
        ("GET", at("actions/runs", 5, "artifacts?name=lapwing-report"), None),
        ("GET", at("actions/artifacts", artifact["id"], "zip"), None),
        ("POST", at("actions/runs", 5, "rerun"), None),
        ("GET", at("contents/a/b.toml"), None),
        ("GET", at("collaborators/maintainer/permission"), None),
    ]
    for method, path, body in asked:
        answer = ask(hub, method, path, body)
        assert answer.status_code < 400 or path == "/user", (method, path, answer.text)
    assert [] == hub.violations
    assert {one["template"] for one in hub.log} == set(KEPT)


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", at("issues/7/comments"), {"text": "x"}, "'body' is a required property"),
        ("POST", at("issues/7/comments"), {"body": "x", "sticky": True}, "unknown field 'sticky'"),
        ("GET", at("issues/7/comments?per_page=500"), None, "per_page 500"),
        ("GET", at("issues/7/comments?sort=up"), None, "unknown query parameter"),
        ("POST", at("statuses", SHA), {"state": "neutral"}, "'neutral' is not one of"),
        ("GET", at("statuses", SHA), None, "not in GitHub's description"),
    ],
)
def test_a_request_that_is_not_as_described_is_a_violation(hub, method, path, body, said):
    assert ask(hub, method, path, body).status_code in (404, 422)
    assert said in hub.violations[0]


def test_an_answer_that_is_not_as_described_is_a_violation(hub):
    hub.pulls[7]["number"] = "seven"
    ask(hub, "GET", at("pulls"))
    assert "answer to GET" in hub.violations[0]


def test_a_request_without_the_pinned_version_is_a_violation(hub):
    requests.get(hub.base + at("pulls"), headers={"Authorization": "token x"}, timeout=60)
    assert ["no pinned API version" in one for one in hub.violations] == [True]


def test_pages_are_linked(hub):
    for number in range(230):
        hub.add_comment(7, f"comment {number}", "alice")
    place, texts = at("issues/7/comments?per_page=100"), []
    answer = ask(hub, "GET", place)
    while True:
        texts += [one["body"] for one in answer.json()]
        if "next" not in answer.links:
            break
        answer = requests.get(answer.links["next"]["url"], headers=HEADERS, timeout=60)
    assert [f"comment {number}" for number in range(230)] == texts
    assert 3 == len(hub.log)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_strikes_one_call_before_or_after_its_effect(hub, name):
    hub.faults[0] = FAULTS[name]
    try:
        patience = 1.0 if FAULTS[name].silent else 60.0
        answer = ask(hub, "POST", at("issues/7/comments"), {"body": "x"}, timeout=patience)
        answer.json()
        assert answer.status_code == FAULTS[name].status
    except requests.RequestException:
        assert FAULTS[name].reset or FAULTS[name].silent or FAULTS[name].cut
    assert len(hub.comments) == FAULTS[name].after
    assert 201 == ask(hub, "POST", at("issues/7/comments"), {"body": "y"}).status_code


def test_a_token_that_may_only_read_may_not_write(hub):
    hub.permissions = dict.fromkeys(hub.permissions, "read")
    asked = [("issues/7/comments", {"body": "x"}), (f"statuses/{SHA}", {"state": "success"})]
    for path, body in asked:
        answer = ask(hub, "POST", at(path), body)
        assert (403, "Resource not accessible by integration") == (answer.status_code, answer.json()["message"])


def test_nobody_edits_what_another_wrote(hub):
    comment = hub.add_comment(7, "mine", "alice")
    assert 403 == ask(hub, "PATCH", at("issues/comments", comment["id"]), {"body": "yours"}).status_code


def test_limits_are_those_of_github(hub):
    assert 201 == ask(hub, "POST", at("issues/7/comments"), {"body": "x" * 65_536}).status_code
    assert 422 == ask(hub, "POST", at("issues/7/comments"), {"body": "x" * 65_537}).status_code
    assert 422 == ask(hub, "POST", at("issues/7/comments"), {"body": " "}).status_code
    assert 422 == ask(hub, "POST", at("statuses", SHA), {"state": "success", "description": "x" * 141}).status_code


def test_the_artifacts_are_elsewhere_and_the_token_is_not_to_go_there(hub):
    hub.add_run(5, SHA)
    kept = hub.add_artifact(5, "lapwing-report", "{}")
    place = ask(hub, "GET", at("actions/artifacts", kept["id"], "zip")).headers["Location"]
    assert kept["archive"] == requests.get(place, timeout=60).content
    assert [] == hub.violations
    requests.get(place, headers=HEADERS, timeout=60)
    assert ["the token was sent to where artifacts are stored"] == hub.violations


def test_a_pull_request_of_a_fork_is_in_no_commits_list_and_found_by_its_head(hub):
    hub.add_pull(8, "c" * 40, owner="mallory", branch="main")
    assert [] == ask(hub, "GET", at("commits", "c" * 40, "pulls")).json()
    found = ask(hub, "GET", at("pulls?state=open&head=mallory:main")).json()
    assert [8] == [one["number"] for one in found]


def test_a_fault_can_be_made_for_one_test_alone():
    with serving(Hub(owner="a", name="b")) as hub:
        hub.faults[0] = Fault(status=418, message="teapot")
        answer = requests.get(f"{hub.base}/repos/a/b", headers=HEADERS, timeout=60)
        assert {"message": "teapot"} == json.loads(answer.text)

"""What brought a change: its commit's subject, and the pull request that the subject names."""

from __future__ import annotations

import json

import pytest

from factories import make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.site.pages.brought import pull_of
from lapwing.site.web_address import commit_pages, pull_pages
from site_history import run_of


@pytest.mark.parametrize(
    ("subject", "pull"),
    [
        ("Merge pull request #123 from alice/topic", 123),
        ("Round exactly (#45)", 45),
        ('Revert "Round exactly (#45)" (#46)', 46),
        ("Merge pull request 'Round (#3) exactly' (#7) from alice/topic into main", 7),
        ("Merged in topic (pull request #9)", 9),
        ("Round exactly, see #45", None),
        ("Round (#45) exactly", None),
        ("(#1234567890)", None),
        ("(#٣)", None),
        ("", None),
    ],
)
def test_a_pull_request_is_what_a_merge_or_a_squash_names(subject, pull):
    assert pull == pull_of(subject)


@pytest.mark.parametrize(
    ("web", "commit", "pull"),
    [
        ("https://github.com/o/r", "https://github.com/o/r/commit/", "https://github.com/o/r/pull/"),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r/commit/", "https://codeberg.org/o/r/pulls/"),
        ("https://gitlab.com/gitea/r", "https://gitlab.com/gitea/r/-/commit/", ""),
        ("https://bitbucket.org/o/r", "https://bitbucket.org/o/r/commits/", "https://bitbucket.org/o/r/pull-requests/"),
        ("", "", ""),
    ],
)
def test_each_host_has_its_own_words_for_its_pages(web, commit, pull):
    assert (commit, pull) == (commit_pages(web), pull_pages(web))


SUBJECTS = {make_sha(44): "Round <b>exactly</b> (#45)"}


def told(target):
    return json.loads((target / "commits.json").read_bytes())


def test_the_commit_of_a_change_is_told_with_its_pull_request(history, make_site, tmp_path):
    commits = FakeCommits([make_sha(number) for number in range(70)], subjects=SUBJECTS)
    make_site().build(history, commits, tmp_path / "site")
    page = told(tmp_path / "site")
    assert "https://host.example/o/project/pull/" == page["pull_url"]
    assert {make_sha(44): {"subject": "Round <b>exactly</b> (#45)", "pull": 45}} == page["commits"]
    verdicts = json.loads((tmp_path / "site/verdicts.json").read_bytes())["verdicts"]
    assert make_sha(44) == verdicts[0]["commit"]


def test_a_project_that_is_not_on_the_web_has_no_pages_to_link_to(history, make_site, tmp_path):
    commits = FakeCommits([make_sha(number) for number in range(70)], subjects=SUBJECTS)
    make_site(web="").build(history, commits, tmp_path / "site")
    assert "" == told(tmp_path / "site")["pull_url"]
    assert [None] == [one["pull"] for one in told(tmp_path / "site")["commits"].values()]


def test_commits_of_elsewhere_are_not_on_this_projects_pages(make_site, tmp_path):
    history = MemoryStore([run_of(number, source="import:asv") for number in range(60)])
    make_site().build(history, FakeCommits(), tmp_path / "site")
    assert "#" == json.loads((tmp_path / "site/index.json").read_bytes())["show_commit_url"]
    assert ("", {}) == (told(tmp_path / "site")["pull_url"], told(tmp_path / "site")["commits"])

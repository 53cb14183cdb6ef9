"""What whoever knows the order of commits promises; run on git itself and on the fake that other tests use."""

from __future__ import annotations

import pytest

from fakes.commits import FakeCommits
from fakes.repository import Repository
from lapwing.errors import RepositoryError
from lapwing.history.commits import GitCommits

SUBJECTS = ("First", "Second", "Third")


class RealCase:
    """Three commits on main, a fourth on another branch."""

    def __init__(self, tmp_path):
        self.repository = Repository(tmp_path / "project")
        self.shas = tuple(self.repository.commit(subject) for subject in SUBJECTS)
        self.repository.git("checkout", "-q", "-b", "other", self.shas[0])
        self.elsewhere = self.repository.commit("Elsewhere")
        self.repository.git("checkout", "-q", "main")
        self.tmp_path = tmp_path

    def commits(self, **how):
        root = self.repository.root
        if how.get("detached"):
            self.repository.git("checkout", "-q", "--detach")
        if how.get("dirty"):
            (root / "code.py").write_text("changed\n", encoding="utf-8")
        if how.get("shallow"):
            self.repository.git("clone", "-q", "--depth", "1", root.as_uri(), str(self.tmp_path / "clone"))
            root = self.tmp_path / "clone"
        return GitCommits(root)

    def empty(self):
        return GitCommits(Repository(self.tmp_path / "empty").root)


class FakeCase:
    """The same in memory."""

    def __init__(self, tmp_path):
        self.shas = tuple(f"{number:02d}".ljust(40, "a") for number in range(3))
        self.elsewhere = "e" * 40

    def commits(self, **how):
        subjects = dict(zip(self.shas, SUBJECTS, strict=True))
        shas = self.shas[-1:] if how.get("shallow") else self.shas
        return FakeCommits(shas, elsewhere=(self.elsewhere,), subjects=subjects, **how)

    def empty(self):
        return FakeCommits()


@pytest.fixture(params=[RealCase, FakeCase])
def case(request, tmp_path):
    return request.param(tmp_path)


def test_head_is_the_last_of_the_first_parents(case):
    commits = case.commits()
    head = commits.head()
    assert case.shas == commits.first_parents()
    assert (case.shas[-1], False, "Third", "main") == (head.sha, head.dirty, head.subject, head.branch)
    assert head.date is not None


def test_a_changed_work_tree_is_dirty_and_still_the_same_commit(case):
    head = case.commits(dirty=True).head()
    assert (case.shas[-1], True) == (head.sha, head.dirty)


def test_head_on_no_branch_is_detached(case):
    assert not case.commits().is_detached()
    commits = case.commits(detached=True)
    assert commits.is_detached()
    assert (case.shas[-1], "") == (commits.head().sha, commits.head().branch)


def test_a_cut_off_history_is_shallow(case):
    assert not case.commits().is_shallow()
    commits = case.commits(shallow=True)
    assert commits.is_shallow()
    assert case.shas[-1:] == commits.first_parents()


def test_commits_are_described_by_hash_or_by_its_beginning(case):
    first, short = case.shas[0], case.shas[1][:12]
    described = case.commits().describe([first, short, case.elsewhere, "f" * 40, "point-0001", ""])
    assert {first, short, case.elsewhere} == set(described)
    assert (first, "First") == (described[first].sha, described[first].subject)
    assert (case.shas[1], "Second") == (described[short].sha, described[short].subject)
    assert described[first].date < described[short].date
    assert not described[first].dirty


def test_it_is_known_whether_heads_history_has_a_commit(case):
    first, short = case.shas[0], case.shas[1][:12]
    merged = case.commits().merged([first, short, case.elsewhere, "f" * 40, "point-0001"])
    assert {first: True, short: True, case.elsewhere: False} == merged
    assert {} == case.commits().merged([])


def test_nothing_is_described_by_nothing(case):
    assert {} == case.commits().describe([])


def test_a_repository_without_commits_is_said(case):
    for work in (case.empty().head, case.empty().first_parents):
        with pytest.raises(RepositoryError) as caught:
            work()
        assert "no-commits" == caught.value.slug

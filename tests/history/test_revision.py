"""Which commit a word means, asked of real git."""

from __future__ import annotations

import subprocess

import pytest

from fakes.repository import Repository
from lapwing.errors import RepositoryError, UsageError
from lapwing.history.revision import resolve
from lapwing.wiring import importing


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "project")
    made.commit("a = 1\n", file="a.py")
    subprocess.run(["git", "tag", "v1"], cwd=made.root, check=True)
    return made


def test_head_a_tag_and_the_beginning_of_a_hash_mean_a_commit(repository):
    old = resolve(repository.root, "v1")
    sha = repository.commit("a = 2\n", file="a.py")
    head = resolve(repository.root, "HEAD")
    assert (sha, False) == (head.sha, head.dirty)
    assert head == resolve(repository.root, sha[:9])
    assert old == resolve(repository.root, "HEAD~1")
    assert old.date is not None
    assert old.subject


def test_a_hash_of_another_repository_is_taken_as_it_is(repository, tmp_path):
    assert resolve(repository.root, "c" * 40) is None
    (tmp_path / "outside").mkdir()
    assert resolve(tmp_path / "outside", "c" * 40) is None
    given = importing.given(repository.root, commit="c" * 40, date="2023-11-14T22:13:20Z", machine=None)
    assert ("c" * 40, 1.7e9, 1.7e9) == (given.commit.sha, given.commit.date, given.date)


@pytest.mark.parametrize("word", ["nothing", "--all", "", "a\0b", "HEAD^{tree}", "HEAD..v1"])
def test_a_word_that_git_does_not_know_is_refused(repository, word):
    with pytest.raises(UsageError) as caught:
        resolve(repository.root, word)
    assert "no-such-commit" == caught.value.slug


def test_a_word_means_nothing_outside_a_repository(tmp_path):
    with pytest.raises(RepositoryError):
        resolve(tmp_path, "HEAD")


def test_a_date_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageError) as caught:
        importing.given(tmp_path, commit=None, date="yesterday", machine=None)
    assert "bad-date" == caught.value.slug


def test_a_changed_work_tree_says_nothing_of_what_a_file_measured(repository):
    (repository.root / "a.py").write_text("a = 3\n", encoding="utf-8")
    assert not importing.given(repository.root, commit="HEAD", date=None, machine="m").commit.dirty

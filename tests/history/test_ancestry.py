"""Which commits lie between two, in real repositories."""

from __future__ import annotations

import subprocess

import pytest

from fakes.repository import Repository
from lapwing.errors import RepositoryError
from lapwing.history.ancestry import commits_between, first_parents_of


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repo")


def between(repository, good, bad):
    return [commit.subject for commit in commits_between(repository.root, good, bad)]


def test_the_commits_after_good_up_to_bad_oldest_first(repository):
    shas = [repository.commit(name) for name in ("one", "two", "three", "four")]

    assert ["two", "three", "four"] == between(repository, shas[1], shas[3])
    assert tuple(shas[:3]) == first_parents_of(repository.root, shas[2])


def test_a_merged_branch_counts_as_its_merge(repository):
    good = repository.commit("one")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("aside", file="other.py")
    repository.git("checkout", "-q", "main")
    repository.commit("two")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    bad = repository.git("rev-parse", "HEAD")

    assert ["one", "two", "merge"] == between(repository, good, bad)
    # From a commit of the branch, what came by the main line and the merge are after it.
    assert ["aside", "two", "merge"] == between(repository, repository.git("rev-parse", "side"), bad)


@pytest.mark.parametrize(
    ("good", "bad", "slug", "remedy"),
    [
        ("main", "main", "same-commit", "earlier commit"),
        ("main", "main~1", "no-ancestor", "change their places"),
        ("side", "main", "no-ancestor", "merge-base"),
    ],
)
def test_what_has_no_history_between_is_refused(repository, good, bad, slug, remedy):
    repository.commit("one")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("aside", file="other.py")
    repository.git("checkout", "-q", "main")
    repository.commit("two")
    with pytest.raises(RepositoryError, match=rf"\[{slug}\].*{remedy}"):
        between(repository, repository.git("rev-parse", good), repository.git("rev-parse", bad))


def test_a_clone_that_is_cut_off_in_between_is_said_to_be(repository, tmp_path):
    for name in ("one", "two", "three"):
        repository.commit(name)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", repository.root.as_uri(), str(clone)], check=True)
    subprocess.run(
        ["git", "fetch", "-q", "--depth=1", "origin", repository.git("rev-parse", "HEAD~2")], check=True, cwd=clone
    )
    with pytest.raises(RepositoryError, match=r"\[shallow\]"):
        commits_between(clone, repository.git("rev-parse", "HEAD~2"), repository.git("rev-parse", "HEAD"))

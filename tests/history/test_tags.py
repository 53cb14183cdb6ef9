"""Tags as git has them, and what they make of an anchor."""

from __future__ import annotations

import subprocess

import pytest

from fakes.repository import Repository
from lapwing.errors import RepositoryError
from lapwing.history.commits import GitCommits
from lapwing.history.tags import GitTags
from lapwing.model import Anchor, Tag
from lapwing.wiring.anchor import find_anchor


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "project")
    made.commit("First")
    return made


def anchor(repository, wanted="auto"):
    root = repository.root
    return find_anchor(wanted, cwd=root, commits=GitCommits(root), tags=GitTags(root))


def test_a_tag_leads_to_its_commit_however_it_was_made(repository):
    sha = repository.git("rev-parse", "HEAD")
    repository.git("tag", "v1.0")
    repository.git("tag", "-a", "-m", "two\nlines", "v1.1")
    repository.git("tag", "-a", "-m", "of a tag", "v1.2", "v1.1")
    repository.git("tag", "pkg/v2-é")

    names = {"v1.0", "v1.1", "v1.2", "pkg/v2-é"}
    assert {Tag(name=name, sha=sha) for name in names} == set(GitTags(repository.root).tags())


def test_a_repository_without_tags_has_none(repository):
    assert () == GitTags(repository.root).tags()


def test_what_is_no_commit_is_no_release(repository):
    repository.git("tag", "v1.0", "HEAD^{tree}")
    repository.git("tag", "-a", "-m", "a file", "v1.1", "HEAD:code.py")

    assert None is anchor(repository)


def test_outside_of_a_repository_there_is_nobody_to_ask(tmp_path):
    with pytest.raises(RepositoryError, match="no-repository"):
        GitTags(tmp_path).tags()


def test_auto_is_the_last_release_on_the_way_to_head(repository):
    released = repository.git("rev-parse", "HEAD")
    repository.git("tag", "-a", "-m", "1.0", "v1.0")
    repository.git("checkout", "-q", "-b", "maintenance")
    repository.commit("Fix the old line")
    repository.git("tag", "v1.0.1")
    repository.git("checkout", "-q", "main")
    repository.commit("Second")
    repository.git("tag", "v1.1")

    assert Anchor(name="v1.0", sha=released) == anchor(repository)
    repository.commit("Third")
    assert "v1.1" == anchor(repository).name


def test_without_a_release_auto_is_nothing(repository):
    repository.git("tag", "latest")

    assert None is anchor(repository)


def test_a_tag_a_branch_or_a_commit_can_be_named(repository):
    first = repository.git("rev-parse", "HEAD")
    repository.git("tag", "before")
    repository.commit("Second")

    assert Anchor(name="before", sha=first) == anchor(repository, "before")
    assert Anchor(name=first[:8], sha=first) == anchor(repository, first[:8])
    assert f"before ({first[:10]})" == anchor(repository, "before").title
    assert first[:10] == anchor(repository, first[:8]).title


def test_an_anchor_that_is_no_commit_is_refused(repository):
    with pytest.raises(RepositoryError, match="unknown-revision"):
        anchor(repository, "v9.9")


def test_a_shallow_clone_without_a_release_is_refused(repository, tmp_path):
    repository.git("tag", "v1.0")
    repository.commit("Second")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{repository.root}", str(clone)], check=True, capture_output=True
    )

    with pytest.raises(RepositoryError, match="fetch-depth: 0") as caught:
        find_anchor("auto", cwd=clone, commits=GitCommits(clone), tags=GitTags(clone))
    assert "shallow" == caught.value.slug

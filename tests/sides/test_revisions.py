from __future__ import annotations

import subprocess

import pytest

from fakes.repository import Repository
from lapwing.errors import RepositoryError
from lapwing.measure.sides.revisions import resolve


@pytest.fixture
def branched(repository):
    """``main`` and ``topic`` have ``fork`` in common; ``topic`` is checked out."""
    shas = {"first": repository.commit("first"), "fork": repository.commit("fork")}
    repository.git("checkout", "-q", "-b", "topic")
    shas["topic"] = repository.commit("topic", file="topic.py")
    repository.git("checkout", "-q", "main")
    shas["main"] = repository.commit("main")
    repository.git("checkout", "-q", "topic")
    repository.shas = shas
    return repository


def test_head_is_the_working_tree_and_base_the_merge_base_with_the_default_branch(branched):
    chosen = resolve(branched.root)

    assert branched.shas["fork"] == chosen.base.sha
    assert (branched.shas["topic"], False, "topic", "topic") == (
        chosen.head.sha,
        chosen.head.dirty,
        chosen.head.subject,
        chosen.head.branch,
    )
    assert chosen.working
    assert (f"base is {branched.shas['fork'][:10]}, where head left main.",) == chosen.said


def test_a_changed_tracked_file_makes_head_dirty(branched):
    branched.write({"code.py": "changed\n"})

    assert resolve(branched.root).head.dirty


def test_a_named_head_is_that_commit_and_never_dirty(branched):
    branched.write({"code.py": "changed\n"})

    chosen = resolve(branched.root, None, "main~1")

    assert (branched.shas["fork"], False, False) == (chosen.head.sha, chosen.head.dirty, chosen.working)
    assert branched.shas["first"] == chosen.base.sha


def test_any_folder_of_the_repository_will_do(branched):
    branched.write({"deep/er/file": ""})

    assert branched.root == resolve(branched.root / "deep" / "er").top


def test_on_the_default_branch_base_is_the_first_parent(branched):
    branched.git("checkout", "-q", "main")

    chosen = resolve(branched.root)

    assert branched.shas["fork"] == chosen.base.sha
    assert (f"base is {branched.shas['fork'][:10]}, the first parent, since head is on main itself.",) == chosen.said


@pytest.mark.parametrize("name", ["code.py", "new_module.py", "fast.pyx"])
def test_on_the_default_branch_with_uncommitted_code_base_is_the_commit_checked_out(branched, name):
    branched.git("checkout", "-q", "main")
    branched.write({name: "changed\n"})

    assert branched.shas["main"] == resolve(branched.root).base.sha


@pytest.mark.parametrize("name", ["notes.txt", "test_new.py", "tests/helper.py"])
def test_an_untracked_file_that_is_no_code_does_not_make_uncommitted_changes(branched, name):
    branched.git("checkout", "-q", "main")
    branched.write({name: "new\n"})

    assert branched.shas["fork"] == resolve(branched.root).base.sha


@pytest.mark.parametrize(
    ("reference", "target"), [("refs/remotes/origin/HEAD", "first"), ("refs/remotes/origin/main", "first")]
)
def test_the_remotes_idea_of_the_default_branch_comes_first(branched, reference, target):
    branched.git("update-ref", reference, branched.shas[target])

    assert branched.shas[target] == resolve(branched.root).base.sha


def test_the_configured_default_branch_is_known(branched):
    branched.git("branch", "-m", "main", "trunk")
    branched.git("config", "init.defaultBranch", "trunk")

    assert branched.shas["fork"] == resolve(branched.root).base.sha


def test_a_branch_named_as_base_means_where_head_left_it(branched):
    chosen = resolve(branched.root, "main")

    assert branched.shas["fork"] == chosen.base.sha
    assert (
        f"base is {branched.shas['fork'][:10]}, where head left main; main itself is {branched.shas['main'][:10]}.",
    ) == chosen.said


@pytest.mark.parametrize("name", ["main^0", "v1", "sha"])
def test_anything_else_named_as_base_means_that_commit(branched, name):
    branched.git("tag", "-a", "v1", "-m", "v1", "main")
    named = branched.shas["main"] if name == "sha" else name

    assert (branched.shas["main"], ()) == (resolve(branched.root, named).base.sha, resolve(branched.root, named).said)


def test_words_of_a_subject_name_a_commit_as_in_git(branched):
    assert branched.shas["first"] == resolve(branched.root, ":/first").base.sha


@pytest.mark.parametrize("name", ["nothing-like-it", "-n", "", "main:code.py"])
def test_what_names_no_commit_is_refused(branched, name):
    with pytest.raises(RepositoryError) as refused:
        resolve(branched.root, name)

    assert "unknown-revision" == refused.value.slug


def test_a_repository_without_a_commit_is_refused(repository):
    with pytest.raises(RepositoryError) as refused:
        resolve(repository.root)

    assert "no-commits" == refused.value.slug


def test_a_folder_without_a_repository_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RepositoryError) as refused:
        resolve(tmp_path)

    assert "no-repository" == refused.value.slug


def test_a_first_commit_without_changes_has_nothing_to_be_compared_with(repository):
    repository.commit("only")

    with pytest.raises(RepositoryError) as refused:
        resolve(repository.root)

    assert "no-parent" == refused.value.slug


def test_without_a_default_branch_base_has_to_be_named(branched):
    branched.git("branch", "-m", "main", "trunk")

    with pytest.raises(RepositoryError) as refused:
        resolve(branched.root)

    assert "no-default-branch" == refused.value.slug
    assert branched.shas["first"] == resolve(branched.root, branched.shas["first"]).base.sha


def test_histories_with_nothing_in_common_are_refused(branched):
    branched.git("checkout", "-q", "--orphan", "island")
    branched.commit("island")

    with pytest.raises(RepositoryError) as refused:
        resolve(branched.root)

    assert "no-merge-base" == refused.value.slug


def shallow_clone(source, target, *options):
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", *options, source.root.as_uri(), str(target)],
        check=True,
        capture_output=True,
    )
    return target


@pytest.mark.parametrize("base", [None, "HEAD~1"])
def test_a_shallow_clone_says_how_to_get_the_rest(branched, tmp_path, base):
    clone = shallow_clone(branched, tmp_path / "clone", "--branch=main")

    with pytest.raises(RepositoryError) as refused:
        resolve(clone, base)

    assert "shallow" == refused.value.slug
    assert "git fetch --unshallow" in refused.value.remedy


def test_a_shallow_clone_of_two_branches_has_no_merge_base_and_says_so(branched, tmp_path):
    clone = shallow_clone(branched, tmp_path / "clone", "--branch=topic", "--no-single-branch")

    with pytest.raises(RepositoryError) as refused:
        resolve(clone, "origin/main")

    assert "shallow" == refused.value.slug


def test_a_hooks_variables_do_not_lead_to_another_repository(branched, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other")
    other.commit("other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))

    assert branched.shas["topic"] == resolve(branched.root).head.sha

"""Where runs stand after everything that people do to a repository: real git, and what is said of what is left out."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from factories import MACHINE, make_run, make_sample
from fakes.repository import Repository
from fakes.store import MemoryStore
from lapwing.detect.order import LeftOut, order_runs
from lapwing.errors import RepositoryError
from lapwing.history.commits import GitCommits
from lapwing.history.tags import GitTags
from lapwing.judge.policy import Policy
from lapwing.model import Commit, Outcome
from lapwing.pipeline.check import check
from lapwing.pipeline.doubts import order_of

A = "test_a.py::test_a"
NOISE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "project")
    made.commit("First")
    made.commit("Second")
    return made


def head_of(repository):
    return repository.git("rev-parse", "HEAD")


def branch(repository, name, *, start="HEAD", commits=2):
    """Make a branch with commits of its own and return their hashes; head stays where it was."""
    repository.git("checkout", "-q", "-b", name, start)
    made = [repository.commit(f"{name} {number}", file=f"{name}-{number}.py") for number in range(commits)]
    repository.git("checkout", "-q", "main")
    return made


def measured(*shas, **more):
    """Make a run of each commit, named by its hash."""
    return [
        make_run(
            number,
            make_sample(A, 1e-3 * NOISE[number % len(NOISE)]),
            run_id=f"{sha[:8]}-{number}",
            commit=Commit(sha=sha),
            **more,
        )
        for number, sha in enumerate(shas)
    ]


def standing(root, runs):
    """Return the commits in the order in which the runs stand, and how many were left out, by why."""
    summaries = MemoryStore(runs).runs()
    order = order_runs(summaries, order_of(GitCommits(root), summaries))
    return order.commits, order.left_out


def checked(root, runs, **more):
    return check(store=MemoryStore(runs), commits=GitCommits(root), policy=Policy(), **more).report


def slugs(report):
    return [warning.slug for warning in report.warnings]


def said(report, slug):
    (warning,) = [warning for warning in report.warnings if warning.slug == slug]
    return warning


def linear(repository, count):
    return [repository.commit(f"Commit {number}") for number in range(count)]


def test_a_branch_that_was_rebased_leaves_its_old_runs_out_until_git_forgets_them_too(repository):
    old = branch(repository, "topic")
    main = repository.commit("Meanwhile")
    repository.git("checkout", "-q", "topic")
    repository.git("rebase", "-q", "main")
    new = head_of(repository)
    runs = measured(*old, main, new)
    assert ((main, new), LeftOut(apart=2)) == standing(repository.root, runs)
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("update-ref", "-d", "ORIG_HEAD")
    repository.git("gc", "-q", "--prune=now")
    assert ((main, new), LeftOut(unknown=2)) == standing(repository.root, runs)


def test_a_merge_stands_for_the_runs_of_its_branch(repository):
    before = head_of(repository)
    topic = branch(repository, "topic")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    merge = head_of(repository)
    assert ((before, merge), LeftOut(merged=2)) == standing(repository.root, measured(before, *topic, merge))
    report = checked(repository.root, measured(before, *topic, merge))
    assert "whose merge stands for it" in said(report, "left-out").message
    assert merge == report.head.sha


def test_a_branch_that_main_was_fast_forwarded_to_is_main(repository):
    before = head_of(repository)
    topic = branch(repository, "topic")
    repository.git("merge", "-q", "--ff-only", "topic")
    assert ((before, *topic), LeftOut()) == standing(repository.root, measured(before, *topic))


def test_on_a_branch_that_main_was_merged_into_the_branch_is_the_history(repository):
    topic = branch(repository, "topic")
    main = repository.commit("On main")
    repository.git("checkout", "-q", "topic")
    repository.git("merge", "-q", "-m", "Merge main", "main")
    merge = head_of(repository)
    assert ((*topic, merge), LeftOut(merged=1)) == standing(repository.root, measured(*topic, main, merge))


def test_a_squash_is_a_commit_of_its_own_and_the_branchs_runs_are_of_another_branch(repository):
    before = head_of(repository)
    topic = branch(repository, "topic")
    repository.git("merge", "-q", "--squash", "topic")
    squash = repository.save("Squash topic")
    assert ((before, squash), LeftOut(apart=2)) == standing(repository.root, measured(before, *topic, squash))


def test_a_revert_is_the_next_commit_and_takes_nothing_back(repository):
    slow = repository.commit("Slow")
    repository.git("revert", "--no-edit", "HEAD")
    revert = head_of(repository)
    assert ((slow, revert), LeftOut()) == standing(repository.root, measured(revert, slow))


def test_a_default_branch_that_was_pushed_by_force_is_what_it_is_now(repository, tmp_path):
    repository.git("clone", "-q", "--bare", repository.root.as_uri(), str(tmp_path / "remote"))
    repository.git("remote", "add", "origin", (tmp_path / "remote").as_uri())
    kept = head_of(repository)
    gone = linear(repository, 2)
    repository.git("push", "-q", "origin", "main")
    repository.git("clone", "-q", (tmp_path / "remote").as_uri(), str(tmp_path / "clone"))
    repository.git("reset", "-q", "--hard", kept)
    new = repository.commit("Another")
    repository.git("push", "-q", "--force", "origin", "main")
    clone = Repository(tmp_path / "clone")
    clone.git("fetch", "-q")
    clone.git("reset", "-q", "--hard", "origin/main")
    assert ((kept, new), LeftOut(apart=2)) == standing(clone.root, measured(kept, *gone, new))
    fresh = tmp_path / "fresh"
    repository.git("clone", "-q", (tmp_path / "remote").as_uri(), str(fresh))
    assert ((kept, new), LeftOut(unknown=2)) == standing(fresh, measured(kept, *gone, new))


@pytest.mark.parametrize(("depth", "known"), [(1, 1), (4, 4)])
def test_a_shallow_clone_says_how_much_it_does_not_know(repository, tmp_path, depth, known):
    shas = linear(repository, 12)
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", str(depth), repository.root.as_uri(), str(clone))
    report = checked(clone, measured(*shas))
    warning = said(report, "shallow")
    assert f"{12 - known} runs on this machine are of commits that git does not know" in warning.message
    assert "git fetch --unshallow" in warning.remedy
    assert "left-out" not in slugs(report)


def test_what_a_shallow_clone_cannot_compare_is_a_doubt_and_not_new(repository, tmp_path):
    shas = linear(repository, 12)
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", repository.root.as_uri(), str(clone))
    (verdict,) = checked(clone, measured(*shas)).verdicts
    assert Outcome.INCONCLUSIVE is verdict.outcome
    assert "11 values are of commits that this shallow clone does not know" in verdict.reason
    (whole,) = checked(repository.root, measured(*shas)).verdicts
    assert Outcome.INCONCLUSIVE is whole.outcome or Outcome.UNCHANGED is whole.outcome
    assert "shallow" not in whole.reason


def test_a_shallow_clone_that_knows_every_run_has_nothing_to_say(repository, tmp_path):
    shas = linear(repository, 6)
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "5", repository.root.as_uri(), str(clone))
    assert "shallow" not in slugs(checked(clone, measured(*shas[2:])))


def test_a_shallow_clone_that_is_made_whole_knows_it_all(repository, tmp_path):
    shas = linear(repository, 12)
    clone = Repository(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth", "1", repository.root.as_uri(), "main")
    clone.git("reset", "-q", "--hard", "FETCH_HEAD")
    clone.git("remote", "add", "origin", repository.root.as_uri())
    assert "shallow" in slugs(checked(clone.root, measured(*shas)))
    clone.git("fetch", "-q", "--unshallow", "origin")
    assert "shallow" not in slugs(checked(clone.root, measured(*shas)))


def test_runs_of_a_commit_are_one_point_and_pool(repository):
    shas = linear(repository, 3)
    runs = measured(*shas, shas[1], shas[1])
    assert (tuple(shas), LeftOut()) == standing(repository.root, runs)


def test_a_dirty_run_is_no_baseline_and_not_judged_by_a_check(repository):
    shas = linear(repository, 3)
    dirty = replace(measured(shas[2])[0], id="dirty", commit=Commit(sha=shas[2], dirty=True))
    report = checked(repository.root, [*measured(*shas), dirty])
    assert (f"{shas[2][:8]}-2",) == report.runs


def test_a_detached_head_and_a_tag_are_the_commit_they_lead_to(repository):
    first, second, third = linear(repository, 3)
    repository.git("tag", "-a", "-m", "Release", "v1", second)
    repository.git("checkout", "-q", "v1")
    assert ((first, second), LeftOut(apart=1)) == standing(repository.root, measured(first, second, third))
    assert second == checked(repository.root, measured(first, second, third), tags=GitTags(repository.root)).head.sha


def test_a_commit_that_git_does_not_know_has_no_place_and_is_said(repository):
    here = head_of(repository)
    assert ((here,), LeftOut(unknown=1)) == standing(repository.root, measured(here, "f" * 40))
    report = checked(repository.root, measured(here, "f" * 40))
    assert "1 of commits that git does not know here" in said(report, "left-out").message


def test_an_import_that_abbreviates_stands_beside_measured_runs(repository):
    first, second = linear(repository, 2)
    imported = measured(first[:10], source="import:asv")
    assert ((first, second), LeftOut()) == standing(repository.root, [*imported, *measured(first, second)])


def test_machines_have_orders_of_their_own(repository):
    first, second, third = linear(repository, 3)
    other = replace(MACHINE, cpu="Other")
    there = [replace(run, id=f"there-{run.id}", machine=other) for run in measured(first, third)]
    report = checked(repository.root, [*measured(first, second), *there])
    assert {MACHINE.id, other.id} == {verdict.machine for verdict in report.verdicts}
    assert {"there-" + f"{third[:8]}-1", f"{second[:8]}-1"} == set(report.runs)


def test_replaced_and_grafted_commits_change_no_order(repository):
    shas = linear(repository, 4)
    before = standing(repository.root, measured(*shas))
    repository.git("replace", "--graft", shas[3], shas[0])
    assert shas[1] not in repository.git("rev-list", "HEAD")
    assert before == standing(repository.root, measured(*shas))
    repository.git("replace", "-d", shas[3])
    grafts = repository.root / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{shas[3]} {shas[0]}\n", encoding="ascii")
    assert shas[1] not in repository.git("rev-list", "HEAD")  # git itself goes by them
    assert before == standing(repository.root, measured(*shas))


def test_a_folder_of_a_monorepo_has_the_history_of_the_whole(repository):
    (repository.root / "part").mkdir()
    inside = repository.commit("Inside", file="part/code.py")
    outside = repository.commit("Outside")
    assert ((inside, outside), LeftOut()) == standing(repository.root / "part", measured(outside, inside))


def test_a_worktree_has_its_own_head_and_the_same_commits(repository, tmp_path):
    topic = branch(repository, "topic")
    main = repository.commit("On main")
    repository.git("worktree", "add", "-q", str(tmp_path / "tree"), "topic")
    assert (tuple(topic), LeftOut(apart=1)) == standing(tmp_path / "tree", measured(*topic, main))


def test_a_submodule_has_a_history_of_its_own(repository, tmp_path):
    inner = head_of(repository)
    outer = Repository(tmp_path / "outer")
    outer.git("submodule", "add", "-q", repository.root.as_uri(), "inner")
    commit = outer.save("With a submodule")
    assert ((inner,), LeftOut(unknown=1)) == standing(outer.root / "inner", measured(inner, commit))


def test_without_a_commit_a_repository_or_git_nothing_measured_has_an_order_and_that_is_said(
    repository, tmp_path, monkeypatch
):
    runs = measured(head_of(repository))
    assert ["no-commits"] == slugs(checked(Repository(tmp_path / "empty").root, runs))[-1:]
    (tmp_path / "folder").mkdir()
    assert ["no-repository"] == slugs(checked(tmp_path / "folder", runs))[-1:]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("git") is None
    report = checked(repository.root, runs)
    assert ("no-git", ()) == (slugs(report)[-1], report.verdicts)


def test_the_order_of_a_repository_that_cannot_be_read_is_no_empty_history(repository):
    (repository.root / ".git" / "HEAD").write_text("nonsense", encoding="ascii")
    with pytest.raises(RepositoryError):
        order_of(GitCommits(repository.root), ())

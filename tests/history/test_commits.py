"""Git in the places and states that projects are really in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fakes.repository import Repository
from lapwing.errors import RepositoryError
from lapwing.history.commits import GitCommits
from lapwing.history.git import Git


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "project")
    made.commit("First")
    return made


def test_the_date_is_the_authors_and_not_the_committers(repository):
    assert 1_700_000_060.0 == GitCommits(repository.root).head().date


@pytest.mark.parametrize("file", ["new.py", ".lapwing/history.db", "sub/.lapwing/x"])
def test_files_that_git_does_not_track_make_nothing_dirty(repository, file):
    (repository.root / file).parent.mkdir(parents=True, exist_ok=True)
    (repository.root / file).write_text("x", encoding="utf-8")
    assert not GitCommits(repository.root).head().dirty


@pytest.mark.parametrize("place", [".lapwing", "sub/.lapwing"])
def test_a_tracked_history_does_not_make_the_code_dirty(repository, place):
    (repository.root / place).mkdir(parents=True)
    repository.commit("Track it", file=f"{place}/history.db")
    (repository.root / place / "history.db").write_text("changed", encoding="utf-8")
    assert not GitCommits(repository.root).head().dirty


def test_staged_and_deleted_and_far_away_changes_are_dirty(repository):
    (repository.root / "sub").mkdir()
    (repository.root / "sub" / "pyproject.toml").write_text("", encoding="utf-8")
    repository.git("add", "-A")
    assert GitCommits(repository.root).head().dirty
    repository.commit("Sub")
    inside = GitCommits(repository.root / "sub")
    assert not inside.head().dirty
    (repository.root / "code.py").unlink()
    assert inside.head().dirty


def test_a_file_touched_and_not_changed_is_clean(repository):
    os.utime(repository.root / "code.py", (1, 1))
    assert not GitCommits(repository.root).head().dirty


def test_a_merge_is_one_step_of_the_first_parents(repository):
    before = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit("On the branch", file="other.py")
    repository.git("checkout", "-q", "main")
    second = repository.commit("Second")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    head = repository.git("rev-parse", "HEAD")
    assert (before, second, head) == GitCommits(repository.root).first_parents()


def test_what_came_by_a_merge_is_in_heads_history_and_what_stayed_apart_is_not(repository):
    repository.git("checkout", "-q", "-b", "topic")
    topic = repository.commit("On the branch", file="other.py")
    repository.git("checkout", "-q", "-b", "apart", "main")
    apart = repository.commit("Apart", file="apart.py")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    assert {topic: True, apart: False} == GitCommits(repository.root).merged([topic, apart, "0" * 40])


def test_a_worktree_and_a_submodule_are_repositories_too(repository, tmp_path):
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"))
    side = GitCommits(tmp_path / "tree")
    assert ("side", repository.git("rev-parse", "HEAD")) == (side.head().branch, side.head().sha)
    outer = Repository(tmp_path / "outer")
    outer.git("submodule", "add", "-q", repository.root.as_uri(), "inner")
    outer.commit("With a submodule")
    assert 1 == len(GitCommits(outer.root / "inner").first_parents())
    assert not GitCommits(outer.root).head().dirty
    (outer.root / "inner" / "new.py").write_text("untracked", encoding="utf-8")
    assert not GitCommits(outer.root).head().dirty
    (outer.root / "inner" / "code.py").write_text("changed", encoding="utf-8")
    assert GitCommits(outer.root).head().dirty


def test_inside_a_hook_the_repository_is_still_the_one_asked_about(repository, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nothing"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    head = GitCommits(repository.root).head()
    assert ("First", False) == (head.subject, head.dirty)


@pytest.mark.parametrize("subject", ["ä “quoted” 🐦", "tab\there", "-dash", "%H %x00", "x" * 5_000])
def test_any_subject_is_read(repository, subject):
    sha = repository.commit(subject)
    (commit,) = GitCommits(repository.root).describe([sha]).values()
    assert " ".join(subject.split())[:300] == commit.subject


def test_a_message_in_another_encoding_or_in_none_is_read(repository):
    latin, nonsense, broken = (
        _commit_raw(repository, *parts)
        for parts in (
            (b"encoding ISO-8859-1\n", "für".encode("latin-1")),
            (b"encoding no-such\n", b"plain"),
            (b"", b"\xff"),
        )
    )
    described = GitCommits(repository.root).describe([latin, nonsense, broken])
    assert ["für", "plain", "\ufffd"] == [described[sha].subject for sha in (latin, nonsense, broken)]


@pytest.mark.parametrize("encoding", [b"idna", b"punycode", b"undefined", b"unicode_escape", b"utf-7", b"zlib", b"hex"])
def test_whatever_a_commit_says_its_encoding_is_its_subject_is_text(repository, encoding):
    sha = _commit_raw(repository, b"encoding " + encoding + b"\n", b"fix \\ud800 \\q +2AA- \xff")
    (commit,) = GitCommits(repository.root).describe([sha]).values()
    assert commit.subject.startswith("fix \\ud800 \\q ")
    assert commit.subject.encode()


def _commit_raw(repository, header, message):
    tree = repository.git("rev-parse", "HEAD^{tree}").encode()
    raw = b"tree " + tree + b"\nauthor A <a> 5 +0000\ncommitter A <a> 5 +0000\n" + header + b"\n" + message
    return repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", input=raw)


def test_a_hash_that_is_no_commit_is_left_out(repository):
    blob = repository.git("rev-parse", "HEAD:code.py")
    head = repository.git("rev-parse", "HEAD")
    assert [head] == list(GitCommits(repository.root).describe([blob, "0" * 40, head, "dead"]))


def test_words_that_are_no_hashes_never_reach_git(repository, monkeypatch):
    monkeypatch.setattr(Git, "ask", lambda *_, **__: pytest.fail("asked"))
    assert {} == GitCommits(repository.root).describe(["--help", "HEAD", "main", "a b", "dead\nbeef", "DEADBEEF", "é"])


def test_many_commits_are_described_in_few_calls(repository, monkeypatch):
    calls = []
    ask = Git.ask
    monkeypatch.setattr(Git, "ask", lambda self, *words, **more: calls.append(words) or ask(self, *words, **more))
    shas = [f"{number:040x}" for number in range(12_000)]
    assert {} == GitCommits(repository.root).describe(shas)
    assert 3 == len(calls)


def test_settings_of_the_repository_run_no_program(repository, tmp_path):
    trace = tmp_path / "ran"
    script = tmp_path / "spy.sh"
    script.write_text(f"#!/bin/sh\necho ran >> '{trace}'\n", encoding="utf-8")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "pager.log", "diff.external", "gpg.program", "core.askpass"):
        repository.git("config", name, str(script))
    repository.git("config", "log.showSignature", "true")
    commits = GitCommits(repository.root)
    commits.head()
    commits.first_parents()
    commits.describe([commits.head().sha])
    assert not trace.exists()


def refused(root, slug):
    with pytest.raises(RepositoryError) as caught:
        GitCommits(root).head()
    assert slug == caught.value.slug
    assert caught.value.message.endswith(".")
    assert 2 == caught.value.exit_code
    return caught.value


def test_no_repository_is_said(tmp_path):
    assert str(tmp_path) in refused(tmp_path, "no-repository").message
    with pytest.raises(RepositoryError):
        GitCommits(tmp_path).is_shallow()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    refused(tmp_path / "gone", "no-repository")


def test_a_bare_repository_has_no_work_tree(repository, tmp_path):
    repository.git("clone", "-q", "--bare", str(repository.root), str(tmp_path / "bare"))
    refused(tmp_path / "bare", "no-repository")


def test_no_git_is_said(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(repository.root, "no-git")


def test_a_damaged_repository_is_said_in_gits_words(repository):
    for file in (repository.root / ".git" / "objects").rglob("*"):
        if file.is_file():
            file.chmod(0o644)
            file.write_bytes(b"x")
    refused(repository.root, "git-failed")


def test_a_repository_of_someone_else_is_refused_with_the_command_that_trusts_it(repository, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "safe.directory" in refused(repository.root, "git-refused").remedy


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for git is a shell script")
def test_a_git_that_hangs_is_given_up(repository, monkeypatch, tmp_path):
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(RepositoryError, match="longer") as caught:
        Git(repository.root, timeout=0.2).ask("status")
    assert "git-failed" == caught.value.slug


def test_asking_changes_nothing_in_the_repository(repository):
    os.utime(repository.root / "code.py", (1, 1))
    index = (repository.root / ".git" / "index").read_bytes()
    GitCommits(repository.root).head()
    assert index == (repository.root / ".git" / "index").read_bytes()


def test_asking_for_the_order_loads_no_database_library():
    code = "import sys, lapwing.history.commits; print([m for m in ('sqlalchemy', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


def test_a_git_that_knows_only_protocols_fetches_nothing_either(repository, monkeypatch):
    seen = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: seen.append(more["env"]) or run(*args, **more))
    GitCommits(repository.root).describe(("f" * 40,))
    assert ["none"] == [environment["GIT_ALLOW_PROTOCOL"] for environment in seen]

"""A site on a branch of the project's remote, with real git; and what its address on the web is."""

from __future__ import annotations

import subprocess

import pytest

from lapwing.errors import UsageError
from lapwing.site.push import push
from lapwing.site.web_address import web_address


def git(folder, *args):
    done = subprocess.run(["git", "-C", str(folder), *args], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path):
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote.git")], check=True)
    folder = tmp_path / "project"
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    git(folder, "config", "user.name", "Somebody")
    git(folder, "config", "user.email", "s@example.invalid")
    (folder / "code.py").write_text("1\n")
    (folder / ".gitignore").write_text("*.json\nsite\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    git(folder, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(folder, "push", "-q", "origin", "main")
    return folder


@pytest.fixture
def site(project):
    folder = project / "site"
    (folder / "graphs" / "_x").mkdir(parents=True)
    (folder / "lapwing.json").write_text("{}")
    (folder / "graphs" / "_x" / "a b.json").write_text("[]")
    return folder


@pytest.fixture
def scratch(tmp_path):
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def untouched(project):
    return [git(project, *words.split()) for words in ("status --porcelain", "rev-parse HEAD", "branch", "stash list")]


def test_the_branch_holds_the_site_whole_and_nothing_of_the_project_is_touched(project, site, scratch, tmp_path):
    before = untouched(project)
    (project / "code.py").write_text("2\n")
    git(project, "add", "code.py")
    staged = git(project, "diff", "--cached")
    commit = push(site, "gh-pages", project=project, scratch=scratch)
    remote = tmp_path / "remote.git"
    assert commit == git(remote, "rev-parse", "gh-pages")
    assert [".nojekyll", "graphs/_x/a b.json", "lapwing.json"] == git(
        remote, "ls-tree", "-r", "--name-only", "gh-pages"
    ).splitlines()
    assert staged == git(project, "diff", "--cached")
    git(project, "checkout", "-q", "HEAD", "code.py")
    assert before == untouched(project)


def test_the_branch_is_one_commit_however_often(project, site, scratch, tmp_path):
    first = push(site, "gh-pages", project=project, scratch=scratch)
    (scratch / "index").unlink()
    assert first == push(site, "gh-pages", project=project, scratch=scratch)
    (site / "new.json").write_text("1")
    (scratch / "index").unlink()
    second = push(site, "gh-pages", project=project, scratch=scratch)
    assert first != second
    assert "1" == git(tmp_path / "remote.git", "rev-list", "--count", "gh-pages")
    assert "false" == git(project, "rev-parse", "--is-shallow-repository")


@pytest.mark.parametrize(("branch", "slug"), [("main", "not-a-site"), ("-x", "bad-branch"), ("a..b", "bad-branch")])
def test_a_branch_of_something_else_is_left_alone(project, site, scratch, branch, slug):
    before = git(project, "ls-remote", "origin")
    with pytest.raises(UsageError) as caught:
        push(site, branch, project=project, scratch=scratch)
    assert slug == caught.value.slug
    assert before == git(project, "ls-remote", "origin")


def test_a_remote_that_is_not_there_is_said(project, site, scratch):
    git(project, "remote", "set-url", "origin", str(project / "nowhere"))
    with pytest.raises(UsageError) as caught:
        push(site, "gh-pages", project=project, scratch=scratch)
    assert "push-refused" == caught.value.slug
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://host.example/o/r.git", "https://host.example/o/r"),
        ("https://token:x@host.example/o/r", "https://host.example/o/r"),
        ("git@host.example:o/r.git", "https://host.example/o/r"),
        ("ssh://git@host.example:22/o/r.git", "https://host.example/o/r"),
        ("ssh://git@host.example/o/r", "https://host.example/o/r"),
        ("/srv/git/r.git", ""),
        ("../r", ""),
        ("C:\\r", ""),
        ("", ""),
        ("https://host.example/o/<script>", ""),
        ('https://host.example/o/r"onclick="x', ""),
    ],
)
def test_the_address_on_the_web_has_no_token_in_it(remote, address):
    assert address == web_address(remote)

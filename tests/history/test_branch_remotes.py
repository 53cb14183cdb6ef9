"""Every way to a remote: ssh and smart http, with tokens that nobody but git's server sees, and every refusal."""

from __future__ import annotations

import base64
import os
import shutil
import stat
from pathlib import Path

import pytest

from factories import make_run
from fakes.git_server import serving
from fakes.remote import BareRemote
from fakes.repository import Repository
from lapwing.errors import LapwingError, StoreError
from lapwing.history import open_store
from lapwing.history.branch import main_line
from lapwing.history.branch.address import parse_address
from lapwing.history.branch.refusals import Refusals
from lapwing.history.branch.retry import LONGEST, Timing
from lapwing.history.branch.store import BranchStore

TOKEN = "ghs_S3cretT0kenThatNobodySees"
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@pytest.fixture
def remote(tmp_path):
    made = BareRemote(tmp_path / "served", name="r.git")
    made.git("config", "http.receivepack", "true")
    return made


@pytest.fixture
def server(remote):
    with serving(remote.path.parent, TOKEN) as state:
        yield state


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A user's repository, on a machine without anybody's settings."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GITHUB_TOKEN", "GITHUB_ACTIONS", "GITHUB_SERVER_URL", "LAPWING_REMOTE_TOKEN", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    repository = Repository(tmp_path / "project")
    repository.commit("First")
    return repository


@pytest.fixture
def spy(tmp_path, monkeypatch):
    """Write down every argument of every process below git, by a git that looks while it runs."""
    seen = tmp_path / "arguments"
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "git"
    look = f"cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >> {seen}; sleep 0.02"
    looking = f"while kill -0 $child 2>/dev/null; do {look}; done"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {seen}\nexec 3<&0\n'
        f'{shutil.which("git")} "$@" <&3 & child=$!\n'
        f'case "$*" in *fetch*|*push*) {looking};; esac\n'
        f"wait $child\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return seen


def everything_of(folder):
    """Return all bytes of all files under a folder."""
    return b"".join(place.read_bytes() for place in folder.rglob("*") if place.is_file())


def use(project, *, where="origin"):
    store = open_store(f"git+branch://lapwing-history?remote={where}", project.root)
    assert 1 == store.append([make_run(1)])
    assert make_run(1) == store.load("run-0001")
    assert () == store.damaged()
    assert 1 == store.remove(["run-0001"])
    assert store.compact()
    return store


def in_the_environment(project, server, monkeypatch):
    project.git("remote", "add", "origin", f"{server.url}/r.git")
    monkeypatch.setenv("LAPWING_REMOTE_TOKEN", TOKEN)


def of_github_actions(project, server, monkeypatch):
    project.git("remote", "add", "origin", f"{server.url}/r.git")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_SERVER_URL", server.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)


def in_the_url(project, server, monkeypatch):
    project.git("remote", "add", "origin", f"{server.url.replace('://', f'://x-access-token:{TOKEN}@')}/r.git")


def in_a_header(project, server, monkeypatch):
    """As actions/checkout leaves it."""
    project.git("remote", "add", "origin", f"{server.url}/r.git")
    project.git("config", f"http.{server.url}/.extraheader", f"AUTHORIZATION: basic {BASIC}")


def in_an_included_file(project, server, monkeypatch):
    """As actions/checkout leaves it since its version 6."""
    project.git("remote", "add", "origin", f"{server.url}/r.git")
    other = project.root.parent / "credentials.config"
    other.write_text(f'[http "{server.url}/"]\n\textraheader = AUTHORIZATION: basic {BASIC}\n', encoding="utf-8")
    project.git("config", f"includeIf.gitdir:{project.root}/.git.path", str(other))


def in_instead_of(project, server, monkeypatch):
    project.git("remote", "add", "origin", "https://nowhere.example/r.git")
    with_token = server.url.replace("://", f"://x-access-token:{TOKEN}@")
    settings = f'[url "{with_token}/"]\n\tinsteadOf = https://nowhere.example/\n'
    (project.root.parent / "home" / ".gitconfig").write_text(settings, encoding="utf-8")


def in_a_helper(project, server, monkeypatch):
    project.git("remote", "add", "origin", f"{server.url}/r.git")
    helper = project.root.parent / "helper"
    helper.write_text(f"#!/bin/sh\necho username=x-access-token\necho password={TOKEN}\n", encoding="utf-8")
    helper.chmod(0o755)
    project.git("config", "credential.helper", str(helper))


WAYS = [
    in_the_environment,
    of_github_actions,
    in_the_url,
    in_a_header,
    in_an_included_file,
    in_instead_of,
    in_a_helper,
]


def hidden(project, server, capfd):
    """Use the remote, have it refuse, and return everything that was said and written."""
    use(project)
    server.refuse = 403
    with pytest.raises(StoreError) as caught:
        open_store("git+branch://lapwing-history", project.root).append([make_run(2)])
    assert "push-refused" == caught.value.slug
    server.token = "another"
    with pytest.raises(StoreError) as denied:
        open_store("git+branch://lapwing-history", project.root).append([make_run(2)])
    assert "push-refused" == denied.value.slug
    assert any(header for _, _, header in server.seen)
    assert not any(TOKEN in path for _, path, _ in server.seen)
    said = everything_of(project.root / ".lapwing") + "".join(capfd.readouterr()).encode()
    return said + str(caught.value).encode() + str(denied.value).encode()


@pytest.mark.parametrize("way", WAYS)
def test_a_token_is_in_no_file_and_no_message(project, server, monkeypatch, capfd, way):
    way(project, server, monkeypatch)
    said = hidden(project, server, capfd)
    assert b"refuses the push" in said
    assert [] == [secret for secret in (TOKEN, BASIC) if secret.encode() in said]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="arguments of others are read from /proc")
@pytest.mark.parametrize("way", [in_the_url, in_instead_of])
def test_a_token_is_in_no_argument(  # noqa: PLR0913, PLR0917 - fixtures
    project, server, spy, monkeypatch, capfd, way
):
    way(project, server, monkeypatch)
    spy.write_bytes(b"")
    hidden(project, server, capfd)
    said = spy.read_bytes()
    assert b"git-remote-http" in said
    assert [] == [secret for secret in (TOKEN, BASIC) if secret.encode() in said]


def test_a_header_is_sent_once(project, server, monkeypatch):
    in_a_header(project, server, monkeypatch)
    use(project)
    assert {f"basic {BASIC}"} == {header for _, _, header in server.seen}


def test_a_private_remote_is_read_with_a_token_and_not_without(project, server, monkeypatch):
    server.private = True
    in_the_environment(project, server, monkeypatch)
    use(project)
    monkeypatch.delenv("LAPWING_REMOTE_TOKEN")
    with pytest.raises(StoreError) as caught:
        open_store("git+branch://lapwing-history", project.root).append([make_run(2)])
    assert "remote-refused" == caught.value.slug
    assert "LAPWING_REMOTE_TOKEN" in caught.value.remedy


def test_the_token_of_actions_goes_to_no_other_server(project, server, monkeypatch):
    of_github_actions(project, server, monkeypatch)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    with pytest.raises(StoreError):
        open_store("git+branch://lapwing-history", project.root).append([make_run(1)])
    assert {None} == {header for _, _, header in server.seen}


def test_a_push_that_was_taken_while_the_line_broke_is_acknowledged_once(project, server, remote, monkeypatch):
    in_the_environment(project, server, monkeypatch)
    store = open_store("git+branch://lapwing-history", project.root)
    store.append([])
    server.drop_answers = 1
    assert 1 == store.append([make_run(1)])
    assert 2 == remote.count()


def test_it_works_over_ssh(project, remote, tmp_path, monkeypatch):
    log = tmp_path / "ssh.log"
    script = tmp_path / "ssh"
    # What sshd does: runs the command that git sends, in a shell. Its own terminal is asked for nothing.
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\ntest -t 0 && exit 9\nfor command; do :; done\nexec sh -c "$command"\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    project.git("remote", "add", "origin", f"git@example.org:{remote.path}")
    use(project)
    assert "git-upload-pack" in log.read_text(encoding="utf-8")
    assert "git-receive-pack" in log.read_text(encoding="utf-8")
    use(project, where=f"ssh://git@example.org{remote.path}")


@pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh here")
def test_ssh_asks_nobody(project):
    project.git("remote", "add", "origin", "ssh://git@127.0.0.1:9/r.git")
    with pytest.raises(StoreError) as caught:
        open_store("git+branch://lapwing-history", project.root).append([make_run(1)])
    assert "remote-unreachable" == caught.value.slug


def refused(project, *, run=None, where="origin"):
    with pytest.raises(LapwingError) as caught:
        open_store(f"git+branch://lapwing-history?remote={where}", project.root).append([run or make_run(1)])
    error = caught.value
    assert "\n" not in error.message
    assert error.remedy
    return error


def test_a_remote_that_nobody_knows_is_said(project):
    assert "no-such-remote" == refused(project, where="upstream").slug


def test_outside_of_a_repository_only_a_name_is_refused(tmp_path, remote, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "plain"
    folder.mkdir()
    with pytest.raises(LapwingError) as caught:
        open_store("git+branch://lapwing-history", folder).append([make_run(1)])
    assert "no-repository" == caught.value.slug
    assert 1 == open_store(f"git+branch://lapwing-history?remote=file://{remote.path}", folder).append([make_run(1)])


@pytest.mark.parametrize("where", ["/nowhere/r.git", "http://127.0.0.1:9/r.git", "https://nowhere.invalid/r.git"])
def test_a_remote_that_does_not_answer_is_unreachable(project, where):
    assert "remote-unreachable" == refused(project, where=where).slug


def test_a_url_that_would_run_a_program_runs_none(project, tmp_path):
    refused(project, where=f"ext::touch%20{tmp_path}/ran")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "hook", ["echo no pushes here >&2\nexit 1", "echo 'protected branch hook declined' >&2\nexit 1"]
)
def test_a_hook_that_declines_is_a_refusal_at_once(project, remote, hook):
    place = remote.path / "hooks" / "pre-receive"
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{hook}\n", encoding="utf-8")
    place.chmod(0o755)
    error = refused(project, where=str(remote.path))
    assert "push-refused" == error.slug


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_remote_that_can_only_be_read_refuses_the_push(project, remote):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    for folder, _, _ in os.walk(remote.path):
        Path(folder).chmod(stat.S_IRUSR | stat.S_IXUSR)
    error = refused(project, where=str(remote.path))
    assert "push-refused" == error.slug


def test_a_folder_of_ours_that_cannot_be_made_is_said(project, remote):
    (project.root / ".lapwing").write_text("a file", encoding="utf-8")
    assert "store-unwritable" == refused(project, where=str(remote.path)).slug


def test_without_git_that_is_said(project, remote, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no-git" == refused(project, where=f"file://{remote.path}").slug


def test_a_git_too_old_is_said(project, remote, monkeypatch, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\necho git version 2.17.1\n", encoding="utf-8")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    error = refused(project, where=f"file://{remote.path}")
    assert "git-too-old" == error.slug
    assert "2.17" in error.message


@pytest.mark.parametrize(
    ("said", "doing", "slug"),
    [
        ("fatal: write error: No space left on device", "read", "disk-full"),
        ("remote: fatal: write error: No space left on device\nerror: failed to push", "write", "disk-full"),
        ("remote: Permission to a/b.git denied to bot.\nfatal: ... returned error: 403", "write", "push-refused"),
        ("fatal: Authentication failed for 'https://x/'", "read", "remote-refused"),
        ("git@github.com: Permission denied (publickey).", "read", "remote-refused"),
        ("remote: error: GH013: Repository rule violations found", "write", "push-refused"),
        ("remote: error: GH006: Protected branch update failed", "write", "push-refused"),
        ("ERROR: The key you are authenticating with has been marked as read only.", "read", "remote-unreachable"),
        ("fatal: detected dubious ownership in repository at '/x'", "read", "git-refused"),
        ("ssh: Could not resolve hostname nowhere: Name or service not known", "read", "remote-unreachable"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "write", "remote-unreachable"),
        ("remote: Repository not found.\nfatal: repository 'https://x/' not found", "read", "remote-unreachable"),
        ("", "read", "remote-unreachable"),
        ("\x1b[31mfatal: odd\x00", "read", "remote-unreachable"),
    ],
)
def test_what_git_says_has_one_meaning(tmp_path, said, doing, slug):
    error = Refusals(branch="b", remote="r", folder=tmp_path).meaning(said, doing)
    assert slug == error.slug
    assert error.message.isprintable()


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self, chance=0.5):
        self.now = 0.0
        self.slept = []
        self.timing = Timing(clock=lambda: self.now, today=lambda: 1.7e9, sleep=self.sleep, chance=lambda: chance)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_waiting_grows_and_is_bounded():
    low, high = FakeTime(0.0), FakeTime(1.0)
    for tries in range(100):
        low.timing.wait(tries)
        high.timing.wait(tries)
    assert sorted(high.slept) == high.slept
    assert LONGEST == max(high.slept)
    assert all(0 < one < other for one, other in zip(low.slept, high.slept, strict=True))


def test_a_remote_that_rejects_without_moving_is_given_up(tmp_path, remote):
    hook = remote.path / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    # What a server says that cannot take the lock of a ref, for ever.
    (remote.path / "refs" / "heads").mkdir(parents=True, exist_ok=True)
    (remote.path / "refs" / "heads" / "lapwing-history.lock").touch()
    time = FakeTime()
    store = BranchStore(parse_address(remote.url), tmp_path, environ={}, timing=time.timing)
    with pytest.raises(StoreError) as caught:
        store.append([make_run(1)])
    assert "push-refused" == caught.value.slug
    assert 8 == len(time.slept)
    (remote.path / "refs" / "heads" / "lapwing-history.lock").unlink()
    assert 1 == store.append([make_run(1)])


def test_an_append_that_others_are_always_faster_than_ends(tmp_path, remote, monkeypatch):
    other = open_store(remote.url, tmp_path)
    other.append([])
    time = FakeTime(1.0)
    folder = tmp_path / "slow"
    folder.mkdir()
    store = BranchStore(parse_address(remote.url), folder, environ={}, timing=time.timing, patience=0.5)

    from lapwing.history.branch import cache

    push = cache.Cache.push

    def after_another(self, sha, **more):
        if self.folder.is_relative_to(folder):
            remote.write(f"junk-{len(time.slept)}", b"")
        return push(self, sha, **more)

    monkeypatch.setattr(cache.Cache, "push", after_another)
    with pytest.raises(StoreError) as caught:
        store.append([make_run(1)])
    assert "store-locked" == caught.value.slug
    assert not [path for path in remote.files() if "run-0001" in path]


def test_the_default_branch_of_a_private_repository_is_asked_for_with_the_jobs_token(remote, project, tmp_path):
    project.git("push", "-q", str(remote.path), "main")
    remote.git("symbolic-ref", "HEAD", "refs/heads/main")
    (tmp_path / "line").mkdir()
    with serving(remote.path.parent, TOKEN, private=True) as server:
        address = f"{server.url}/r.git"
        job = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": server.url, "GITHUB_TOKEN": TOKEN}
        assert (project.git("rev-parse", "HEAD"),) == main_line(address, tmp_path / "line", environ=job, most=5)
        for environ in ({}, job | {"GITHUB_TOKEN": "ghs_0therT0kenThatIsWrong"}):
            with pytest.raises(StoreError) as error:
                main_line(address, tmp_path / "line", environ=environ, most=5)
            assert "T0ken" not in str(error.value)

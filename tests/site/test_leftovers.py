"""What a build leaves that was killed: the next one puts it right, and touches nothing of a build that runs."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lapwing.errors import UsageError
from lapwing.site.pages.leftovers import PREFIX
from lapwing.site.pages.tree import check_target, new_tree, put_in_place, workshop

KILLED = """
import os, signal, sys
from pathlib import Path
from lapwing.site.pages.tree import new_tree
rename, left = Path.rename, [int(sys.argv[2])]
def renamed(self, target):
    if not left[0]:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    left[0] -= 1
    return rename(self, target)
Path.rename = renamed
with new_tree(Path(sys.argv[1]), "test") as tree:
    tree.put_bytes("a.json", b"new")
"""


def build(target, content):
    with new_tree(target, "test") as tree:
        tree.put_bytes("a.json", content)


def killed(target, after):
    """Have a build killed after so many renames."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(target), str(after)], check=False)
    assert done.returncode


def leftovers(folder):
    return list(folder.glob(f"{PREFIX}*"))


def test_a_site_that_was_moved_aside_when_its_build_was_killed_is_put_back(tmp_path):
    target = tmp_path / "site"
    build(target, b"old")
    killed(target, after=1)
    assert not target.exists()
    check_target(target)
    assert b"old" == (target / "a.json").read_bytes()
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_what_a_build_left_that_was_killed_before_is_removed(tmp_path):
    target = tmp_path / "site"
    build(target, b"old")
    killed(target, after=0)
    assert leftovers(tmp_path)
    check_target(target)
    build(target, b"newer")
    assert b"newer" == (target / "a.json").read_bytes()
    assert not leftovers(tmp_path)


def test_a_build_that_is_killed_while_it_removes_what_it_leaves_is_known_all_the_same(tmp_path, monkeypatch):
    target = tmp_path / "site"
    build(target, b"old")
    rmtree = shutil.rmtree
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda path, **_: None if path.name.startswith(PREFIX) else rmtree(path))
        build(target, b"new")
    assert [["lock"]] == [[one.name for one in folder.iterdir()] for folder in leftovers(tmp_path)]
    check_target(target)
    assert not leftovers(tmp_path)


@pytest.mark.parametrize("files", [[], ["lock"]])
def test_what_a_build_left_that_was_killed_before_it_said_whose_it_is_is_removed_some_day(tmp_path, files):
    folder = tmp_path / f"{PREFIX}x"
    folder.mkdir()
    for name in files:
        (folder / name).write_text("")
    check_target(tmp_path / "site")
    assert [folder] == leftovers(tmp_path)
    os.utime(folder, (1, 1))
    check_target(tmp_path / "site")
    assert not leftovers(tmp_path)


def test_a_site_that_is_just_being_moved_aside_is_not_taken_for_somebodys_folder(tmp_path, monkeypatch):
    target = tmp_path / "site"
    build(target, b"old")
    is_file, away = Path.is_file, [True]

    def looked(self):
        if away and self.parent == target:
            away.pop()
            target.rename(tmp_path / "aside")
        return is_file(self)

    monkeypatch.setattr(Path, "is_file", looked)
    check_target(target)
    assert not away


def test_what_a_build_left_of_another_site_stays_for_that(tmp_path):
    build(tmp_path / "other", b"old")
    killed(tmp_path / "other", after=1)
    check_target(tmp_path / "site")
    assert 1 == len(leftovers(tmp_path))
    check_target(tmp_path / "other")
    assert b"old" == (tmp_path / "other" / "a.json").read_bytes()


def test_a_build_that_runs_is_left_alone(tmp_path):
    target = tmp_path / "site"
    build(target, b"old")
    with workshop(target) as place:
        target.rename(place / "old-0")
        check_target(target)
        assert place.is_dir()
        assert not target.exists()


def test_what_only_has_the_name_of_a_leftover_stays(tmp_path):
    (tmp_path / f"{PREFIX}notes").mkdir()
    (tmp_path / f"{PREFIX}pipe").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / f"{PREFIX}pipe" / "lock")
    home = tmp_path / "home"
    home.mkdir()
    (home / "lock").write_text("site")
    (tmp_path / f"{PREFIX}link").symlink_to(home)
    (tmp_path / f"{PREFIX}empty").mkdir()
    (tmp_path / f"{PREFIX}empty" / "lock").write_text("")
    check_target(tmp_path / "site")
    assert 4 == len(leftovers(tmp_path))
    assert "site" == (home / "lock").read_text()


def test_only_a_site_is_put_back(tmp_path):
    folder = tmp_path / f"{PREFIX}x"
    (folder / "old-0").mkdir(parents=True)
    (folder / "old-0" / "index.html").write_text("anything")
    (folder / "lock").write_text("site")
    check_target(tmp_path / "site")
    assert not list(tmp_path.iterdir())


def test_of_two_builds_at_once_the_last_stands_and_none_fails(tmp_path, monkeypatch):
    target = tmp_path / "site"
    build(target, b"old")
    rename, others = Path.rename, [b"other"]

    def renamed(self, place):
        if place == target and others:
            # Between the two renames of the one, the other puts its own there.
            content = others.pop()
            build(target, content)
        return rename(self, place)

    monkeypatch.setattr(Path, "rename", renamed)
    build(target, b"mine")
    assert b"mine" == (target / "a.json").read_bytes()
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_a_site_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path):
    target = tmp_path / "site"
    build(target, b"old")
    with pytest.raises(UsageError) as caught, workshop(target) as place:
        put_in_place(place / "nothing", target)
    assert "site-target" == caught.value.slug
    assert b"old" == (target / "a.json").read_bytes()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_build_that_is_broken_off_between_its_two_renames_loses_no_site(tmp_path, monkeypatch, error):
    target = tmp_path / "site"
    build(target, b"old")
    rename = Path.rename

    def broken(self, place):
        if place == target and self.name == "site":
            raise error
        return rename(self, place)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises((KeyboardInterrupt, UsageError)):
        build(target, b"new")
    assert b"old" == (target / "a.json").read_bytes()
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_what_cannot_be_put_back_is_kept(tmp_path, monkeypatch):
    target = tmp_path / "site"
    build(target, b"old")
    with monkeypatch.context() as patched:
        rename = Path.rename

        def broken(self, place):
            if place == target:
                raise KeyboardInterrupt if self.name == "site" else OSError
            return rename(self, place)

        patched.setattr(Path, "rename", broken)
        with pytest.raises(KeyboardInterrupt):
            build(target, b"new")
    assert not target.exists()
    check_target(target)
    assert b"old" == (target / "a.json").read_bytes()


def test_a_folder_that_takes_no_lock_is_said(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(UsageError) as caught:
        build(tmp_path / "site", b"new")
    assert "No space left" in caught.value.message
    assert not list(tmp_path.iterdir())


def test_behind_a_link_what_it_leads_to_is_renewed_and_the_link_stays(tmp_path):
    (tmp_path / "srv").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "srv" / "www")
    for content in (b"1", b"2"):
        check_target(tmp_path / "public")
        build(tmp_path / "public", content)
        assert (tmp_path / "public").is_symlink()
        assert content == (tmp_path / "srv" / "www" / "a.json").read_bytes()
    assert ["www"] == [path.name for path in (tmp_path / "srv").iterdir()]


def test_a_full_disk_leaves_the_old_site_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "site"
    build(target, b"old")
    write = Path.write_bytes

    def full(self, content):
        write(self, content[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError) as caught:
        build(target, b"new")
    assert "No space left" in caught.value.message
    assert b"old" == (target / "a.json").read_bytes()
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_a_second_file_of_a_path_is_not_written_into_the_old_site(tmp_path):
    target = tmp_path / "site"
    build(target, b"old")
    with new_tree(target, "test") as tree:
        tree.put_bytes("a.json", b"old")
        tree.put_bytes("a.json", b"new")
        assert b"old" == (target / "a.json").read_bytes()
    assert b"new" == (target / "a.json").read_bytes()

"""Lapwing's own folder stays out of git, and no folder of the user's is touched."""

from __future__ import annotations

import pytest

from lapwing.history.own_folder import make_folder


@pytest.mark.parametrize("within", ["", "outbox", "branch/a/b"])
def test_git_is_told_to_leave_our_folder_alone_whatever_in_it_is_made(tmp_path, within):
    folder = tmp_path / ".lapwing" / within
    make_folder(folder)
    make_folder(folder)
    assert folder.is_dir()
    assert "# Made by Lapwing.\n*\n" == (tmp_path / ".lapwing" / ".gitignore").read_text()
    assert [tmp_path / ".lapwing" / ".gitignore"] == list(tmp_path.rglob(".gitignore"))


def test_what_the_user_wrote_there_stays(tmp_path):
    (tmp_path / ".lapwing").mkdir()
    (tmp_path / ".lapwing" / ".gitignore").write_text("mine\n")
    make_folder(tmp_path / ".lapwing" / "outbox")
    assert "mine\n" == (tmp_path / ".lapwing" / ".gitignore").read_text()


def test_a_folder_of_the_users_has_nothing_of_ours(tmp_path):
    make_folder(tmp_path / "results")
    assert [] == list((tmp_path / "results").iterdir())

"""What earlier looks came to, in a file: kept, forgotten without a word, never a reason to fail."""

from __future__ import annotations

import hashlib
import json
import subprocess

import pytest

from lapwing import __version__
from lapwing.history import looks
from lapwing.history.looks import LooksFile
from lapwing.wiring import adapters


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".lapwing" / "cache" / "looks.json"


def git(root, *words):
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def of_ours(content, version=__version__):
    head = {"lapwing": version, "check": hashlib.blake2b(content, digest_size=16).hexdigest()}
    return json.dumps(head).encode() + b"\n" + content


def kept(path, **texts):
    memory = LooksFile(path)
    for key, text in texts.items():
        memory.keep(key, text)
    memory.close()


def test_what_is_kept_is_recalled_by_the_next(path):
    kept(path, a="1", b="2")
    memory = LooksFile(path)

    assert ["1", "2", None] == [memory.recall(key) for key in "abc"]


def test_nothing_is_made_where_nothing_is_kept(path):
    memory = LooksFile(path)
    assert memory.recall("a") is None
    memory.close()

    assert not path.parent.exists()


def test_what_is_kept_already_is_not_written_again(path):
    kept(path, a="1")
    written = path.stat().st_mtime_ns
    kept(path, a="1")

    assert written == path.stat().st_mtime_ns


def test_the_last_used_are_kept(path, monkeypatch):
    monkeypatch.setattr(looks, "MOST", 3)
    kept(path, a="1", b="2", c="3")
    memory = LooksFile(path)
    memory.recall("a")
    memory.keep("d", "4")
    memory.close()

    assert ["c", "a", "d"] == list(json.loads(path.read_bytes().splitlines()[1]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"lapwing": "0", "looks": {"a": "1"}}',
        json.dumps({"lapwing": __version__, "looks": {"a": "1"}}).encode(),
        of_ours(b"[]"),
        of_ours(b'{"a": 1}'),
        of_ours(b'{"a": "1"}') + b" ",
        of_ours(b'{"a": "1"}').replace(b'"1"}', b'"2"}'),
        of_ours(b'{"a": "1"}', version="0"),
        of_ours(b'{"a"'),
        of_ours(b"[" * 200_000),
        b"[" * 200_000,
    ],
)
def test_a_file_that_is_none_of_ours_is_as_none_and_is_written_anew(path, content):
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    assert LooksFile(path).recall("a") is None
    kept(path, b="2")
    assert "2" == LooksFile(path).recall("b")


def test_a_file_too_large_to_be_ours_is_not_read(path, monkeypatch):
    kept(path, a="1")
    monkeypatch.setattr(looks, "_MOST_BYTES", 10)

    assert LooksFile(path).recall("a") is None


def test_a_folder_that_takes_nothing_is_no_matter(tmp_path):
    (tmp_path / "file").write_text("")
    kept(tmp_path / "file" / "looks.json", a="1")

    assert "" == (tmp_path / "file").read_text()


def test_it_stays_out_of_git_and_leaves_nothing_else_behind(path):
    kept(path, a="1")

    assert ["looks.json"] == [file.name for file in path.parent.iterdir()]
    assert (path.parents[1] / ".gitignore").read_text().endswith("*\n")


def test_what_others_wrote_is_neither_gone_by_nor_written(path):
    kept(path, a="1")
    written = path.read_bytes()
    memory = LooksFile(path, is_ours=False)

    assert memory.recall("a") is None
    memory.keep("a", "2")
    assert "2" == memory.recall("a")
    memory.close()
    assert written == path.read_bytes()


def test_a_file_that_somebody_committed_is_not_gone_by(path, tmp_path):
    git(tmp_path, "init", "-q")
    kept(path, a="1")
    assert "1" == adapters.memory(tmp_path).recall("a")
    git(tmp_path, "add", "--force", str(path))

    assert adapters.memory(tmp_path).recall("a") is None


def test_nor_is_one_behind_a_link_that_somebody_committed(tmp_path):
    git(tmp_path, "init", "-q")
    kept(tmp_path / "innocent" / "cache" / "looks.json", a="1")
    (tmp_path / ".lapwing").symlink_to("innocent")
    git(tmp_path, "add", "--all")

    assert adapters.memory(tmp_path).recall("a") is None


def test_outside_a_repository_nobody_can_have_committed_it(path, tmp_path):
    kept(path, a="1")

    assert "1" == adapters.memory(tmp_path).recall("a")

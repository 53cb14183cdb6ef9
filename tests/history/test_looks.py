"""What earlier looks came to, in a file: kept, forgotten without a word, never a reason to fail."""

from __future__ import annotations

import hashlib
import json

import pytest

from lapwing import __version__
from lapwing.history import looks
from lapwing.history.looks import LooksFile


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".lapwing" / "cache" / "looks.json"


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

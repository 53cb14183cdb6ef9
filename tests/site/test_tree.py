"""Only what changed is written, and nobody sees half a site."""

from __future__ import annotations

import json
import os

import pytest

from lapwing.errors import UsageError
from lapwing.site.pages.tree import MANIFEST, check_target, digest, new_tree
from site_history import run_of


def files_of(site):
    return {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}


def state(site):
    return {name: (path.stat().st_ino, path.read_bytes()) for name, path in files_of(site).items()}


def test_a_run_more_writes_what_has_a_new_point_and_links_the_rest(history, commits, make_site, tmp_path):
    make_site().build(history, commits, tmp_path / "site")
    before = state(tmp_path / "site")
    alone = run_of(60)
    history.append([type(alone)(**{**fields(alone), "samples": alone.samples[:1], "declared": alone.declared[:1]})])
    make_site().build(history, commits, tmp_path / "site")
    after = state(tmp_path / "site")
    written = {name for name, (inode, _) in after.items() if before.get(name, (0, b""))[0] != inode}
    changed = {name for name, (_, content) in after.items() if before.get(name, (0, b""))[1] != content}
    assert changed == written
    assert not any("test_p" in name for name in written)
    assert any(name.endswith("test_b.json") for name in written)


def fields(noun):
    return {name: getattr(noun, name) for name in noun.__dataclass_fields__}


def test_a_site_built_anew_is_the_same_as_one_that_grew(history, commits, make_site, tmp_path):
    make_site().build(history, commits, tmp_path / "grown")
    history.append([run_of(60)])
    make_site().build(history, commits, tmp_path / "grown")
    make_site().build(history, commits, tmp_path / "new")
    grown, new = state(tmp_path / "grown"), state(tmp_path / "new")
    assert {name: content for name, (_, content) in new.items()} == {n: content for n, (_, content) in grown.items()}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version": 1}', b'{"version": 9, "made_by": "x", "files": {}}']
)
def test_a_damaged_manifest_makes_everything_anew(history, commits, make_site, tmp_path, content):
    make_site().build(history, commits, tmp_path / "site")
    before = state(tmp_path / "site")
    (tmp_path / "site" / MANIFEST).write_bytes(content)
    make_site().build(history, commits, tmp_path / "site")
    assert {n: content for n, (_, content) in before.items()} == {
        n: c for n, (_, c) in state(tmp_path / "site").items()
    }


@pytest.mark.parametrize("size", ["1e999", "NaN", "-1", '"x"', "null", "9" * 5000])
def test_a_manifest_with_sizes_that_are_none_makes_everything_anew(tmp_path, size):
    (tmp_path / "site").mkdir()
    rows = '{"a.json": ["source", "digest", SIZE]}'.replace("SIZE", size)
    (tmp_path / "site" / MANIFEST).write_text(f'{{"version": 2, "made_by": "test", "files": {rows}}}')
    with new_tree(tmp_path / "site", "test") as tree:
        tree.put("a.json", "source", lambda: b"1")
    assert b"1" == (tmp_path / "site" / "a.json").read_bytes()


def test_a_file_that_somebody_cut_short_is_made_again(history, commits, make_site, tmp_path):
    make_site().build(history, commits, tmp_path / "site")
    whole = (tmp_path / "site" / "asv.js").read_bytes()
    os.truncate(tmp_path / "site" / "asv.js", 10)
    make_site().build(history, commits, tmp_path / "site")
    assert whole == (tmp_path / "site" / "asv.js").read_bytes()


def test_an_error_on_the_way_leaves_the_old_site_and_nothing_else(tmp_path):
    target = tmp_path / "site"
    with new_tree(target, "test") as tree:
        tree.put_bytes("a.json", b"1")
    with pytest.raises(ZeroDivisionError), new_tree(target, "test") as tree:
        tree.put("a.json", "another", lambda: 1 // 0)
    assert b"1" == (target / "a.json").read_bytes()
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_what_was_made_from_the_same_is_not_made_again(tmp_path):
    for made in (b"1", b"2"):
        with new_tree(tmp_path / "site", "test") as tree:
            tree.put("a/b.json", "source", lambda made=made: made)
    assert b"1" == (tmp_path / "site" / "a" / "b.json").read_bytes()
    assert 0 == tree.written
    with new_tree(tmp_path / "site", "another version") as tree:
        tree.put("a/b.json", "source", lambda: b"3")
    assert b"3" == (tmp_path / "site" / "a" / "b.json").read_bytes()


def test_a_file_that_is_gone_from_the_site_is_gone(tmp_path):
    with new_tree(tmp_path / "site", "test") as tree:
        tree.put_bytes("a.json", b"1")
        tree.put_bytes("b.json", b"1")
    with new_tree(tmp_path / "site", "test") as tree:
        tree.put_bytes("b.json", b"1")
    assert {"b.json", MANIFEST} == set(files_of(tmp_path / "site"))
    assert ["b.json"] == list(json.loads((tmp_path / "site" / MANIFEST).read_bytes())["files"])


def test_where_there_are_no_hard_links_files_are_copied(tmp_path, monkeypatch):
    with new_tree(tmp_path / "site", "test") as tree:
        tree.put_bytes("a.json", b"1")

    def link(*_):
        raise OSError

    monkeypatch.setattr(os, "link", link)
    with new_tree(tmp_path / "site", "test") as tree:
        tree.put_bytes("a.json", b"1")
    assert (b"1", 0) == ((tmp_path / "site" / "a.json").read_bytes(), tree.written)


def test_somebodys_folder_is_not_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError) as caught:
        check_target(tmp_path)
    assert "site-target" == caught.value.slug
    check_target(tmp_path / "new")


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as caught, new_tree(tmp_path / "file" / "site", "test"):
        pass
    assert "site-target" == caught.value.slug


def test_a_digest_tells_parts_apart():
    assert digest("ab", "c") != digest("a", "bc")

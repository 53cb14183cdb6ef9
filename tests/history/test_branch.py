"""What a history on a git branch promises beyond what every store does: no work tree, no force, nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from factories import make_run, make_sample
from fakes.remote import BareRemote
from fakes.repository import Repository
from lapwing.errors import StoreDamaged, StoreError, UsageError
from lapwing.history import open_store
from lapwing.history.branch import layout
from lapwing.history.branch.packing import pack_file, unpack_file


@pytest.fixture
def remote(tmp_path):
    return BareRemote(tmp_path)


@pytest.fixture
def clone(tmp_path, remote):
    """Open the branch as another machine does, with nothing known of it; ``clone("a")`` twice is the same machine."""
    opened = []

    def clone(name="project"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        opened.append(open_store(remote.url, folder))
        return opened[-1]

    yield clone
    for store in opened:
        store.close()


def ids(store):
    return [run.id for run in store.runs()]


def slugs(store):
    return [warning.slug for warning in store.damaged()]


def test_a_run_is_one_file_in_the_folder_of_its_day_and_the_branch_says_what_it_is(remote, clone):
    clone().append([make_run(1)])
    assert [
        "README.md",
        "lapwing-history.json",
        "runs/2023/11/14/run-0001.run.xz",
    ] == remote.files()
    assert layout.MARKER_CONTENT == remote.content("lapwing-history.json")
    assert make_run(1) == unpack_file("run-0001", remote.content("runs/2023/11/14/run-0001.run.xz"))


def test_what_one_machine_wrote_another_reads_and_the_file_is_the_same_bytes(remote, clone):
    runs = [make_run(number, make_sample("a", float(number))) for number in range(1, 6)]
    clone("one").append(runs[:3])
    clone("two").append(runs[3:])
    reader = clone("three")
    assert [run.id for run in runs] == ids(reader)
    assert runs == [reader.load(run.id) for run in runs]
    for run in runs:
        assert pack_file(run) == remote.content(layout.path_of(run))


def test_each_append_is_one_commit_on_the_last(remote, clone):
    store = clone()
    store.append([])
    store.append([make_run(1), make_run(2)])
    store.append([make_run(2), make_run(3)])
    store.append([make_run(3)])
    assert 3 == remote.count()


def test_the_same_run_with_another_start_is_the_same_run(remote, clone):
    clone("one").append([make_run(1)])
    assert 0 == clone("two").append([replace(make_run(1), started_at=1.5e9)])
    assert 3 == len(remote.files())


@pytest.mark.parametrize("run_id", ["../../../etc/passwd", ".git", "a/b", "Ünïcode 🐦", "-rf", "%2E", "x" * 200])
def test_no_id_leads_out_of_its_folder(remote, clone, run_id):
    run = make_run(1, run_id=run_id)
    assert 1 == clone("one").append([run])
    folder, name = remote.files()[-1].rsplit("/", 1)
    assert "runs/2023/11/14" == folder
    assert name.isascii()
    assert not name.startswith(".")
    assert run == clone("two").load(run_id)


def test_an_id_too_long_for_a_file_is_refused_before_anything_is_sent(remote, clone):
    with pytest.raises(UsageError) as caught:
        clone().append([make_run(1), make_run(2, run_id="x" * 201)])
    assert "bad-run-id" == caught.value.slug
    assert b"" == remote.git("for-each-ref")


@pytest.mark.parametrize("started_at", [-5.0, 1e300, 253_402_300_799.0])
def test_a_clock_that_is_wrong_by_millennia_loses_no_run(clone, started_at):
    run = replace(make_run(1), started_at=started_at)
    clone("one").append([run])
    assert run == clone("two").load("run-0001")


def snapshot(repository):
    """Return everything of a user's repository that Lapwing must leave alone."""
    places = [place for place in repository.root.rglob("*") if place.is_file() and ".lapwing" not in place.parts]
    files = {place: (place.read_bytes(), place.stat().st_mtime_ns) for place in places}
    told = [
        repository.git("--no-optional-locks", *words)
        for words in (
            ("status", "--porcelain", "--ignored=no"),
            ("for-each-ref",),
            ("reflog",),
            ("config", "--list", "--local"),
            ("count-objects", "-v"),
            ("stash", "list"),
        )
    ]
    return files, told


def test_the_users_work_tree_index_refs_and_settings_are_never_touched(tmp_path, remote):
    repository = Repository(tmp_path / "project")
    repository.commit("First")
    repository.git("remote", "add", "origin", str(remote.path))
    (repository.root / "code.py").write_text("staged\n", encoding="utf-8")
    repository.git("add", "code.py")
    (repository.root / "code.py").write_text("changed\n", encoding="utf-8")
    (repository.root / "new.txt").write_text("untracked\n", encoding="utf-8")
    repository.git("status")
    before = snapshot(repository)
    store = open_store("git+branch://lapwing-history", repository.root)
    store.append([make_run(1), make_run(2)])
    assert 2 == len(store.runs())
    store.damaged()
    store.remove(["run-0001"])
    store.compact()
    store.close()
    after = snapshot(repository)
    assert before[1] == after[1]
    assert [] == [place for place in before[0].keys() | after[0].keys() if before[0].get(place) != after[0].get(place)]


def test_it_works_from_a_shallow_clone_with_a_detached_head(tmp_path, remote):
    source = Repository(tmp_path / "source")
    for number in range(5):
        source.commit(f"Commit {number}")
    source.git("push", "-q", str(remote.path), "HEAD:refs/heads/main")
    command = ["git", "clone", "-q", "--depth=1", "-b", "main", f"file://{remote.path}", str(tmp_path / "shallow")]
    subprocess.run(command, check=True)
    subprocess.run(["git", "-C", str(tmp_path / "shallow"), "checkout", "-q", "--detach"], check=True)
    store = open_store("git+branch://perf/history", tmp_path / "shallow")
    assert 1 == store.append([make_run(1)])
    assert ["run-0001"] == ids(store)
    assert b"refs/heads/perf/history" in remote.git("for-each-ref")


def test_the_remote_may_be_a_name_a_url_or_a_path_from_the_root(tmp_path, remote):
    repository = Repository(tmp_path / "project")
    repository.git("remote", "add", "backup", "../remote.git")
    for number, where in enumerate(("backup", f"file://{remote.path}", "../remote.git"), 1):
        assert 1 == open_store(f"git+branch://lapwing-history?remote={where}", repository.root).append(
            [make_run(number)]
        )
    assert 5 == len(remote.files())


@pytest.mark.parametrize("filters", [True, False])
def test_only_what_is_new_is_fetched(tmp_path, clone, remote, filters):
    remote.git("config", "uploadpack.allowFilter", str(filters).lower())
    large = [make_run(n, *(make_sample(f"t{i}", (n + i / 7, 1 / (i + 3))) for i in range(300))) for n in (1, 2, 3, 4)]
    clone("writer").append(large[:3])
    reader = clone("reader")
    reader.runs()
    before = bytes_in(tmp_path / "reader")
    clone("writer").append(large[3:])
    assert 4 == len(clone("reader").runs())
    assert bytes_in(tmp_path / "reader") - before < 2 * len(pack_file(large[3]))


def bytes_in(folder):
    return sum(file.stat().st_size for file in folder.glob(".lapwing/branch/*/objects.git/objects/pack/*.pack"))


def test_an_append_fetches_no_run(tmp_path, clone, remote):
    large = [make_run(n, *(make_sample(f"t{i}", (n + i / 7, 1 / (i + 3))) for i in range(300))) for n in (1, 2, 3, 4)]
    clone("writer").append(large)
    clone("other").append([make_run(9)])
    assert bytes_in(tmp_path / "other") < len(pack_file(large[0]))


def test_many_files_are_fetched_in_one_request(tmp_path, clone, remote, monkeypatch):
    clone("writer").append([make_run(number) for number in range(40)])
    trace = tmp_path / "trace"
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    git = shutil.which("git")
    wrapper.write_text(f'#!/bin/sh\necho "$@" >> {trace}\nexec {git} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    assert 40 == len(clone("reader").runs())
    fetches = [line for line in trace.read_text(encoding="utf-8").splitlines() if " fetch " in f" {line} "]
    assert 2 == len(fetches)


def test_a_branch_of_a_repository_with_long_names_is_read_too(tmp_path):
    remote = BareRemote(tmp_path, name="long.git", names="sha256")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert 1 == open_store(remote.url, tmp_path / "one").append([make_run(1)])
    remote.write("runs/2023/11/14/junk", b"junk")
    store = open_store(remote.url, tmp_path / "two")
    assert 1 == store.append([make_run(2)])
    assert ["run-0001", "run-0002"] == sorted(ids(store))
    assert ["strange-record"] == slugs(store)


def test_a_removal_is_known_to_all_and_is_no_loss(remote, clone):
    store, other = clone("one"), clone("two")
    store.append([make_run(1), make_run(2)])
    other.runs()
    assert 1 == store.remove(["run-0001"])
    other = clone("two")
    assert (["run-0002"], []) == (ids(other), slugs(other))
    assert "removed/run-0001" in remote.files()
    assert 1 == other.append([make_run(1)])
    assert "removed/run-0001" not in remote.files()


def test_what_a_force_push_took_from_the_branch_is_kept_told_and_can_be_sent_again(remote, clone):
    store = clone()
    store.append([make_run(1)])
    old = remote.tip()
    store.append([make_run(2), make_run(3)])
    store.runs()
    remote.git("update-ref", "refs/heads/lapwing-history", old)
    store = clone()
    (warning,) = store.damaged()
    assert "runs-lost" == warning.slug
    assert "2 runs" in warning.message
    assert "run-0002, run-0003" in warning.message
    assert ["run-0001", "run-0002", "run-0003"] == ids(store)
    assert make_run(2) == store.load("run-0002")
    assert 1 == store.append([make_run(1), make_run(2)])
    assert "1 run that" in store.damaged()[0].message
    assert 1 == store.remove(["run-0003"])
    assert (["run-0001", "run-0002"], []) == (ids(store), slugs(store))
    assert ["run-0001", "run-0002"] == ids(clone("new"))


def test_a_deleted_branch_is_no_empty_history(remote, clone):
    clone().append([make_run(1), make_run(2)])
    remote.delete_branch()
    store = clone()
    assert (["run-0001", "run-0002"], ["runs-lost"]) == (ids(store), slugs(store))
    assert 1 == store.append([make_run(3)])
    assert 2 == store.append([make_run(1), make_run(2)])
    assert [] == slugs(store)
    assert ["run-0001", "run-0002", "run-0003"] == sorted(ids(clone("new")))


def test_what_was_lost_and_comes_back_is_no_longer_lost(remote, clone):
    clone().append([make_run(1)])
    tip = remote.tip()
    remote.delete_branch()
    assert ["runs-lost"] == slugs(clone())
    remote.git("update-ref", "refs/heads/lapwing-history", tip)
    assert [] == slugs(clone())


def test_a_lost_run_outlives_a_damaged_index(tmp_path, remote, clone):
    clone().append([make_run(1), make_run(2)])
    old = remote.tip()
    clone().append([make_run(3)])
    remote.git("update-ref", "refs/heads/lapwing-history", old)
    assert ["runs-lost"] == slugs(clone())
    remote.delete_branch()
    (index,) = tmp_path.glob("project/.lapwing/branch/*/index.db")
    content = bytearray(index.read_bytes())
    where = content.rindex(b"run-0003")
    content[where : where + 8] = b"run-\xff\xff\xff3"
    index.write_bytes(content)
    store = clone()
    assert {"run-0001", "run-0002"} <= set(ids(store))
    # What could not be taken over is still in the old file.
    assert list(index.parent.glob("index.db.damaged-*")) or "run-0003" in ids(store)


@pytest.mark.parametrize("damage", [b"", b"junk" * 1000, None])
def test_a_damaged_index_is_made_again_from_the_branch(tmp_path, clone, damage):
    clone().append([make_run(1), make_run(2)])
    (index,) = tmp_path.glob("project/.lapwing/branch/*/index.db")
    if damage is None:
        content = bytearray(index.read_bytes())
        content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
        damage = bytes(content)
    index.write_bytes(damage)
    store = clone()
    assert ["run-0001", "run-0002"] == ids(store)
    assert make_run(2) == store.load("run-0002")
    assert [] == slugs(store)
    assert 1 == store.append([make_run(3)])


def test_a_flipped_bit_in_a_run_of_the_index_is_healed_from_the_branch(tmp_path, clone):
    import sqlite3
    from contextlib import closing

    clone().append([make_run(1), make_run(2)])
    (index,) = tmp_path.glob("project/.lapwing/branch/*/index.db")
    for read in (lambda store: store.load("run-0001"), lambda store: store.damaged()):
        with closing(sqlite3.connect(index)) as connection, connection:
            connection.execute("UPDATE document SET body = zeroblob(length(body)) WHERE run = 1")
        store = clone()
        read(store)
        assert make_run(1) == store.load("run-0001")
        assert [] == slugs(store)


@pytest.mark.parametrize("what", ["objects", "HEAD", "config", "everything", "junk"])
def test_a_damaged_repository_of_ours_is_fetched_again(tmp_path, clone, what):
    clone().append([make_run(1)])
    (ours,) = tmp_path.glob("project/.lapwing/branch/*/objects.git")
    if what == "everything":
        shutil.rmtree(ours)
    elif what == "junk":
        for pack in ours.glob("objects/pack/*.pack"):
            pack.chmod(0o600)
            pack.write_bytes(b"junk" + pack.read_bytes()[:20])
    else:
        place = ours / what
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    assert 1 == clone("other").append([make_run(2)])
    store = clone()
    assert ["run-0001", "run-0002"] == ids(store)
    assert [] == slugs(store)
    assert 1 == store.append([make_run(3)])


def test_locks_that_a_killed_git_left_are_in_nobodys_way(tmp_path, clone):
    clone().append([make_run(1)])
    (ours,) = tmp_path.glob("project/.lapwing/branch/*/objects.git")
    for name in ("shallow.lock", "config.lock", "HEAD.lock", "refs/lapwing/tip.lock", "packed-refs.lock"):
        (ours / name).touch()
    clone("other").append([make_run(2)])
    store = clone()
    assert 2 == len(store.runs())
    assert 1 == store.append([make_run(3)])


def test_our_repository_does_not_grow_for_ever(tmp_path, clone, monkeypatch):
    from lapwing.history.branch import cache

    monkeypatch.setattr(cache, "_MOST_PACKS", 4)
    store = clone()
    for number in range(8):
        store.append([make_run(number)])
        assert len(list(tmp_path.glob("project/.lapwing/branch/*/objects.git/objects/pack/*.pack"))) <= 9
    assert 8 == len(clone().runs())


def test_a_compacted_branch_has_no_past_and_all_its_runs(remote, clone):
    store = clone()
    for number in range(4):
        store.append([make_run(number)])
    store.remove(["run-0000"])
    files, tip = remote.files(), remote.tip()
    done = store.compact()
    assert (tip, remote.tip(), 3) == (done.before, done.after, done.runs)
    assert (1, files) == (remote.count(), remote.files())
    assert 1 == store.append([make_run(9)])
    assert [] == slugs(clone())
    assert ["run-0001", "run-0002", "run-0003", "run-0009"] == ids(clone("new"))


def test_nothing_is_compacted_where_there_is_no_branch(clone):
    assert None is clone().compact()


def test_a_clone_that_slept_through_a_removal_and_a_compaction_loses_nothing_and_fears_nothing(remote, clone):
    clone("sleeper").append([make_run(1), make_run(2)])
    store = clone("other")
    store.remove(["run-0001"])
    store.compact()
    store.append([make_run(3)])
    sleeper = clone("sleeper")
    assert (["run-0002", "run-0003"], []) == (ids(sleeper), slugs(sleeper))
    assert 1 == sleeper.append([make_run(4)])


def test_a_branch_of_something_else_is_left_alone(remote, clone):
    remote.set_tree(remote.tree(("100644", b"README.md", remote.blob(b"mine"))), parent=False)
    tip = remote.tip()
    for work in (
        lambda store: store.append([make_run(1)]),
        lambda store: store.runs(),
        lambda store: store.remove(["run-0001"]),
        lambda store: store.compact(),
    ):
        with pytest.raises(StoreError) as caught:
            work(clone())
        assert "not-a-store" == caught.value.slug
    assert tip == remote.tip()


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        (b'{"format":"lapwing-history","version":2}', "store-too-new"),
        (b'{"format":"lapwing-history","version":2,"more":[]}', "store-too-new"),
        (b'{"format":"other","version":1}', "not-a-store"),
        (b"[" * 5000, "not-a-store"),
        (b"x" * 20_000, "not-a-store"),
        (b"\xff", "not-a-store"),
    ],
)
def test_a_marker_of_a_newer_or_another_kind_is_refused(remote, clone, content, slug):
    clone("one").append([make_run(1)])
    remote.write("lapwing-history.json", content)
    with pytest.raises(StoreError) as caught:
        clone("two").runs()
    assert slug == caught.value.slug


def test_a_marker_written_in_another_way_is_one(remote, clone):
    clone("one").append([make_run(1)])
    remote.write("lapwing-history.json", b'{ "version": 1, "format": "lapwing-history" }')
    assert ["run-0001"] == ids(clone("two"))


def test_without_the_remote_the_history_is_read_as_it_was_known_and_that_is_said(tmp_path, remote, clone):
    clone().append([make_run(1)])
    remote.path.rename(tmp_path / "away")
    store = clone()
    assert ["run-0001"] == ids(store)
    (warning,) = store.damaged()
    assert "remote-unreachable" == warning.slug
    with pytest.raises(StoreError) as caught:
        store.append([make_run(2)])
    assert "remote-unreachable" == caught.value.slug
    with pytest.raises(StoreError):
        clone("new").runs()
    (tmp_path / "away").rename(remote.path)
    assert 1 == clone().append([make_run(2)])


def test_a_record_of_a_newer_lapwing_is_read_once_this_one_is_upgraded(clone, monkeypatch):
    from lapwing.history import schema
    from lapwing.history.branch import mirror

    clone().append([make_run(1)])
    monkeypatch.setattr(schema, "SCHEMA", 0)
    monkeypatch.setattr(mirror, "SCHEMA", 1)
    old = clone("old")
    assert ["run-too-new"] == slugs(old)
    with pytest.raises(StoreError) as caught:
        old.load("run-0001")
    assert "run-too-new" == caught.value.slug
    monkeypatch.undo()
    assert (["run-0001"], []) == (ids(clone("old")), slugs(clone("old")))


def test_something_strange_in_the_way_of_a_run_is_not_overwritten(remote, clone):
    clone("one").append([make_run(1)])
    remote.write("runs/2024", b"a file where a year should be")
    later = replace(make_run(2), started_at=1_710_000_000.0)
    with pytest.raises(StoreDamaged) as caught:
        clone("two").append([later])
    assert "branch-damaged" == caught.value.slug
    assert b"a file where a year should be" == remote.content("runs/2024")
    assert 1 == clone("two").append([make_run(3)])

"""Where a run waits that the store refused: whole, never overwritten, readable again, and named where it is not."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import make_run, make_sample
from lapwing.errors import LapwingError, StoreDamaged, StoreError, StoreTooNew, StoreUnwritable
from lapwing.history.outbox import FOLDER, OutboxFiles
from lapwing.history.schema import MAX_DOCUMENT, encode
from lapwing.ports import Outbox


@pytest.fixture
def outbox(tmp_path):
    made: Outbox = OutboxFiles(tmp_path / "project")
    (tmp_path / "project").mkdir()
    return made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "project" / FOLDER


def refuse_writing(monkeypatch, *folders):
    """Let no file be made in ``folders``; root may write anywhere, so that permissions would show nothing."""
    opened = Path.open

    def refusing(path, mode="r", *args, **more):
        if "x" in mode and path.parent in folders:
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, mode, *args, **more)

    monkeypatch.setattr(Path, "open", refusing)


def test_a_run_comes_back_as_it_was(outbox, folder):
    run = make_run(1, make_sample("a", (0.1, 0.30000000000000004), (5e-324,)))
    path = outbox.keep(run)

    assert (folder, True) == (path.parent, outbox.holds(path))
    assert encode(run) == path.read_bytes()
    assert (path.name,) == outbox.waiting()
    assert run == outbox.read(path.name)


def test_an_outbox_that_is_not_there_holds_nothing_and_is_not_made_by_looking(outbox, folder):
    assert () == outbox.waiting()
    assert not folder.exists()


def test_what_waits_is_listed_by_when_it_was_measured(outbox):
    names = [outbox.keep(replace(make_run(1), id=name, started_at=at)).name for name, at in (("b", 9e8), ("a", 1e9))]
    assert tuple(names) == outbox.waiting()


def test_the_same_run_is_kept_once(outbox):
    assert outbox.keep(make_run(1)) == outbox.keep(make_run(1))
    assert 1 == len(outbox.waiting())


def test_two_runs_of_one_id_are_both_kept(outbox):
    one, other = make_run(1), make_run(1, make_sample("other", 2.0))
    names = {outbox.keep(run).name for run in (one, other)}

    assert names == set(outbox.waiting())
    assert [one, other] == sorted((outbox.read(name) for name in names), key=lambda run: run != one)


@pytest.mark.parametrize("run_id", ["../../evil", "a/b\\c:d", "x" * 300, "\x1b[31m", ".hidden", "é" * 100])
def test_an_odd_id_makes_a_plain_file_name_in_the_outbox(run_id, outbox, folder):
    run = replace(make_run(1), id=run_id)
    path = outbox.keep(run)

    assert folder == path.parent
    assert path.name.isascii()
    assert len(path.name) < 120
    assert run == outbox.read(path.name)


@pytest.mark.parametrize("started_at", [-1e300, 1e300, -62_135_596_801.0, 253_402_300_800.0, 0.0])
def test_any_clock_makes_a_name(started_at, outbox):
    run = replace(make_run(1), started_at=started_at)
    assert run == outbox.read(outbox.keep(run).name)


def test_git_never_sees_it(outbox, folder):
    outbox.keep(make_run(1))
    assert "# Made by Lapwing.\n*\n" == (folder.parent / ".gitignore").read_text()


def test_what_was_sent_goes(outbox):
    name = outbox.keep(make_run(1)).name
    outbox.discard(name)
    outbox.discard(name)
    assert () == outbox.waiting()


def test_a_flipped_digit_is_damage(outbox):
    path = outbox.keep(make_run(1, make_sample("a", 0.125)))
    path.write_bytes(path.read_bytes().replace(b"0.125", b"0.126"))
    with pytest.raises(StoreDamaged, match="are not the ones that were written") as caught:
        outbox.read(path.name)
    assert "run-damaged" == caught.value.slug


def test_a_truncated_run_is_damage(outbox):
    path = outbox.keep(make_run(1))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StoreDamaged):
        outbox.read(path.name)


def test_a_newer_run_is_said(outbox, folder):
    folder.mkdir(parents=True)
    (folder / "mine.json").write_bytes(b'{"schema": 99}')
    with pytest.raises(StoreTooNew) as caught:
        outbox.read("mine.json")
    assert "mine.json" in caught.value.message


def test_a_file_of_another_name_is_read_for_what_it_is(outbox, folder):
    folder.mkdir(parents=True)
    (folder / "mine.json").write_bytes(encode(make_run(1)))
    assert ("mine.json",) == outbox.waiting()
    assert make_run(1) == outbox.read("mine.json")


def test_a_folder_or_a_pipe_in_it_is_no_run(outbox, folder):
    (folder / "odd.json").mkdir(parents=True)
    os.mkfifo(folder / "pipe.json")
    for name in outbox.waiting():
        with pytest.raises(StoreError, match="it is no file") as caught:
            outbox.read(name)
        assert "run-unreadable" == caught.value.slug


def test_a_file_of_any_size_takes_no_more_memory_than_a_run(outbox, folder):
    folder.mkdir(parents=True)
    with (folder / "huge.json").open("wb") as file:
        file.truncate(MAX_DOCUMENT + 2)
    with pytest.raises(StoreDamaged, match="it has more than"):
        outbox.read("huge.json")


@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), name=st.sampled_from(["a.json", "a-0123456789abcdef.json"]))
def test_whatever_lies_there_is_read_or_refused_in_a_sentence(content, name, outbox, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    with pytest.raises(LapwingError):
        outbox.read(name)


def test_a_full_disk_is_found_out_before(outbox, folder, monkeypatch):
    outbox.require_room()
    assert () == outbox.waiting()
    assert [] == list(folder.iterdir())
    refuse_writing(monkeypatch, folder)
    with pytest.raises(StoreUnwritable) as caught:
        outbox.require_room()
    assert "outbox-unwritable" == caught.value.slug


def test_where_the_outbox_refuses_the_run_is_written_elsewhere(outbox, folder, tmp_path, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    refuse_writing(monkeypatch, folder)
    beside = outbox.keep(make_run(1))
    refuse_writing(monkeypatch, folder, tmp_path / "project")
    far = outbox.keep(make_run(2))
    refuse_writing(monkeypatch, folder, tmp_path / "project", temporary)
    with pytest.raises(StoreUnwritable) as caught:
        outbox.keep(make_run(3))

    assert (tmp_path / "project", temporary) == (beside.parent, far.parent)
    assert (False, False) == (outbox.holds(beside), outbox.holds(far))
    assert encode(make_run(2)) == far.read_bytes()
    assert "not-kept" == caught.value.slug


def test_a_place_that_is_a_file_is_said(outbox, folder):
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    for what in (outbox.waiting, outbox.require_room, lambda: outbox.discard("a.json")):
        with pytest.raises(StoreUnwritable, match="cannot be read or written"):
            what()


def test_a_writer_that_is_killed_leaves_nothing_half_written(outbox, folder, tmp_path):
    program = (
        "import sys\nfrom pathlib import Path\nfrom factories import make_run, make_sample\n"
        "from lapwing.history.outbox import OutboxFiles\n"
        f"outbox = OutboxFiles(Path({str(tmp_path / 'project')!r}))\n"
        "for number in range(10_000):\n"
        "    outbox.keep(make_run(number, *(make_sample(f'b{i}', 1.0) for i in range(300))))\n"
        "    print(f'run-{number:04d}', flush=True)\n"
    )
    acknowledged = []
    for delay in (0.0, 0.02, 0.05):
        with subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as writer:
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(delay)
            writer.send_signal(signal.SIGKILL)
            acknowledged += writer.stdout.read().split()
    there = [outbox.read(name).id for name in outbox.waiting()]

    assert set(acknowledged) <= set(there)
    assert len(there) == len(set(there))

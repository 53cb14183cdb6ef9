"""An export in place of an earlier one, beside what was made of it: whole or not at all, nothing else is touched."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lapwing.errors import UsageError
from lapwing.history.exporters.target import MARKER, whole_entries, whole_folder


def written(target, **files):
    with whole_entries(target) as folder:
        for name, content in files.items():
            place = folder / name.replace("__", "/")
            place.parent.mkdir(exist_ok=True)
            place.write_text(content, encoding="utf-8")


def state(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


@pytest.fixture
def target(tmp_path):
    written(tmp_path / "out", a__x="1", b="2")
    (tmp_path / "out" / "html").mkdir()
    (tmp_path / "out" / "html" / "index").write_text("made of it", encoding="utf-8")
    return tmp_path / "out"


BESIDE = {"html/index": "made of it"}


def test_what_is_gone_from_the_export_is_gone_and_what_stands_beside_it_stays(target):
    written(target, a__y="3", c="4")
    assert {"a/y": "3", "c": "4", **BESIDE} == state(target)
    written(target, b="5")
    assert {"b": "5", **BESIDE} == state(target)
    assert ["b\n"] == (target / MARKER).read_text(encoding="utf-8").splitlines(keepends=True)
    assert [MARKER, "b", "html"] == sorted(path.name for path in target.iterdir())


def test_what_breaks_off_leaves_what_was_there(target):
    with pytest.raises(TypeError):
        written(target, c="half", d=None)
    assert {"a/x": "1", "b": "2", **BESIDE} == state(target)
    assert [target] == list(target.parent.iterdir())


@pytest.mark.parametrize("call", range(1, 7))
def test_wherever_moving_in_fails_everything_is_as_before(target, monkeypatch, call):
    before, marker = state(target), (target / MARKER).read_bytes()
    calls = []

    def failing(move, path, place):
        calls.append(path)
        if len(calls) == call:
            raise OSError(28, "No space left on device")
        return move(path, place)

    for name, move in (("rename", Path.rename), ("replace", Path.replace)):
        monkeypatch.setattr(Path, name, lambda path, place, move=move: failing(move, path, place))
    with pytest.raises(UsageError, match=r"unwritable-file.*No space left"):
        written(target, a__y="3", b="4", c="5")
    assert (before, marker) == (state(target), (target / MARKER).read_bytes())


def interrupted_at(call, monkeypatch):
    """Press Ctrl-C instead of the ``call``-th move from now on."""
    calls = []

    def interrupting(move, path, place):
        calls.append(path)
        if len(calls) == call:
            raise KeyboardInterrupt
        return move(path, place)

    for name, move in (("rename", Path.rename), ("replace", Path.replace)):
        monkeypatch.setattr(Path, name, lambda path, place, move=move: interrupting(move, path, place))


@pytest.mark.parametrize("call", range(1, 7))
def test_ctrl_c_while_moving_in_leaves_everything_as_before(target, monkeypatch, call):
    before, marker = state(target), (target / MARKER).read_bytes()
    interrupted_at(call, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        written(target, a__y="3", b="4", c="5")
    assert (before, marker) == (state(target), (target / MARKER).read_bytes())


@pytest.mark.parametrize("call", [1, 2])
def test_ctrl_c_while_a_whole_folder_takes_its_place_leaves_the_earlier_one(tmp_path, monkeypatch, call):
    target = tmp_path / "out"
    written(target, a__x="1", b="2")
    interrupted_at(call, monkeypatch)
    with pytest.raises(KeyboardInterrupt), whole_folder(target) as folder:
        (folder / "c").write_text("new", encoding="utf-8")
    assert {"a/x": "1", "b": "2"} == state(target)
    assert [target] == list(tmp_path.iterdir())


KILLED = """
import os, signal, sys
from pathlib import Path
from lapwing.history.exporters.target import whole_entries
left = [int(sys.argv[2])]
def moving(move):
    def moved(path, place):
        if not left[0]:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        left[0] -= 1
        return move(path, place)
    return moved
Path.rename, Path.replace = moving(Path.rename), moving(Path.replace)
with whole_entries(Path(sys.argv[1])) as folder:
    (folder / "a").mkdir()
    for name in ("a/y", "b", "c"):
        (folder / name).write_text("new")
"""


@pytest.mark.parametrize("moves", range(6))
def test_whenever_an_export_is_killed_the_next_one_knows_what_it_finds(target, moves):
    done = subprocess.run([sys.executable, "-c", KILLED, str(target), str(moves)], check=False)
    assert done.returncode
    assert (target / "b").is_file()
    written(target, a__z="3", b="4")
    left = {name: content for name, content in state(target).items() if not name.startswith(".lapwing-export-")}
    assert {"a/z": "3", "b": "4", **BESIDE} == left


def test_what_somebody_removed_from_an_export_is_no_file_of_somebody_elses(target):
    shutil.rmtree(target / "a")
    written(target, a__z="3")
    assert {"a/z": "3", **BESIDE} == state(target)


def test_a_marker_of_another_hand_moves_nothing_outside(tmp_path):
    (tmp_path / "precious").write_text("mine", encoding="utf-8")
    target = tmp_path / "out"
    target.mkdir()
    (target / MARKER).write_text("../precious\n..\n\n/\n./a\n", encoding="utf-8")
    written(target, a="1")
    assert "mine" == (tmp_path / "precious").read_text(encoding="utf-8")
    assert {"a": "1"} == state(target)


def test_a_file_of_somebody_elses_among_the_exported_ones_is_not_replaced(target):
    (target / "a" / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        written(target, b="3")
    assert "export-target" == caught.value.slug
    assert "mine" == state(target)["a/mine"]

"""An export in place of an earlier one, beside what was made of it: whole or not at all, nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from lapwing.errors import UsageError
from lapwing.history.exporters.target import MARKER, whole_entries


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


@pytest.mark.parametrize("call", range(1, 8))
def test_wherever_moving_in_fails_everything_is_as_before(target, monkeypatch, call):
    before, marker = state(target), (target / MARKER).read_bytes()
    rename, calls = Path.rename, []

    def failing(path, place):
        calls.append(path)
        if len(calls) == call:
            raise OSError(28, "No space left on device")
        return rename(path, place)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(UsageError, match=r"unwritable-file.*No space left"):
        written(target, a__y="3", b="4", c="5")
    assert (before, marker) == (state(target), (target / MARKER).read_bytes())


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

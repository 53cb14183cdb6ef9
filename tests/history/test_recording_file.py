"""The file of a recording: cut short, damaged, hostile, written by two at once, on a full disk."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing import model, recording
from lapwing.errors import LapwingError, RecordError, StoreDamaged, StoreError, StoreTooNew, UsageError
from lapwing.history import recording_lines, recording_reading, recording_wire, wire
from lapwing.history.recording_file import RecordingFiles
from lapwing.history.recording_folder import KEPT
from lapwing.history.recording_lines import begin_line, end_line, pair_line
from lapwing.history.recording_reading import CUT, read
from lapwing.recording import Slice
from recordings import NAME, full_recording, make_pair, make_paired, make_recording

VERSION_1 = Path(__file__).parent / "data" / "recording-version-1.jsonl"

finite = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(blacklist_categories=["Cs"]))
names = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=30)
slices = st.builds(
    Slice,
    value=st.floats(min_value=0, exclude_min=True, allow_infinity=False),
    cpu=st.floats(min_value=0, allow_infinity=False),
    waited=st.floats(0, 1),
)


def written(whole):
    return b"".join([begin_line(whole), *map(pair_line, whole.pairs), end_line(whole)])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "recording.jsonl"

    def write(content):
        path.write_bytes(content)
        return path

    return write


def first_line(**changes):
    return json.dumps(json.loads(begin_line(make_recording())) | changes).encode() + b"\n"


def a_pair(**changes):
    return first_line() + json.dumps(json.loads(pair_line(make_pair())) | changes).encode() + b"\n"


def the_end(**changes):
    return first_line() + json.dumps(json.loads(end_line(full_recording())) | changes).encode() + b"\n"


def test_the_file_of_version_1_is_still_read():
    assert full_recording() == read(VERSION_1)


def test_a_pair_that_does_not_say_how_many_were_measured_at_once_was_alone(file):
    pair = json.loads(pair_line(make_pair()))
    assert 1 == pair.pop("at_once")
    (read_again,) = read(file(first_line() + json.dumps(pair).encode() + b"\n")).pairs
    assert make_pair() == read_again


@pytest.mark.parametrize("number", [0, -1, 1.5, 65, "2", None])
def test_pairs_are_measured_at_once_by_a_number_that_can_be(file, number):
    with pytest.raises(StoreDamaged):
        read(file(a_pair(at_once=number) + end_line(make_recording())))


def test_version_1_is_still_written_as_it_was():
    assert VERSION_1.read_bytes() == written(full_recording())


FIELDS = (
    (recording.Recording, recording_wire.BeginLine, {"pairs", "complete"}, {"schema"}),
    (recording.Pair, recording_wire.PairLine, set(), set()),
    (recording.Paired, recording_wire.WirePaired, set(), set()),
    (recording.Slice, recording_wire.WireSlice, set(), set()),
    (recording.Numbers, recording_wire.WireNumbers, set(), set()),
    (recording.SideFailure, recording_wire.WireSideFailure, set(), set()),
    (recording.Step, recording_wire.WireStep, set(), set()),
    (recording.Found, recording_wire.WireFound, set(), set()),
    (recording.Discovery, recording_wire.WireDiscovery, set(), set()),
    (recording.Witness, recording_wire.WireWitness, set(), set()),
    (recording.Frame, recording_wire.WireFrame, set(), set()),
    (recording.Stack, recording_wire.WireStack, set(), set()),
    (recording.Profile, recording_wire.WireProfile, set(), {"names"}),
    (model.Declared, recording_wire.WireJudged, set(), set()),
    (model.Commit, wire.WireCommit, set(), set()),
    (model.Machine, wire.WireMachine, set(), set()),
    (model.RunWarning, wire.WireWarning, set(), set()),
)


@pytest.mark.parametrize(("noun", "line", "elsewhere", "added"), FIELDS, ids=[noun.__name__ for noun, *_ in FIELDS])
def test_no_field_of_a_noun_is_left_out(noun, line, elsewhere, added):
    assert {field.name for field in fields(noun)} - elsewhere == set(line.__struct_fields__) - added


def test_an_equal_recording_gives_equal_bytes():
    counts = make_recording(make_pair(0, ended=1), started_at=5, limit=1, max_time=60)
    floats = make_recording(make_pair(0, ended=1.0), started_at=5.0, limit=1.0, max_time=60.0)
    assert written(floats) == written(counts)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(blocks=st.lists(st.tuples(slices, slices), max_size=4), name=names, said=texts, ended=finite)
def test_every_float_and_text_comes_back_exactly(tmp_path_factory, blocks, name, said, ended):
    base, head = zip(*blocks, strict=True) if blocks else ((), ())
    pair = make_pair(0, make_paired(name, (), ()), ended=ended, seed=2**127 + len(said))
    pair = replace(pair, paired=(replace(pair.paired[0], base=base, head=head),))
    whole = make_recording(pair, said=(said,), complete=True)
    path = tmp_path_factory.getbasetemp() / "exactly.jsonl"
    path.write_bytes(written(whole))
    assert whole == read(path)
    assert path.read_bytes() == written(read(path))


def test_half_a_last_line_is_left_out_and_said(file):
    whole = make_recording(make_pair(0), make_pair(1), warnings=())
    lines = written(whole).splitlines(keepends=True)
    for cut in (1, 40, len(lines[2]) - 2):
        found = read(file(lines[0] + lines[1] + lines[2][:cut]))
        assert (make_pair(0),) == found.pairs
        assert not found.complete
        assert [CUT] == [warning.slug for warning in found.warnings]


def test_a_last_line_that_is_whole_but_for_its_newline_counts(file):
    whole = full_recording()
    assert whole == read(file(written(whole)[:-1]))


def test_without_a_last_line_a_recording_is_not_complete_and_nothing_is_missing(file):
    whole = make_recording(make_pair(0))
    found = read(file(begin_line(whole) + pair_line(make_pair(0))))
    assert replace(whole, complete=False) == found


@settings(deadline=None, derandomize=True, max_examples=300)
@given(place=st.integers(0, 5_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_broken_file_raises_nothing_but_our_errors(tmp_path_factory, place, byte, cut):
    content = bytearray(VERSION_1.read_bytes())
    place %= len(content)
    content[place] = byte
    path = tmp_path_factory.getbasetemp() / "broken.jsonl"
    path.write_bytes(bytes(content[:place] if cut else content))
    with contextlib.suppress(StoreDamaged, StoreTooNew):
        read(path)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_raise_nothing_but_our_errors(tmp_path_factory, content, headed):
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(first_line() + content if headed else content)
    with contextlib.suppress(StoreDamaged):
        read(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | finite | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def everywhere(value):
    """Every place in a JSON document, as a list of keys."""
    yield []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from ([key, *rest] for rest in everywhere(one))


LINES = VERSION_1.read_bytes().splitlines()
PLACES = [(number, place) for number, line in enumerate(LINES) for place in everywhere(json.loads(line)) if place]


@settings(deadline=None, derandomize=True, max_examples=400)
@given(where=st.sampled_from(PLACES), value=json_values)
def test_any_value_at_any_place_raises_nothing_but_our_errors(tmp_path_factory, where, value):
    number, place = where
    documents = [json.loads(line) for line in LINES]
    inner = documents[number]
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path = tmp_path_factory.getbasetemp() / "value.jsonl"
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    with contextlib.suppress(StoreDamaged, StoreTooNew):
        read(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        b"[" * 1_000_000,
        first_line()[:-30],
        first_line(schema=0),
        first_line(schema=1.5),
        first_line(more=1),
        first_line(id="../x"),
        first_line(id="x" * 200),
        first_line(started_at=1e300),
        first_line(started_at=-5),
        first_line(limit=0),
        first_line(limit=-2),
        first_line(rung="ladder"),
        first_line(kind="pair"),
        first_line(kind="story"),
        pair_line(make_pair()),
        json.dumps(json.loads(pair_line(make_pair())) | {"schema": 1}).encode() + b"\n",
        end_line(make_recording()),
        first_line() + first_line(),
        first_line() + b"\n",
        first_line() + b'{"kind": "story"}\n',
        first_line() + end_line(make_recording()) + pair_line(make_pair()),
        first_line() + end_line(make_recording()) + b"x",
        first_line() + b"{" * 100_000 + b"\n",
        a_pair(more=1),
        a_pair(cpu=-1),
        a_pair(ended=None),
        a_pair(step={"stage": "screen", "benchmarks": ["a\0b"], "control": False, "attempt": 0}),
        a_pair(step={"stage": "screen", "benchmarks": [""], "control": False, "attempt": 0}),
        a_pair(step={"stage": "screen", "benchmarks": ["x" * 5_000], "control": False, "attempt": 0}),
        a_pair(paired=[{"benchmark": NAME}]),
        a_pair().replace(b"0.0011", b"NaN"),
        a_pair().replace(b"0.0011", b"-1.0"),
        a_pair().replace(b"0.0011", b"1e999"),
        a_pair().replace(b"[0.0011, 0.001, 0.25]", b"[0.0011, 0.001, 0.25, 1]"),
        a_pair().replace(b"[0.0011, 0.001, 0.25]", b"[0.0011, 0.001]"),
        a_pair().replace(b", [0.0011, 0.001, 0.25]", b""),
        a_pair().replace(b'"calls": 1', b'"calls": 0'),
        the_end(complete=None),
        the_end(witnesses=[{"benchmark": NAME, "kind": "events", "base": -1, "head": 1}]),
        the_end(witnesses=[{"benchmark": NAME, "kind": "events", "base": 10**400, "head": 1}]),
        the_end().replace(b"[[0, 1, 0], 0.2]", b"[[0, 2, 0], 0.2]"),
        the_end().replace(b"[[0, 1, 0], 0.2]", b"[[0, -1, 0], 0.2]"),
        the_end().replace(b"[[0, 1, 0], 0.2]", b"[[0, 9223372036854775807, 0], 0.2]"),
    ],
)
def test_whatever_is_no_recording_is_damage(file, content):
    with pytest.raises(StoreDamaged) as caught:
        read(file(content))
    assert "recording-damaged" == caught.value.slug


def test_what_is_changed_above_is_there_to_be_changed(file):
    assert 1 == len(read(file(a_pair())).pairs)
    assert full_recording().profiles == read(file(the_end())).profiles
    assert b"[[0, 1, 0], 0.2]" in the_end()


def test_a_newer_recording_is_too_new_and_not_damaged(file):
    with pytest.raises(StoreTooNew) as caught:
        read(file(first_line(schema=2, more="a field of the future")))
    assert "recording-too-new" == caught.value.slug


def test_no_recording_is_said(tmp_path, file):
    for path in (tmp_path / "none.jsonl", file(b"x") / "below-a-file"):
        with pytest.raises(UsageError) as caught:
            read(path)
        assert "recording-missing" == caught.value.slug


def test_what_is_no_file_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
    else:
        pipe.mkdir()
    for path in (tmp_path, pipe):
        with pytest.raises(StoreDamaged):
            read(path)


def test_a_file_that_cannot_be_read_is_said(tmp_path, monkeypatch):
    path = tmp_path / "x\0y"
    with pytest.raises(StoreError) as caught:
        read(path)
    assert "recording-unreadable" == caught.value.slug


@pytest.mark.parametrize("bound", ["MAX_FILE", "MAX_PAIRS", "MAX_VALUES"])
def test_a_recording_is_bounded(file, monkeypatch, bound):
    path = file(written(make_recording(make_pair(0), make_pair(1))))
    monkeypatch.setattr(recording_reading, bound, 1)
    with pytest.raises(StoreDamaged, match="more than"):
        read(path)


def test_a_line_is_bounded_on_both_ways(file, monkeypatch):
    pair = make_pair(0, *(make_paired(f"t.py::test_{number}") for number in range(50)))
    line = pair_line(pair)
    content = first_line() + line
    path = file(content)
    for module in (recording_lines, recording_reading):
        monkeypatch.setattr(module, "MAX_LINE", len(line) - 2)
    with pytest.raises(StoreDamaged, match="are the most"):
        read(path)
    with pytest.raises(StoreDamaged, match="are the most"):
        read(file(content[:-1]))
    with pytest.raises(RecordError, match="are the most") as caught:
        pair_line(pair)
    assert "recording-too-large" == caught.value.slug


def test_earlier_recordings_are_kept_the_newest_ten(tmp_path):
    for number in range(KEPT + 5):
        files = RecordingFiles(tmp_path)
        files.begin(make_recording(id=f"n{number}", started_at=1_793_000_000.0 + number * 86_400))
        files.finish(make_recording(id=f"n{number}"))
    kept = sorted(path.name for path in tmp_path.glob("2*.jsonl"))
    assert KEPT + 1 == len(kept)
    assert "20261030T073320-n4.jsonl" == kept[0]
    assert "n14" == read(files.last).id == read(tmp_path / kept[-1]).id
    assert {"last.jsonl", *kept} == {path.name for path in tmp_path.iterdir()}


def test_what_is_not_ours_in_the_folder_stays(tmp_path):
    for name in ("notes.txt", "20261030T055320-x.svg", "mine.jsonl"):
        (tmp_path / name).write_text("mine")
    for number in range(KEPT + 3):
        RecordingFiles(tmp_path).begin(make_recording(id=f"n{number}"))
    assert ["mine", "mine", "mine"] == [
        (tmp_path / name).read_text() for name in ("notes.txt", "20261030T055320-x.svg", "mine.jsonl")
    ]


def test_an_old_comparison_that_is_continued_is_not_forgotten(tmp_path):
    for number in range(KEPT + 1):
        RecordingFiles(tmp_path).begin(make_recording(id=f"n{number}"))
    files = RecordingFiles(tmp_path)
    files.begin(make_recording(id="old", started_at=0.0))
    files.add(make_pair())
    assert 1 == len(read(tmp_path / "19700101T000000-old.jsonl").pairs)


def test_two_comparisons_at_once_are_two_recordings(tmp_path):
    one, two = RecordingFiles(tmp_path), RecordingFiles(tmp_path)
    one.begin(make_recording(id="one"))
    two.begin(make_recording(id="two"))
    for number in range(4):
        (one if number % 2 else two).add(make_pair(number))
    one.finish(make_recording(id="one"))
    two.finish(make_recording(id="two"))
    (first,) = tmp_path.glob("2*-one.jsonl")
    assert (make_pair(1), make_pair(3)) == read(first).pairs
    assert (make_pair(0), make_pair(2)) == read(two.last).pairs
    assert "two" == read(two.last).id


def test_one_comparison_continued_twice_at_once_is_two_recordings(tmp_path):
    files = [RecordingFiles(tmp_path) for _ in range(3)]
    for number, each in enumerate(files):
        each.begin(make_recording(make_pair(0)))
        each.add(make_pair(number + 1))
    found = sorted(tmp_path.glob("2*.jsonl"), key=lambda path: path.name)
    assert 3 == len(found)
    assert {1, 2, 3} == {round(2 * read(path).pairs[1].ended) - 1 for path in found}


WRITER = """
import sys
from pathlib import Path
from lapwing.history.recording_file import RecordingFiles
from recordings import make_pair, make_recording
files = RecordingFiles(Path(sys.argv[1]))
for number in range(12):
    recording = make_recording(id=sys.argv[2], started_at=1_793_000_000.0)
    files.begin(recording)
    for pair in range(5):
        files.add(make_pair(pair))
    files.finish(recording)
"""


def test_processes_at_once_do_not_corrupt_each_other(tmp_path):
    tests = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), *sys.path])}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], env=environment, stderr=subprocess.PIPE)
        for name in ("a", "b", "c")
    ]
    said = [writer.communicate(timeout=300)[1] for writer in writers]
    # With 36 recordings of one second and 10 kept, one that is being written may be forgotten: that is said.
    assert [] == [text for text in said if text and b"recording-unwritable" not in text]
    for path in tmp_path.glob("*.jsonl"):
        assert 5 >= len(read(path).pairs)
    assert [] == list(tmp_path.glob("*.tmp"))


KILLED = """
import os, sys
from pathlib import Path
from lapwing.history.recording_file import RecordingFiles
from recordings import make_pair, make_recording
files = RecordingFiles(Path(sys.argv[1]))
files.begin(make_recording())
files.add(make_pair(0))
files.add(make_pair(1))
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_what_was_measured_is_there_after_kill_9(tmp_path):
    tests = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), *sys.path])}
    assert -9 == subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment, check=False).returncode
    found = read(tmp_path / "last.jsonl")
    assert (make_pair(0), make_pair(1)) == found.pairs
    assert not found.complete


def test_where_there_are_no_hard_links_the_last_one_is_a_copy(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    files = RecordingFiles(tmp_path)
    whole = full_recording()
    files.begin(replace(whole, pairs=()))
    for pair in whole.pairs:
        files.add(pair)
    files.finish(whole)
    assert whole == read(files.last)
    assert 1 == files.last.stat().st_nlink


class FullDisk:
    """A file that takes some bytes and then no more."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, data):
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self.file.write(data[: self.room])
        self.room -= taken
        return taken

    def __getattr__(self, name):
        return getattr(self.file, name)


def test_half_a_line_that_a_full_disk_left_is_written_over(tmp_path, monkeypatch):
    files = RecordingFiles(tmp_path)
    files.begin(make_recording())
    real = Path.open
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, *args, **named: FullDisk(real(path, *args, **named), 100))
        with pytest.raises(StoreError) as caught:
            files.add(make_pair(0))
    assert "disk-full" == caught.value.slug
    assert () == read(files.last).pairs
    files.add(make_pair(1))
    assert (make_pair(1),) == read(files.last).pairs
    assert () == read(files.last).warnings


def test_a_recording_that_cannot_be_begun_leaves_the_last_one(tmp_path, monkeypatch):
    RecordingFiles(tmp_path).begin(make_recording(id="before"))
    real = Path.open
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, *args, **named: FullDisk(real(path, *args, **named), 100))
        with pytest.raises(StoreError):
            RecordingFiles(tmp_path).begin(make_recording(id="after"))
    assert "before" == read(tmp_path / "last.jsonl").id
    assert [] == list(tmp_path.glob("*-after*"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / ".lapwing").write_text("a file")
    with pytest.raises(LapwingError) as caught:
        RecordingFiles(tmp_path / ".lapwing" / "compare").begin(make_recording())
    assert "recording-unwritable" == caught.value.slug

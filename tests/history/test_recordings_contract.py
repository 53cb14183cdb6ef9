"""What every keeper of recordings promises; run on the files and on the fake that other tests use."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from fakes.recordings import MemoryRecordings
from lapwing.errors import RecordError, UsageError
from lapwing.history.recording_file import RecordingFiles
from lapwing.history.recording_reading import read
from lapwing.model import Commit
from recordings import LOAD, NAME, full_recording, make_pair, make_paired, make_recording


class Kept:
    """A keeper and what it would give back now."""

    def __init__(self, keeper, last):
        self.begin, self.add, self.finish, self._last = keeper.begin, keeper.add, keeper.finish, last

    @property
    def last(self):
        return self._last()


@pytest.fixture(params=["files", "memory"])
def recordings(request, tmp_path):
    if request.param == "memory":
        keeper = MemoryRecordings()
        return Kept(keeper, lambda: keeper.last)
    keeper = RecordingFiles(tmp_path / ".lapwing" / "compare")
    return Kept(keeper, lambda: read(keeper.last))


def test_a_recording_comes_back_as_it_was(recordings):
    whole = full_recording()
    recordings.begin(replace(whole, pairs=(), witnesses=(), profiles=(), warnings=()))
    for pair in whole.pairs:
        recordings.add(pair)
    recordings.finish(whole)
    assert whole == recordings.last
    zero = recordings.last.pairs[0].paired[0].numbers[0].head[1]
    assert -1.0 == math.copysign(1, zero)


def test_a_pair_is_there_as_soon_as_it_is_added(recordings):
    recordings.begin(make_recording())
    assert () == recordings.last.pairs
    recordings.add(make_pair(0))
    recordings.add(make_pair(1))
    assert (make_pair(0), make_pair(1)) == recordings.last.pairs


def test_what_is_not_finished_is_not_complete(recordings):
    recordings.begin(make_recording())
    assert not recordings.last.complete
    recordings.finish(make_recording(complete=True))
    assert recordings.last.complete


def test_a_comparison_is_continued_with_all_it_had(recordings):
    first = replace(full_recording(), complete=False)
    recordings.begin(first)
    assert first == recordings.last
    recordings.add(make_pair(5))
    assert replace(first, pairs=(*first.pairs, make_pair(5))) == recordings.last
    again = recordings.last
    recordings.begin(again)
    recordings.finish(replace(again, complete=True, warnings=()))
    assert replace(again, complete=True, warnings=()) == recordings.last


def test_the_last_one_is_the_one_begun_last(recordings):
    recordings.begin(make_recording(id="first"))
    recordings.begin(make_recording(id="second"))
    recordings.add(make_pair(1))
    assert ("second", 1) == (recordings.last.id, len(recordings.last.pairs))


def test_a_doubt_that_came_late_is_kept(recordings):
    recordings.begin(make_recording())
    recordings.finish(make_recording(warnings=(LOAD,)))
    assert (LOAD,) == recordings.last.warnings


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"id": "../../etc/passwd"}, "bad-recording-id"),
        ({"id": ""}, "bad-recording-id"),
        ({"id": "x" * 101}, "bad-recording-id"),
        ({"started_at": math.nan}, "bad-time"),
        ({"started_at": -1.0}, "bad-time"),
        ({"started_at": 1e12}, "bad-time"),
        ({"limit": math.inf}, "not-finite"),
        ({"limit": 0.0}, "bad-limit"),
        ({"max_time": math.nan}, "not-finite"),
        ({"base": Commit(sha="a", date=math.inf)}, "not-finite"),
    ],
)
def test_what_no_file_could_hold_is_refused_and_the_last_one_stays(recordings, change, slug):
    recordings.begin(make_recording(id="before"))
    with pytest.raises(RecordError) as caught:
        recordings.begin(make_recording(**change))
    assert slug == caught.value.slug
    assert "before" == recordings.last.id


def test_a_pair_that_cannot_be_kept_is_refused_and_the_others_stay(recordings):
    recordings.begin(make_recording())
    recordings.add(make_pair(0))
    with pytest.raises(RecordError) as caught:
        recordings.add(make_pair(1, ended=math.nan))
    assert "not-finite" == caught.value.slug
    with pytest.raises(UsageError) as caught:
        recordings.add(make_pair(1, make_paired("bad\udcff")))
    assert "bad-name" == caught.value.slug
    recordings.add(make_pair(2))
    assert (make_pair(0), make_pair(2)) == recordings.last.pairs


def test_a_profile_without_a_time_is_refused(recordings):
    whole = full_recording()
    (profile,) = whole.profiles
    stack = replace(profile.head_stacks[0], own=math.nan)
    recordings.begin(whole)
    with pytest.raises(RecordError, match="profile of " + NAME[:5]):
        recordings.finish(replace(whole, profiles=(replace(profile, head_stacks=(stack,)),)))
    assert whole == recordings.last


def test_a_message_that_is_no_unicode_is_refused_in_a_sentence(recordings):
    recordings.begin(make_recording())
    with pytest.raises(UsageError) as caught:
        recordings.finish(make_recording(warnings=(replace(LOAD, message="\udcff"),)))
    assert "bad-name" == caught.value.slug

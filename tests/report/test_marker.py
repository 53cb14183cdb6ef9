"""What a comment says of itself to a program: whole, or altered by somebody, or written by another version."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import make_sha
from lapwing.errors import UsageError
from lapwing.model import MetricId
from lapwing.report.marker import MOST_SEEN, Stamp, begins, key_of, marker, read_marker
from lapwing.review import check_suite

STAMP = Stamp(head=make_sha(1), job=12, attempt=2, seen={"ab": 0.15})


def test_what_is_written_is_read():
    assert STAMP == read_marker(marker("a.b-c", STAMP) + "\n### x", "a.b-c")


def test_it_is_of_one_suite_and_at_the_start():
    text = marker("default", STAMP)
    assert read_marker(text, "other") is None
    assert read_marker(" " + text, "default") is None
    assert read_marker(text.replace("default", "default2"), "default") is None


def payload(**changes):
    whole = {"v": 1, "head": make_sha(1), "job": 1, "attempt": 1, "seen": {}}
    return base64.b64encode(json.dumps(whole | changes).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64 -->",
        "e30= -->",
        base64.b64encode(b"[" * 2_000).decode() + " -->",
        payload(v=2) + " -->",
        payload(head="main") + " -->",
        payload(head=7) + " -->",
        payload(job=-1) + " -->",
        payload(job=True) + " -->",
        payload(attempt="1") + " -->",
        payload(),
    ],
)
def test_one_that_was_altered_is_ours_and_tells_of_no_commit(text):
    assert Stamp(head="") == read_marker(begins("default") + text, "default")


def test_of_what_was_seen_only_shares_are_believed():
    stamp = read_marker(f"{begins('x')}{payload(seen={'a': 1, 'b': 'x', 'c': True, 'd': 1e999})} -->", "x")
    assert {"a": 1.0} == stamp.seen
    assert {} == read_marker(f"{begins('x')}{payload(seen=[])} -->", "x").seen


def test_no_more_is_remembered_than_a_comment_has_room_for():
    stamp = Stamp(head=make_sha(1), seen={f"{n:010x}": 0.1 for n in range(1_000)})
    text = marker("default", stamp)
    assert len(text) < 10_000
    assert MOST_SEEN == len(read_marker(text, "default").seen)


def test_which_of_two_is_older():
    first, second = Stamp(head="a", job=1, attempt=2), Stamp(head="a", job=2, attempt=1)
    assert (True, False, False) == (
        first.is_older_than(second),
        second.is_older_than(first),
        first.is_older_than(Stamp(head="b", job=3)),
    )


@given(st.text(min_size=1).filter(lambda text: "\0" not in text), st.text(min_size=1).filter(lambda t: "\0" not in t))
def test_a_metric_has_a_short_name_of_its_own(one, other):
    keys = {key_of(MetricId(benchmark=name, name="time")) for name in (one, other)}
    assert len({one, other}) == len(keys)
    assert all(len(key) == 10 for key in keys)


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "a--> ", "x" * 61, "ä"])
def test_a_suites_name_fits_into_a_marker(name):
    with pytest.raises(UsageError, match="no name of a suite"):
        check_suite(name)


def test_a_plain_name_of_a_suite_is_kept():
    assert "py3.13_x" == check_suite("py3.13_x")

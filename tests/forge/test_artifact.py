"""Whatever is handed over is read as one JSON document or refused, and costs little either way."""

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.hostile import ARCHIVES, GOOD, TEXTS, of
from lapwing.errors import HandoverRefused
from lapwing.forge.artifact import MEMBER, read_artifact, read_document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


def test_there_are_enough_of_them():
    assert 13 + 30 <= len(ARCHIVES) + len(TEXTS)


def test_a_good_one_is_read():
    assert {"a": [1, 2.5, "ä"]} == read_artifact(GOOD)
    assert {"a": "\U0001f426"} == read_artifact(of(b'{"a": "\\ud83d\\udc26"}'))


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused(name):
    with pytest.raises(HandoverRefused) as error:
        read_artifact(ARCHIVES[name])
    assert error.value.slug.startswith("artifact-")
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_document_is_refused(name):
    with pytest.raises(HandoverRefused) as error:
        read_document(TEXTS[name])
    assert error.value.slug.startswith("artifact-")
    assert len(str(error.value)) < 300


def test_a_bomb_does_not_fill_the_memory():
    bomb = ARCHIVES["a bomb that says it is small"]
    tracemalloc.start()
    try:
        with pytest.raises(HandoverRefused):
            read_artifact(bomb)
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), JSON, max_size=5))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_whatever_json_can_say_is_read_as_it_is(document):
    for ascii_only in (True, False):
        text = json.dumps(document, ensure_ascii=ascii_only, allow_nan=False)
        read = read_artifact(of(text.encode()))
        assert document == read


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_no_bytes_do_anything_but_be_read_or_refused(data):
    for read in (read_artifact, read_document):
        with suppress(HandoverRefused):
            assert isinstance(read(data), dict)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_no_altered_archive_does_anything_but_be_read_or_refused(changes):
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    with suppress(HandoverRefused):
        assert isinstance(read_artifact(bytes(data)), dict)


def test_the_member_is_named_as_the_documents_say():
    assert "lapwing-report.json" == MEMBER

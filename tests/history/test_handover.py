"""What an untrusted job hands over is read as the same comparison, or refused in one sentence."""

import copy
import json
from contextlib import suppress
from dataclasses import replace
from importlib.resources import files

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.errors import HandoverRefused, RecordError, UsageError
from lapwing.forge.artifact import MAX_DOCUMENT, read_document
from lapwing.history import handover
from lapwing.history.handover import MAX_BYTES, SCHEMA, Handover, WireHandover, read, write
from recordings import full_recording, make_recording

DOCUMENT = json.loads(files("lapwing.history").joinpath("handover.schema.json").read_text(encoding="utf-8"))
FULL = full_recording()


def document(recording=FULL, suite="default"):
    return json.loads(write(recording, suite))


def test_what_is_written_is_read_to_the_bit_but_for_its_profiles():
    assert Handover(suite="io", recording=replace(FULL, profiles=())) == read(read_document(write(FULL, "io")))
    assert write(FULL, "io") == write(replace(FULL, profiles=()), "io")


def test_the_schema_in_the_repository_is_that_of_the_structs():
    assert DOCUMENT == msgspec.json.schema(WireHandover)
    assert DOCUMENT["$defs"]["WireHandover"]["properties"]["schema"]["enum"] == [SCHEMA]


def test_what_is_written_is_valid():
    jsonschema.Draft202012Validator(DOCUMENT).validate(document())


def test_both_sides_agree_on_what_is_too_large():
    assert MAX_BYTES == MAX_DOCUMENT


def test_a_newer_version_is_told_from_what_is_none():
    with pytest.raises(HandoverRefused, match="version 2") as error:
        read(document() | {"schema": 2})
    assert "handover-too-new" == error.value.slug


def test_more_than_is_judged_is_refused_on_both_sides(monkeypatch):
    whole = document()
    monkeypatch.setattr(handover, "MOST_VALUES", 3)
    with pytest.raises(RecordError, match="more than is taken"):
        write(FULL, "default")
    with pytest.raises(HandoverRefused) as error:
        read(whole)
    assert "handover-too-large" == error.value.slug


def test_one_benchmark_twice_is_refused():
    for part in ("declared", "base"):
        twice = document()
        discovery = twice["comparison"]["discovery"]
        discovery[part] = discovery[part] * 2
        with pytest.raises(HandoverRefused, match="there twice"):
            read(twice)


def test_a_suite_has_a_plain_name():
    with pytest.raises(UsageError):
        write(FULL, "a b")
    with pytest.raises(HandoverRefused):
        read(document() | {"suite": "a b"})


def places(value, at=()):
    """Yield the place of everything in a document."""
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*at, key))


def put(whole, at, value):
    for key in at[:-1]:
        whole = whole[key]
    whole[at[-1]] = value


WHOLE = document()
PLACES = [at for at in places(WHOLE) if at]
ODD = [None, True, -1, 0, 2**63, -1.5, 1e308, "", "x", "\0", "x" * 5_000, [], {}, [[]], [1e308, 1e308, 1e308], {"a": 1}]


@given(at=st.sampled_from(PLACES), value=st.sampled_from(ODD))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_whatever_stands_anywhere_it_is_read_or_refused(at, value):
    whole = copy.deepcopy(WHOLE)
    put(whole, at, value)
    with suppress(HandoverRefused):
        assert isinstance(read(whole), Handover)


@pytest.mark.parametrize("key", WHOLE)
def test_nothing_may_be_missing_or_more(key):
    with pytest.raises(HandoverRefused):
        read({name: value for name, value in WHOLE.items() if name != key})
    with pytest.raises(HandoverRefused):
        read(WHOLE | {"more": 1})


def test_a_comparison_of_nothing_is_one():
    assert () == read(document(make_recording())).recording.pairs

"""The run document: exact, canonical, bounded, and readable forever."""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lapwing.history
from factories import make_declared, make_run, make_sample
from lapwing.errors import LapwingError, RecordError, StoreDamaged, StoreTooNew
from lapwing.history import schema
from lapwing.history.schema import decode, encode, json_schema_text
from lapwing.model import Anchor, Commit, Failure, Level, RunWarning, Shard

PUBLISHED = Path(lapwing.history.__file__).with_name("run.schema.json")
VERSION_1 = Path(__file__).parent / "data" / "run-version-1.json"
VERSION_2 = VERSION_1.with_name("run-version-2.json")
VERSION_3 = VERSION_1.with_name("run-version-3.json")

finite = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=30)


def ordinary_run():
    """The run that the file of version 1 holds."""
    warning = RunWarning(slug="load", message="The machine is busy.", remedy="Wait.")
    return make_run(
        1,
        make_sample("t.py::test_a[ä-1]", (0.1, 0.2), (0.3, 5e-324), loops=7, screened=1, warnings=(warning,)),
        commit=Commit(sha="a" * 40, dirty=True, date=1.5, subject="Say “hello”", branch="main"),
        declared=(make_declared("t.py::test_a[ä-1]", was=("old",), limit=0.1, params=(("n", "1"),)),),
        failures=(Failure(benchmark="b", kind="raised", message="ValueError: no"),),
        warnings=(warning,),
        complete=False,
    )


def anchored_run():
    """The run that the file of version 2 holds."""
    levels = (Level(benchmark="t.py::test_a[ä-1]", level=1.25, root="b" * 40),)
    return replace(ordinary_run(), anchor=Anchor(name="v1.0é", sha="c" * 40, levels=levels))


def sharded_run():
    """The run that the file of version 3 holds."""
    suite = ("t.py::test_a[ä-1]", "t.py::test_elsewhere")
    return replace(anchored_run(), shard=Shard(index=2, count=3, suite=suite, group="GITHUB_RUN_ID=7", attempt=2))


def changed(**changes):
    """The document of the ordinary run with other fields at its top."""
    return json.dumps(json.loads(encode(ordinary_run())) | changes).encode()


def changed_anchor(**changes):
    """The document of the anchored run with other fields of its anchor."""
    document = json.loads(encode(anchored_run()))
    return json.dumps(document | {"anchor": document["anchor"] | changes}).encode()


def changed_shard(**changes):
    """The document of the sharded run with other fields of its shard."""
    document = json.loads(encode(sharded_run()))
    return json.dumps(document | {"shard": document["shard"] | changes}).encode()


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    values=st.lists(st.lists(finite, min_size=1, max_size=4).map(tuple), min_size=1, max_size=3),
    name=names,
    message=st.text(st.characters(blacklist_categories=["Cs"])),
)
def test_every_float_and_text_comes_back_exactly(values, name, message):
    run = make_run(1, make_sample(name, *values), failures=(Failure(benchmark=name, kind="raised", message=message),))
    found = decode(encode(run))
    assert run == found
    before = [math.copysign(1, value) for process in run.samples[0].values for value in process]
    assert before == [math.copysign(1, value) for process in found.samples[0].values for value in process]


def test_an_equal_run_gives_equal_bytes():
    counts = make_run(1, make_sample("a", (3, 4)), started_at=5)
    assert encode(make_run(1, make_sample("a", (3.0, 4.0)), started_at=5.0)) == encode(counts)
    assert encode(counts) == encode(decode(encode(counts)))


def test_the_file_of_version_1_is_still_read():
    assert ordinary_run() == decode(VERSION_1.read_bytes())


def test_version_1_is_still_written_as_it_was():
    assert VERSION_1.read_bytes() == encode(ordinary_run())


def test_the_file_of_version_2_is_still_read():
    assert anchored_run() == decode(VERSION_2.read_bytes())


def test_version_2_is_still_written_as_it_was():
    assert VERSION_2.read_bytes() == encode(anchored_run())


def test_the_file_of_version_3_is_still_read():
    assert sharded_run() == decode(VERSION_3.read_bytes())


def test_version_3_is_still_written_as_it_was():
    assert VERSION_3.read_bytes() == encode(sharded_run())


def test_only_a_shard_needs_version_3_with_an_anchor_or_without():
    plain = replace(ordinary_run(), shard=Shard(index=1, count=1))
    assert 3 == json.loads(encode(sharded_run()))["schema"]
    assert (3, None) == (json.loads(encode(plain))["schema"], json.loads(encode(plain))["anchor"])
    assert plain == decode(encode(plain))


def test_only_a_run_with_an_anchor_needs_version_2():
    assert 1 == json.loads(encode(ordinary_run()))["schema"]
    assert 2 == json.loads(encode(anchored_run()))["schema"]


def test_the_published_schema_is_current():
    assert PUBLISHED.read_text(encoding="utf-8") == json_schema_text()


@pytest.mark.parametrize("run", [ordinary_run(), anchored_run(), sharded_run(), make_run(2, samples=())])
def test_what_is_written_follows_the_published_schema(run):
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads(encode(run)), published)


def test_every_field_of_the_published_schema_is_described():
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    fields = {
        f"{name}.{key}": field for name, part in published["$defs"].items() for key, field in part["properties"].items()
    }
    assert [] == [name for name, field in fields.items() if not field.get("description")]
    assert "RunDocument.screened" not in fields
    assert "WireSample.screened" in fields


def test_the_published_schema_refuses_what_we_refuse():
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    for document in (changed(more=1), changed(schema=2), changed(schema=3), changed(schema=4), changed(samples=[{}])):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(document), published)


def test_a_newer_document_is_too_new_and_not_damaged():
    with pytest.raises(StoreTooNew) as caught:
        decode(changed(schema=4, more="a field of the future"))
    assert "run-too-new" == caught.value.slug


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"schema": 1}',
        b'{"schema": "1"}',
        b"[" * 1_000_000,
        b'{"schema": 1, "x": ' + b"[" * 1_000_000,
        changed(schema=0),
        changed(schema=-1),
        changed(schema=2),
        changed(schema=3),
        changed(shard={"index": 1, "count": 2, "suite": [], "group": "", "attempt": 1}),
        changed_shard(index=0),
        changed_shard(index=4),
        changed_shard(count=10**6),
        changed_shard(attempt=0),
        changed_shard(attempt=10**20),
        changed_shard(suite=["a", ""]),
        changed_shard(suite=None),
        changed_shard(group="g\0"),
        changed_shard(more=1),
        changed(anchor={"name": "v1", "sha": "a", "levels": []}),
        changed_anchor(name=""),
        changed_anchor(levels=[{"benchmark": "a", "level": 0.0, "root": "b"}]),
        changed_anchor(levels=[{"benchmark": "a", "level": 1.0, "root": "b"}] * 2),
        changed_anchor(levels=[{"benchmark": "a", "level": 1.0}]),
        changed(more=1),
        changed(id=""),
        changed(id=7),
        changed(started_at=None),
        changed(commit=None),
        changed(failures=[{"benchmark": "a", "kind": "exploded", "message": ""}]),
        changed(declared=[{"benchmark": "a\0b"}]),
        encode(ordinary_run())[:-20],
        encode(ordinary_run()).replace(b"0.3", b"1e999"),
        encode(ordinary_run()).replace(b"0.3", b"NaN"),
        encode(ordinary_run()).replace(b"[[0.1,0.2],[0.3,5e-324]]", b"[]"),
        encode(ordinary_run()).replace(b'"lower"', b'"sideways"'),
        encode(ordinary_run()).replace(b"t.py::test_a", b"x" * 5_000),
        encode(ordinary_run()).replace(b'"loops":7', b'"loops":0'),
    ],
)
def test_whatever_is_no_run_document_is_damage(document):
    with pytest.raises(StoreDamaged) as caught:
        decode(document)
    assert "run-damaged" == caught.value.slug


@settings(deadline=None, derandomize=True, max_examples=300)
@given(place=st.integers(0, 2_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_broken_document_raises_nothing_but_our_errors(place, byte, cut):
    document = bytearray(encode(ordinary_run()))
    place %= len(document)
    document[place] = byte
    with contextlib.suppress(StoreDamaged, StoreTooNew):
        decode(bytes(document[:place] if cut else document))


def test_two_samples_of_one_metric_are_refused_in_a_document_too():
    document = json.loads(encode(ordinary_run()))
    document["samples"] *= 2
    with pytest.raises(StoreDamaged):
        decode(json.dumps(document).encode())


def test_a_document_and_its_samples_are_bounded(monkeypatch):
    run = make_run(1, make_sample("a", 1.0), make_sample("b", 1.0))
    document = encode(run)
    monkeypatch.setattr(schema, "MAX_SAMPLES", 1)
    for work in (lambda: encode(run), lambda: decode(document)):
        with pytest.raises(LapwingError, match="the most"):
            work()
    suite = make_run(1, shard=Shard(index=1, count=2, suite=("a", "b")))
    with pytest.raises(LapwingError, match="suite of 2"):
        encode(suite)
    monkeypatch.undo()
    monkeypatch.setattr(schema, "MAX_DOCUMENT", len(document) - 1)
    for work in (lambda: encode(run), lambda: decode(document)):
        with pytest.raises(LapwingError, match="the most"):
            work()


@pytest.mark.parametrize("change", [{"started_at": math.nan}, {"commit": Commit(sha="a", date=math.inf)}, {"id": ""}])
def test_what_json_cannot_hold_is_refused_before_it_is_written(change):
    with pytest.raises(RecordError):
        encode(replace(make_run(1), **change))


def test_every_failure_that_can_happen_can_be_written():
    for kind in ("raised", "timed-out", "crashed", "leaked", "unmeasured", "skipped"):
        run = make_run(1, failures=(Failure(benchmark="a", kind=kind, message=""),))
        assert run == decode(encode(run))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"benchmark": "a", "kind": "new", "message": ""}, schema.WireFailure)

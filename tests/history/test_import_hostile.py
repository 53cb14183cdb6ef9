"""No file makes a reader raise anything but our errors, or give what no store takes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from factories import make_run, make_sha
from fakes.store import MemoryStore
from lapwing.errors import ImportRefused, LapwingError
from lapwing.history.exporters import Selection
from lapwing.history.importers import FORMATS, Given, exported_rows, files, one_object, points, read
from lapwing.history.record import pack
from lapwing.model import Commit, Failure
from lapwing.settings import Settings
from lapwing.wiring import exporting

DATA = Path(__file__).parent / "data" / "imports"
GIVEN = Given(commit=Commit(sha=make_sha(1), date=1.7e9))


def asks(form):
    """What to give to a format; a file that names its commit itself must be given none."""
    return GIVEN if form in FORMATS and FORMATS[form].asks and form != "pytest-benchmark" else Given()


def taken(path, form=None, given_=None):
    """Read a file and store what it says; whatever is wrong must be one of our errors, before anything is stored."""
    if form == "asv-benchmarks":
        form = "asv"
    try:
        runs = read(path, format=form, given=asks(form) if given_ is None else given_).runs
    except LapwingError:
        return ()
    for run in runs:
        pack(run)
    return runs


def exported_files(folder, form):
    """What we export ourselves is read as well, with all that is special in it."""
    target = folder / form
    run = make_run(1, failures=(Failure(benchmark="test_a.py::test_a", kind="raised", message="m"),))
    if form == "asv":
        where = {"settings": Settings(), "root": folder}
        exporting.export_asv(MemoryStore([run]), Selection(), target, **where, progress=lambda *_: None)
    else:
        exporting.export(MemoryStore([run]), Selection(), form, target, force=False, progress=lambda *_: None)
    return [target] if target.is_file() else sorted(target.rglob("*.json"))


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    """A good file of each format, the format, and what is beside it: real ones, and our own exports.

    Of asv's trees either the result file is fuzzed, with ``benchmarks.json`` beside it, or the other way round.
    """
    found = [(path.read_bytes(), _form(path.name), b"") for path in sorted(DATA.glob("*.js*"))]
    (real,) = (DATA / "asv-sgkit").glob("*/000*.json")
    found.append((real.read_bytes(), "asv", b'{"version": 2}'))
    folder = tmp_path_factory.mktemp("own")
    own = ("csv", "jsonl", "run", "pytest-benchmark")
    found += [(exported_files(folder, form)[-1].read_bytes(), form, b"") for form in own]
    tree = {path.name.partition("-lapwing-")[0]: path.read_bytes() for path in exported_files(folder, "asv")}
    result = next(content for name, content in tree.items() if not name.endswith(".json"))
    return [*found, (result, "asv", tree["benchmarks.json"]), (tree["benchmarks.json"], "asv-benchmarks", result)]


def _form(name):
    return next((form for form in FORMATS if name.startswith(form)), None)


def write(folder, content, form, beside=b"{}"):
    """Write a file where its format looks for it, and return what to read."""
    if form not in ("asv", "asv-benchmarks"):
        path = folder / "fuzzed"
        path.write_bytes(content)
        return path
    result, benchmarks = (content, beside) if form == "asv" else (beside, content)
    machine = folder / "tree" / "box"
    machine.mkdir(parents=True, exist_ok=True)
    (machine / "machine.json").write_bytes(b"{}")
    (machine / "aaaaaaaa-env.json").write_bytes(result)
    (folder / "tree" / "benchmarks.json").write_bytes(benchmarks)
    return folder / "tree"


def test_the_seeds_themselves_are_read(seeds, tmp_path):
    for content, form, beside in seeds:
        runs = taken(write(tmp_path, content, form, beside), form)
        assert runs, form
        assert runs[0].samples, form


BOMB = b"[" * 200_000
DEEP = b'{"a":' * 100_000
HUGE = b"9" * 10_000


@pytest.mark.parametrize("form", [None, *FORMATS])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"{}", b"[]", b"null", b"NaN", b'"\\ud800"', BOMB, DEEP, HUGE, b'{"benchmarks": ' + BOMB],
)
def test_what_is_no_results_at_all_is_refused_in_a_sentence(tmp_path, content, form):
    assert () == taken(write(tmp_path, content, form), form)


VALUES = (
    *("null", "true", "NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "-1", "0", "1e308"),
    *('"x"', '"\\ud800"', '"a\\u0000b"', '"' + "n" * 5000 + '"', "[]", "{}", "[[1]]", '{"a": 1, "a": 2}'),
)


def mutated(data, draw):
    """Put one of VALUES in the place of one of the values of a parsed file, or take a key away."""
    path, here = [], data
    while isinstance(here, (dict, list)) and here and (not path or draw(st.integers(0, 4))):
        key = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(min(len(here), 30))))
        path.append((here, key))
        here = here[key]
    if not path:
        return json.dumps(data)
    holder, key = path[-1]
    if isinstance(holder, dict) and draw(st.integers(0, 5)) == 0:
        del holder[key]
        return json.dumps(data)
    holder[key] = "@@"
    return json.dumps(data).replace('"@@"', draw(st.sampled_from(VALUES)))


@settings(deadline=None, derandomize=True, max_examples=250, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_good_file_with_one_wrong_value_is_read_or_refused(seeds, tmp_path_factory, draw):
    content, form, beside = draw.draw(st.sampled_from(seeds))
    text = content.decode().removeprefix("window.BENCHMARK_DATA = ")
    lines = text.splitlines() if form in ("csv", "jsonl") else [text]
    if form == "csv":
        row = draw.draw(st.integers(0, len(lines) - 1))
        cells = lines[row].split(",")
        cells[draw.draw(st.integers(0, len(cells) - 1))] = draw.draw(st.sampled_from(VALUES)).replace("\n", "")
        lines[row] = ",".join(cells)
    else:
        lines[0] = mutated(json.loads(lines[0]), draw.draw)
    taken(write(tmp_path_factory.getbasetemp(), "\n".join(lines).encode("utf-8", "surrogatepass"), form, beside), form)


@settings(deadline=None, derandomize=True, max_examples=200, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_good_file_with_damaged_bytes_is_read_or_refused(seeds, tmp_path_factory, draw):
    content, form, beside = draw.draw(st.sampled_from(seeds))
    start = draw.draw(st.integers(0, len(content)))
    end = draw.draw(st.integers(start, min(len(content), start + 200)))
    damaged = content[:start] + draw.draw(st.binary(max_size=20)) + content[end:]
    path = write(tmp_path_factory.getbasetemp(), damaged, form, beside)
    taken(path, form)
    taken(path, None, GIVEN)


@settings(deadline=None, derandomize=True, max_examples=150, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300), form=st.sampled_from([None, *FORMATS]))
@example(content=b"window.BENCHMARK_DATA = {", form="github-action-benchmark")
def test_random_bytes_are_refused(tmp_path_factory, content, form):
    taken(write(tmp_path_factory.getbasetemp(), content, form), form)


def test_a_good_file_cut_off_anywhere_is_refused(seeds, tmp_path):
    draw = random.Random(5)
    for content, form, beside in seeds:
        if form in ("csv", "jsonl", "asv-benchmarks"):
            continue
        for _ in range(5):
            cut = content[: draw.randrange(len(content.rstrip()) - 1)]
            assert () == taken(write(tmp_path, cut, form, beside), form)


def refused(path, form, slug):
    with pytest.raises(ImportRefused) as caught:
        read(path, format=form, given=asks(form))
    assert slug == caught.value.slug


def test_a_file_of_300_megabytes_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as stream:
        stream.write(b'{"results": [{"command": "a", "mean": 1')
        stream.truncate(300 * 2**20)
    refused(path, None, "import-too-large")


def test_more_lists_than_memory_can_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_CONTAINERS", 1000)
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"results": [[]] * 2000}), encoding="utf-8")
    with pytest.raises(ImportRefused, match="1,000 lists and objects"):
        read(path, format="hyperfine", given=GIVEN)


def test_more_benchmarks_than_a_run_can_have_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(points, "MAX_SAMPLES", 100)
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"b": {f"m{number}": {"value": number} for number in range(101)}}), encoding="utf-8")
    refused(path, "bencher", "import-too-large")


def test_more_entries_than_a_run_can_have_are_refused_before_any_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(one_object, "MAX_SAMPLES", 100)
    path = tmp_path / "many.json"
    path.write_text(json.dumps({f"b{number}": 1 for number in range(101)}), encoding="utf-8")
    refused(path, "bencher", "import-too-large")
    path.write_text(json.dumps({"results": [0] * 101}), encoding="utf-8")
    refused(path, "hyperfine", "import-too-large")


def test_a_key_that_is_there_twice_is_refused_since_a_value_would_be_lost(tmp_path):
    path = tmp_path / "twice.json"
    path.write_text('{"b": {"latency": {"value": 1}}, "b": {"latency": {"value": 2}}}', encoding="utf-8")
    with pytest.raises(ImportRefused, match="the key 'b' is there twice"):
        read(path, given=GIVEN)


def test_a_bad_entry_is_left_out_and_named_and_the_others_are_read(tmp_path):
    path = tmp_path / "h.json"
    good = {"command": "good", "mean": 2.0}
    bad = [
        {"command": "bad", "times": ["x"]},
        5,
        {"command": "\0", "mean": 1},
        {"mean": 1},
        {"command": "c", "mean": 1e999},
    ]
    path.write_text(json.dumps({"results": [*bad, good]}), encoding="utf-8")
    found = read(path, given=GIVEN)
    assert ["good"] == [one.metric.benchmark for one in found.runs[0].samples]
    assert 5 == len(found.warnings)
    assert "result 1" in found.warnings[0].message


def test_values_that_overflow_in_base_units_are_left_out_and_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("benchmark,value,commit,unit\nt,1e308,abc,min\nt,1,abc,min\n", encoding="utf-8")
    found = read(path)
    assert [((60.0,),)] == [one.values for run in found.runs for one in run.samples]
    assert "line 2" in found.warnings[0].message


ROW = {
    "run": "r1",
    "commit": "c1",
    "started_at": 1,
    "benchmark": "b",
    "metric": "time",
    "unit": "s",
    "better": "lower",
    "noise": "noisy",
    "value": 1,
}


def exported(tmp_path, *rows):
    path = tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read(path, given=Given())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({}, "a second sample of one metric"),
        ({"benchmark": "c", "commit": "c2"}, "what an earlier row does not"),
        ({"metric": "m", "node_id": "other"}, "declared in two ways"),
        ({"metric": "m", "value": "fast"}, "value is 'fast'"),
        ({"metric": "m", "value": "inf"}, "value is not finite"),
        ({"metric": "m", "value": 10**400}, "no number"),
        ({"metric": "m", "values": [[]]}, "without values"),
        ({"metric": "m", "values": [["1"]]}, "values holds '1'"),
        ({"metric": "m", "values": [1]}, "no list of lists"),
        ({"metric": "m", "loops": 1.5}, "loops is 1.5"),
        ({"metric": "m", "loops": 0}, "loops=0"),
        ({"metric": "m", "better": "more"}, "no direction"),
        ({"metric": "m", "noise": "loud"}, "no noise class"),
        ({"metric": "", "value": 2}, "metric '' is empty"),
        ({"benchmark": "c", "value": None, "failure": "bored"}, "failure is 'bored'"),
        ({"benchmark": "c", "params": [1]}, "params is no object"),
        ({"benchmark": "c", "params": {"n": 1}}, "is no text"),
        ({"run": "r2", "dirty": "perhaps"}, "dirty is 'perhaps'"),
        ({"run": "r2", "cpu_count": 1e300}, "no whole number"),
        ({"run": "r2", "commit": ""}, "commit '' is empty"),
    ],
)
def test_a_row_of_an_export_that_was_changed_by_hand_is_left_out_and_named(tmp_path, change, what):
    found = exported(tmp_path, ROW, ROW | change)
    assert [("r1", [((1.0,),)])] == [(run.id, [one.values for one in run.samples]) for run in found.runs]
    (warning,) = found.warnings
    assert "line 2" in warning.message
    assert what in warning.message


def test_rows_that_name_no_run_are_points_beside_those_that_do(tmp_path):
    found = exported(tmp_path, {"benchmark": "b", "value": 2, "commit": "c1"}, ROW)
    assert [("r1", 1.0), ("jsonl", 2.0)] == [(run.id.split("-")[0], run.samples[0].values[0][0]) for run in found.runs]


def test_one_run_with_more_samples_than_a_store_takes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(exported_rows, "MAX_SAMPLES", 1)
    with pytest.raises(ImportRefused) as caught:
        exported(tmp_path, ROW, ROW | {"metric": "m"})
    assert "import-too-large" == caught.value.slug


@pytest.mark.parametrize("value", [10**400, "1", None, True])
def test_what_is_no_number_is_said_by_name(tmp_path, value):
    path = tmp_path / "h.json"
    path.write_text(json.dumps({"results": [{"command": "c", "mean": value}, {"command": "d", "mean": 1}]}), "utf-8")
    (warning,) = read(path, given=GIVEN).warnings
    assert "result 1 (ValueError: mean is" in warning.message

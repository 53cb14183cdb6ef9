"""Runs that are exported and imported again: no value changes, to the last bit, and what is lost is what is said."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.store import MemoryStore
from lapwing.detect.centre import centre
from lapwing.history.exporters import Selection
from lapwing.history.importers import read
from lapwing.history.record import points
from lapwing.model import Anchor, Commit, Declared, Failure, Level, Machine, MetricId, Run, RunWarning, Sample
from lapwing.settings import Settings
from lapwing.units import SECONDS, Unit
from lapwing.wiring import exporting

# No control characters: pytest has none in an id, and a line break has a test of its own.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
NAME = st.one_of(
    st.sampled_from(
        ["tests/test_a.py::test_a[1-x]", "b.time_sort(10, 'a')", " s p ", "=1+1", "a,b;c\t|\"'", "<b>&amp;", "é"]
    ),
    TEXT.filter(str.strip),
)
FLOAT = st.floats(allow_nan=False, allow_infinity=False)
# What a centre is made of must not overflow: it is a number between the values, by interpolation.
VALUE = st.floats(min_value=-1e300, max_value=1e300)
DATE = st.floats(min_value=-1e9, max_value=1e12)
UNIT = st.one_of(
    st.just(SECONDS),
    st.builds(
        Unit,
        symbol=st.sampled_from(["s", "ms", "B", "rows/s", "", "count", "µs", "<i>"]),
        better=st.sampled_from(["lower", "higher"]),
        noise=st.sampled_from(["noisy", "exact"]),
    ),
)
MACHINE = st.builds(
    Machine,
    cpu=TEXT,
    cpu_count=st.integers(0, 512),
    os=TEXT,
    arch=TEXT,
    interpreter=TEXT,
    label=st.one_of(st.just(""), TEXT),
)
PARAMS = st.dictionaries(TEXT.filter(str.strip), TEXT, max_size=2).map(lambda found: tuple(found.items()))


@st.composite
def samples(draw, benchmark, metric):
    values = draw(st.lists(st.lists(VALUE, min_size=1, max_size=3), min_size=1, max_size=3))
    return Sample(
        metric=MetricId(benchmark=benchmark, name=metric),
        unit=draw(UNIT),
        values=tuple(map(tuple, values)),
        loops=draw(st.integers(1, 2**40)),
        screened=draw(st.integers(0, len(values) - 1)),
    )


@st.composite
def runs(draw, number=1):
    """A run with all that the formats with a place for everything hold."""
    names = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    declared = tuple(
        Declared(
            benchmark=name, node_id=draw(st.one_of(st.just(name), NAME)), fingerprint=draw(TEXT), params=draw(PARAMS)
        )
        for name in names
    )
    measured, failures = [], []
    for name in names:
        match draw(st.sampled_from(["measured", "measured", "failed", "missing"])):
            case "measured":
                metrics = draw(
                    st.lists(
                        st.sampled_from(["time", "cpu_time", "rows/s", "x y"]), min_size=1, max_size=2, unique=True
                    )
                )
                measured += [draw(samples(name, metric)) for metric in metrics]
            case "failed":
                kind = draw(st.sampled_from(["raised", "timed-out", "crashed", "leaked", "unmeasured", "skipped"]))
                failures.append(Failure(benchmark=name, kind=kind, message=draw(TEXT)))
    return Run(
        id=f"{draw(TEXT)}run-{number}",
        commit=Commit(
            sha=draw(st.one_of(st.integers(0, 2**160 - 1).map("{:040x}".format), NAME)),
            dirty=draw(st.booleans()),
            date=draw(st.one_of(st.none(), DATE)),
            subject=draw(TEXT),
            branch=draw(TEXT),
        ),
        machine=draw(MACHINE),
        started_at=draw(DATE),
        declared=declared,
        samples=tuple(measured),
        failures=tuple(failures),
        complete=draw(st.booleans()),
        source=draw(TEXT),
        tool=draw(TEXT),
    )


HISTORIES = st.integers(1, 3).flatmap(lambda count: st.tuples(*(runs(number) for number in range(count))))
QUICK = settings(deadline=None, derandomize=True, max_examples=25, suppress_health_check=list(HealthCheck))


def exported(store, form, target):
    if form == "asv":
        where = {"settings": Settings(), "root": target.parent}
        exporting.export_asv(store, Selection(), target, **where, progress=lambda *_: None)
    else:
        exporting.export(store, Selection(), form, target, force=False, progress=lambda *_: None)


def there_and_back(history, form, folder):
    """Export a history, and return the runs that an import makes of it, by id."""
    target = folder / f"out.{form}"
    if target.is_file():
        target.unlink()
    shutil.rmtree(target, ignore_errors=True)
    exported(MemoryStore(history), form, target)
    found = read(target, format=form)
    assert () == found.warnings
    return {run.id: run for run in found.runs}


def same(run, *, keep=lambda sample: sample, **changes):
    """A run as it should come back, in a form that does not depend on an order that no format promises."""
    kept = dataclasses.replace(run, **changes)
    return (
        dataclasses.replace(kept, declared=(), samples=(), failures=()),
        frozenset(kept.declared),
        # repr tells -0.0 from 0.0, which are equal.
        frozenset(repr(keep(sample)) for sample in kept.samples),
        frozenset(kept.failures),
    )


@QUICK
@given(history=HISTORIES)
def test_jsonl_changes_nothing(history, tmp_path_factory):
    back = there_and_back(history, "jsonl", tmp_path_factory.getbasetemp())
    assert {run.id: same(run) for run in history} == {key: same(run) for key, run in back.items()}


@QUICK
@given(history=HISTORIES)
def test_run_documents_change_nothing(history, tmp_path_factory):
    back = there_and_back(history, "run", tmp_path_factory.getbasetemp())
    assert {run.id: run for run in history} == back


@QUICK
@given(history=HISTORIES)
def test_csv_keeps_the_one_value_that_stands_for_each_sample(history, tmp_path_factory):
    back = there_and_back(history, "csv", tmp_path_factory.getbasetemp())

    def whole(run):
        return all(len(one.values) == len(one.values[0]) == 1 for one in run.samples)

    def summed(sample):
        return dataclasses.replace(sample, values=((float(centre(sample)),),), screened=0)

    assert {same(run, keep=summed, id=run.id if whole(run) else f"{run.id}-centres") for run in history} == {
        same(run) for run in back.values()
    }
    # What is judged and drawn is the same to the bit.
    assert sorted((str(p.metric), p.unit.symbol, repr(p.value)) for run in history for p in points(run)) == sorted(
        (str(p.metric), p.unit.symbol, repr(p.value)) for run in back.values() for p in points(run)
    )


@QUICK
@given(history=HISTORIES)
def test_asv_changes_nothing(history, tmp_path_factory):
    if all(run.commit.dirty for run in history):  # then there is nothing that asv could show
        return
    back = there_and_back(history, "asv", tmp_path_factory.getbasetemp())
    assert {run.id: same(run) for run in history} == {key: same(run) for key, run in back.items()}


def _is_time(sample):
    return sample.metric.name == "time" and sample.unit == SECONDS


@QUICK
@given(history=HISTORIES)
def test_pytest_benchmark_keeps_the_times(history, tmp_path_factory):
    timed = [run for run in history if any(map(_is_time, run.samples))]
    if not timed:
        return
    back = there_and_back(history, "pytest-benchmark", tmp_path_factory.getbasetemp())

    def kept(run):
        times = tuple(filter(_is_time, run.samples))
        return same(run, samples=times, id=run.id if len(times) == len(run.samples) else f"{run.id}-times")

    assert {kept(run) for run in timed} == {same(run) for run in back.values()}


@QUICK
@given(history=HISTORIES)
def test_parquet_holds_what_jsonl_does(history, tmp_path_factory):
    from pyarrow import parquet

    from lapwing.history.exporters.rows import FIELDS, rows

    target = tmp_path_factory.getbasetemp() / "out.parquet"
    exporting.export(MemoryStore(history), Selection(), "parquet", target, force=True, progress=lambda *_: None)
    table = parquet.read_table(target)
    assert list(FIELDS) == table.column_names
    expected = [row | {"params": None} for run in MemoryStore(history).kept.values() for row in rows(run)]
    assert repr(expected) == repr([row | {"params": None} for row in table.to_pylist()])


@pytest.mark.parametrize("form", ["csv", "jsonl", "run", "asv", "pytest-benchmark"])
def test_what_was_exported_is_not_stored_twice(form, tmp_path):
    from factories import make_run

    store = MemoryStore([make_run(1), make_run(2)])
    exported(store, form, tmp_path / "out")
    assert 0 == store.append(read(tmp_path / "out").runs)
    assert 2 == MemoryStore().append(read(tmp_path / "out").runs)


@pytest.mark.parametrize("form", ["csv", "jsonl", "pytest-benchmark"])
def test_what_a_format_has_no_place_for_is_what_the_table_says(form, tmp_path):
    """Warnings, limits, budgets, aliases, locations and anchors: a run document keeps them, in asv's tree too."""
    from factories import make_declared, make_run, make_sample

    warning = RunWarning(slug="w", message="m", remedy="r")
    plain = make_run(1)
    full = make_run(
        1,
        make_sample(warnings=(warning,)),
        warnings=(warning,),
        declared=(
            make_declared(was=("old",), limit=0.1, budgets=("p99 < 2 ms",), location="a.py:1", judged_by="time"),
        ),
        anchor=Anchor(
            name="v1", sha="f" * 40, levels=(Level(benchmark="test_a.py::test_a", level=1.5, root="f" * 40),)
        ),
    )
    assert {plain.id: plain} == there_and_back([full], form, tmp_path)
    for whole in ("run", "asv"):
        assert {full.id: full} == there_and_back([full], whole, tmp_path)


def test_a_line_break_in_a_name_is_refused_by_csv_alone(tmp_path):
    from factories import make_run, make_sample
    from lapwing.errors import UsageError

    run = make_run(1, make_sample("a\nb"))
    with pytest.raises(UsageError, match="no-csv-name"):
        there_and_back([run], "csv", tmp_path)
    assert [] == list(tmp_path.iterdir())
    assert {run.id: run} == there_and_back([run], "jsonl", tmp_path)


def test_line_breaks_in_a_message_become_spaces_in_csv(tmp_path):
    from factories import make_declared, make_run

    run = make_run(
        1,
        declared=(make_declared(), make_declared("b")),
        failures=(Failure(benchmark="b", kind="raised", message="a\n b"),),
    )
    (back,) = there_and_back([run], "csv", tmp_path).values()
    assert ["a b"] == [failure.message for failure in back.failures]

"""Runs that an untrusted job hands over are read as the same runs under other ids, or refused in one sentence."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import MACHINE, make_declared, make_run, make_sample
from lapwing.errors import HandoverRefused, RecordError, UsageError
from lapwing.forge.artifact import read_document
from lapwing.history import handover, handover_runs
from lapwing.history.handover_runs import MOST_RUNS, is_of_runs, read_runs, write_runs
from lapwing.judge.relative import RELATIVE_TIME, anchored_machine
from lapwing.units import RATIO

RUN = make_run(1, make_sample("t.py::a", (1.0, 1.1), (1.2, 1.3)), make_sample("t.py::b", 2.0))
RATIOS = make_run(
    1,
    make_sample("t.py::a", 1.01, 1.02, metric=RELATIVE_TIME, unit=RATIO),
    run_id="ratios",
    machine=anchored_machine(MACHINE),
)


def document(*runs, suite="default"):
    return json.loads(write_runs(runs or (RUN,), suite))


def test_what_is_written_is_read_but_for_names_that_are_the_readers():
    found = read_runs(read_document(write_runs((RUN, RATIOS), "io")))
    own = [replace(run, id=f"handed-over-{n}", source="pytest", tool="") for n, run in enumerate((RUN, RATIOS))]
    assert ("io", own) == (found.suite, list(found.runs))


def test_an_imported_history_cannot_be_claimed():
    (run,) = read_runs(document(replace(RUN, source="import:asv", id="run-of-main"))).runs
    assert ("pytest", "handed-over-0") == (run.source, run.id)


def test_runs_are_told_from_a_comparison():
    assert is_of_runs(document())
    assert not any(is_of_runs(one) for one in ({}, {"schema": 1}, {"schema": True}, {"schema": "2"}, {"schema": 2.0}))
    # An older Lapwing says that it is too old for them.
    with pytest.raises(HandoverRefused, match="version 2"):
        handover.read(document())


@pytest.mark.parametrize(
    "change",
    [
        {"runs": []},
        {"runs": {}},
        {"runs": None},
        {"runs": [1]},
        {"runs": [{}]},
        {"runs": [{"schema": 99}]},
        {"suite": 1},
        {"suite": "a b"},
        {"more": 1},
        {"runs": [json.loads(write_runs((RUN,), "x"))["runs"][0]] * (MOST_RUNS + 1)},
    ],
)
def test_what_are_no_runs_is_refused(change):
    with pytest.raises(HandoverRefused) as error:
        read_runs(document() | change)
    assert "handover-odd" == error.value.slug
    assert len(error.value.message) < 500


@pytest.mark.parametrize("most", [{"MOST_BENCHMARKS": 1}, {"MOST_PROCESSES": 1}, {"MOST_VALUES": 4}])
def test_more_than_is_judged_is_refused_on_both_sides(monkeypatch, most):
    whole = document()
    for name, number in most.items():
        monkeypatch.setattr(handover_runs, name, number)
    with pytest.raises(RecordError, match="are taken"):
        write_runs((RUN,), "default")
    with pytest.raises(HandoverRefused) as error:
        read_runs(whole)
    assert "handover-too-large" == error.value.slug
    for runs in ((), (make_run(1),) * (MOST_RUNS + 1)):
        with pytest.raises(RecordError):
            write_runs(runs, "default")


def test_a_suite_has_a_plain_name():
    with pytest.raises(UsageError):
        write_runs((RUN,), "a b")


ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.just([{}]))


@given(data=st.data())
@settings(deadline=None, derandomize=True, max_examples=150)
def test_any_part_of_a_run_may_be_anything(data):
    """It is read, or refused; nothing else comes out."""
    whole = document(replace(RUN, declared=(make_declared("t.py::a", limit=0.1), make_declared("t.py::b"))))
    part, key = whole["runs"], 0
    for _ in range(data.draw(st.integers(1, 5))):
        inside = part[key]
        if not isinstance(inside, (dict, list)) or not inside:
            break
        part = inside
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
    part[key] = data.draw(ODD)
    with suppress(HandoverRefused):
        read_runs(whole)

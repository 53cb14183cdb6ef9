"""What machines did, and how often a check cries wolf, in words."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from factories import MACHINE, make_sha
from lapwing.judge.reasons import environment
from lapwing.model import EnvironmentEvent, FalseAlarms, Interval, MetricId, SeriesShape
from lapwing.report.events import expected_line
from lapwing.report.json import to_json
from lapwing.report.terminal import render
from report.cases import CASES, make_report, make_verdict, unchanged
from report.test_json import VALIDATOR


def event(place, low=1.1, middle=1.12, high=1.13):
    commits, ratio = (make_sha(place - 1), make_sha(place)), Interval(low=low, estimate=middle, high=high)
    return EnvironmentEvent(
        machine=MACHINE.id,
        unit="s",
        commits=commits,
        ratio=ratio,
        moved=tuple(MetricId(benchmark=f"b{i}", name="time") for i in range(3)),
        measured=4,
        reason=environment(commits, ratio, 39, 40),
    )


ALARMS = FalseAlarms(per_week=0.1, runs_per_week=35.2, series=40, share=0.0114)
CREPT = make_verdict(
    "t.py::crept",
    "regressed",
    1.134,
    lane="creep",
    limit=0.1,
    detectable=None,
    reason="It crept past the creep limit of 10 %: +13.4 % (+11.9 % to +14.8 %) over its level at the last release "
    "(0007c0ffee), by the last 20 runs; no single change past the limit of 5 %.",
)
REPORT = make_report(
    "regressed",
    CREPT,
    *unchanged(38),
    events=(event(5), event(40, 0.9, 0.98, 1.07), event(60), event(80)),
    false_alarms=ALARMS,
)


@pytest.mark.parametrize("width", [80, 140])
def test_events_are_a_section_of_their_own(width, golden):
    golden(f"events-{width}.txt", render(REPORT, width=width, color=False))


def test_all_events_are_listed_when_asked_for_and_none_in_a_quiet_report():
    verbose = render(REPORT, width=140, color=False, verbosity=1)

    assert 4 == verbose.count("lapwing compare ")
    assert "Environment" not in render(REPORT, width=140, color=False, verbosity=-1)
    assert "false alarm" not in render(REPORT, width=140, color=False, verbosity=-1)


def test_of_several_machines_each_event_names_its_own():
    text = render(replace(REPORT, machine=None), width=140, color=False)

    assert 3 == text.count(f"On {MACHINE.id}.")


def test_an_ascii_stream_can_show_it():
    assert render(REPORT, width=80, color=False, ascii_only=True).isascii()


def test_events_and_false_alarms_are_in_the_json_of_histories_alone():
    document = json.loads(to_json(REPORT))

    jsonschema.validate(document, VALIDATOR.schema)
    assert [make_sha(4), make_sha(5)] == document["events"][0]["commits"]
    assert {"id": "b0", "metric": "time"} == document["events"][0]["moved"][0]
    assert (35.2, 40) == (document["false_alarms"]["runs_per_week"], document["false_alarms"]["series"])
    assert None is json.loads(to_json(CASES["pass"]))["false_alarms"]


@pytest.mark.parametrize(
    ("per_week", "often"),
    [
        (0.1, "one false alarm in 10 weeks"),
        (0.004, "one false alarm in 250 weeks"),
        (0.4, "one false alarm in 2.5 weeks"),
        (1, "1 false alarm a week"),
        (2.5, "2.5 false alarms a week"),
    ],
)
def test_how_often_is_said_in_weeks(per_week, often):
    assert f"At most about {often}, with 40 series and 35 runs a week." == expected_line(
        replace(ALARMS, per_week=per_week)
    )
    assert "" == expected_line(None)
    assert "and 1 run a week" in expected_line(replace(ALARMS, runs_per_week=0.2))


def test_what_a_witness_excludes_is_not_to_be_compared():
    seen = replace(event(5), witnesses=("other",), reason="seen")
    text = render(replace(REPORT, events=(seen,)), width=140, color=False)

    assert "seen" in text
    assert "Is it the code?" not in text


def shape(kind, name="t.py::a", metric="time", explains=0):
    return SeriesShape(
        metric=MetricId(benchmark=name, name=metric),
        machine=MACHINE.id,
        kind=kind,
        commits=(make_sha(3), make_sha(9)),
        size=Interval(low=1.1, estimate=1.2, high=1.3),
        p_value=0.001,
        explains=explains,
    )


SHAPES = (
    shape("transient", explains=2),
    shape("drift", "t.py::b", "peak_memory", 1),
    *(shape("variance", f"t.py::v{i}") for i in range(2)),
    shape("bimodal"),
)


@pytest.mark.parametrize("verbosity", [0, 1])
def test_shapes_are_a_line_or_a_section(verbosity, golden):
    report = replace(make_report("unchanged", *unchanged(5), shapes=SHAPES), machine=None)
    golden(f"shapes-{verbosity}.txt", render(report, width=100, color=False, verbosity=verbosity))

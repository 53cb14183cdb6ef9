"""What is said of a comparison: its table, how the sides were made, its control, how to go on."""

import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from lapwing.model import MetricId
from lapwing.report.comparison import command_of, control_line, is_comparison
from lapwing.report.json import to_json
from lapwing.report.terminal import render
from recordings import make_recording
from report.cases import CASES as HISTORY_CASES
from report.compare_cases import CASES, CONTROL, OFF, compared, make_comparison, quiet, same, same_code
from report.test_json import VALIDATOR, refuse

NARROW = ["compare-regressed", "compare-failed", "compare-control-off"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [80, 140])
def test_what_a_terminal_shows(case, width, golden):
    golden(f"{case}-{width}.txt", render(CASES[case], width=width, color=False))


@pytest.mark.parametrize("case", NARROW)
def test_what_a_narrow_terminal_shows(case, golden):
    golden(f"{case}-50.txt", render(CASES[case], width=50, color=False))


@pytest.mark.parametrize("case", [*NARROW, "compare-odd-names"])
def test_what_an_ascii_stream_shows(case, golden):
    text = render(CASES[case], width=80, color=False, ascii_only=True)
    golden(f"{case}-ascii.txt", text)
    assert text.isascii()


def test_verbose_lists_what_did_not_change_and_what_was_not_measured(golden):
    golden("compare-unchanged-verbose.txt", render(CASES["compare-unchanged"], width=100, color=False, verbosity=1))


def test_quiet_shows_what_blocks(golden):
    golden("compare-regressed-quiet.txt", render(CASES["compare-regressed"], width=100, color=False, verbosity=-1))


@pytest.mark.parametrize("case", CASES)
def test_no_line_of_a_table_is_wider_than_the_terminal(case):
    for line in render(CASES[case], width=80, color=False).splitlines():
        assert cell_len(line) <= 80 or "::" in line


@pytest.mark.parametrize("case", CASES)
def test_every_report_is_valid_for_programs(case):
    VALIDATOR.validate(json.loads(to_json(CASES[case]), parse_constant=refuse))


def test_a_whole_report_for_programs(golden):
    golden("compare-regressed.json", to_json(CASES["compare-regressed"]))


def test_only_a_comparison_has_what_only_a_comparison_has():
    for case in HISTORY_CASES.values():
        document = json.loads(to_json(case))
        assert not is_comparison(case)
        assert "comparison" not in document
        assert [] == [one for one in document["verdicts"] if "pairs" in one or "notes" in one]
    document = json.loads(to_json(CASES["compare-same-code"]))
    assert document["comparison"]["control"] is None
    assert {0} == {one["pairs"] for one in document["verdicts"]}


def test_a_comparison_never_points_to_a_history():
    for case in CASES.values():
        assert "lapwing log" not in render(case, width=140, color=False, verbosity=1)
        assert "last 20" not in render(case, width=140, color=False, verbosity=1)


def test_the_worst_comes_first_and_can_be_repeated_alone():
    text = render(CASES["compare-regressed"], width=140, color=False)
    worst, other = "tests/perf/test_codec.py::TestDecode::test_large[utf8]", "tests/test_codec.py::test_small"
    assert f"Next: lapwing compare main '{worst}' repeats the worst alone." in text
    assert text.index("✗ regressed") < text.index("test_large[utf8]  [1]") < text.index(other)


def test_without_a_command_there_is_no_advice_to_run_it():
    report = make_comparison("regressed", compared("t.py::a", "regressed", 1.2), command="")
    assert "Next:" not in render(report, width=140, color=False)
    doubt = make_comparison("inconclusive", compared("t.py::a", "inconclusive", 1.02), command="")
    assert "Next: lapwing compare --continue goes on measuring what is not decided.\n" in render(
        doubt, width=140, color=False
    )


def test_same_code_is_counted_apart():
    text = render(CASES["compare-unchanged"], width=140, color=False)
    assert "17 unchanged, 3 unchanged (same code) (-v lists them)" in text
    mixed = render(CASES["compare-regressed"], width=140, color=False)
    assert "14 unchanged, 3 unchanged (same code), 2 new (-v lists them)" in mixed
    assert "0 unchanged" not in render(make_comparison("unchanged", *same(2)), width=140, color=False)
    assert "same code" not in render(make_comparison("unchanged", *quiet(2)), width=140, color=False)


def test_a_count_that_is_equal_is_no_same_code():
    exact = replace(same_code("t.py::a"), metric=MetricId(benchmark="t.py::a", name="bytes"), ratio=compared("a").ratio)
    assert "same code" not in render(make_comparison("unchanged", exact), width=140, color=False)


def test_all_doubts_are_listed_with_what_more_time_would_buy():
    text = render(CASES["compare-inconclusive"], width=140, color=False)
    assert 2 == text.count("? inconclusive")
    assert "24 more pairs, about 9 s, would show a change of 2.1 %." in text


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (CONTROL, "5 benchmarks in 40 pairs, none accused; at this noise 1 verdict in 2,000 would be wrong."),
        (replace(CONTROL, rate=0.0), "none accused; at this noise fewer than 1 verdict in 10,000 would be wrong."),
        (replace(CONTROL, rate=0.25), "none accused; at this noise 25 % of verdicts would be wrong."),
        (
            replace(CONTROL, rate=None),
            "none accused; too little was measured to tell how often a verdict would be wrong.",
        ),
        (replace(CONTROL, benchmarks=1, pairs=1), "1 benchmark in 1 pair, none accused;"),
        (replace(CONTROL, accused=("a",)), "1 accused (a), though nothing differs; at this noise 1 verdict"),
        (
            replace(OFF, accused=("a", "b", "c", "d")),
            "4 accused (a, b, c, ...), though nothing differs; at this noise 1 ",
        ),
        (OFF, "in 25 would be wrong, more than can be borne, so nobody is accused."),
    ],
)
def test_what_is_said_of_the_control(control, said):
    assert said in control_line(control)


def test_the_command_names_both_commits_or_the_working_tree():
    assert "lapwing compare 0001c0ffee 0002c0ffee" == command_of(make_recording())
    assert "lapwing compare 0001c0ffee" == command_of(make_recording(working=True))

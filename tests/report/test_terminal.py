import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from lapwing.model import Failure, Interval, MetricId, Outcome, RunWarning
from lapwing.report.terminal import MOST_ROWS, render
from lapwing.units import COUNT, Unit
from report.cases import CASES, FEW, GOVERNOR, ODD, make_point, make_report, make_verdict, unchanged

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [80, 140])
def test_what_a_terminal_shows(case, width, golden):
    golden(f"{case}-{width}.txt", render(CASES[case], width=width, color=False))


@pytest.mark.parametrize("case", ["regress", "odd-names", "failed"])
def test_what_an_ascii_stream_shows(case, golden):
    text = render(CASES[case], width=80, color=False, ascii_only=True)
    golden(f"{case}-ascii.txt", text)
    assert text.isascii()


def test_quiet_shows_the_headline_and_what_blocks(golden):
    golden("regress-quiet.txt", render(CASES["regress"], width=80, color=False, verbosity=-1))


def test_verbose_lists_what_did_not_change(golden):
    golden("improved-verbose.txt", render(CASES["improved"], width=100, color=False, verbosity=1))


def test_colours_are_the_only_difference_that_colour_makes(golden):
    text = render(CASES["regress"], width=100, color=True)
    golden("regress-color.txt", text)
    assert render(CASES["regress"], width=100, color=False) == _ESCAPES.sub("", text)


def test_doubts_that_lean_nowhere_are_counted_and_listed_when_asked_for():
    short = render(CASES["doubts"], width=140, color=False)
    long = render(CASES["doubts"], width=140, color=False, verbosity=1)

    assert "leans11" in short
    assert "vague" not in short
    assert "and 2 inconclusive more" in short
    assert "20 inconclusive, 4 unchanged (-v lists them)" in short
    assert 20 == long.count("vague")


def test_a_first_run_shows_what_it_measured():
    assert "t.py::n2" in render(CASES["new"], width=140, color=False)


def test_what_is_new_beside_others_is_counted():
    assert "2 new (-v lists them)" in render(CASES["regress"], width=140, color=False)


def test_a_very_narrow_terminal_loses_the_sparkline_first():
    text = render(CASES["regress"], width=45, color=False)
    assert "▃" not in text
    assert "+12.4 %" in text


@pytest.mark.parametrize("case", CASES)
def test_no_line_of_a_table_is_wider_than_the_terminal(case):
    for line in render(CASES[case], width=80, color=False).splitlines():
        assert cell_len(line) <= 80 or "lapwing log" in line or "::" in line


def test_five_thousand_changes_stay_readable():
    lines = render(CASES["many"], width=140, color=False).splitlines()
    assert len(lines) < 3 * MOST_ROWS
    assert "  and 3,950 regressed, 1,000 missing more: -v lists them all." in lines


def test_verbose_lists_every_row():
    some = replace(CASES["many"], verdicts=CASES["many"].verdicts[::10])
    text = render(some, width=140, color=False, verbosity=1)
    assert text.count("✗ regressed") == 400
    assert text.count("○ missing") == 100


def test_a_name_is_data_and_never_markup_or_a_control():
    text = render(CASES["odd-names"], width=80, color=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\r" not in text
    assert "界-end]" in text


def test_the_end_of_a_name_survives_being_shortened():
    report = make_report("regressed", make_verdict("tests/" + "deep/" * 40 + "t.py::test[utf8]", "regressed", 1.2))
    assert "t.py::test[utf8]" in render(report, width=80, color=False)


def test_the_worst_regression_comes_first_whichever_way_is_better():
    rate = Unit(symbol="rows/s", better="higher", noise="noisy")
    report = make_report(
        "regressed", make_verdict("a", "regressed", 1.10), make_verdict("b", "regressed", 0.5, unit=rate, base=10.0)
    )
    text = render(report, width=100, color=False)
    assert text.index("Worst: b") < text.index("✗ regressed  b") < text.index("✗ regressed  a")


def test_metrics_and_machines_are_named_where_there_are_several():
    exact = make_verdict(metric=MetricId(benchmark="t.py::a", name="instructions"), unit=COUNT, outcome="regressed")
    report = make_report("regressed", exact, make_verdict("t.py::a"), machine=None)
    text = render(report, width=100, color=False)
    assert f"t.py::a  instructions  on {exact.machine}" in text
    assert "1 of 1 benchmark got worse" in text
    assert "1 unchanged results (-v lists them)" in text
    assert "several machines" in text


def test_no_more_than_twenty_warnings_are_printed():
    warnings = tuple(RunWarning(slug=f"w{n}", message="m", remedy="r") for n in range(25))
    text = render(make_report("unchanged", *unchanged(1), warnings=warnings), width=100, color=False)
    assert "[20] w19: m" in text
    assert "[21] w20" not in text
    assert "and 5 more warnings." in text


def test_warnings_of_what_is_not_listed_are_counted():
    report = make_report("unchanged", make_verdict(warnings=(GOVERNOR, FEW)))
    assert "2 warnings on results not listed (-v lists them)" in render(report, width=100, color=False)
    assert "[2] few-runs: Only 3 runs" in render(report, width=100, color=False, verbosity=1)


def test_many_failures_without_a_verdict_are_cut():
    failures = tuple(Failure(benchmark=f"t.py::f{n}", kind="raised", message="no") for n in range(60))
    text = render(make_report("failed", *unchanged(1), failures=failures), width=100, color=False)
    assert "t.py::f49" in text
    assert "t.py::f50" not in text
    assert "  and 10 more." in text


def test_nothing_judged_is_said():
    text = render(make_report("new", head=None, base=None, machine=None), width=100, color=False)
    assert text.splitlines() == [
        "? Performance: no benchmark was judged, so this says nothing.",
        "  Next: measure with 'pytest --perf', or read a history with 'lapwing import'.",
    ]
    assert "Test CPU" in render(make_report("failed"), width=100, color=False)
    assert "This fails the check (exit 1)." in render(make_report("failed"), width=100, color=False)


def test_what_could_have_been_seen_is_said_only_where_it_is_known():
    blind = make_verdict("t.py::blind", detectable=None)
    never = make_verdict("t.py::never", detectable=math.inf)
    assert "could have seen" not in render(make_report("unchanged", blind, never), width=100, color=False)
    text = render(make_report("unchanged", blind, make_verdict(), never), width=100, color=False)
    assert "The smallest change it could have seen is 1.8 %." in text


def test_inconclusive_fails_only_where_asked():
    report = CASES["inconclusive"]
    assert "This does not fail the check; fail-on inconclusive would" in render(report, width=140, color=False)
    asked = render(report, width=140, color=False, fail_on=("inconclusive",))
    assert "This fails the check (exit 3)." in asked


def test_a_regression_without_a_ratio_is_still_told():
    report = make_report("regressed", make_verdict("t.py::budget", "regressed", None, lane="budget", reason=""))
    text = render(report, width=100, color=False)
    assert "Worst:" not in text
    assert "✗ regressed  t.py::budget" in text


def test_a_failure_of_an_improved_benchmark_is_not_repeated():
    verdict = make_verdict(ODD, "failed", None)
    report = make_report("failed", verdict, failures=(Failure(benchmark=ODD, kind="raised", message=" \n "),))
    text = render(report, width=100, color=False)
    assert text.count("raised: no message") == 1
    assert "pytest --perf BENCHMARK shows why" in text


@given(
    names=st.lists(st.text(min_size=1, max_size=300).filter(lambda name: "\0" not in name), min_size=1, max_size=4),
    width=st.integers(1, 300),
    ascii_only=st.booleans(),
    outcome=st.sampled_from(list(Outcome)),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_no_name_breaks_the_page(names, width, ascii_only, outcome):
    report = make_report(outcome, *(make_verdict(name, outcome, 1.2) for name in names))
    text = render(report, width=width, color=False, ascii_only=ascii_only, verbosity=1)
    assert all(char == "\n" or char.isprintable() for char in text)
    assert text.isascii() or not ascii_only
    assert text == render(report, width=width, color=False, ascii_only=ascii_only, verbosity=1)


def test_a_failure_is_told_once_and_whole():
    text = render(CASES["failed"], width=80, color=False)
    assert 1 == text.count("Segmentation fault")
    assert "crashed: Fatal Python error / Segmentation fault" in text
    assert "A reason why it is failed" not in text


def budget_broken(name):
    return replace(make_verdict(name, "regressed", None, lane="budget", head=2e-3, detectable=None), base=None)


def test_a_broken_budget_is_no_change():
    one = render(make_report("regressed", budget_broken("t.py::a"), *unchanged(2)), width=140, color=False)
    two = render(make_report("regressed", budget_broken("t.py::a"), budget_broken("t.py::b")), width=140, color=False)
    both = render(
        make_report("regressed", budget_broken("t.py::a"), make_verdict("t.py::c", "regressed", 1.2)),
        width=140,
        color=False,
    )

    assert "Performance: 1 of 3 benchmarks is past its budget." in one
    assert "where it began" not in one
    assert "change its budget" in one
    assert "Performance: 2 of 2 benchmarks are past their budgets." in two
    assert "Performance: 1 of 2 benchmarks got slower, 1 is past its budget." in both
    assert "lapwing log t.py::c shows where it began" in both


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("b.time_max(<class 'f4'>)", "\"b.time_max(<class 'f4'>)\""),
        ("t.py::a[$(id) 'x']", "'t.py::a[$(id) '\"'\"'x'\"'\"']'"),
        ("t.py::a[x y]", "'t.py::a[x y]'"),
        ("t.py::a\n", "BENCHMARK"),
    ],
)
def test_a_name_in_advice_can_be_typed(name, typed):
    text = render(make_report("regressed", make_verdict(name, "regressed", 1.2)), width=140, color=False)
    assert f"lapwing log {typed} shows" in text


def test_several_machines_have_no_head_and_nothing_judged_has_no_place():
    several = render(
        make_report("unchanged", *unchanged(1), head=None, base=None, machine=None), width=140, color=False
    )
    nothing = render(make_report("new", head=None, base=None, machine=None), width=140, color=False)
    warned = render(make_report("new", head=None, base=None, machine=None, warnings=(FEW,)), width=140, color=False)

    assert "  newest commit of each of several machines\n" in several
    assert "unknown" not in several + nothing
    assert 2 == len(nothing.splitlines())
    assert "  [1]" == warned.splitlines()[2]


def test_a_new_level_that_is_heads_own_value_is_written_as_it_is():
    change = make_verdict("t.py::a", "regressed", None, unit=COUNT, base=10.0, head=11.0, change=make_point())
    exact = Interval(low=1.1, estimate=1.1, high=1.1)
    assert "10 → 11 " in render(make_report("regressed", replace(change, ratio=exact)), width=140, color=False)


def test_budgets_in_doubt_need_no_second_measurement():
    doubt = replace(budget_broken("t.py::a"), outcome=Outcome.INCONCLUSIVE)
    text = render(make_report("inconclusive", doubt), width=140, color=False)
    assert "Next: what each budget lacks is said below it." in text
    assert "measure again" not in text

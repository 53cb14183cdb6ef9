"""What is said beside the line of a benchmark: only in files that the pull request changes."""

from lapwing.report.remarks import MOST, MOST_COMMANDS, remarks_of, workflow_commands
from lapwing.review import Remark
from report.compare_cases import compared, make_comparison, undone

REPORT = make_comparison(
    "regressed",
    compared("t.py::small", "regressed", 1.05),
    compared("t.py::large", "regressed", 1.5),
    compared("t.py::fine"),
    undone("t.py::gone", "missing"),
    compared("t.py::elsewhere", "regressed", 1.4),
)
PLACES = {
    "t.py::small": "t.py:3",
    "t.py::large": "t.py:10",
    "t.py::fine": "t.py:20",
    "t.py::gone": "t.py:7",
    "t.py::elsewhere": "../../etc/passwd:1",
}


def test_what_blocks_is_remarked_on_the_worst_first():
    found = remarks_of(REPORT, PLACES, {"t.py"})
    assert [("t.py", 10), ("t.py", 3), ("t.py", 7)] == [(one.path, one.line) for one in found]
    assert "regressed: t.py::large" == found[0].title
    assert found[0].message.startswith("+50.0 % (+48.5 … +51.4 %), limit 3 %. ")
    assert "It is missing by 16 pairs." == found[2].message


def test_a_place_that_is_none_has_no_remark():
    for place in ("", "t.py", "t.py:", "t.py:0", "t.py:x", "t.py:99999999", "a\nt.py:1", "t.py\n:1"):
        assert () == remarks_of(REPORT, dict.fromkeys(PLACES, place), {"t.py", "a\nt.py"})


def test_no_more_than_are_shown():
    many = make_comparison("regressed", *(compared(f"t.py::{n}", "regressed", 1.1) for n in range(80)))
    places = {f"t.py::{n}": "t.py:1" for n in range(80)}
    found = remarks_of(many, places, {"t.py"})
    assert MOST == len(found)
    assert MOST_COMMANDS == len(workflow_commands(found).splitlines())


def test_no_text_begins_another_command():
    evil = Remark(path="a,b:c.py", line=1, title="x\n::error::y", message="1%\r\n::set-output::z", blocks=False)
    assert "::warning file=a%2Cb%3Ac.py,line=1,title=x %3A%3Aerror%3A%3Ay::1%25 ::set-output::z\n" == workflow_commands(
        (evil,)
    )

"""What is shown of a bisection: the answer first, then how it was found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from factories import make_sha
from lapwing.model import Commit
from lapwing.report.bisect import MOST_SUSPECTS, bisected_to_json, render_bisected
from report.bisect_cases import CASES, FOUND


@pytest.mark.parametrize("case", CASES)
def test_what_a_terminal_shows(case, golden):
    golden(f"{case}.txt", render_bisected(CASES[case], width=100, color=False))


@pytest.mark.parametrize("case", ["bisect-range", "bisect-gradual", "bisect-in-part"])
def test_what_an_ascii_stream_shows(case, golden):
    text = render_bisected(CASES[case], width=80, color=False, ascii_only=True)
    golden(f"{case}-ascii.txt", text)
    assert text.isascii()


def test_quiet_shows_the_answer_alone(golden):
    golden("bisect-commit-quiet.txt", render_bisected(FOUND, width=100, color=False, verbosity=-1))


def test_verbose_shows_why_a_commit_was_skipped_in_full():
    reason = "it cannot be built, " + "x" * 200
    long = replace(FOUND, tried=(replace(FOUND.tried[0], reason=reason), *FOUND.tried[1:]))

    assert "x" * 200 not in render_bisected(long, width=100, color=False)
    assert "x" * 200 in render_bisected(long, width=100, color=False, verbosity=1)


@pytest.mark.parametrize("case", CASES)
def test_prose_is_no_wider_than_the_terminal(case):
    text = render_bisected(CASES[case], width=60, color=False, verbosity=-1)
    for line in text.splitlines():
        assert cell_len(line) <= 60 or "::" in line


def test_what_others_wrote_moves_no_cursor_and_turns_no_line():
    text = "".join(render_bisected(case, width=100, color=False, verbosity=1) for case in CASES.values())
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_answer_is_coloured():
    assert "\x1b[1;31m" in render_bisected(FOUND, width=100, color=True)


def test_of_many_suspects_the_first_are_listed():
    many = replace(
        FOUND,
        kind="range",
        commits=tuple(Commit(sha=make_sha(number)) for number in range(40)),
        low=3,
        high=30,
        tried=(),
    )
    text = render_bisected(many, width=100, color=False, verbosity=-1)

    assert f"and {27 - MOST_SUSPECTS} more" in text
    assert "0013c0ffee" in text
    assert "0014c0ffee" not in text


@pytest.mark.parametrize("case", CASES)
def test_programs_get_all_of_it(case):
    found = CASES[case]
    document = json.loads(bisected_to_json(found))

    assert [commit.sha for commit in found.suspects] == [one["commit"] for one in document["suspects"]]
    assert (1, found.kind, found.benchmark, 8) == tuple(
        document[name] for name in ("schema", "answer", "benchmark", "commits")
    )
    assert [one.side for one in found.tried] == [one["side"] for one in document["steps"]]
    assert (found.ended, found.stopped, found.elsewhere) == tuple(
        document[name] for name in ("ended", "stopped", "elsewhere")
    )


def test_a_whole_answer_for_programs(golden):
    golden("bisect-in-part.json", bisected_to_json(CASES["bisect-in-part"]))

"""``lapwing bisect`` as words, codes and files; what is found is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lapwing.errors import RepositoryError
from lapwing.wiring import bisect as wired
from report.bisect_cases import CASES


@pytest.fixture
def finds(monkeypatch, told):
    """Let the search find a case, and keep what it was asked."""

    def find(case):
        def bisect(sought, settings, root, progress):
            told.calls.append((sought, settings, root))
            progress(1, 5, "0004c0ffee against 0000c0ffee, pair 3")
            return CASES[case]

        monkeypatch.setattr(wired, "bisect", bisect)
        monkeypatch.setattr(
            wired, "split_words", lambda words, _: (*words[:2], *[None] * (2 - len(words[:2])), words[2:])
        )

    return find


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("bisect-commit", 0),
        ("bisect-range", 0),
        ("bisect-gradual", 0),
        ("bisect-time", 0),
        ("bisect-same", 3),
        ("bisect-unknown", 3),
        ("bisect-interrupted", 2),
    ],
)
def test_the_code_says_whether_something_is_named(lapwing, finds, case, code):
    finds(case)
    result = lapwing("bisect", "test_decode")

    assert (code, "") == (result.code, result.err)
    assert result.out.startswith("tests/perf/test_codec.py::test_decode[large]")


def test_words_and_options_are_what_is_sought(lapwing, finds, told, tmp_path):
    finds("bisect-commit")
    lapwing("bisect", "test_decode", "v1.4.0", "main", "-k", "large", "--limit", "5 %", "--max-time", "90")

    ((sought, settings, root),) = told.calls
    assert ("test_decode", "v1.4.0", "main", ("-k", "large")) == (
        sought.benchmark,
        sought.good,
        sought.bad,
        sought.arguments,
    )
    assert (90.0, 0.05, Path(tmp_path)) == (sought.max_time, settings.compare_limit, root)


def test_a_search_has_no_end_unless_one_is_asked_for(lapwing, finds, told):
    finds("bisect-commit")
    lapwing("bisect", "test_decode")

    assert None is told.calls[0][0].max_time


def test_the_answer_for_programs(lapwing, finds, tmp_path):
    finds("bisect-commit")
    result = lapwing("bisect", "test_decode", "--json", "answer.json")
    written = (tmp_path / "answer.json").read_text()
    assert "commit" == json.loads(written)["answer"]
    assert "made it slower" in result.out

    alone = lapwing("bisect", "test_decode", "--json", "-")
    assert written == alone.out

    refused = lapwing("bisect", "test_decode", "--json", "no/such/folder.json")
    assert 2 == refused.code
    assert "[unwritable-file]" in refused.err


def test_quiet_leaves_out_the_steps(lapwing, finds):
    finds("bisect-commit")
    assert "against GOOD" in lapwing("bisect", "test_decode").out
    assert "against GOOD" not in lapwing("bisect", "test_decode", "-q").out


def test_a_benchmark_has_to_be_named(lapwing):
    assert 2 == lapwing("bisect").code


def test_what_cannot_be_is_one_sentence(lapwing, finds, monkeypatch):
    finds("bisect-commit")

    def bisect(*_):
        raise RepositoryError("no-good", "There is no release before it.", remedy="name a commit.")

    monkeypatch.setattr(wired, "bisect", bisect)
    result = lapwing("bisect", "test_decode")
    assert (2, "lapwing: [no-good] There is no release before it. Remedy: name a commit.\n") == (
        result.code,
        result.err,
    )

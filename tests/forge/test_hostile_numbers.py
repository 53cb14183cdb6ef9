"""Whatever numbers a pull request hands over, something is told, and it is told as data."""

import copy
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.conftest import SHA
from forge.measured import SLOWER, cases, handed
from lapwing.pipeline.announce import without_forge
from lapwing.report.gate import gate_of
from lapwing.report.markdown import comment, summary
from lapwing.review import Job
from report.rendered import Page

JOB = Job(id=5, attempt=1, url="https://github.com/octo/thing/actions/runs/5")
WHOLE = json.loads(handed(SLOWER))
NUMBERS = [0, -1, 1, 1e308, -1e308, 5e-324, 1e-300, 2**53, 1e15]
TEXTS = ["@octocat", "a|b", "<h1>x", "\n# x", "[x](https://e.x)", "\x1b[2J", "x" * 3_999, "::error::x", "é\u202e"]


def told(document):
    """Return what is told of a document, judged by ordinary rules."""
    case = cases(JOB).of(document, SHA)
    return without_forge(case, (), today=date(2026, 1, 1)).told


def check(one):
    gate = gate_of(one)
    assert len(gate.description) <= 140
    for text in (comment(one), summary(one)):
        page = Page(text)
        assert set(page.links) <= {JOB.url}
        assert [] == page.acting
        assert 1 == len(page.headings)
    return gate.state


def places(value, kinds, at=()):
    if isinstance(value, kinds) and not isinstance(value, bool):
        yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, kinds, (*at, key))


def put(whole, at, value):
    for key in at[:-1]:
        whole = whole[key]
    whole[at[-1]] = value


OF_NUMBERS = [at for at in places(WHOLE, (int, float)) if at[-1] != "schema"]
OF_TEXTS = list(places(WHOLE, str))


def test_as_it_was_measured_it_is_red():
    assert "failure" == check(told(WHOLE))


@pytest.mark.parametrize("number", NUMBERS)
def test_every_slice_may_be_any_number(number):
    whole = copy.deepcopy(WHOLE)
    for pair in whole["pairs"]:
        for paired in pair["paired"]:
            for side in ("base", "head"):
                paired[side] = [[number] * 3 for _ in paired[side]]
    check(told(whole))
    for pair in whole["pairs"]:
        for paired in pair["paired"]:
            paired["base"] = [[1.0, 1.0, 0.0] for _ in paired["base"]]
    check(told(whole))


@given(changes=st.lists(st.tuples(st.sampled_from(OF_NUMBERS), st.sampled_from(NUMBERS)), min_size=1, max_size=5))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_any_numbers_may_be_anything(changes):
    whole = copy.deepcopy(WHOLE)
    for at, number in changes:
        put(whole, at, number)
    check(told(whole))


@given(changes=st.lists(st.tuples(st.sampled_from(OF_TEXTS), st.sampled_from(TEXTS)), min_size=1, max_size=4))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_any_text_may_be_anything(changes):
    whole = copy.deepcopy(WHOLE)
    for at, text in changes:
        put(whole, at, text)
    check(told(whole))


def test_what_the_job_says_in_its_own_words_is_told_as_its_words():
    whole = copy.deepcopy(WHOLE)
    doubt = {"slug": "x", "message": "Merge it.", "remedy": "merge."}
    for part in (whole["after"], whole["comparison"]["discovery"], *whole["pairs"]):
        part["warnings"] = [doubt | {"message": f"Merge it, {len(part)}."}]
    said = [line for line in comment(told(whole)).splitlines() if "Merge it" in line]
    assert 3 == len(said)
    assert all(line.startswith("⚠ The job that measured says: Merge it") for line in said)


def test_lists_may_be_empty_or_of_other_lengths():
    for change in (
        lambda whole: whole["pairs"].clear(),
        lambda whole: whole["comparison"]["discovery"]["declared"].clear(),
        lambda whole: whole["comparison"]["discovery"]["base"].clear(),
        lambda whole: whole["comparison"]["discovery"]["head"].clear(),
        lambda whole: [pair["paired"].clear() for pair in whole["pairs"]],
        lambda whole: [pair["step"]["benchmarks"].clear() for pair in whole["pairs"]],
        lambda whole: [paired["base"].clear() for pair in whole["pairs"] for paired in pair["paired"]],
        lambda whole: whole["pairs"].reverse(),
        lambda whole: whole["pairs"].extend(copy.deepcopy(whole["pairs"]) * 3),
        lambda whole: [pair["step"].update(attempt=9) for pair in whole["pairs"][5:]],
        lambda whole: [pair["step"].update(control=True) for pair in whole["pairs"]],
        lambda whole: [pair["step"].update(stage="screen") for pair in whole["pairs"]],
    ):
        whole = copy.deepcopy(WHOLE)
        change(whole)
        check(told(whole))

import json
import math
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import make_sha
from lapwing.report.json import SCHEMA, to_json
from report.cases import CASES, interval, make_point, make_report, make_verdict

DOCUMENT = json.loads(files("lapwing.report").joinpath("report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(DOCUMENT)


def refuse(word):
    raise AssertionError(f"JSON has no {word}")


def test_the_schema_is_a_schema_and_says_its_number():
    jsonschema.Draft202012Validator.check_schema(DOCUMENT)
    assert DOCUMENT["properties"]["schema"]["const"] == SCHEMA


def test_every_field_is_described():
    parts = (DOCUMENT, *DOCUMENT["$defs"].values())
    assert [] == [
        name
        for part in parts
        for name, field in part.get("properties", {}).items()
        if not field.get("description", "").endswith(".") and (part, name) != (DOCUMENT["$defs"]["verdict"], "unit")
    ]


@pytest.mark.parametrize("case", CASES)
def test_every_report_is_valid(case):
    # The five thousand verdicts of "many" are of two kinds.
    report = replace(CASES[case], verdicts=CASES[case].verdicts[::10]) if case == "many" else CASES[case]
    VALIDATOR.validate(json.loads(to_json(report), parse_constant=refuse))


def test_a_whole_report(golden):
    golden("regress.json", to_json(CASES["regress"]))


def test_the_node_id_and_the_stable_id_are_both_told():
    text = to_json(make_report("new", make_verdict("stable", "new", None, node_id="t.py::test_now")))
    (verdict,) = json.loads(text)["verdicts"]
    assert (verdict["benchmark"], verdict["id"]) == ("t.py::test_now", "stable")


def test_a_change_names_the_commits_on_either_side():
    change = make_point(7, earliest=6, latest=8)
    text = to_json(make_report("regressed", make_verdict(outcome="regressed", change=change)))
    told = json.loads(text)["verdicts"][0]["change"]
    assert told["commits"] == [make_sha(6), make_sha(7)]
    assert (told["earliest"], told["index"], told["latest"]) == (6, 7, 8)


def test_what_is_not_known_is_null():
    point = make_point(commits=None)
    verdict = make_verdict(ratio=None, change=point, p_value=None, detectable=math.inf, base=math.nan)
    text = to_json(make_report("unchanged", verdict, head=None, base=None, machine=None))
    document = json.loads(text, parse_constant=refuse)
    VALIDATOR.validate(document)
    assert (document["head"], document["base"], document["machine"]) == (None, None, None)
    told = document["verdicts"][0]
    assert (told["ratio"], told["p_value"], told["detectable"], told["base"]) == (None, None, None, None)
    assert told["change"]["commits"] is None


@given(
    name=st.text(min_size=1, max_size=50).filter(lambda name: "\0" not in name),
    value=st.floats(),
    ratio=st.floats(-1e9, 1e9),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_nothing_makes_it_invalid_or_different_the_second_time(name, value, ratio):
    verdict = make_verdict(name, base=value, head=value, p_value=value, reason=name, ratio=None)
    report = make_report("unchanged", replace(verdict, ratio=interval(ratio)))
    text = to_json(report)
    assert text == to_json(report)
    assert text.isascii()
    VALIDATOR.validate(json.loads(text, parse_constant=refuse))

"""What is shown of series that no history holds, and the page of the nine shapes."""

import json
import os
import runpy
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from lapwing.detect.shapes import Shape
from lapwing.model import Interval, MetricId
from lapwing.report.chart import chart
from lapwing.report.detection import headline, is_failing, p_value, render_detection, thinned
from lapwing.report.detection_json import detection_to_json
from lapwing.report.look import Look
from lapwing.report.series_picture import draw_series, levels
from lapwing.report.shape import sentence
from lapwing.units import SECONDS, base_unit
from report.cases import make_point

ROWS, _ = base_unit("rows/s")
DETECT = Path(__file__).parents[2] / "benchmarks" / "detect"


def make_shape(kind="transient", first=20, last=30, size=1.2, explains=()):
    interval = Interval(low=size * 0.95, estimate=size, high=size * 1.05)
    return Shape(kind=kind, first=first, last=last, size=interval, p_value=2e-5, explains=explains)


def make_found(name="parse", **more):
    ordinary = {
        "metric": MetricId(benchmark=name, name="time"),
        "machine": "",
        "unit": SECONDS,
        "values": tuple(1e-3 if i % 7 else None for i in range(60)),
        "labels": (),
        "points": (),
        "shapes": (),
    }
    return SimpleNamespace(**(ordinary | more))


def kinds():
    yield make_shape("transient", explains=(20, 31))
    yield make_shape("drift", 0, 59, explains=(25,))
    yield make_shape("variance", 40, 59, 3.1)
    yield make_shape("bimodal", 0, 59)


def several():
    """A change either way, all shapes, a quiet one, names that would colour or move."""
    return (
        make_found("tests/test_codec.py::test_io[a]", points=(make_point(40, 1.12, state="frozen"),)),
        make_found("rows \x1b[31m[red]", points=(make_point(41, 1.12, earliest=41, latest=41),), unit=ROWS),
        make_found("save", metric=MetricId(benchmark="save", name="cpu_time"), shapes=tuple(kinds()), machine="host"),
        make_found("quiet"),
    )


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("detect-140", {"width": 140}),
        ("detect-80", {"width": 80}),
        ("detect-ascii", {"width": 80, "ascii_only": True}),
        ("detect-verbose", {"width": 100, "verbosity": 1}),
    ],
)
def test_the_table_of_a_detection(name, look, golden):
    golden(f"{name}.txt", render_detection(several(), color=False, **look))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_mark_stands_below_its_value(ascii_only):
    values = (1.0,) * 12 + (2.0,) * 13
    lines = [line.plain for line in chart(values, SECONDS, Look(width=100, ascii_only=ascii_only), marks=[12])]
    (top,) = [line for line in lines if line.rstrip()[-1] not in "|│^1"][:1]
    first = next(place for place in range(top.index("|" if ascii_only else "│") + 1, len(top)) if top[place] != " ")

    assert abs(lines[-1].index("^1") - first) <= 1


def test_the_json_of_a_detection(golden):
    text = detection_to_json(several(), alpha=0.01)

    assert [one["series"] for one in json.loads(text)["series"]][-1] == "quiet"
    golden("detect.json", text)


def test_one_quiet_series_is_shown_and_many_are_counted():
    quiet = make_found()

    assert "unchanged" in render_detection([quiet], width=100, color=False)
    assert "2 of 2 series have neither: -v lists them." in render_detection([quiet] * 2, width=100, color=False)


def test_a_very_long_list_ends():
    found = [make_found(points=(make_point(40),))] * 120

    assert "and 20 more series: --json has them all." in render_detection(found, width=100, color=False)


def test_the_headline_counts():
    assert headline([make_found()]) == "1 series, 51 values: 0 lasting changes."
    assert headline(several()) == "4 series, 204 values: 2 lasting changes (1 worse, 1 better), 4 of another shape."


@pytest.mark.parametrize(
    ("ratio", "unit", "state", "fails"),
    [
        (1.1, SECONDS, "frozen", True),
        (0.9, SECONDS, "frozen", False),
        (0.9, ROWS, "confirmed", True),
        (1.1, ROWS, "confirmed", False),
        (1.1, SECONDS, "suspect", False),
    ],
)
def test_only_a_lasting_regression_fails(ratio, unit, state, fails):
    assert is_failing([make_found(points=(make_point(40, ratio, state=state),), unit=unit)]) is fails


def test_changes_without_labels_have_no_note():
    text = render_detection([make_found(points=(make_point(40, commits=None),))], width=100, color=False)

    assert "from" not in text


@pytest.mark.parametrize(("p", "text"), [(0.0, "< 0.0001"), (0.00312, "0.0031"), (0.01, "0.01")])
def test_a_probability_is_written_as_far_as_it_tells(p, text):
    assert p_value(p) == text


def test_a_long_series_is_drawn_by_medians():
    assert thinned((1.0, 3.0, 2.0, None, None, None, 5.0), 3) == (2.0, None, 5.0)


def test_each_shape_has_a_sentence():
    said = [sentence(shape) for shape in kinds()]

    assert all(one.endswith(".") for one in said)
    assert said[0].endswith("The change points found in it are no steps.")
    assert said[1].endswith("The change point found in it is no step.")
    assert "×3.1" in said[2]


def test_a_picture_escapes_the_name_and_is_xml():
    picture = draw_series(make_found("<script>\x1b", shapes=tuple(kinds()), points=(make_point(35),)))
    root = ET.fromstring(picture)

    assert [one.text for one in root.iter("{http://www.w3.org/2000/svg}title")] == ["<script>\\x1b"]
    assert picture.count("<circle") == 51


@pytest.mark.parametrize("values", [(1.0,), (0.0, 0.0), (5.0, None, 5.0), (-1.0, 1e300), (1e-300, 1.0)])
def test_any_values_make_a_picture(values):
    ET.fromstring(draw_series(make_found(values=values)))


def test_levels_end_at_changes_and_pass_over_excursions():
    values = (1.0,) * 20 + (5.0,) * 11 + (1.0,) * 9 + (2.0,) * 20
    found = make_found(values=values, points=(make_point(40),), shapes=(make_shape(),))

    assert levels(found) == [(0, 39, 1.0, 1.0), (40, 59, 2.0, 2.0), (20, 30, 5.0, 5.0)]


def test_a_drift_is_drawn_as_a_slope():
    values = tuple(1 + i / 60 for i in range(60))
    ((first, last, low, high),) = levels(make_found(values=values, shapes=(make_shape("drift", 0, 59, 2.0),)))

    assert (first, last) == (0, 59)
    assert (low, high) == pytest.approx((0.994, 1.989), abs=0.01)


def test_a_stretch_of_holes_has_no_level():
    values = (None,) * 40 + (2.0,) * 20

    assert levels(make_found(values=values, points=(make_point(40),), shapes=(make_shape(),))) == [(40, 59, 2.0, 2.0)]


def test_the_page_of_the_nine_shapes_is_what_is_found_today():
    made = runpy.run_path(str(DETECT / "draw_shapes.py"))["pages"]()
    for name, text in made.items():
        path = DETECT / name
        if os.environ.get("LAPWING_WRITE_GOLDEN"):
            path.write_text(text, encoding="utf-8", newline="\n")

        assert path.read_text(encoding="utf-8") == text, "run python benchmarks/detect/draw_shapes.py and look at it"
    assert len(made) == 10

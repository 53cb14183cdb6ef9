"""Are F1 and covering those of van den Burg and Williams (2020)? By hand, and by what their benchmark published."""

import pytest

from agreement import covering, f1
from histories import annotated

# What TCPDBench publishes for the method that finds nothing (analysis/output/scores/default_*_scores.json).
ZERO = {
    "bank": (1.0, 1.0),
    "bitcoin": (0.44961240310077516, 0.5162283249537621),
    "brent_spot": (0.3146067415730337, 0.2658176),
    "businv": (0.5882352941176471, 0.46094765840220386),
    "centralia": (0.7628865979381444, 0.6746666666666667),
    "children_per_woman": (0.5074626865671642, 0.42910563901060694),
    "co2_canada": (0.36097560975609755, 0.2775684153596538),
    "debt_ireland": (0.4693877551020408, 0.32063492063492066),
    "gdp_argentina": (0.8235294117647058, 0.737087043952887),
    "lga_passengers": (0.5347985347985348, 0.3830283439257799),
    "nile": (0.8235294117647058, 0.75808),
    "quality_control_4": (0.7804878048780489, 0.6727407999999999),
    "scanline_42049": (0.2756368386675375, 0.2112845293718475),
}


def test_f1_by_hand():
    # Marked, with the first point: {0, 10} and {0, 30}; found {0, 12, 50}. Right of all marked: 0 and 10, of 3 found.
    # Recall: 2 of 2, and 1 of 2.
    precision, recall = 2 / 3, (1 + 1 / 2) / 2
    expected = 2 * precision * recall / (precision + recall)
    assert pytest.approx(expected) == f1({"a": [10], "b": [30]}, [12, 50])


def test_covering_by_hand():
    # One annotator cuts 10 points into 4 and 6, found are 5 and 5: 4/10 * 4/5 + 6/10 * 5/6 = 0.82; the other cuts none.
    assert pytest.approx((0.82 + 0.5) / 2) == covering({"a": [4], "b": []}, [5], 10)


def test_both_give_what_the_examples_of_tcpdbench_give():
    labels = {"1": [], "2": [10], "3": [50]}
    assert pytest.approx(1.0) == f1({"1": [10, 20], "2": [11, 20], "3": [10], "4": [0, 5]}, [10, 20])
    assert pytest.approx((0.9090909090909091, 0.8)) == (f1(labels, [10]), f1(labels, []))
    labels = {"1": [], "2": [10], "3": [40]}
    assert pytest.approx(0.7962962962962963) == covering({"1": [10, 20], "2": [10], "3": [0, 5]}, [10, 20], 45)
    assert pytest.approx(0.7954144620811286) == covering(labels, [10], 45)
    assert pytest.approx(0.8189300411522634) == covering(labels, [], 45)


def test_everything_right_is_one():
    assert 1.0 == f1({"a": [10, 20]}, [10, 20])
    assert 1.0 == covering({"a": [10, 20]}, [10, 20], 30)


def test_a_found_point_is_right_about_one_marked_point_only():
    assert pytest.approx(2 * 1 * (2 / 3) / (1 + 2 / 3)) == f1({"a": [10, 12]}, [11])


def test_the_margin_is_five():
    assert 1.0 == f1({"a": [10]}, [15])
    assert 0.5 == f1({"a": [10]}, [16])


@pytest.mark.parametrize("name", ZERO)
def test_finding_nothing_scores_what_tcpdbench_published(name):
    (one,) = (one for one in annotated() if one.series == name)
    assert pytest.approx(ZERO[name]) == (f1(one.labels, []), covering(one.labels, [], one.length))


def test_series_that_may_not_be_handed_on_are_not_here():
    without = {one.series for one in annotated() if one.values is None}
    assert {"bitcoin", "iceland_tourism", "measles", "ratner_stock", "robocalls"} < without
    assert 11 == len(without)


def test_they_are_read_from_a_folder_of_tcpd(tmp_path):
    (tmp_path / "nile.json").write_text('{"series": [{"raw": [1120, null, 963]}]}', encoding="utf-8")
    (nile,) = (one for one in annotated(tmp_path) if one.series == "nile")
    assert (1120, None, 963) == nile.values

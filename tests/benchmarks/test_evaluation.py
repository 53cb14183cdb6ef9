"""Do the scripts of the evaluation do what they say? Their small parts, and one of them as it is called."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import calibrate_suspects
from curve import Mark, draw
from p_values import uniform
from peers import without_holes
from staircase import staircase

ALL = Path(__file__).parents[2] / "benchmarks" / "detect" / "all.py"
QUICK = [sys.executable, str(ALL), "--quick", "--only", "tcpd", "p-values", "--", "--peers"]


def test_the_distance_from_uniform_by_hand():
    # Four of 0.1 .. 0.4 up to one half: at 0.4 all four are there, which is 1 - 0.4 above.
    distance, p = uniform(np.array([0.1, 0.2, 0.3, 0.4]), 0.5)
    assert pytest.approx(0.6) == distance
    assert 0.05 < p < 0.2


def test_p_values_too_rarely_small_are_seen_where_the_table_ends():
    distance, p = uniform(np.ones(100), 0.5)
    assert (0.5, True) == (distance, p < 1e-9)


def test_the_sizes_that_ship_are_those_that_their_script_chooses():
    assert calibrate_suspects.main() == 0


def test_holes_are_taken_out_and_indices_put_back():
    assert [3] == without_holes(lambda values: [2] if values == [1.0, 1.0, 2.0] else [], [1.0, None, 1.0, 2.0])


def test_a_staircase_rises_at_each_of_its_places():
    values, places = staircase(10, 1000, real=False, seed=1)
    edges = [0, *places, 1000]
    levels = [np.median(values[low:high]) for low, high in pairwise(edges)]
    assert (11, True) == (len(levels), bool(np.all(np.diff(levels) > 0.03)))


def test_the_picture_is_the_same_each_time_and_well_formed():
    marks = [Mark(flagged=0.01 * i, f1=0.8, false=0.2 * i, recall=0.9, label=f"p < {i}") for i in range(3)]
    picture = draw({"lapwing": marks, "asv": marks[:1]})
    assert picture == draw({"lapwing": marks, "asv": marks[:1]})
    root = ET.fromstring(picture)
    assert 8 + 2 == len(list(root.iter("{http://www.w3.org/2000/svg}circle")))


def test_one_command_runs_the_scripts_and_ends_with_one_table():
    done = subprocess.run(QUICK, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    everything = done.stdout.split("## Everything")[1]
    assert ["TCPD: F1", "TCPD: covering", "p-values uniform"] == [
        name for name in ("TCPD: F1", "TCPD: covering", "p-values uniform") if name in everything
    ]

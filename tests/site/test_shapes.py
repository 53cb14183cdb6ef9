"""A level that comes back is no step: pages say what it is part of, and count it as no regression."""

from __future__ import annotations

import json

import pytest

from factories import make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from site_history import run_of

SHOWN = "perf.test_x.TestA.test_b"


@pytest.fixture
def site(make_site, tmp_path):
    """Ninety commits, of which sixteen take 30 % longer."""
    runs = [run_of(number, level=1e-3 * (1.3 if 40 <= number < 56 else 1)) for number in range(90)]
    commits = FakeCommits([make_sha(number) for number in range(90)])
    make_site().build(MemoryStore(runs), commits, tmp_path / "site")
    return tmp_path / "site"


def test_both_its_ends_are_told_as_part_of_a_transient(site):
    (lines,) = json.loads((site / f"marks/{SHOWN}.json").read_bytes())["machines"].values()
    marked = [jump["word"] for line in lines for jump in line["jumps"]]
    listed = [
        word for entry in json.loads((site / "regressions.json").read_bytes())["regressions"] for word in entry[7]
    ]
    assert ["transient"] * 2 == marked == listed


def test_the_feed_says_that_it_is_no_step(site):
    feed = (site / "regressions.xml").read_text(encoding="utf-8")
    assert 2 == feed.count("as part of a transient and no step")
    assert "regressed" not in feed

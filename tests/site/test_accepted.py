"""What was accepted on purpose is marked apart wherever it is shown: who, why, until when."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from fakes.clock import FakeClock
from lapwing.judge.waivers import Waiver
from site_history import OTHER, run_of

BENCHMARK = "tests/perf/test_x.py::TestA::test_b"
SHOWN = "perf.test_x.TestA.test_b"
TODAY = dt.datetime.fromtimestamp(FakeClock().now(), dt.timezone.utc).date()


def accepts(**more):
    ordinary = {"pattern": BENCHMARK, "by": "alice", "reason": "rounds <b>exactly</b>", "source": "file"}
    return Waiver(**(ordinary | more))


@pytest.fixture
def build(history, commits, make_site, tmp_path):
    def built(*waivers):
        make_site(waivers=waivers).build(history, commits, tmp_path / "site")

        def read(path):
            return json.loads((tmp_path / "site" / path).read_bytes())

        (machine,) = read(f"marks/{SHOWN}.json")["machines"].values()
        marked = [jump["accepted"] for line in machine for jump in line["jumps"]]
        listed = [one for entry in read("regressions.json")["regressions"] for one in entry[8]]
        page = read("verdicts.json")
        (verdict,) = (row for row in page["verdicts"] if row["name"] == BENCHMARK)
        return page["heading"], verdict, marked, listed

    return built


def test_it_is_said_on_the_graph_the_list_and_the_verdict(build):
    heading, verdict, marked, listed = build(accepts(until=TODAY))
    said = {"by": "alice", "reason": "rounds <b>exactly</b>", "until": TODAY.isoformat()}
    assert [said] == marked == listed
    assert ("regressed", said, None) == (verdict["outcome"], verdict["accepted"], verdict["open_again"])
    assert "Performance: no change in 2 benchmarks." == heading


def test_without_it_nothing_is_said(build):
    heading, verdict, marked, listed = build()
    assert [None] == marked == listed
    assert (None, None) == (verdict["accepted"], verdict["open_again"])
    assert "Performance: 1 of 3 benchmarks got slower." == heading


@pytest.mark.parametrize(
    ("more", "why"), [({"until": TODAY - dt.timedelta(days=1)}, "expired"), ({"up_to": 0.1}, "worse")]
)
def test_what_is_open_again_is_said_with_the_reason(build, more, why):
    heading, verdict, marked, listed = build(accepts(**more))
    assert [None] == marked == listed
    assert (None, why, "alice") == (verdict["accepted"], verdict["open_again"]["why"], verdict["open_again"]["by"])
    assert "Performance: 1 of 3 benchmarks got slower." == heading


def test_it_comes_after_all_that_is_open(history, commits, make_site, tmp_path):
    history.append([run_of(number, machine=OTHER, level=1e-3 * (2 if number >= 44 else 1)) for number in range(60)])
    make_site(waivers=(accepts(up_to=0.5),)).build(history, commits, tmp_path / "site")
    page = json.loads((tmp_path / "site/verdicts.json").read_bytes())
    told = [(row["outcome"], row["accepted"] is not None) for row in page["verdicts"]]
    assert [("regressed", False), ("regressed", True), *[("unchanged", False)] * 4] == told

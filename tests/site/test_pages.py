"""What the pages of a site are made of: asv's files, and ours."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.errors import UsageError
from lapwing.site.asv_tree import machine_names
from lapwing.units import Unit
from site_history import OTHER, run_of

GRAPH = "graphs/branch-main/machine-Test CPU - 2, Linux 6.1, CPython 3.11/perf.test_x.TestA.test_b.json"
BENCHMARK = "perf.test_x.TestA.test_b"


@pytest.fixture
def built(history, commits, make_site, tmp_path):
    make_site().build(history, commits, tmp_path / "site")
    return tmp_path / "site"


def read(site, path):
    return json.loads((site / path).read_bytes())


def test_a_graph_has_a_point_for_each_commit_at_its_place_in_the_history(built, history):
    points = read(built, GRAPH)
    assert list(range(60)) == [number for number, _ in points]
    (recorded,) = (one for one in history.recorded() if one.metric.benchmark.endswith("test_b"))
    assert list(recorded.values) == [value for _, value in points]


def test_parameters_are_the_axes_of_one_graph(built):
    index = read(built, "index.json")
    shown = index["benchmarks"]["perf.test_x.test_p"]
    assert ([["10", "100"]], ["n"]) == (shown["params"], shown["param_names"])
    points = read(built, GRAPH.replace(BENCHMARK, "perf.test_x.test_p"))
    assert all(small < large for _, (small, large) in points)


def test_the_index_tells_commits_tags_and_machines(built):
    index = read(built, "index.json")
    assert make_sha(59) == index["revision_to_hash"]["59"]
    assert {"v1": 12} == index["tags"]
    assert "https://host.example/o/project/commit/" == index["show_commit_url"]
    assert ["Test CPU - 2, Linux 6.1, CPython 3.11"] == index["params"]["machine"]


def test_a_tag_of_a_commit_that_was_not_measured_has_its_place(make_site, history, tmp_path):
    runs = MemoryStore([run_of(number) for number in range(20, 40)])
    make_site().build(runs, FakeCommits([make_sha(number) for number in range(60)]), tmp_path / "site")
    index = read(tmp_path / "site", "index.json")
    assert 12 == index["tags"]["v1"]
    assert make_sha(12) == index["revision_to_hash"]["12"]
    assert 1_700_000_720_000 == index["revision_to_date"]["12"]


def test_the_change_is_listed_marked_fed_and_told(built):
    (entry,) = read(built, "regressions.json")["regressions"]
    assert (BENCHMARK, GRAPH, {}, None, ["regressed"]) == (*entry[:4], entry[7])
    ((before, after, old, new),) = entry[6]
    assert (None, 44) == (before, after)
    assert pytest.approx(1.3, rel=0.02) == new / old
    (line,) = read(built, f"marks/{BENCHMARK}.json")["machines"]["Test CPU - 2, Linux 6.1, CPython 3.11"]
    assert [(43, 44, "regressed")] == [(one["before"], one["after"], one["word"]) for one in line["jumps"]]
    assert [59, read(built, GRAPH)[-1][1]] == line["last"]
    first = read(built, "verdicts.json")["verdicts"][0]
    assert ("tests/perf/test_x.py::TestA::test_b", "regressed") == (first["name"], first["outcome"])
    assert f"#{BENCHMARK}?commits={make_sha(44)[:10]}" == first["address"]
    feed = ET.parse(built / "regressions.xml").getroot()
    titles = [one.findtext("{*}title") for one in feed.iterfind("{*}entry")]
    assert [f"regressed: {BENCHMARK} +30.0%"] == [title[: title.index("+")] + "+30.0%" for title in titles]


def test_an_entry_of_the_feed_keeps_its_id_when_levels_are_estimated_anew(history, commits, make_site, tmp_path):
    def ids():
        make_site().build(history, commits, tmp_path / "site")
        feed = ET.parse(tmp_path / "site" / "regressions.xml").getroot()
        return [one.findtext("{*}id") for one in feed.iterfind("{*}entry")]

    before = ids()
    history.append([run_of(number, level=1.32e-3) for number in range(60, 66)])
    assert before == ids()
    assert 1 == len(before)


def test_the_list_has_the_newest_level_and_the_change_before_it(built):
    rows = read(built, GRAPH.replace(f"{BENCHMARK}.json", "summary.json"))
    assert [(BENCHMARK, None), ("perf.test_x.test_p", 0), ("perf.test_x.test_p", 1)] == [
        (row["name"], row["idx"]) for row in rows
    ]
    assert (59, [None, 44]) == (rows[0]["last_rev"], rows[0]["change_rev"])
    assert pytest.approx(1.3, rel=0.02) == rows[0]["last_value"] / rows[0]["prev_value"]
    assert (None, None) == (rows[1]["prev_value"], rows[1]["change_rev"])
    assert "perf.test_x.test_p(10)" == rows[1]["pretty_name"]


def test_what_rises_where_higher_is_better_is_an_improvement(commits, make_site, tmp_path):
    rate = Unit(symbol="rows/s", better="higher", noise="noisy")
    runs = [
        make_run(
            number,
            make_sample(
                "t.py::test_rate", (1000 + number % 7) * (1.5 if number >= 30 else 1), metric="rows", unit=rate
            ),
        )
        for number in range(60)
    ]
    make_site().build(MemoryStore(runs), commits, tmp_path / "site")
    (entry,) = read(tmp_path / "site", "regressions.json")["regressions"]
    assert ["improved"] == entry[7]
    assert entry[5] == max(entry[4], entry[5])
    assert read(tmp_path / "site", "index.json")["benchmarks"]["t.test_rate.rows"]["higher_is_better"]


def test_two_machines_have_graphs_of_their_own_and_addresses_that_tell_them(history, commits, make_site, tmp_path):
    history.append([run_of(number, machine=OTHER, level=1e-3 * (2 if number >= 30 else 1)) for number in range(60)])
    make_site().build(history, commits, tmp_path / "site")
    index = read(tmp_path / "site", "index.json")
    assert 2 == len(index["graph_param_list"])
    assert 2 == len({entry[1] for entry in read(tmp_path / "site", "regressions.json")["regressions"]})
    addresses = [row["address"] for row in read(tmp_path / "site", "verdicts.json")["verdicts"]]
    assert all("machine=" in address for address in addresses)


def test_an_error_between_processes_is_drawn_as_a_band(built):
    (line,) = read(built, f"marks/{BENCHMARK}.json")["machines"]["Test CPU - 2, Linux 6.1, CPython 3.11"]
    assert (0, 60) == (line["idx"], len(line["band"]))
    # Two processes whose values are at most 2 % apart: 2 % on either side at the very most, in 100,000ths.
    assert all(0 < half < 2_000 for half in line["band"])


def test_of_one_process_nobody_knows_how_sure_its_value_is(commits, make_site, tmp_path):
    runs = [make_run(number, make_sample("t.py::test_a", 1e-3 * (1 + number % 7 / 1000))) for number in range(20)]
    runs += [make_run(number, make_sample("t.py::test_a", 1e-3, 1.01e-3)) for number in range(20, 40)]
    make_site().build(MemoryStore(runs), commits, tmp_path / "site")
    ((line,),) = read(tmp_path / "site", "marks/t.test_a.json")["machines"].values()
    assert [0] * 20 == line["band"][:20]
    assert all(line["band"][20:])


def test_what_every_name_may_hold_is_no_markup_in_what_asv_puts_into_pages(commits, make_site, tmp_path):
    name = "t.py::test_a[<img src=x onerror=alert(1)>-\"'&]"
    runs = [make_run(number, make_sample(name, 1e-3), declared=(make_declared(name),)) for number in range(5)]
    make_site().build(MemoryStore(runs), commits, tmp_path / "site")
    (entry,) = read(tmp_path / "site", "index.json")["benchmarks"].values()
    assert not any("<" in str(value) for value in entry.values())
    assert "<" not in entry["name"]


def test_a_history_of_nothing_is_no_site(commits, make_site, tmp_path):
    with pytest.raises(UsageError) as caught:
        make_site().build(MemoryStore(), commits, tmp_path / "site")
    assert "empty-history" == caught.value.slug
    assert not (tmp_path / "site").exists()


def test_dirty_runs_and_runs_of_elsewhere_are_left_out_and_that_is_said(history, commits, make_site, tmp_path):
    said = []
    dirty = run_of(60)
    history.append([replace(dirty, commit=replace(dirty.commit, dirty=True)), run_of(900)])
    make_site(say=said.append).build(history, commits, tmp_path / "site")
    assert 2 == len(said)
    assert 59 == read(tmp_path / "site", GRAPH)[-1][0]


def test_a_project_in_a_folder_whose_name_is_no_unicode_has_a_site(history, commits, make_site, tmp_path):
    make_site(project="caf\udce9\x00<b>").build(history, commits, tmp_path / "site")
    assert "caf?\x00<b>" == read(tmp_path / "site", "index.json")["project"]
    assert ET.parse(tmp_path / "site" / "regressions.xml").getroot().findtext("{*}title").startswith("caf??<b>")


def test_no_two_machines_have_one_folder_whatever_they_are_called():
    one, two = replace(MACHINE, label="x"), replace(OTHER, label="x")
    named_as_the_other = replace(MACHINE, label=f"x {two.id}")
    names = machine_names([one, named_as_the_other, two])
    assert 3 == len({name.casefold() for name in names.values()})


def test_machines_are_shown_as_a_person_calls_them():
    assert "Test CPU × 2, Linux 6.1, CPython 3.11" == MACHINE.title

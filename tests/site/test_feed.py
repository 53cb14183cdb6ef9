"""The feed is Atom (RFC 4287) whatever benchmarks are called, and its entries stay the same."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from factories import make_declared, make_run, make_sample, make_sha
from fakes.store import MemoryStore
from site_history import OTHER, run_of

ATOM = "{http://www.w3.org/2005/Atom}"
NAME = "t.py::test_<b>&\"'\x1b]]>[é]"


def hostile(number):
    sample = make_sample(NAME, 1e-3 * (1.3 if number >= 30 else 1) * (1 + number % 7 / 1000))
    return make_run(number, sample, run_id=f"hostile-{number}", declared=(make_declared(NAME),))


@pytest.fixture
def fed(commits, make_site, tmp_path):
    """Build a site of changes on two machines and of a hostile name, and return its feed."""

    def build(**more):
        levels = {number: 1e-3 * (1.3 if number >= 30 else 1) for number in range(60)}
        runs = [run_of(number, level=level) for number, level in levels.items()]
        runs += [run_of(number, level=level, machine=OTHER) for number, level in levels.items()]
        runs += [hostile(number) for number in levels]
        make_site(**more).build(MemoryStore(runs), commits, tmp_path / "site")
        return ET.parse(tmp_path / "site/regressions.xml").getroot()

    return build


def only(parent, name):
    (found,) = parent.iterfind(f"{ATOM}{name}")
    return found


def test_it_has_what_the_standard_asks_for(fed):
    feed = fed()
    assert f"{ATOM}feed" == feed.tag
    assert "Lapwing" == only(only(feed, "author"), "name").text
    entries = feed.findall(f"{ATOM}entry")
    assert 3 == len(entries)
    ids = Counter(only(one, "id").text for one in (feed, *entries))
    assert {1} == set(ids.values())
    for one in (feed, *entries):
        # RFC 4151: a domain, a day, a word of its own.
        assert re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:/[0-9a-f]{64}", only(one, "id").text)
        assert dt.timedelta(0) == dt.datetime.strptime(only(one, "updated").text, "%Y-%m-%dT%H:%M:%S%z").utcoffset()
        assert only(one, "title").text
    for one in entries:
        assert ("alternate", "text/html") == (only(one, "link").get("rel"), only(one, "link").get("type"))
        assert "html" == only(one, "content").get("type")


def test_names_are_text_in_titles_and_in_html(fed):
    (entry,) = (one for one in fed().iterfind(f"{ATOM}entry") if "test__b_" in only(one, "title").text)
    assert "<" not in only(entry, "content").text
    assert "#t.test__b_" in only(entry, "link").get("href")


def test_without_an_address_links_are_of_the_folder_that_the_feed_is_in(fed):
    feed = fed()
    assert [] == feed.findall(f"{ATOM}link")
    assert {"index.html"} == {only(one, "link").get("href").partition("#")[0] for one in feed.iterfind(f"{ATOM}entry")}


@pytest.mark.parametrize("site", ["https://o.example/site", "https://o.example/site/", "https://o.example/site/x.html"])
def test_with_an_address_links_are_whole(fed, site):
    feed = fed(site_url=site)
    there = {one.get("rel"): one.get("href") for one in feed.iterfind(f"{ATOM}link")}
    folder = "https://o.example/site/"
    assert {"self": f"{folder}regressions.xml", "alternate": f"{folder}index.html#/regressions"} == there
    links = [only(one, "link").get("href") for one in feed.iterfind(f"{ATOM}entry")]
    assert all(link.startswith(f"{folder}index.html#") and f"commits={make_sha(30)[:10]}" in link for link in links)


def test_an_id_has_a_domain_whatever_the_project_is_called(fed):
    said = [only(fed(project=name), "id").text.partition(",")[0] for name in ("Ä Projekt_x", ".dot", "<ü>")]
    assert ["tag:projektx.lapwing", "tag:dot.lapwing", "tag:project.lapwing"] == said


def test_where_it_is_published_changes_no_entry(fed):
    def ids(feed):
        return [only(one, "id").text for one in feed.iterfind(f"{ATOM}entry")]

    assert ids(fed()) == ids(fed(site_url="https://o.example/"))

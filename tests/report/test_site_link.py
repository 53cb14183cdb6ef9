"""Where a published site shows a benchmark: an address that stays good and does nothing else."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapwing.report.site_link import LONGEST, of_benchmark

SITE = "https://o.example/project/"


def test_a_benchmark_is_named_by_its_id_and_what_else_is_to_be_seen():
    assert "https://o.example/project/#/benchmark?id=t.py%3A%3Atest_a" == of_benchmark(SITE, "t.py::test_a")
    full = of_benchmark(SITE, "t.py::test_a[1-x]", metric="rows", machine="abc", commit="0123abcd..4567abcd")
    assert f"{SITE}#/benchmark?id=t.py%3A%3Atest_a%5B1-x%5D&metric=rows&machine=abc&commits=0123abcd-4567abcd" == full
    assert of_benchmark(SITE, "a", commit="0123abcd").endswith("&commits=0123abcd")


@pytest.mark.parametrize(
    ("site", "before"),
    [
        ("https://o.example", "https://o.example/#/"),
        ("https://o.example/p", "https://o.example/p/#/"),
        ("http://127.0.0.1:80/p/index.html", "http://127.0.0.1:80/p/index.html#/"),
    ],
)
def test_a_site_may_be_a_folder_or_a_page(site, before):
    assert of_benchmark(site, "a").startswith(before)


@pytest.mark.parametrize("site", ["", "ftp://o.example", "javascript:alert(1)", "https://o.example/?x", "https://a b/"])
def test_what_is_no_address_of_the_web_is_no_site(site):
    assert not of_benchmark(site, "a")


@pytest.mark.parametrize("commit", ["", "HEAD", "0123abcd...4567abcd", "0123abcd..", "0123abcd&x=1", "ABCDEF12"])
def test_what_is_no_hash_of_git_is_left_out(commit):
    assert of_benchmark(SITE, "a") == of_benchmark(SITE, "a", commit=commit)


def test_an_address_too_long_for_a_browser_is_none():
    room = LONGEST - len(of_benchmark(SITE, ""))
    assert LONGEST == len(of_benchmark(SITE, "a" * room))
    assert not of_benchmark(SITE, "a" * (room + 1))


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=20))
def test_whatever_the_names_the_address_is_plain_and_holds_them(name, metric):
    address = of_benchmark(SITE, name, metric=metric)
    assert re.fullmatch(r"[A-Za-z0-9:/#?&=%._~-]+", address)
    told = parse_qs(urlsplit(address).fragment.partition("?")[2])
    shown = [one.encode("utf-8", "replace").decode() for one in (name, metric)]
    assert shown == [told["id"][0], told.get("metric", ["time"])[0]]

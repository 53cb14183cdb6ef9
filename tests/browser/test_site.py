"""The site in a real browser, with no network: every page loads, says nothing on its console, and does what it says."""

from __future__ import annotations

import re

import pytest

from factories import make_sha

BENCHMARK = "perf.test_x.TestA.test_b"
# How a drawn graph can be asked what is on it.
PLOT = "$('#main-graph .flot-overlay').length"


def test_the_grid_draws_a_thumbnail_for_each_benchmark(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/")
    page.wait_for_selector(".benchmark-plot canvas")
    assert 20 < page.locator(".benchmark-container").count()
    seen.screenshot("grid")
    seen.is_quiet()


def test_a_thumbnail_leads_to_its_graph(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/")
    first = page.locator(".benchmark-container").first
    first.click()
    page.wait_for_selector("#main-graph canvas")
    assert page.evaluate("location.hash").startswith("#bench_")
    seen.is_quiet()


def test_the_list_tells_the_newest_level_and_the_last_change(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/summarylist")
    page.wait_for_selector("#summarylist-body table tbody tr")
    text = page.inner_text("#summarylist-body")
    assert re.search(r"\d+(\.\d+)?[μmn]s", text)
    assert "%" in text
    seen.screenshot("list")
    seen.is_quiet()


def test_the_regressions_page_lists_changes_for_worse_and_for_better(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/regressions")
    page.wait_for_selector("#regressions-body tr.lapwing-regressed")
    assert page.locator("#regressions-body tr.lapwing-improved").count()
    page.click("#regressions-body button:has-text('Group regressions')")
    page.wait_for_selector("#regressions-body button:has-text('Ungroup regressions')")
    seen.screenshot("regressions")
    seen.is_quiet()


def test_the_verdicts_page_has_the_worst_first_and_can_be_searched(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/verdicts")
    page.wait_for_selector("#lapwing-verdicts tbody tr")
    words = page.locator("#lapwing-verdicts .lapwing-word").all_inner_texts()
    order = ["regressed", "failed", "missing", "inconclusive", "improved", "new", "unchanged"]
    assert sorted(words, key=order.index) == words
    seen.screenshot("verdicts")
    page.fill("#lapwing-search", "nanquantile")
    names = page.locator("#lapwing-verdicts .lapwing-name a").all_inner_texts()
    assert names
    assert all("nanquantile" in name for name in names)
    page.fill("#lapwing-search", "")
    page.click(".lapwing-bar button:has-text('unchanged')")
    assert {"unchanged"} == set(page.locator("#lapwing-verdicts .lapwing-word").all_inner_texts())
    seen.is_quiet()


def test_a_verdict_leads_to_its_graph_and_back(look, small_site):
    seen = look(small_site)
    page = seen.at("#/verdicts")
    page.click("#lapwing-verdicts tr.lapwing-regressed a")
    page.wait_for_selector("#main-graph canvas")
    assert f"#{BENCHMARK}?commits={make_sha(44)[:10]}" == page.evaluate("location.hash")
    assert not page.is_visible("#verdicts-display")
    page.go_back()
    page.wait_for_selector("#lapwing-verdicts", state="visible")
    seen.is_quiet()


def test_a_graph_shows_its_change_and_how_sure_its_values_are(look, small_site):
    seen = look(small_site)
    page = seen.at(f"#{BENCHMARK}")
    page.wait_for_selector("#lapwing-changes .lapwing-change")
    assert re.match(r"\+\d+\.\d % 0044c0ffee", page.inner_text("#lapwing-changes .lapwing-change"))
    # The line of the change is red where it stands, and the interval is a band.
    drawn = page.evaluate(
        """() => {
        const canvas = $('#main-graph canvas.flot-base')[0], context = canvas.getContext('2d');
        const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
        let red = 0, band = 0;
        for (let i = 0; i < data.length; i += 4) {
            if (Math.abs(data[i] - 201) < 12 && Math.abs(data[i + 1] - 48) < 12 && Math.abs(data[i + 2] - 44) < 12
                && data[i + 3] > 200) { red++; }
            if (data[i + 3] > 30 && data[i + 3] < 60) { band++; }
        }
        return [red, band];
    }"""
    )
    assert drawn[0] > 100
    assert drawn[1] > 100
    seen.screenshot("graph")
    seen.is_quiet()


def test_more_of_what_is_better_when_it_is_more_is_shown_as_better(look, small_site):
    seen = look(small_site)
    page = seen.at("#/summarylist")
    better = page.wait_for_selector("#summarylist-body tr:has-text('test_rate') td.negative-change")
    assert "+5" in better.inner_text()
    page = seen.at("#/regressions")
    page.wait_for_selector("#regressions-body tr.lapwing-improved:has-text('test_rate')")
    seen.is_quiet()


@pytest.mark.parametrize("setting", ["log-scale", "zoom-y-axis", "even-spacing", "date-scale", "show-legend"])
def test_a_graph_is_drawn_however_its_axes_are_set(look, small_site, setting):
    seen = look(small_site)
    page = seen.at(f"#{BENCHMARK}")
    page.wait_for_selector("#lapwing-changes .lapwing-change")
    page.click(f"#{setting}")
    page.wait_for_selector("#lapwing-changes .lapwing-change")
    page.wait_for_selector("#main-graph canvas")
    seen.is_quiet()


def test_a_parameter_can_be_the_axis(look, small_site):
    seen = look(small_site)
    page = seen.at("#perf.test_x.test_p")
    page.wait_for_selector("#main-graph canvas")
    page.goto(f"{small_site}#perf.test_x.test_p?x-axis=n")
    page.wait_for_load_state("networkidle")
    page.wait_for_selector("#main-graph canvas")
    assert not page.is_visible("#lapwing-changes")
    seen.screenshot("parameters")
    seen.is_quiet()


def test_a_part_of_a_graph_can_be_zoomed(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/")
    page.locator(".benchmark-container").first.click()
    page.wait_for_selector("#overview canvas")
    before = page.input_value("#range")
    page.locator("#overview").scroll_into_view_if_needed()
    box = page.locator("#overview").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 40, steps=5)
    page.mouse.up()
    page.wait_for_function(f"$('#range').val() != {before!r}")
    seen.is_quiet()


def test_the_keyboard_reaches_every_page_and_the_search(look, small_site):
    seen = look(small_site)
    page = seen.at("#/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Verdicts":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#lapwing-verdicts")
    page.focus("#lapwing-search")
    page.keyboard.type("test_p")
    assert 2 == page.locator("#lapwing-verdicts tbody tr").count()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert "true" == page.evaluate("document.activeElement.getAttribute('aria-pressed')")
    seen.is_quiet()


def test_a_name_that_is_an_attack_runs_nothing_on_any_page(look, small_site):
    seen = look(small_site)
    for fragment in ("#/", "#/summarylist", "#/regressions", "#/verdicts", "#/"):
        page = seen.at(fragment)
        page.wait_for_timeout(100)
    hostile = page.evaluate("Object.keys($.asv.main_json.benchmarks).find(name => /img/.test(name))")
    page = seen.at(f"#{hostile}")
    page.wait_for_selector("#main-graph canvas")
    page.hover("#main-graph")
    assert page.evaluate("window.hacked") is None
    assert 0 == page.locator("img[src=x]").count()
    seen.is_quiet()


def test_the_policy_of_the_page_stops_what_would_be_put_into_it(look, small_site):
    seen = look(small_site)
    page = seen.at("#/verdicts")
    with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=1\">')")
    assert page.evaluate("window.hacked") is None

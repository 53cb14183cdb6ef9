"""The site in a real browser, with no network: every page loads, says nothing on its console, and does what it says."""

from __future__ import annotations

import re

import pytest

from factories import make_sha
from lapwing.report.site_link import of_benchmark

BENCHMARK = "perf.test_x.TestA.test_b"
PARAMETERS = "perf.test_x.test_p"
DRAWN = "#main-graph canvas.flot-base"
# How strongly something is drawn over the graph around the point of a commit, of the first line.
RINGED = """(number) => {
    const plot = $('#main-graph').data('plot'), one = plot.getData()[0];
    const point = one.data.find(each => each[0] === number), at = plot.pointOffset({x: point[0], y: point[1]});
    const canvas = $('#main-graph canvas.flot-overlay')[0], scale = canvas.width / $(canvas).width();
    const [x, y, size] = [at.left - 8, at.top - 8, 16].map(one => one * scale);
    const drawn = canvas.getContext('2d').getImageData(x, y, size, size).data;
    return drawn.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""
# How many points of the graph are of each of some colours (red, green, blue), and how many are pale.
COLOURED = """(colours) => {
    const canvas = $('#main-graph canvas.flot-base')[0];
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const found = colours.map(() => 0);
    let pale = 0;
    for (let i = 0; i < data.length; i += 4) {
        colours.forEach((colour, at) => {
            if (data[i + 3] > 200 && colour.every((one, k) => Math.abs(data[i + k] - one) < 12)) { found[at]++; }
        });
        if (data[i + 3] > 30 && data[i + 3] < 60) { pale++; }
    }
    return [...found, pale];
}"""
RED, VIOLET = [201, 48, 44], [125, 107, 158]


def test_the_grid_draws_a_thumbnail_for_each_benchmark(look, numpy_site):
    seen = look(numpy_site)
    page = seen.at("#/")
    page.wait_for_selector(".benchmark-plot canvas")
    assert 20 < page.locator(".benchmark-container").count()
    seen.screenshot("grid")
    seen.is_quiet()


def test_a_thumbnail_leads_to_its_graph(wide, numpy_site):
    seen = wide(numpy_site)
    page = seen.at("#/")
    first = page.locator(".benchmark-container").first
    first.click()
    page.wait_for_selector(DRAWN)
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
    seen.screenshot("regressions")
    page.click("#regressions-body button:has-text('Group regressions')")
    page.wait_for_selector("#regressions-body button:has-text('Ungroup regressions')")
    seen.screenshot("regressions-grouped")
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
    names = page.locator("#lapwing-verdicts .lapwing-name > a").all_inner_texts()
    assert names
    assert all("nanquantile" in name for name in names)
    page.fill("#lapwing-search", "")
    page.click(".lapwing-bar button:has-text('unchanged')")
    assert {"unchanged"} == set(page.locator("#lapwing-verdicts .lapwing-word").all_inner_texts())
    seen.is_quiet()


def test_what_is_looked_for_among_the_verdicts_is_in_the_address(wide, small_site):
    seen = wide(small_site)
    page = seen.at("#/verdicts?outcome=unchanged&search=test_p")
    page.wait_for_selector("#lapwing-verdicts tbody tr")
    assert "1 of 5" == page.inner_text("#lapwing-count")
    page.click(".lapwing-bar button:has-text('all')")
    assert "2 of 5" == page.inner_text("#lapwing-count")
    assert "#/verdicts?search=test_p" == page.evaluate("location.hash")
    page.fill("#lapwing-search", "alice/")
    assert ["regressed"] == page.locator("#lapwing-verdicts .lapwing-word").all_inner_texts()
    seen.is_quiet()


def test_a_verdict_leads_to_its_graph_and_back(wide, small_site):
    seen = wide(small_site)
    page = seen.at("#/verdicts")
    page.click("#lapwing-verdicts tr.lapwing-regressed .lapwing-name > a")
    page.wait_for_selector(DRAWN)
    assert f"#{BENCHMARK}?commits={make_sha(44)[:10]}" == page.evaluate("location.hash")
    assert not page.is_visible("#verdicts-display")
    page.go_back()
    page.wait_for_selector("#lapwing-verdicts", state="visible")
    seen.is_quiet()


def test_a_verdict_links_to_the_commit_and_to_the_pull_request(look, small_site):
    seen = look(small_site)
    page = seen.at("#/verdicts")
    row = page.locator("#lapwing-verdicts tr.lapwing-regressed")
    # Where a narrow screen has no column for it, it is below the name.
    place = row.locator(".lapwing-commit:visible, .lapwing-narrow:visible")
    links = [link.get_attribute("href") for link in place.locator("a").all()]
    web = "https://host.example/o/project"
    assert [f"{web}/commit/{make_sha(44)}", f"{web}/pull/45"] == links
    page.wait_for_selector("#lapwing-verdicts tr.lapwing-accepted")
    seen.screenshot("verdicts-made-up")
    seen.is_quiet()


def test_a_graph_shows_its_change_and_how_sure_its_values_are(look, small_site):
    seen = look(small_site)
    page = seen.at(f"#{BENCHMARK}")
    page.wait_for_selector("#lapwing-changes .lapwing-change")
    assert re.match(r"\+\d+\.\d % 0044c0ffee #45", page.inner_text("#lapwing-changes .lapwing-change"))
    # The line of the change is red where it stands, and the interval is a band.
    red, pale = page.evaluate(COLOURED, [RED])
    assert red > 100
    assert pale > 100
    seen.screenshot("graph")
    seen.is_quiet()


def test_what_was_accepted_is_marked_apart_and_told_with_its_reason(look, small_site):
    seen = look(small_site)
    told = "accepted by alice until 2999-12-31: rounds exactly <script>window.hacked=1</script>"
    page = seen.at(f"#{PARAMETERS}?p-n=100")
    assert told == page.inner_text("#lapwing-changes .lapwing-accepted-by")
    red, violet, _ = page.evaluate(COLOURED, [RED, VIOLET])
    assert 0 == red
    assert violet > 50
    seen.screenshot("graph-accepted")
    page = seen.at("#/regressions")
    row = page.wait_for_selector("#regressions-body tr.lapwing-accepted")
    assert told in row.inner_text()
    seen.screenshot("regressions-made-up")
    page = seen.at("#/verdicts?outcome=accepted")
    assert told == page.inner_text("#lapwing-verdicts tr.lapwing-accepted .lapwing-accepted-by")
    assert page.evaluate("window.hacked") is None
    seen.is_quiet()


def test_more_of_what_is_better_when_it_is_more_is_shown_as_better(wide, small_site):
    seen = wide(small_site)
    page = seen.at("#/summarylist")
    better = page.wait_for_selector("#summarylist-body tr:has-text('test_rate') td.negative-change")
    assert "+5" in better.inner_text()
    page = seen.at("#/regressions")
    page.wait_for_selector("#regressions-body tr.lapwing-improved:has-text('test_rate') a.lapwing-pull:has-text('#31')")
    seen.is_quiet()


def test_an_address_of_a_comment_opens_the_graph_with_the_point_marked(look, small_site):
    seen = look(small_site)
    commit = f"{make_sha(40)}..{make_sha(44)}"
    address = of_benchmark(small_site, "tests/perf/test_x.py::TestA::test_b", commit=commit)
    page = seen.at(address.removeprefix(small_site))
    page.wait_for_selector(DRAWN)
    assert f"#{BENCHMARK}?commits={make_sha(40)}-{make_sha(44)}" == page.evaluate("location.hash")
    page.wait_for_function(RINGED, arg=44)
    assert 0 == page.evaluate(RINGED, 43)
    seen.screenshot("graph-linked")
    # Again, from a page that is open already, and of one combination of parameters.
    address = of_benchmark(small_site, "tests/perf/test_x.py::test_p[100]", commit=make_sha(20)[:12])
    page = seen.at(address.removeprefix(small_site))
    page.wait_for_selector(f"#title:has-text('{PARAMETERS}')")
    assert f"#{PARAMETERS}?p-n=100&commits={make_sha(20)[:12]}" == page.evaluate("location.hash")
    page.wait_for_function(RINGED, arg=20)
    assert 1 == page.evaluate("$('#main-graph').data('plot').getData().length")
    seen.is_quiet()


@pytest.mark.parametrize(
    ("name", "more", "leads_to"),
    [
        ("old::test_rate", {"metric": "rows"}, "#perf.test_x.test_rate.rows"),
        ("tests/perf/test_x.py::TestA::test_b", {"commit": "beef" * 10}, f"#{BENCHMARK}"),
        (
            "tests/perf/test_x.py::TestA::test_b",
            {"commit": f"{'beef' * 10}..{make_sha(44)}", "machine": "gone"},
            f"#{BENCHMARK}?commits={make_sha(44)}",
        ),
    ],
)
def test_an_address_stays_good_when_things_were_renamed_or_are_gone(wide, small_site, name, more, leads_to):
    seen = wide(small_site)
    page = seen.at(of_benchmark(small_site, name, **more).removeprefix(small_site))
    page.wait_for_selector(DRAWN)
    assert leads_to == page.evaluate("location.hash")
    seen.is_quiet()


@pytest.mark.parametrize("fragment", ["#/benchmark?id=t.py%3A%3Atest_gone", "#t.test_gone", "#/t.py%3A%3Atest_gone"])
def test_an_address_of_nothing_says_so_and_breaks_nothing(wide, small_site, fragment):
    seen = wide(small_site)
    # When the site is opened there, and from a page that is open already.
    for _ in range(2):
        page = seen.at(fragment)
        page.wait_for_selector("h3:has-text('no such benchmark')")
        page.click("a:has-text('Look for it')")
        page.wait_for_selector("#lapwing-verdicts")
        assert "test_gone" == page.input_value("#lapwing-search")
    seen.is_quiet()


def test_an_address_that_cannot_be_read_leads_to_the_start(wide, small_site):
    seen = wide(small_site)
    for _ in range(2):
        seen.at("#%zz").wait_for_selector(".benchmark-container")
        seen.at("#/verdicts")
    seen.is_quiet()


def test_a_commit_has_a_page_where_the_project_has_none_on_the_web(look, home_site):
    seen = look(home_site)
    page = seen.at("#/regressions")
    page.click("#regressions-body tr.lapwing-regressed td:nth-child(3) a")
    page.wait_for_selector("#lapwing-display tr.lapwing-regressed a")
    text = page.inner_text("#lapwing-display")
    assert "Merge pull request #45 from alice/<script>" in text
    assert "+30" in text
    seen.screenshot("commit")
    page.click("#lapwing-display tr.lapwing-regressed a")
    page.wait_for_selector(DRAWN)
    page = seen.at("#/commit?sha=beef")
    page.wait_for_selector("text=This history has no such commit.")
    assert page.evaluate("window.hacked") is None
    seen.is_quiet()


def test_a_graph_is_drawn_however_its_axes_are_set(look, small_site):
    seen = look(small_site)
    page = seen.at(f"#{BENCHMARK}")
    for setting in ("log-scale", "zoom-y-axis", "even-spacing", "date-scale", "show-legend"):
        page.wait_for_selector("#lapwing-changes .lapwing-change")
        page.click(f"#{setting}")
        seen.is_loaded()
        page.wait_for_selector(DRAWN)
        assert page.evaluate(COLOURED, [RED])[0] > 100
        if setting == "log-scale":
            assert "y-axis-scale=log" in page.evaluate("location.hash")
            seen.screenshot("graph-log")
    seen.screenshot("graph-dates")
    seen.is_quiet()


def test_a_parameter_can_be_the_axis_and_be_chosen(look, small_site):
    seen = look(small_site)
    page = seen.at(f"#{PARAMETERS}")
    page.wait_for_selector(DRAWN)
    lines = "$('#main-graph').data('plot').getData().length"
    assert 2 == page.evaluate(lines)
    page.click("#graphdisplay-navigation-params .btn:text-is('10')")
    page.wait_for_function(f"() => {lines} === 1")
    assert page.evaluate("location.hash").endswith("?p-n=100")
    page.click("#graphdisplay-navigation-params .btn:text-is('n')")
    page.wait_for_function("() => location.hash.includes('x-axis=n')")
    page.wait_for_selector("#lapwing-changes", state="hidden")
    seen.is_loaded()
    page.evaluate("window.scrollTo(0, 0)")
    seen.screenshot("parameters")
    seen.is_quiet()


def test_a_part_of_a_graph_can_be_zoomed(wide, numpy_site):
    seen = wide(numpy_site)
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
    page.wait_for_function(f"() => $('#range').val() != {before!r}")
    seen.screenshot("graph-zoomed")
    seen.is_quiet()


def test_the_keyboard_reaches_every_page_and_the_search(wide, small_site):
    seen = wide(small_site)
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


def test_the_keyboard_sets_the_axes_and_unfolds_the_benchmarks_of_a_graph(wide, small_site):
    seen = wide(small_site)
    page = seen.at(f"#{BENCHMARK}")
    page.wait_for_selector(DRAWN)
    page.focus("#range")
    stops = []
    while "log scale" not in stops and len(stops) < 12:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent.trim()"))
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('y-axis-scale=log')")
    page.focus("label.nav-header:has-text('perf')")
    page.keyboard.press("Space")
    page.wait_for_selector("label.nav-header:has-text('test_x')")
    seen.is_quiet()


def test_a_name_that_is_an_attack_runs_nothing_on_any_page(wide, small_site):
    seen = wide(small_site)
    for fragment in ("#/", "#/summarylist", "#/regressions", "#/verdicts", f"#/commit?sha={make_sha(30)}", "#/"):
        page = seen.at(fragment)
    hostile = page.evaluate("Object.keys($.asv.main_json.benchmarks).find(name => /img/.test(name))")
    page = seen.at(f"#{hostile}")
    page.wait_for_selector(DRAWN)
    page.hover("#main-graph")
    assert page.evaluate("window.hacked") is None
    assert 0 == page.locator("img[src=x]").count()
    seen.is_quiet()


def test_the_policy_of_the_page_stops_what_would_be_put_into_it(wide, small_site):
    seen = wide(small_site)
    page = seen.at("#/verdicts")
    with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=1\">')")
    assert page.evaluate("window.hacked") is None

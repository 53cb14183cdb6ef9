"""How long after the click on a thumbnail can its graph be used? asv's own site in the same run.

    python benchmarks/site/interactive.py [--benchmarks 200] [--commits 2000] [--clicks 10] [--keep DIR]

A history of that many benchmarks and commits, three processes each so that there are intervals to draw, one benchmark
with a parameter of eight values (eight lines), one in forty with a change of level. Both sites are opened in a real
Chromium and clicked in the grid. Times are taken in the page, from the click (``performance.now()``): until the lines
are drawn, until pointing at one of them shows its value, until a part of it is zoomed. "busy" is the processor time of
the page's own thread from the click to the end, which other programs on the machine do not lengthen. asv's scripts of
others are given to it from this machine, so no time is spent on the network.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from lapwing.history import open_store
from lapwing.model import Commit, Declared, MetricId, Run, Sample
from lapwing.site.pages.scripts import cache_folder, scripts, served_as
from lapwing.units import SECONDS
from speed import LAPWING, MACHINE, make_repository

LINES = 8
WATCH = """
document.addEventListener('click', event => {
    const begun = performance.now(), before = window.$ && $('#main-graph').data('plot');
    const said = window.said = {};
    const since = () => performance.now() - begun;
    function look() {
        const plot = $('#main-graph').data('plot');
        if (!plot || plot === before || !plot.getData().some(one => one.data.length >= EXPECTED)) {
            return requestAnimationFrame(look);
        }
        said.lines = plot.getData().length;
        said.drawn = since();
        const one = plot.getData()[0], middle = one.data[one.data.length >> 1];
        const at = plot.pointOffset({x: middle[0], y: middle[1]}), box = plot.getPlaceholder().offset();
        const where = {pageX: box.left + at.left, pageY: box.top + at.top};
        const overlay = plot.getPlaceholder().find('.flot-overlay');
        overlay.trigger($.Event('mousemove', where));
        requestAnimationFrame(function pointed() {
            if (!document.querySelector('.tooltip .tooltip-inner')) { return requestAnimationFrame(pointed); }
            said.pointed = since();
            plot.setSelection({xaxis: {from: one.data[one.data.length >> 2][0], to: middle[0]}});
            requestAnimationFrame(() => { said.zoomed = since(); });
        });
    }
    requestAnimationFrame(look);
}, true);
"""
STEPS = ("drawn", "pointed", "zoomed", "busy")


def make_run(number: int, sha: str, benchmarks: int, commits: int) -> Run:
    """Make a run of three processes each; a change of 10 % in one of forty, half-way."""
    draw = random.Random(number)
    names = [f"tests/test_site.py::test_{index}" for index in range(benchmarks - 1)]
    lines = {f"tests/test_site.py::test_lines[{line}]": line for line in range(LINES)}
    level = 1.1 if number > commits // 2 else 1.0
    samples = []
    for index, name in enumerate((*names, *lines)):
        scale = 1e-3 * (level if index % 40 == 0 else 1.0) * (1 + lines.get(name, 0))
        values = tuple((scale * draw.gauss(1, 0.02),) for _ in range(3))
        samples.append(Sample(metric=MetricId(benchmark=name, name="time"), unit=SECONDS, values=values))
    return Run(
        id=f"run-{number:05d}",
        commit=Commit(sha=sha, date=1.6e9 + 3600 * number),
        machine=MACHINE,
        started_at=1.6e9 + 3600 * number,
        declared=(
            *(Declared(benchmark=name, node_id=name) for name in names),
            *(Declared(benchmark=name, node_id=name, params=(("n", str(line)),)) for name, line in lines.items()),
        ),
        samples=tuple(samples),
    )


def make_sites(root: Path, benchmarks: int, commits: int) -> None:
    """Make the project with its history, and both of its sites."""
    shas = make_repository(root, commits)
    (root / "pyproject.toml").write_text("[tool.lapwing]\n", encoding="utf-8")
    store = open_store(".lapwing/history.db", root)
    store.append(make_run(number, sha, benchmarks, commits) for number, sha in enumerate(shas))
    store.close()
    for words in (["site"], ["site-asv", "--by-asv"]):
        subprocess.run([*LAPWING, *words], cwd=root, check=True, stdout=subprocess.DEVNULL)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(folder: Path) -> str:
    """Serve a folder until the process ends and return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/index.html"


def without_network(context, site: Path, address: str) -> None:
    """Give asv's page the scripts that it asks public servers for; they need not be those of its checksums."""
    files = scripts(cache_folder())
    page = re.sub(r'\s(?:integrity|crossorigin)="[^"]*"', "", (site / "index.html").read_text(encoding="utf-8"))

    def answer(route):
        name = served_as(route.request.url)
        if route.request.url.startswith(address):
            route.fulfill(body=page, content_type="text/html")
        elif route.request.url.startswith(address.rpartition("/")[0]):
            route.continue_()
        elif name is None:
            route.abort()
        else:
            route.fulfill(body=files[name], content_type="text/css" if name.endswith(".css") else "text/javascript")

    # Only what is not of the site: a detour of every graph through here would be a part of asv's time.
    context.route(lambda url: url.startswith(address) or not url.startswith(address.rpartition("/")[0]), answer)


def busy(thread) -> float:
    """Return the milliseconds of processor time that the page's thread has had."""
    metrics = thread.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "ThreadTime")


def clicked(browser, site: Path, commits: int, clicks: int) -> list[dict[str, float]]:
    """Open the grid in a new browser for each click, click one of its thumbnails, and return what the page says."""
    address, found = serve(site), []
    for number in range(clicks):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        without_network(context, site, address)
        page = context.new_page()
        page.add_init_script(WATCH.replace("EXPECTED", str(commits)))
        page.goto(f"{address}#/")
        page.wait_for_load_state("networkidle")
        # Every fifth is the one of several lines; of the others every second has a change.
        name = "test_lines" if number % 5 == 0 else f"test_{number % 5 * 20}"
        thread = context.new_cdp_session(page)
        thread.send("Performance.enable", {"timeDomain": "threadTicks"})
        begun = busy(thread)
        page.locator(f".benchmark-container[href$='.{name}']").click()
        page.wait_for_function("() => window.said && window.said.zoomed")
        found.append({**page.evaluate("window.said"), "busy": busy(thread) - begun})
        context.close()
    return found


def told(name: str, found: list[dict[str, float]]) -> str:
    """Write a line of milliseconds; the best is what other programs on the machine disturbed the least."""
    cells = "".join(
        f"{min(one[step] for one in found):9.0f}{median(one[step] for one in found):9.0f}" for step in STEPS
    )
    return f"{name:<26}{cells}"


def main() -> int:
    """Build both sites, click in both, print the table; the exit code is 1 where ours takes a second at its best."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benchmarks", type=int, default=200)
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--clicks", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="build the sites here, or take those that are")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lapwing-interactive-") as folder:
        root = args.keep or Path(folder, "project")
        if not (root / "site-asv/index.html").is_file():
            make_sites(root, args.benchmarks, args.commits)
        chromium = next(path for name in ("chromium", "google-chrome") if (path := shutil.which(name)))
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            ours = clicked(browser, root / "site", args.commits, args.clicks)
            theirs = clicked(browser, root / "site-asv", args.commits, args.clicks)
            browser.close()
    print(f"{args.benchmarks} benchmarks × {args.commits} commits; ms after the click, best and median")
    print(f"{'':<26}{'drawn':>13}{'pointed at':>19}{'zoomed':>16}{'busy':>18}")
    for lines in (1, LINES):
        for who, found in (("lapwing", ours), ("asv", theirs)):
            print(told(f"{who}, lines: {lines}", [one for one in found if one["lines"] == lines]))
    return int(min(one["zoomed"] for one in ours) >= 1000)


if __name__ == "__main__":
    sys.exit(main())

"""A real browser on real sites, with the network cut off: the system's Chromium, driven by playwright.

Screenshots go to ``.lapwing/screenshots`` (or where LAPWING_SCREENSHOTS says), for people to look at.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from factories import make_declared, make_run, make_sample, make_sha
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.judge.policy import Policy
from lapwing.judge.waivers import Waiver
from lapwing.site.pages.publish import PagesSite
from lapwing.site.serve import _Handler
from lapwing.units import Unit
from site_history import FakeTags, run_of

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ROOT = Path(__file__).parents[2]
RATE = Unit(symbol="rows/s", better="higher", noise="noisy")
HOSTILE = 't.py::test_<img src=x onerror="window.hacked=1">[<script>window.hacked=1</script>-\'"&]'


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium.")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed here")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve():
    """Serve a folder as ``lapwing site --serve`` does, and return its address."""
    servers = []

    def start(folder):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/index.html"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def numpy_site(tmp_path_factory, serve):
    """A site of numpy's real history, built as a user builds it."""
    project = tmp_path_factory.mktemp("numpy")
    (project / "pyproject.toml").write_text("", encoding="utf-8")
    (project / "numpy.jsonl").write_bytes(gzip.decompress((Path(__file__).parent / "data/numpy.jsonl.gz").read_bytes()))
    for words in (("import", "auto", "numpy.jsonl"), ("site", "--out", "site")):
        done = subprocess.run(
            [sys.executable, "-m", "lapwing.cli", *words],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(ROOT / "plugin")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
    return serve(project / "site")


SUBJECTS = {
    make_sha(44): "Merge pull request #45 from alice/<script>window.hacked=1</script>",
    make_sha(30): 'Rows by the dozen <img src=x onerror="window.hacked=1"> (#31)',
}
ACCEPTED = Waiver(
    pattern="tests/perf/test_x.py::test_p[100]",
    by="alice",
    reason="rounds exactly <script>window.hacked=1</script>",
    until=dt.date(2999, 12, 31),
    source="file",
)


def made_up_runs():
    """Parameters, changes for worse and for better, one accepted, and a benchmark whose name is an attack."""
    for number in range(60):
        ordinary = run_of(number, level=1e-3 * (1.3 if number >= 44 else 1))
        samples = [
            slower(one, 1.15) if number >= 46 and one.metric.benchmark == ACCEPTED.pattern else one
            for one in ordinary.samples
        ]
        rate = make_sample(
            "tests/perf/test_x.py::test_rate",
            (1000 + number % 7) * (1.5 if number >= 30 else 1),
            metric="rows",
            unit=RATE,
        )
        hostile = make_run(
            number, make_sample(HOSTILE, 1e-3), declared=(make_declared(HOSTILE, params=(("<b>", HOSTILE),)),)
        )
        yield replace(
            ordinary,
            samples=(*samples, *hostile.samples, rate),
            declared=(
                *ordinary.declared,
                *hostile.declared,
                make_declared(rate.metric.benchmark, was=("old::test_rate",)),
            ),
        )


def slower(sample, factor):
    return replace(sample, values=tuple(tuple(value * factor for value in process) for process in sample.values))


@pytest.fixture(scope="session")
def built(tmp_path_factory, serve):
    """Build the site of a made-up project, and return its address."""

    def build(web):
        folder = tmp_path_factory.mktemp("small") / "site"
        site = PagesSite(
            project="<b>project</b>",
            web=web,
            policy=Policy(),
            tags=FakeTags(("v1", 12)),
            clock=FakeClock(),
            progress=lambda *_: None,
            waivers=(ACCEPTED,),
            say=lambda said: None,
        )
        commits = FakeCommits([make_sha(number) for number in range(60)], subjects=SUBJECTS)
        site.build(MemoryStore(made_up_runs()), commits, folder)
        return serve(folder)

    return build


@pytest.fixture(scope="session")
def small_site(built):
    """The site of a made-up project that is on the web."""
    return built("https://host.example/o/project")


@pytest.fixture(scope="session")
def home_site(built):
    """The same of a project that is on this machine only."""
    return built("")


class Look:
    """A page of a site: what it says on its console, and which other addresses it asks for."""

    def __init__(self, context, address, name):
        self.address = address
        self._name = name
        self.page = context.new_page()
        self.console = []
        self.asked = []
        self.page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def at(self, fragment):
        self.page.goto(f"{self.address}{fragment}")
        self.is_loaded()
        return self.page

    def is_loaded(self):
        """Wait until everything that was asked for is there."""
        self.page.wait_for_function("() => window.$ && $.asv && $.asv.main_json.project && $.active === 0")

    def screenshot(self, what):
        folder = Path(os.environ.get("LAPWING_SCREENSHOTS", ROOT / ".lapwing" / "screenshots"))
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{what}-{self._name}.png"))

    def is_quiet(self):
        """Nothing went wrong and nothing was asked of anybody else."""
        self.is_loaded()
        base = self.address.rpartition("/")[0]
        said = [one for one in self.console if one.startswith(("error", "warning"))]
        # That is about how often a test looks at the canvas.
        assert [] == [one for one in said if "willReadFrequently" not in one]
        assert [] == [url for url in self.asked if not url.startswith((base, "data:"))]


def looks(chromium, kind):
    """Open sites on a screen of some kind, with all other addresses unreachable."""
    contexts = []

    def open_site(address):
        context = chromium.new_context(
            viewport={"width": 400 if kind == "narrow" else 1280, "height": 800},
            color_scheme="dark" if kind == "dark" else "light",
        )
        context.set_default_timeout(240_000)
        context.route(lambda url: not url.startswith(address.rpartition("/")[0]), lambda route: route.abort())
        contexts.append(context)
        return Look(context, address, kind)

    yield open_site
    for context in contexts:
        context.close()


@pytest.fixture(params=["wide", "narrow", "dark"])
def look(request, chromium):
    """Open a site on each kind of screen, for what is looked at."""
    yield from looks(chromium, request.param)


@pytest.fixture
def wide(chromium):
    """Open a site on a wide screen, for what it does."""
    yield from looks(chromium, "wide")

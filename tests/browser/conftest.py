"""A real browser on real sites, with the network cut off: the system's Chromium, driven by playwright.

Screenshots go to ``.lapwing/screenshots`` (or where LAPWING_SCREENSHOTS says), for people to look at.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from factories import make_declared, make_run, make_sample, make_sha
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.judge.policy import Policy
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


@pytest.fixture(scope="session")
def small_site(tmp_path_factory, serve):
    """A site of a made-up project: parameters, a tag, a change, and a benchmark whose name is an attack."""
    runs = []
    for number in range(60):
        ordinary = run_of(number, level=1e-3 * (1.3 if number >= 44 else 1))
        rate = make_sample(
            "tests/perf/test_x.py::test_rate",
            (1000 + number % 7) * (1.5 if number >= 30 else 1),
            metric="rows",
            unit=RATE,
        )
        hostile = make_run(
            number, make_sample(HOSTILE, 1e-3), declared=(make_declared(HOSTILE, params=(("<b>", HOSTILE),)),)
        )
        runs.append(
            type(ordinary)(
                **{name: getattr(ordinary, name) for name in ordinary.__dataclass_fields__}
                | {
                    "samples": (*ordinary.samples, *hostile.samples, rate),
                    "declared": (*ordinary.declared, *hostile.declared, make_declared(rate.metric.benchmark)),
                }
            )
        )
    folder = tmp_path_factory.mktemp("small") / "site"
    site = PagesSite(
        project="<b>project</b>",
        web="",
        policy=Policy(),
        tags=FakeTags(("v1", 12)),
        clock=FakeClock(),
        progress=lambda *_: None,
        say=lambda said: None,
    )
    site.build(MemoryStore(runs), FakeCommits([make_sha(number) for number in range(60)]), folder)
    return serve(folder)


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
        self.page.wait_for_load_state("networkidle")
        return self.page

    def screenshot(self, what):
        folder = Path(os.environ.get("LAPWING_SCREENSHOTS", ROOT / ".lapwing" / "screenshots"))
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(folder / f"{what}-{self._name}.png"))

    def is_quiet(self):
        """Nothing went wrong and nothing was asked of anybody else."""
        base = self.address.rpartition("/")[0]
        assert [] == [one for one in self.console if one.startswith(("error", "warning"))]
        assert [] == [url for url in self.asked if not url.startswith((base, "data:"))]


@pytest.fixture(params=["wide", "narrow", "dark"])
def look(request, chromium):
    """Open a site on a screen of some kind, with all other addresses unreachable."""
    contexts = []

    def open_site(address):
        width = 400 if request.param == "narrow" else 1280
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if request.param == "dark" else "light"
        )
        context.set_default_timeout(240_000)
        context.route(lambda url: not url.startswith(address.rpartition("/")[0]), lambda route: route.abort())
        contexts.append(context)
        return Look(context, address, request.param)

    yield open_site
    for context in contexts:
        context.close()

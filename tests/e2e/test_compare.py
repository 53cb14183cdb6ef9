"""``lapwing compare`` as a user runs it: a real repository, real sides, real sessions, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from fakes.repository import Repository

BENCHMARKS = """
import pytest
import library
from lapwing import perf

@perf
@pytest.mark.parametrize("name", sorted(library.COSTS))
def test_work(name):
    library.work(name)

def test_fixture(benchmark):
    benchmark(library.work, "b")

def test_ordinary():
    raise AssertionError("never run")
"""
LIBRARY = """
COSTS = {costs}

def work(name):
    for _ in range(COSTS[name]):
        sum(range(100))
"""


class Library:
    """A repository with a module and its benchmarks; runs the command line in it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "repo"
        self.root.mkdir()
        self.temporary = root / "tmp"
        self.temporary.mkdir()
        self.repository = Repository(self.root)
        self.write(".gitignore", ".lapwing/\n__pycache__/\n.pytest_cache/\n")
        self.write("pytest.ini", "[pytest]\n")
        self.write("tests/test_it.py", BENCHMARKS)
        self.write("README.md", "A library.\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, subject, **costs):
        if costs:
            self.write("library.py", LIBRARY.format(costs=costs))
        self.repository.git("add", "-A")
        self.repository.git("commit", "-q", "-m", subject)
        return self.repository.git("rev-parse", "HEAD").strip()

    def start(self, *arguments):
        ours = ("PYTEST_", "COV", "LAPWING_", "GIT_")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environ |= {
            "CI": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "lapwing.plugin",
            "COLUMNS": "120",
            "PYTHONIOENCODING": "utf-8",
            "TMPDIR": str(self.temporary),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "lapwing.cli", "compare", *arguments],
            cwd=self.root,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def compare(self, *arguments):
        """Run ``lapwing compare`` to its end; return its code, its output and its report for programs."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "report.json"
            process = self.start("--json", str(target), *arguments)
            out, err = process.communicate(timeout=240)
            report = json.loads(target.read_text()) if target.exists() else None
        return SimpleNamespace(code=process.returncode, out=out, err=err, report=report, outcomes=_outcomes(report))

    def left_behind(self):
        """Return the temporary files, processes and git's own traces that a comparison left."""
        end = time.monotonic() + 120
        while (found := self._left_behind()) and time.monotonic() < end:
            time.sleep(0.1)
        return found

    def _left_behind(self):
        files = [str(path) for path in self.temporary.iterdir() if path.name.startswith("lapwing-")]
        traces = [str(path) for path in (self.root / ".git").rglob("*.lock")]
        traces += [str(path) for path in (self.root / ".git").glob("worktrees/*")]
        return [*files, *traces, *_processes(str(self.temporary))]


def _outcomes(report):
    if report is None:
        return {}
    return {verdict["benchmark"].partition("::test_")[2]: verdict["outcome"] for verdict in report["verdicts"]}


def _processes(place):
    """Return the commands of processes that work below ``place``; none where the system does not tell."""
    found = []
    for entry in Path("/proc").glob("[0-9]*") if Path("/proc").exists() else ():
        try:
            if str(entry.joinpath("cwd").readlink()).startswith(place):
                found.append(entry.joinpath("cmdline").read_bytes().decode("utf-8", "replace"))
        except OSError:  # noqa: PERF203 - a process may end while it is looked at
            continue
    return found


@pytest.fixture
def library(tmp_path):
    made = Library(tmp_path)
    made.commit("base", a=40, b=40, c=40)
    return made


@pytest.fixture(scope="module")
def slowed(tmp_path_factory):
    """A library of which one part became slower, the comparison that found it, and git's status before and after it."""
    library = Library(tmp_path_factory.mktemp("slowed"))
    library.commit("base", a=40, b=40, c=40)
    library.repository.git("tag", "before")
    library.commit("slower", a=160, b=40, c=40)
    before = library.repository.git("status", "--porcelain")
    result = library.compare("before")
    left = library.left_behind()
    return SimpleNamespace(
        library=library, result=result, left=left, status=(before, library.repository.git("status", "--porcelain"))
    )


def test_a_slowdown_is_found_and_nothing_else_and_nothing_is_left(slowed):
    result = slowed.result
    assert 1 == result.code, result.err
    assert "regressed" == result.outcomes["work[a]"]
    assert {"unchanged", "inconclusive"} >= {result.outcomes[name] for name in ("work[b]", "work[c]", "fixture")}
    (slower,) = [one for one in result.report["verdicts"] if one["outcome"] == "regressed"]
    assert 2.5 < slower["ratio"]["low"] <= slower["ratio"]["high"] < 7
    assert 8 <= slower["pairs"]
    assert "Control: base against base" in result.out
    assert "lapwing compare before" in result.out or "lapwing compare" in result.out
    assert [] == slowed.left
    assert slowed.status[0] == slowed.status[1]


def test_a_recording_is_judged_again_to_the_same_report(slowed):
    again = slowed.library.compare("--replay", ".lapwing/compare/last.jsonl")
    assert (slowed.result.code, slowed.result.report) == (again.code, again.report)


def test_what_made_it_slower_is_shown_with_a_picture(slowed):
    assert "sum" in slowed.result.out
    (picture,) = (slowed.library.root / ".lapwing/compare").glob("*.svg")
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert picture.name in slowed.result.out


def test_a_change_of_words_only_cannot_be_red_and_takes_no_pair(library):
    text = (library.root / "library.py").read_text()
    library.write(
        "library.py", '"""A module."""\n' + text.replace("def work(name):", 'def work(name):\n    """Do it."""')
    )
    library.write("README.md", "A better library.\n")
    library.commit("documentation")
    result = library.compare("HEAD~1")
    assert 0 == result.code, result.out + result.err
    assert {"unchanged"} == set(result.outcomes.values())
    assert {0} == {verdict["pairs"] for verdict in result.report["verdicts"]}
    assert "same code" in result.out


def test_the_working_tree_is_head_and_one_sided_benchmarks_are_new_and_failing_ones_red(library):
    library.write(
        "library.py", "COSTS = {'a': 40, 'd': 40}\n\ndef work(name):\n    if name == 'a': raise ValueError('broken')\n"
    )
    result = library.compare("-k", "work")
    assert 1 == result.code
    assert ("failed", "new") == (result.outcomes["work[a]"], result.outcomes["work[d]"])
    assert "broken" in result.out
    head, base = result.report["head"], result.report["base"]
    assert (True, library.repository.git("rev-parse", "HEAD")) == (head["dirty"], base["commit"])


def test_a_base_that_cannot_be_collected_makes_everything_new(library):
    library.write("library.py", "raise RuntimeError('unfinished')\n")
    library.commit("broken")
    library.commit("works", a=40)
    result = library.compare("HEAD~1", "-k", "work")
    assert 0 == result.code, result.out
    assert {"new"} == set(result.outcomes.values())
    assert "unfinished" in result.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere",), 2, "[unknown-revision]"),
        (("HEAD", "HEAD", "--", "-k", "nothing_at_all"), 5, ""),
        (("--replay", "gone.jsonl"), 2, "[recording-missing]"),
        (("--continue",), 2, "[recording-missing]"),
        (
            (
                "--limit",
                "much",
            ),
            2,
            "[bad-setting]",
        ),
        (("HEAD", "--", "--no-such-option"), 2, "[no-worker]"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_a_code(library, arguments, code, words):
    result = library.compare(*arguments)
    assert code == result.code, result.out + result.err
    assert words in result.err
    assert "Traceback" not in result.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_leaves_a_recording_that_can_be_gone_on_from_and_judged(library):
    library.commit("a little slower", a=41, b=40, c=40)
    last = library.root / ".lapwing/compare/last.jsonl"
    pairs = 0
    for arguments in (("HEAD~1", "HEAD"), ("--continue",)):
        process = library.start(*arguments)
        _wait_for(lambda enough=pairs + 2: last.exists() and last.read_bytes().count(b'"kind":"pair"') >= enough)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=240)
        assert 2 == process.returncode, out + err
        assert "--continue" in err
        assert [] == library.left_behind()
        pairs = last.read_bytes().count(b'"kind":"pair"')
    assert pairs >= 4
    result = library.compare("--replay", str(last))
    assert {"work[a]", "work[b]", "work[c]", "fixture"} == set(result.outcomes), result.err


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_after_kill_9_nothing_is_left(library):
    library.write("library.py", "import time\nCOSTS = {'a': 1}\n\ndef work(name):\n    time.sleep(0.2)\n")
    library.commit("sleeps")
    process = library.start("HEAD", "HEAD", "--all", "-k", "work")
    _wait_for(lambda: _processes(str(library.temporary)))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)
    assert [] == library.left_behind()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_hanging_benchmark_does_not_outlive_a_killed_comparison(library):
    library.write("library.py", "import time\nCOSTS = {'a': 1}\n\ndef work(name):\n    time.sleep(1000)\n")
    library.commit("hangs")
    process = library.start("HEAD", "HEAD", "--all", "-k", "work")
    _wait_for(lambda: _processes(str(library.temporary)))
    time.sleep(1.0)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)
    assert [] == library.left_behind()


COUNTED = """
import pytest
import library
from lapwing import perf

@pytest.mark.perf(metric="instructions")
@pytest.mark.parametrize("name", ["a", "b"])
def test_work(name):
    library.work(name)

@perf(metric="instructions", setup=lambda: None)
def test_prepared():
    library.work("c")
"""


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind counts")
def test_what_is_judged_by_its_instructions_is_counted_and_not_timed(library):
    library.write("tests/test_it.py", COUNTED)
    library.write("library.py", LIBRARY.format(costs={"a": 80, "b": 40, "c": 40}) + "\n# longer\n")
    library.commit("slower")
    result = library.compare("HEAD~1", "HEAD", "--all", "--max-time", "8")
    assert 1 == result.code, result.out + result.err
    verdicts = {one["benchmark"].partition("::test_")[2]: one for one in result.report["verdicts"]}
    assert ("instructions", "regressed", 0) == tuple(verdicts["work[a]"][key] for key in ("metric", "outcome", "pairs"))
    assert 1.8 < verdicts["work[a]"]["ratio"]["estimate"] < 2.1
    assert ("instructions", "unchanged", 0) == tuple(verdicts["work[b]"][key] for key in ("metric", "outcome", "pairs"))
    # What has a setup cannot be counted: its time is judged, and that is said.
    assert "time" == verdicts["prepared"]["metric"]
    assert "not-counted" in str(verdicts["prepared"]["warnings"])


def _wait_for(ready):
    end = time.monotonic() + 240
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)

"""What does each tool say of base and head in a repository? Lapwing and its peers, run as their users run them."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from children import ChildError, run
from repository import Repository, git
from score import Said, Word
from sources import SUITES

WORDS: Final[dict[str, Word]] = {
    "regressed": "slower",
    "improved": "faster",
    "unchanged": "same",
    "inconclusive": "unsure",
}
ALLOWED: Final = 0.05
"""What pytest-benchmark lets pass: its README's ``median:5%``."""


def name_of(node: str) -> str:
    """Return the workload of a test: ``tests/test_perf.py::test_json`` is of ``json``."""
    return node.rpartition("::")[2].removeprefix("test_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapwing:
    """How Lapwing is called: the command, the options of ``lapwing compare``, and on the suite of which style."""

    command: tuple[str, ...] = (sys.executable, "-m", "lapwing.cli")
    options: tuple[str, ...] = ("--all",)
    style: str = "perf"


def compare(root: Path, tests: Sequence[str], sides: tuple[str, str], tool: Lapwing) -> tuple[dict[str, Any], float]:
    """Run ``lapwing compare`` on base and head and return its report for programs, and the seconds it took.

    Raises:
        ChildError: it refused, or wrote no report.
    """
    report = root / ".git" / "compare.json"
    report.unlink(missing_ok=True)
    words = [*tool.command, "compare", *sides, *tests, "--json", str(report), "-q", *tool.options]
    done = run(words, cwd=root, fine=(0, 1))
    if not report.exists():
        raise ChildError(f"lapwing compare wrote no report:\n{done.out[-3000:]}\n{done.err[-3000:]}")
    return json.loads(report.read_text(encoding="utf-8")), done.seconds


def verdicts(
    report: dict[str, Any], named: Callable[[str], str] = name_of
) -> tuple[dict[str, Word], dict[str, tuple[float, float, float]]]:
    """Return the word for the time of each benchmark of a report, by name, and the ratios there are."""
    words: dict[str, Word] = {}
    ratios = {}
    for verdict in report["verdicts"]:
        if verdict["metric"] != "time":
            continue
        name, ratio = named(verdict["benchmark"]), verdict["ratio"]
        words[name] = WORDS.get(verdict["outcome"], "failed")
        if ratio and None not in (ratio["low"], ratio["estimate"], ratio["high"]):
            ratios[name] = (ratio["low"], ratio["estimate"], ratio["high"])
    return words, ratios


def lapwing(repository: Repository, tool: Lapwing) -> Said:
    """Compare by Lapwing."""
    report, seconds = compare(repository.root, [SUITES[tool.style]], ("base", "head"), tool)
    words, ratios = verdicts(report)
    return Said(words=words, ratios=ratios, seconds=seconds)


def pytest_benchmark(repository: Repository) -> Said:
    """Save base, check head out, compare with ``median:5%``: slower is all that it says."""
    root = repository.root
    storage = root / ".benchmarks"
    shutil.rmtree(storage, ignore_errors=True)
    # The other plugins of the environment are left out, as most users have none of them.
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:lapwing", "-p", "no:xdist", "-p", "no:asyncio"]
    words += ["-p", "no:hypothesispytest", SUITES["fixture"], "--benchmark-only", f"--benchmark-storage={storage}"]
    git(root, "checkout", "-q", "base")
    try:
        first = run([*words, "--benchmark-save=base"], cwd=root)
    finally:
        git(root, "checkout", "-q", "main")
    judging = ["--benchmark-save=head", "--benchmark-compare", f"--benchmark-compare-fail=median:{ALLOWED:.0%}"]
    second = run([*words, *judging], cwd=root, fine=(0, 1))
    base, head = (_medians(next(storage.rglob(f"*_{side}.json"))) for side in ("base", "head"))
    slower = {name for name in head if head[name] > base[name] * (1 + ALLOWED)}
    if bool(slower) != bool(second.code):
        raise ChildError(f"pytest-benchmark ended with {second.code}, and {sorted(slower)} are slower:\n{second.out}")
    said: dict[str, Word] = {name: "slower" if name in slower else "same" for name in head}
    return Said(words=said, seconds=first.seconds + second.seconds)


def asv(repository: Repository, factors: Sequence[float] = (1.02, 1.1)) -> dict[float, Said]:
    """Run ``asv continuous --interleave-rounds`` once, and judge the same measurement by each of ``factors``."""
    root = repository.root
    home = root / ".asv-home"
    home.mkdir(exist_ok=True)
    # It keeps what it knows of the machine in the home directory.
    more = {"HOME": str(home), "USERPROFILE": str(home)}
    words = [sys.executable, "-m", "asv"]
    try:
        run([*words, "machine", "--yes"], cwd=root, more=more)
        # Making the environment is left out of the time: a CI may keep it. (It ends with 1 where all went well.)
        run([*words, "setup"], cwd=root, more=more, fine=(0, 1))
        options = ["--interleave-rounds", "--factor", str(factors[0])]
        done = run([*words, "continuous", *options, "base", "head"], cwd=root, more=more, fine=(0, 1))
        said = {}
        for factor in factors:
            shown = run([*words, "compare", "--factor", str(factor), "base", "head"], cwd=root, more=more)
            said[factor] = Said(words=_asv_words(shown.out), seconds=done.seconds)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(root / ".asv", ignore_errors=True)
    if set(said[factors[0]].words) != set(repository.truth):
        raise ChildError(f"asv compared {sorted(said[factors[0]].words)}:\n{done.out[-3000:]}\n{done.err[-3000:]}")
    return said


def has_pyperf() -> bool:
    """Tell whether pyperf is installed."""
    return importlib.util.find_spec("pyperf") is not None


def pyperf(repository: Repository, names: Sequence[str]) -> Said:
    """Run ``pyperf timeit --fast`` on each side and ``compare_to``, for ``names`` only: half a minute for each."""
    root = repository.root
    words: dict[str, Word] = {}
    seconds = 0.0
    for name in names:
        files = {side: root / ".git" / f"pyperf-{side}.json" for side in ("base", "head")}
        for side, file in files.items():
            file.unlink(missing_ok=True)
            git(root, "checkout", "-q", "base" if side == "base" else "main")
            timing = ["timeit", "--fast", "--quiet", "--inherit-environ=PYTHONPATH", "--output", str(file)]
            program = ["-s", "import worklib", f"worklib.w_{name}()"]
            more = {"PYTHONPATH": str(repository.sources)}
            seconds += run([sys.executable, "-m", "pyperf", *timing, *program], cwd=root, more=more).seconds
        shown = run([sys.executable, "-m", "pyperf", "compare_to", *files.values()], cwd=root).out
        words[name] = "slower" if "slower" in shown else "faster" if "faster" in shown else "same"
    return Said(words=words, seconds=seconds)


def _medians(path: Path) -> dict[str, float]:
    saved = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
    return {name_of(one["fullname"]): one["stats"]["median"] for one in saved}


def _asv_words(table: str) -> dict[str, Word]:
    """Return what each row of ``asv compare`` says: ``+`` is slower, ``-`` faster, nothing or ``~`` the same."""
    words: dict[str, Word] = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        match = re.search(r"suite\.time_(\w+)", cells[-1]) if cells else None
        if match:
            marks: dict[str, Word] = {"+": "slower", "-": "faster", "!": "failed", "x": "failed"}
            words[match[1]] = marks.get(cells[0], "same")
    return words

"""Two releases of real libraries by their own `benchmark`-fixture suites, unchanged; and each release against itself.

    python benchmarks/compare/releases.py [--libraries cattrs pluggy] [--itself 10] [--versions 25.1.1 25.3.0]

The source distributions come from the package registry and become two commits of a repository. The suite is the newer
release's, on both sides, as `lapwing compare` has it. There is no truth to hold the verdicts of two releases against;
of a release compared with itself every "regressed" or "improved" is false.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tarfile
import venv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from children import ChildError, run
from repository import git
from score import Share
from table import Bar, Row, counted, say
from tools import Lapwing, compare, verdicts
from trial import ended, folder, lapwing_of, parser_of

HERE: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library whose source distributions hold a suite: two versions, where the suite is, what it needs besides."""

    package: str
    versions: tuple[str, str]
    suite: str
    needs: tuple[str, ...] = ()


LIBRARIES: Final = {
    # 30 benchmarks, src layout, hatchling with a version from git.
    "cattrs": Library(package="cattrs", versions=("25.1.1", "25.3.0"), suite="bench"),
    # 15 benchmarks, src layout, setuptools-scm: _version.py is in the source distribution.
    "pluggy": Library(package="pluggy", versions=("1.5.0", "1.6.0"), suite="testing/benchmark.py"),
}


def main() -> int:
    """Run the trial and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--libraries", nargs="+", choices=sorted(LIBRARIES), default=sorted(LIBRARIES))
    parser.add_argument("--versions", nargs=2, help="other versions; of one library only")
    parser.add_argument("--itself", type=int, default=10, help="how often a release is compared with itself")
    args = parser.parse_args()
    if args.quick:
        args.itself = 1
    rows: list[Row] = []
    with folder(args.keep) as root:
        for name in args.libraries:
            library = LIBRARIES[name]
            versions = tuple(args.versions) if args.versions else library.versions
            try:
                rows += _library(args, root / name, library, versions)
            except ChildError as error:
                print(error, file=sys.stderr)
                rows.append(Row(question=f"{name}, its own suite", bar="verdicts", measured="refused", passed=False))
    return say(rows, args.rows)


def _library(args: argparse.Namespace, root: Path, library: Library, versions: tuple[str, ...]) -> list[Row]:
    root.mkdir(parents=True)
    python = _environment(root, library)
    tool = lapwing_of(args)
    if not args.lapwing:
        tool = Lapwing(command=(str(python), "-m", "lapwing.cli"), options=tool.options)
    repository = root / "repository"
    repository.mkdir()
    git(repository, "init", "-q", "-b", "main")
    git(repository, "config", "user.email", "bench@example.invalid")
    git(repository, "config", "user.name", "Benchmark")
    for version in versions:
        _commit(repository, _release(root, library, version), f"{library.package} {version}")
        git(repository, "tag", f"v{version}")
    run(
        [python, "-m", "pip", "install", "-q", "--editable", "."],
        cwd=repository,
        # There is no tag of theirs in this repository to take the version from.
        more={"SETUPTOOLS_SCM_PRETEND_VERSION": versions[-1]},
    )
    git(repository, "checkout", "-q", ".")
    older, newer = (f"v{version}" for version in versions)
    # Nothing changes but the commit.
    git(repository, "commit", "-q", "--allow-empty", "-m", "the same")
    git(repository, "tag", "same")
    words, said = _compared(repository, library, (older, newer), tool)
    print(f"{library.package} {versions[0]} -> {versions[1]}: {said}", flush=True)
    counts = Counter(words.values())
    rows = [
        Row(
            question=f"{library.package} {versions[0]} → {versions[1]}, its own suite",
            bar="verdicts",
            measured=", ".join(f"{count} {word}" for word, count in sorted(counts.items())),
            passed=bool(words) and counts["failed"] < len(words),
        )
    ]
    accused, unsure = Share(), Share()
    for number in range(args.itself):
        words, said = _compared(repository, library, (newer, "same"), tool)
        print(f"[{number + 1}/{args.itself}] {library.package} {versions[1]} against itself: {said}", flush=True)
        for word in words.values():
            accused.add(hit=word in ("slower", "faster"))
            unsure.add(hit=word == "unsure")
    question = f"{library.package} {versions[1]} against itself, {args.itself} times"
    rows.append(counted(f"{question}, accused", accused, Bar(share=0.0)))
    rows.append(counted(f"{question}, inconclusive", unsure, Bar(share=0.03)))
    return rows


def _compared(repository: Path, library: Library, sides: tuple[str, str], tool: Lapwing) -> tuple[dict[str, str], str]:
    report, seconds = compare(repository, [library.suite], sides, tool)
    words, ratios = verdicts(report, str)
    lines = [f"{len(words)} benchmarks in {seconds:.1f} s: {dict(Counter(words.values()))}"]
    for name, word in words.items():
        if word in ("slower", "faster"):
            lines.append(f"    {word}: {name} {ratios[name][1] - 1:+.1%}" if name in ratios else f"    {word}: {name}")
    return dict(words), "\n".join(lines)


def _environment(root: Path, library: Library) -> Path:
    """Make a virtual environment with Lapwing and what the suite needs; return its interpreter."""
    place = root / "venv"
    venv.create(place, with_pip=True)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    print(f"installing Lapwing for {library.package}", flush=True)
    run([python, "-m", "pip", "install", "-q", HERE, "pytest-benchmark", *library.needs], cwd=root)
    return python


def _release(root: Path, library: Library, version: str) -> Path:
    """Download one source distribution and unpack it; return its root."""
    words = ["pip", "download", "-q", "--no-deps", "--no-binary", library.package, f"{library.package}=={version}"]
    run([sys.executable, "-m", *words], cwd=root)
    name = f"{library.package}-{version}"
    with tarfile.open(root / f"{name}.tar.gz") as tar:
        tar.extractall(root, filter="data")
    return root / name


def _commit(repository: Path, tree: Path, message: str) -> None:
    """Make the tree of the repository that of ``tree`` and commit it."""
    for old in repository.iterdir():
        if old.name != ".git":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(tree, repository, dirs_exist_ok=True)
    git(repository, "add", "-A", "-f")
    git(repository, "commit", "-qm", message)


if __name__ == "__main__":
    sys.exit(ended(main))

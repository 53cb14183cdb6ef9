"""The documentation is run: each block of the README, and the examples in each `--help` text."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from lapwing import settings
from lapwing.cli import lapwing as group

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Small budgets: what is tested is that the commands work, not what they measure. And none of the plugins that are here
# to test our suite with: loading them takes a session four times as long as ours alone.
QUICK = {
    "LAPWING_TIME": "0.05",
    "LAPWING_PROCESSES": "2",
    "COLUMNS": "120",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "lapwing.plugin",
}


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(README) if kind == language]


def commands(text: str) -> list[list[str]]:
    return [shlex.split(line[2:], comments=True) for line in text.splitlines() if line.startswith("$ ")]


@cache
def _once(words: tuple[str, ...], cwd: Path) -> subprocess.CompletedProcess[str]:
    return _run(list(words), cwd)


def run(words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    # It tells of the machine and changes nothing, and is an example twice.
    return _once(tuple(words), cwd) if words == ["lapwing", "doctor"] else _run(words, cwd)


def _run(words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    program = {"pytest": ["-m", "pytest", "-p", "no:cacheprovider"], "lapwing": ["-m", "lapwing.cli"]}[words[0]]
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "LAPWING_", "GIT_"))
    }
    environ = {**inherited, **QUICK, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *program, *words[1:]],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


_AUTHOR = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root, origin = tmp_path_factory.mktemp("readme"), tmp_path_factory.mktemp("origin")
    (root / "test_feed.py").write_text(blocks("python")[0], encoding="utf-8")
    (root / ".gitignore").write_text("__pycache__/\n")
    (root / "numbers.csv").write_text("1.2\n1.3\n1.2\n")
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        [*_AUTHOR, "commit", "-qm", "the first commit"],
        ["tag", "v1.4.0"],
        [*_AUTHOR, "commit", "-qm", "the second commit", "--allow-empty"],
        ["init", "-q", "--bare", str(origin)],
        ["remote", "add", "origin", str(origin)],
        ["push", "-q", "origin", "main"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


def test_the_first_block_is_a_test_file_that_says_its_name():
    assert blocks("python")[0].startswith("# test_feed.py\n")


def test_every_command_of_the_readme_works_on_its_own_example(project):
    told = [words for text in blocks("console") for words in commands(text)]

    assert len(told) >= 5
    for words in told:
        done = run(words, project)

        assert 0 == done.returncode, f"{words}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stdout + done.stderr


def test_the_settings_block_is_read(tmp_path):
    (tmp_path / "pyproject.toml").write_text(blocks("toml")[0], encoding="utf-8")

    assert settings.load(tmp_path, {}, {}) == settings.Settings()


def test_the_make_targets_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text()
    told = re.findall(r"^make (\w+)", "\n".join(blocks("bash")), re.MULTILINE)

    assert told == ["perf", "test"]
    for target in told:
        assert f"\n{target}:" in makefile


def test_every_local_link_of_the_readme_leads_somewhere():
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists() or link.startswith("plugin/"), link


def test_every_command_is_in_the_readme():
    for name in group.commands:
        assert f"lapwing {name}" in README


def test_every_flag_of_the_readme_is_known(pytestconfig):
    known = run(["pytest", "--help"], ROOT / "tests" / "docs").stdout
    for flag in set(re.findall(r"--perf[\w-]*", README)):
        assert f"{flag}" in known


def help_of(*words: str) -> str:
    return CliRunner().invoke(group, [*words, "--help"], prog_name="lapwing").output


def leaves() -> list[tuple[str, ...]]:
    """Every command that does something, as the words that call it."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        children = getattr(command, "commands", None)
        # Another word for a command has that command's own example.
        found += [(name, child) for child in children if children[child].name == child] if children else [(name,)]
    return found


# What an example of a help text needs to be there, and what the names in it mean in the README's own project.
STAND_INS = {"test_decode_large": "test_parse_feed", "3f9c0a12": "HEAD", "old-results/": "old.csv"}


@pytest.fixture(scope="module")
def measured(project):
    """The README's project, measured twice."""
    for _ in range(2):
        run(["pytest", "--perf"], project)
    return project


# These start sessions of pytest, which are a process's own; the others' own process would take longer than they do.
STARTING = ("bisect", "compare", "doctor")


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_help_text_has_an_example_that_works(measured, words, monkeypatch):
    project = measured
    monkeypatch.delenv("GITHUB_EVENT_NAME", raising=False)  # what happened to our own repository is not their event
    # What another program does with it afterwards is that program's.
    (example,) = re.findall(r"^ +\$ (lapwing .*?)(?: && .*)?$", help_of(*words).partition("Example:")[2], re.MULTILINE)
    (project / "old.csv").write_text("benchmark,value,commit\nold,0.1,aaaaaaa\n")
    told = [STAND_INS.get(word, word) for word in shlex.split(example) if "*" not in word]
    if words[0] in STARTING:
        done = run(told, project)
        code, said = done.returncode, done.stdout + done.stderr
    else:
        monkeypatch.chdir(project)
        done = CliRunner().invoke(group, told[1:], prog_name="lapwing", env=QUICK, catch_exceptions=False)
        code, said = done.exit_code, done.output

    assert tuple(told[1 : 1 + len(words)]) == words
    # There is nothing to be found between two equal commits, and bisect's code for that is 3.
    assert (3 if words == ("bisect",) else 0) == code, f"{example}: {said}"


def test_the_help_says_what_exit_codes_mean():
    for code in range(5):
        assert re.search(rf"^ +{code}  ", help_of(), re.MULTILINE)

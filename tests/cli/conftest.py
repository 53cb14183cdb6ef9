"""The command line over fakes: a store in memory, commits in order, nothing measured."""

import sys
from types import SimpleNamespace

import pytest

from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.cli import main
from lapwing.judge.policy import Policy


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def told():
    """What the command line asked its collaborators for."""
    return SimpleNamespace(settings=None, root=None, calls=[])


@pytest.fixture
def lapwing(store, told, monkeypatch, tmp_path, capsys):
    """Run a command in an empty project and return its exit code and what it wrote."""

    def open_store(settings, root):
        told.settings, told.root = settings, root
        return store

    monkeypatch.setattr("lapwing.wiring.adapters.open_store", open_store)
    monkeypatch.setattr("lapwing.wiring.adapters.commits", lambda root: FakeCommits())
    monkeypatch.setattr("lapwing.wiring.adapters.policy", lambda settings: Policy(limit=settings.limit))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("LAPWING_STORE", raising=False)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*args):
        # click and capsys meet at sys.stdout; its encoding is what a UTF-8 terminal has.
        assert sys.stdout.encoding.lower().replace("-", "") == "utf8"
        code = main(list(args))
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    return run

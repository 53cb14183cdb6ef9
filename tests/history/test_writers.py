"""Several processes writing one store at once, and a writer killed at any moment: what was acknowledged is there.

``benchmarks/history/survival.py`` does the same with 16 processes and 200 kills.
"""

from __future__ import annotations

import os
import random
import sys

import pytest

from factories import make_run
from fakes.crowd import append_at_once, kill_again_and_again
from lapwing.history import open_store, sqlite

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork and no SIGKILL")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """The place of a store that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "store" / "history.db")
    return request.getfixturevalue("postgres_place")


@needs_fork
def test_several_writers_at_once_lose_nothing(place, tmp_path):
    assert 30 == len(append_at_once(6, 5, place=place, root=tmp_path, folder=tmp_path))


@needs_fork
def test_a_store_that_many_wrote_is_one_file(tmp_path):
    append_at_once(3, 3, place=str(tmp_path / "store" / "history.db"), root=tmp_path, folder=tmp_path)
    assert ["history.db"] == [file.name for file in (tmp_path / "store").iterdir()]


@needs_fork
def test_a_writer_killed_at_any_moment_loses_no_run_that_it_acknowledged(place, tmp_path):
    draw = random.Random(20261124)
    acknowledged, _ = kill_again_and_again(8, draw=draw, place=place, root=tmp_path, folder=tmp_path)
    assert acknowledged


def test_a_store_made_by_another_process_in_the_meantime_is_not_replaced(tmp_path, monkeypatch):
    make = sqlite.create_tables

    def while_another_is_first(connection):
        monkeypatch.setattr(sqlite, "create_tables", make)
        assert 1 == open_store("history.db", tmp_path).append([make_run(1)])
        make(connection)

    monkeypatch.setattr(sqlite, "create_tables", while_another_is_first)
    assert 1 == open_store("history.db", tmp_path).append([make_run(2)])
    assert ["run-0001", "run-0002"] == [run.id for run in open_store("history.db", tmp_path).runs()]
    assert ["history.db"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.parametrize("refusal", [PermissionError, NotImplementedError])
def test_where_there_are_no_hard_links_the_store_is_made_too(tmp_path, monkeypatch, refusal):
    def link(*_):
        raise refusal

    monkeypatch.setattr(os, "link", link)
    assert 1 == open_store("history.db", tmp_path).append([make_run(1)])
    assert 1 == open_store("history.db", tmp_path).append([make_run(2)])
    assert ["history.db"] == [file.name for file in tmp_path.iterdir()]

"""A history that is away: the run is measured, judged as far as can be, kept, and sent by the next sync."""

from __future__ import annotations

import json

import pytest

from factories import make_run
from lapwing.history import open_store
from lapwing.model import Commit

# The store's place is real; what is between it and this process is not there.
AWAY = """
from lapwing.wiring import adapters
from lapwing.errors import StoreError


class Away:
    def append(self, runs):
        raise StoreError("remote-unreachable", "The server cannot be reached.", remedy="try again later.")

    runs = recorded = damaged = load = lambda self, *_, **__: self.append(())

    def close(self):
        pass


adapters.open_store = lambda settings, root: Away()
"""


# Ctrl-C as it comes while a long history is read.
INTERRUPTED = """
from lapwing.history.sql import SqlStore


def recorded(*_, **__):
    raise KeyboardInterrupt


SqlStore.recorded = recorded
"""


@pytest.fixture
def quick(project):
    """A project of two benchmarks, measured in no time; one breaks its budget where that is asked."""
    project.write(
        "test_it.py",
        """
        from lapwing import perf

        @perf
        def test_it():
            sum(range(1000))

        @perf(budget="mean < 3600 s")
        def test_budget():
            sum(range(1000))
        """,
    )
    project.quick = lambda *flags: project.measure(*flags, budget="0.02", processes="1")
    return project


def runs_of(quick):
    return [run["id"] for run in json.loads(quick.lapwing("history", "list", "--json").out)["runs"]]


def test_a_run_whose_history_is_away_is_kept_and_sent_later(quick):
    quick.commit("one")
    assert 0 == quick.quick().code
    quick.write("conftest.py", AWAY)
    quick.commit("two")
    away = quick.quick()

    assert 4 == away.code, away.said
    assert "lapwing: [remote-unreachable] The server cannot be reached. The run will be kept in the outbox." in away.out
    assert {"not-stored", "history-unread"} <= {one["slug"] for one in away.report["warnings"]}
    found = {verdict["lane"]: verdict["outcome"] for verdict in away.report["verdicts"]}
    assert {"none": "inconclusive", "budget": "unchanged"} == found
    (kept,) = quick.root.glob(".lapwing/outbox/*.json")

    assert "runs-waiting" in quick.lapwing("check").out
    sent = json.loads(quick.lapwing("sync", "--json").out)
    assert (1, 2, []) == (len(sent["sent"]), sent["runs"], sent["stays"])
    assert not kept.exists()
    assert away.report["runs"] == sent["sent"]
    assert away.report["runs"] == [runs_of(quick)[-1]]


def test_ctrl_c_while_the_history_is_judged_loses_nothing(quick):
    quick.write("conftest.py", INTERRUPTED)
    quick.commit("one")
    done = quick.quick()

    assert 2 == done.code, done.said
    assert "what was measured is kept and not judged, send it by: lapwing sync" in done.out
    assert 1 == len([*quick.root.glob(".lapwing/outbox/*.json")])
    assert 0 == quick.lapwing("sync").code
    (run,) = json.loads(quick.lapwing("history", "list", "--json").out)["runs"]
    assert (2, 0) == (run["benchmarks"], run["failures"])


def test_what_fails_is_told_though_the_history_is_away(quick):
    quick.write("conftest.py", AWAY)
    quick.write("test_it.py", "from lapwing import perf\n\n@perf\ndef test_it():\n    raise ValueError\n")
    quick.commit("one")
    done = quick.quick("-q")

    assert 1 == done.code, done.said
    assert 1 == len([*quick.root.glob(".lapwing/outbox/*.json")])
    assert "not-stored: The run is not in the history" in done.out


def test_a_history_is_looked_after_from_the_command_line(quick):
    """Every command once, in a process of its own."""
    shas = [quick.commit(subject) for subject in ("one", "two", "three")]
    runs = [make_run(n, run_id=f"run-{n}", commit=Commit(sha=sha, date=1.7e9)) for n, sha in enumerate(shas)]
    store = open_store(".lapwing/history.db", quick.root)
    store.append(runs)
    outbox = quick.root / ".lapwing" / "outbox"
    outbox.mkdir()
    (outbox / "broken.json").write_text('{"schema": 1')

    def said(*arguments, code=0):
        done = quick.lapwing(*arguments)
        assert code == done.code, done.err
        return " ".join(done.out.split())

    assert "3 of 3 runs copied" in said("history", "copy", ".lapwing/history.db", "elsewhere/other.db")
    assert "All records are what was written" in said("history", "verify", "--store", "elsewhere/other.db")
    assert "2 of 3 runs were removed" in said("history", "prune", "--keep-last", "1", "--also-protected", "--yes")
    assert ["run-2"] == [run.id for run in store.runs()]
    assert "1 run, " in said("history", "stats")
    ranged = said("history", "list", "--range", "HEAD~2..HEAD~1", "--store", "elsewhere/other.db")
    assert "1 run on 1 machine" in ranged
    assert "run-1 " in ranged
    assert "broken.json cannot be read." in said("sync", code=4)
    assert (outbox / "broken.json").exists()

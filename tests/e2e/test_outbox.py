"""A history that is away: the run is measured, judged as far as can be, kept, and sent by the next sync."""

from __future__ import annotations

import json

import pytest

# The store's place is real; what is between it and this process is not there.
AWAY = """
import lapwing.wiring as wiring
from lapwing.errors import StoreError


class Away:
    def append(self, runs):
        raise StoreError("remote-unreachable", "The server cannot be reached.", remedy="try again later.")

    runs = recorded = damaged = load = lambda self, *_, **__: self.append(())

    def close(self):
        pass


wiring.open_store = lambda settings, root: Away()
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
    conftest = quick.write("conftest.py", AWAY)
    quick.commit("two")
    away = quick.quick()

    assert 4 == away.code, away.said
    assert "lapwing: [remote-unreachable] The server cannot be reached. The run will be kept in the outbox." in away.out
    assert {"not-stored", "history-unread"} <= {one["slug"] for one in away.report["warnings"]}
    found = {verdict["lane"]: verdict["outcome"] for verdict in away.report["verdicts"]}
    assert {"none": "inconclusive", "budget": "unchanged"} == found
    (kept,) = quick.root.glob(".lapwing/outbox/*.json")

    assert "runs-waiting" in quick.lapwing("check").out
    rehearsed = quick.lapwing("sync", "--dry-run")
    assert (0, "") == (rehearsed.code, rehearsed.err)
    assert "1 run would be sent" in rehearsed.out
    assert 1 == len(runs_of(quick))

    sent = json.loads(quick.lapwing("sync", "--json").out)
    assert (1, 2, []) == (len(sent["sent"]), sent["runs"], sent["stays"])
    assert not kept.exists()
    assert away.report["runs"] == [runs_of(quick)[-1]]
    assert "runs-waiting" not in quick.lapwing("check").out

    conftest.unlink()
    quick.commit("three")
    again = quick.quick()
    assert "not-stored" not in {one["slug"] for one in again.report["warnings"]}
    assert "new" not in {verdict["outcome"] for verdict in again.report["verdicts"]}


def test_what_fails_is_told_though_the_history_is_away(quick):
    quick.write("conftest.py", AWAY)
    quick.write("test_it.py", "from lapwing import perf\n\n@perf\ndef test_it():\n    raise ValueError\n")
    quick.commit("one")
    done = quick.quick("-q")

    assert 1 == done.code, done.said
    assert 1 == len([*quick.root.glob(".lapwing/outbox/*.json")])
    assert "not-stored: The run is not in the history" in done.out


def test_a_history_is_looked_after_from_the_command_line(quick):
    """Every command once, in processes of its own, on a history that was measured."""
    for subject in ("one", "two"):
        quick.commit(subject)
        quick.quick()
    outbox = quick.root / ".lapwing" / "outbox"
    outbox.mkdir()
    (outbox / "broken.json").write_text('{"schema": 1')
    first, second = runs_of(quick)

    verified = quick.lapwing("history", "verify")
    assert (0, "") == (verified.code, verified.err)
    copied = quick.lapwing("history", "copy", ".lapwing/history.db", "elsewhere/other.db")
    assert (0, "") == (copied.code, copied.err)
    assert "2 of 2 runs copied" in copied.out
    pruned = quick.lapwing("history", "prune", "--keep-last", "1", "--also-protected", "--yes")
    assert (0, "") == (pruned.code, pruned.err)
    assert [second] == runs_of(quick)
    assert "1 run, " in quick.lapwing("history", "stats").out
    back = quick.lapwing("history", "copy", "elsewhere/other.db", ".lapwing/history.db")
    assert "1 of 2 runs copied" in back.out
    assert {first, second} == set(runs_of(quick))
    newest = quick.lapwing("history", "list", "--range", "HEAD~1..HEAD", "--json")
    assert [second] == [run["id"] for run in json.loads(newest.out)["runs"]]

    stays = quick.lapwing("sync")
    assert 4 == stays.code
    assert "broken.json cannot be read." in " ".join(stays.out.split())
    assert (outbox / "broken.json").exists()

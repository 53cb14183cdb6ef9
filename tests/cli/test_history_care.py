"""The commands that look after a history, over fakes: what they ask for, what they say, how they exit."""

import json

import pytest

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.cli.dates import moment
from lapwing.errors import StoreDamaged, StoreError, UsageError
from lapwing.history.outbox import OutboxFiles
from lapwing.model import Commit
from lapwing.report.diagnosis import Diagnosis

NOW = 1_700_000_000.0  # 2023-11-14 22:13:20
DAY = 86_400.0


class NoTags:
    def tags(self):
        return ()


@pytest.fixture(autouse=True)
def _world(monkeypatch, lapwing):
    """Git knows commits 0 to 5, and the clock stands."""
    shas = [make_sha(number) for number in range(6)]
    monkeypatch.setattr("lapwing.wiring.adapters.commits", lambda root: FakeCommits(shas))
    monkeypatch.setattr("lapwing.wiring.adapters.tags", lambda root: NoTags())
    monkeypatch.setattr("lapwing.wiring.adapters.revision", lambda root: {"HEAD": shas[-1], "v1": shas[2]}.get)
    monkeypatch.setattr("lapwing.wiring.adapters.clock", lambda: FakeClock(NOW))


def ago(days, number, **more):
    return make_run(number, started_at=NOW - days * DAY, **more)


def listed(done):
    return [run["id"] for run in json.loads(done.out)["runs"]]


# list


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ((), [3, 1, 2]),
        (("--since", "2d"), [2]),
        (("--since", "2023-11-04", "--until", "2023-11-12"), [1]),
        (("--range", "v1..HEAD"), [3]),
        (("--range", "..v1"), [1, 2]),
        (("--commit", "v1"), [2]),
        (("--branch", "main"), [3]),
        (("--source", "import:asv"), [1]),
        (("--benchmark", "other"), [2]),
        (("-n", "1"), [3]),
        (("--machine", MACHINE.id[:5]), [3, 1, 2]),
    ],
)
def test_the_list_is_of_what_was_asked_for(args, found, lapwing, store):
    store.append(
        [
            ago(30, 3, commit=Commit(sha=make_sha(3), branch="main")),
            ago(5, 1, source="import:asv"),
            ago(1, 2, samples=(make_sample("other"),)),
        ]
    )
    done = lapwing("history", "list", "--json", *args)
    assert [f"run-{number:04d}" for number in found] == listed(done)
    assert (0, "") == (done.code, done.err)


def test_the_list_is_in_the_order_of_git(lapwing, store):
    store.append([make_run(4), make_run(80), make_run(1)])
    out = lapwing("history", "list").out
    assert out.index("run-0004") < out.index("run-0001") < out.index("Not in the history of") < out.index("run-0080")


@pytest.mark.parametrize(
    ("args", "slug"),
    [
        (("--range", "v1"), "bad-range"),
        (("--range", "v1...HEAD"), "bad-range"),
        (("--range", "v9..HEAD"), "no-such-commit"),
        (("--since", "yesterday"), "bad-date"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(args, slug, lapwing, store):
    store.append([make_run(1)])
    done = lapwing("history", "list", *args)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith(f"lapwing: [{slug}]")


def test_the_list_says_what_waits(lapwing, store, tmp_path):
    OutboxFiles(tmp_path).keep(make_run(9))
    out = lapwing("history", "list").out
    assert "runs-waiting: 1 earlier run waits in the outbox" in out
    assert "Remedy: lapwing sync" in out


# dates


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2023-11-14", NOW - 22 * 3600 - 13 * 60 - 20),
        ("2023-11-14T22:13:20", NOW),
        ("2023-11-14T22:13:20+02:00", NOW - 7200),
        ("3d", NOW - 3 * DAY),
        (" 2 weeks ", NOW - 14 * DAY),
        ("12mo", NOW - 365.25 * DAY),
        ("2y", NOW - 730.5 * DAY),
        ("0001-01-01", -62135596800.0),
    ],
)
def test_a_moment_is_a_date_or_an_age(text, seconds):
    assert seconds == moment(text, now=NOW)


def test_the_end_of_a_day_is_after_it():
    assert DAY == moment("2023-11-14", now=NOW, end=True) - moment("2023-11-14", now=NOW)
    assert NOW == moment("2023-11-14T22:13:20", now=NOW, end=True)


@pytest.mark.parametrize("text", ["", "5", "5m", "2023-13-01", "-3d", "9999-12-31", "\u0661d", "3 dog years"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(UsageError) as caught:
        moment(text, now=NOW, end=True)
    assert "bad-date" == caught.value.slug


# prune


def test_prune_shows_first_and_removes_with_yes(lapwing, store):
    store.append([ago(400, 1), ago(10, 2)])
    dry = lapwing("history", "prune", "--older-than", "1y", "--also-protected")
    assert (0, 2) == (dry.code, len(store.runs()))
    assert "1 of 2 runs would go" in dry.out

    done = lapwing("history", "prune", "--older-than", "1y", "--also-protected", "--yes", "--json")
    assert ["run-0002"] == [run.id for run in store.runs()]
    assert (["run-0001"], True) == ((found := json.loads(done.out))["runs"], found["removed"])


def test_prune_keeps_what_is_relied_on(lapwing, store):
    store.append([ago(400, 1), ago(10, 2)])
    done = lapwing("history", "prune", "--keep-last", "0", "--yes")
    assert "2 runs stay: change points" in done.out
    assert 2 == len(store.runs())


@pytest.mark.parametrize(
    ("args", "left"),
    [
        (("--dirty",), [1, 3, 4]),
        (("--incomplete",), [1, 2, 4]),
        (("--source", "import:asv"), [1, 2, 3]),
        (("--one-a", "month"), [4]),
        (("--keep-last", "3"), [2, 3, 4]),
        (("--machine", MACHINE.id[:6]), []),
    ],
)
def test_prune_takes_what_was_asked_for(args, left, lapwing, store):
    dirty = Commit(sha=make_sha(2), dirty=True)
    store.append([ago(4, 1), ago(3, 2, commit=dirty), ago(2, 3, complete=False), ago(1, 4, source="import:asv")])
    lapwing("history", "prune", *args, "--also-protected", "--yes")
    assert [f"run-{number:04d}" for number in left] == [run.id for run in store.runs()]


def test_prune_of_nothing_in_particular_is_refused(lapwing, store):
    store.append([make_run(1)])
    done = lapwing("history", "prune", "--yes")
    assert (2, 1) == (done.code, len(store.runs()))
    assert "[nothing-asked]" in done.err


# verify, copy, stats


@pytest.mark.parametrize("word", ["verify", "fsck"])
def test_verify_exits_with_four_where_something_is_damaged(word, lapwing, store):
    store.append([make_run(1), make_run(2)])
    assert 0 == lapwing("history", word).code

    store.load = lambda run_id: (_ for _ in ()).throw(StoreDamaged("run-damaged", f"Run {run_id}.", remedy="keep."))
    done = lapwing("history", word)
    assert (4, "") == (done.code, done.err)
    assert "2 records damaged; all are kept." in done.out
    assert 2 == len(json.loads(lapwing("history", word, "--json").out)["damaged"])


def test_copy_copies_and_says_how_much(lapwing, monkeypatch):
    stores = {"a.db": MemoryStore([make_run(1), make_run(2)]), "b.db": MemoryStore()}
    monkeypatch.setattr("lapwing.wiring.adapters.open_place", lambda place, root: stores[place])
    dry = lapwing("history", "copy", "a.db", "b.db", "--dry-run")
    assert (0, 0) == (dry.code, len(stores["b.db"].runs()))
    done = lapwing("history", "copy", "a.db", "b.db")
    assert (0, 2) == (done.code, len(stores["b.db"].runs()))
    assert "2 of 2 runs copied" in done.out
    assert stores["a.db"].closed
    assert stores["b.db"].closed


def test_copy_exits_with_four_where_a_run_was_left(lapwing, monkeypatch):
    source = MemoryStore([make_run(1)])
    source.load = lambda run_id: (_ for _ in ()).throw(StoreDamaged("run-damaged", "A bit.", remedy="keep."))
    stores = {"a.db": source, "b.db": MemoryStore()}
    monkeypatch.setattr("lapwing.wiring.adapters.open_place", lambda place, root: stores[place])
    done = lapwing("history", "copy", "a.db", "b.db", "--json")
    assert (4, "run-damaged") == (done.code, json.loads(done.out)["left"][0]["slug"])


def test_copy_from_nowhere_is_refused(lapwing):
    done = lapwing("history", "copy", "typo.db", "b.db")
    assert 2 == done.code
    assert "[nothing-to-copy]" in done.err


@pytest.mark.parametrize(("place", "slug"), [("none", "no-store"), ("ftp://x/y", "unknown-store")])
def test_copy_to_no_store_is_refused(place, slug, lapwing):
    done = lapwing("history", "copy", "a.db", place)
    assert 2 == done.code
    assert f"[{slug}]" in done.err


def test_stats_tells_the_size(lapwing, store):
    store.append([ago(100, 1), ago(1, 2)])
    done = lapwing("history", "stats")
    assert done.out.startswith("2 runs, ")
    assert "At the pace of the last 90 days" in done.out
    assert 2 == json.loads(lapwing("history", "stats", "--json").out)["runs"]


# sync


def test_sync_sends_what_waits(lapwing, store, tmp_path):
    outbox = OutboxFiles(tmp_path)
    outbox.keep(make_run(1))
    dry = lapwing("sync", "--dry-run")
    assert (0, 0, 1) == (dry.code, len(store.runs()), len(outbox.waiting()))
    assert "1 run would be sent" in dry.out

    done = lapwing("sync")
    assert (0, 1, ()) == (done.code, len(store.runs()), outbox.waiting())
    assert "1 run sent to the history.\nThe history has 1 run.\n" == done.out
    assert "The outbox is empty: nothing waits to be sent.\nThe history has 1 run.\n" == lapwing("sync").out


def test_sync_exits_with_four_where_something_stays(lapwing, store, tmp_path):
    OutboxFiles(tmp_path).keep(make_run(1))
    store.fails = StoreError("push-refused", "The remote refused.", remedy="ask for the right to push.")
    done = lapwing("sync", "--json")
    found = json.loads(done.out)
    assert (4, "push-refused", 1, None) == (done.code, found["refused"]["slug"], found["unsent"], found["runs"])


def test_sync_brings_a_remote_history_up_to_date(lapwing, store):
    refreshed = []
    store.refresh = lambda: refreshed.append(1)
    lapwing("sync", "--dry-run")
    assert [] == refreshed
    lapwing("sync")
    assert [1] == refreshed


def test_sync_of_a_store_that_cannot_be_read_is_one_sentence(lapwing, store):
    store.runs = lambda: (_ for _ in ()).throw(StoreError("remote-unreachable", "It is away.", remedy="wait."))
    done = lapwing("sync")
    assert (4, "") == (done.code, done.err)
    assert done.out.startswith("The history could not be asked for what is new.\n")
    assert "remote-unreachable: It is away." in done.out


def test_doctor_says_what_waits(lapwing, monkeypatch, tmp_path):
    OutboxFiles(tmp_path).keep(make_run(1))
    diagnosis = Diagnosis(machine=MACHINE, conditions=(), processes=10, noise=0.01, detectable=0.02)
    monkeypatch.setattr("lapwing.wiring.doctor.doctor", lambda settings, root, progress: diagnosis)
    out = lapwing("doctor").out
    assert "runs-waiting: 1 earlier run waits in the outbox" in out
    assert "Remedy: lapwing sync" in out


def test_check_says_what_waits(lapwing, monkeypatch, store, tmp_path):
    store.append([make_run(1), make_run(2)])
    OutboxFiles(tmp_path).keep(make_run(3))
    done = lapwing("check", "--json", "-")
    assert "runs-waiting" == json.loads(done.out)["warnings"][0]["slug"]

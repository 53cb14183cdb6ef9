"""A history on a branch of a real remote that is away, or may not be written: kept, sent, copied, verified, pruned."""

from __future__ import annotations

import subprocess
from contextlib import closing

import pytest

from factories import make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.remote import BareRemote
from lapwing.errors import StoreError
from lapwing.history import open_store
from lapwing.history.outbox import OutboxFiles
from lapwing.history.schema import encode
from lapwing.judge.policy import Policy
from lapwing.pipeline.prune import plan_pruning, prune
from lapwing.pipeline.retention import Wanted
from lapwing.pipeline.verify import verify
from lapwing.wiring import copying
from lapwing.wiring import sync as wired
from lapwing.wiring.keeping import Keeping
from report.cases import make_report

REPORT = make_report("new")
RUNS = [make_run(number, make_sample("a", (0.1 * number, 0.2))) for number in (3, 1, 2)]


@pytest.fixture
def remote(tmp_path):
    return BareRemote(tmp_path / "remotes")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def opened(remote, root):
    """Open the branch anew, as another command would."""
    stores = []

    def open_it():
        stores.append(open_store(remote.url, root))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


def quiet(*_):
    """Nobody looks at the progress."""


def keep(store, root, run):
    keeping = Keeping(store=store, outbox=OutboxFiles(root))
    return [one.slug for one in keeping.preflight()], keeping.keep((run,), REPORT)


def sync(store, root):
    return wired.sync(store=store, root=root, progress=quiet, dry=False)


def test_where_the_push_is_refused_the_history_is_read_and_the_run_is_sent_when_it_may(remote, root, opened):
    opened().append(RUNS[:1])
    hook = remote.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'You may not write here.'\nexit 1\n")
    hook.chmod(0o755)
    _, report = keep(opened(), root, RUNS[1])

    assert "not-stored" == report.warnings[0].slug
    assert "refuses the push" in report.warnings[0].message
    assert ["run-0003"] == [run.id for run in opened().runs()]
    again = sync(opened(), root)
    assert ("push-refused", 1, False) == (again.refused.slug, again.unsent, again.is_clean)

    hook.unlink()
    done = sync(opened(), root)
    assert (("run-0001",), 2, True) == (done.sent, done.runs, done.is_clean)
    assert () == OutboxFiles(root).waiting()
    assert RUNS[1] == opened().load("run-0001")


def test_where_the_remote_is_away_the_run_is_sent_when_it_is_back(remote, root, opened):
    opened().append(RUNS[:1])
    opened().runs()
    gone = remote.path.rename(remote.path.with_name("gone.git"))
    said, report = keep(opened(), root, RUNS[1])
    away = sync(opened(), root)

    assert ["remote-unreachable"] == said
    assert "not-stored" == report.warnings[0].slug
    assert ("remote-unreachable", 1) == (away.refused.slug, away.unsent)
    gone.rename(remote.path)
    assert ("run-0001",) == sync(opened(), root).sent


def test_sync_says_that_nothing_could_be_fetched_though_nothing_waits(remote, root, opened):
    opened().append(RUNS[:1])
    opened().runs()
    remote.path.rename(remote.path.with_name("gone.git"))
    away = sync(opened(), root)
    assert ("remote-unreachable", False) == (away.refused.slug, away.is_clean)


def test_sync_fetches_what_others_added(remote, root, opened, tmp_path):
    store = opened()
    store.append(RUNS[:1])
    assert 1 == len(store.runs())
    with closing(open_store(remote.url, tmp_path / "elsewhere")) as other:
        other.append(RUNS[1:])
    assert 1 == len(store.runs()), "30 seconds have not passed"
    assert 3 == sync(store, root).runs


def test_a_history_goes_to_a_branch_and_back_and_is_the_same(remote, root, opened, tmp_path):
    with (
        closing(open_store("one.db", tmp_path)) as one,
        closing(open_store("other.db", tmp_path)) as other,
    ):
        one.append(RUNS)
        there = copying.copy_history(source=one, target=opened(), progress=quiet, dry=False)
        back = copying.copy_history(source=opened(), target=other, progress=quiet, dry=False)
        assert (3, 3, ()) == (there.copied, there.same, there.left)
        assert (3, 3, ()) == (back.copied, back.same, back.left)
        assert {run.id: encode(run) for run in RUNS} == {run.id: encode(other.load(run.id)) for run in RUNS}


def test_a_damaged_file_of_the_branch_is_named_and_the_rest_is_compared(remote, root, opened):
    opened().append(RUNS)
    assert () == verify(store=opened(), progress=quiet).damaged
    (path,) = [path for path in remote.files() if "run-0002" in path]
    remote.put(path.encode(), remote.blob(b"not a run"))
    found = verify(store=opened(), progress=quiet)
    assert any("run-0002" in one.message for one in found.damaged), found


def test_what_is_pruned_is_gone_from_the_branch(opened):
    opened().append(RUNS)
    store = opened()
    plan = plan_pruning(
        store=store,
        commits=FakeCommits([make_sha(number) for number in range(5)]),
        tags=NoTags(),
        policy=Policy(),
        wanted=Wanted(keep_last=1),
        also_protected=True,
    )
    assert 2 == len(prune(store, plan).runs)
    gone = {run.id for run in plan.runs}
    assert [run.id for run in RUNS if run.id not in gone] == [run.id for run in opened().runs()]


class NoTags:
    def tags(self):
        return ()


def test_a_remote_that_there_is_not_stops_before_measuring(root):
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    with (
        closing(open_store("git+branch://h?remote=nobody", root)) as store,
        pytest.raises(StoreError, match="no-such-remote"),
    ):
        Keeping(store=store, outbox=OutboxFiles(root)).preflight()

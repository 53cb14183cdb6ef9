"""A history on a real PostgreSQL server: a run is kept while it is away; copied, verified, pruned."""

from __future__ import annotations

from contextlib import closing

import pytest

from factories import make_run, make_sample, make_sha
from fakes.commits import FakeCommits
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

RUNS = [make_run(number, make_sample("a", (0.1 * number, 0.2))) for number in (3, 1, 2)]


def quiet(*_):
    """Nobody looks at the progress."""


class NoTags:
    def tags(self):
        return ()


@pytest.fixture
def server(postgres_place, tmp_path):
    store = open_store(postgres_place, tmp_path)
    yield store
    store.close()


def test_a_history_goes_to_a_server_and_back_and_is_the_same(server, tmp_path):
    with closing(open_store("one.db", tmp_path)) as one, closing(open_store("other.db", tmp_path)) as other:
        one.append(RUNS)
        there = copying.copy_history(source=one, target=server, progress=quiet, dry=False)
        back = copying.copy_history(source=server, target=other, progress=quiet, dry=False)
        assert (3, 3, ()) == (there.copied, there.same, there.left)
        assert (3, 3, ()) == (back.copied, back.same, back.left)
        assert [run.id for run in RUNS] == [run.id for run in other.runs()]
        assert [encode(run) for run in RUNS] == [encode(other.load(run.id)) for run in RUNS]
    assert (3, 3, ()) == ((found := verify(store=server, progress=quiet)).runs, found.values, found.damaged)


def test_what_is_pruned_is_gone_from_the_server(server):
    server.append(RUNS)
    plan = plan_pruning(
        store=server,
        commits=FakeCommits([make_sha(number) for number in range(5)]),
        tags=NoTags(),
        policy=Policy(),
        wanted=Wanted(keep_last=1),
        also_protected=True,
    )
    assert 2 == len(prune(server, plan).runs)
    assert ["run-0002"] == [run.id for run in server.runs()]
    assert () == verify(store=server, progress=quiet).damaged


def test_a_run_waits_while_the_server_is_away(server, tmp_path):
    outbox = OutboxFiles(tmp_path)
    nobody = f"postgresql://u:secret@/nothing?host={tmp_path}&connect_timeout=2"
    with closing(open_store(nobody, tmp_path)) as away:
        keeping = Keeping(store=away, outbox=outbox)
        (said,) = keeping.preflight()
        report = keeping.keep(RUNS[:1], make_report("new"))

    assert "remote-unreachable" == said.slug
    assert "not-stored" == report.warnings[0].slug
    assert "secret" not in said.message + report.warnings[0].message
    done = wired.sync(store=server, root=tmp_path, progress=quiet, dry=False)
    assert (("run-0003",), 1, True) == (done.sent, done.runs, done.is_clean)
    assert () == outbox.waiting()

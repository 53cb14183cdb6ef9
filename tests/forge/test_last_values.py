"""The last values on main beside a verdict: read by who reports, never by who measures, and no verdict needs them."""

import os

import pytest

from factories import make_run, make_sample
from fakes.remote import BareRemote
from fakes.repository import Repository
from forge.conftest import SHA
from forge.measured import SLOWER, hand_over, handed, reported
from lapwing.history import open_store
from lapwing.model import Commit

from fakes.github.events import pushed  # isort: skip

STORE = "git+branch://lapwing-history"
RISING = (1.0, 1.15, 1.35, 1.55, 1.8)
LINE = "`▁▂▄▆█`"


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A repository with five commits on main, and a history of them on a branch."""
    folder = tmp_path_factory.mktemp("origin")
    work = Repository(folder / "work")
    shas = [work.save(f"Commit {n}") for n in range(5)]
    remote = BareRemote(folder)
    work.git("push", "-q", str(remote.path), "main")
    remote.git("symbolic-ref", "HEAD", "refs/heads/main")
    kept(open_store(remote.url, folder), shas)
    return str(remote.path), work.root, shas


def kept(store, shas):
    runs = [
        make_run(n, make_sample("t.py::slow", 1e-3 * RISING[n]), commit=Commit(sha=sha)) for n, sha in enumerate(shas)
    ]
    store.append(runs)
    store.close()


def told(hub, github, root, address, **environ):
    found = reported(
        github, "workflow_run", hand_over(hub, SLOWER), root, environ=os.environ | environ, address=address
    )
    (body,) = hub.own_comments()
    assert "### ❌ Performance: 1 of 4 benchmarks got slower" in body
    assert "failure" == hub.statuses[-1]["state"]
    return body, found.done[:-2]


def test_they_are_read_from_the_history_of_the_default_branch_without_a_clone(hub, github, tmp_path, origin):
    address, *_ = origin
    body, notes = told(hub, github, tmp_path, address, LAPWING_STORE=STORE)
    (row,) = [line for line in body.splitlines() if line.startswith("| ❌")]
    assert row.endswith(f"| {LINE} |")
    assert ("last 20 on main" in body, ()) == (True, notes)
    assert [] == list(tmp_path.iterdir())


def test_the_default_branchs_settings_may_name_the_history(hub, github, tmp_path, origin):
    address, *_ = origin
    hub.contents["pyproject.toml"] = f"[tool.lapwing]\nstore = '{STORE}?remote=origin'\n"
    assert LINE in told(hub, github, tmp_path, address)[0]


@pytest.mark.parametrize(
    ("store", "said"),
    [
        (f"{STORE}?remote=/nowhere/at/all.git", "No sparklines: the history cannot be read. "),
        ("git+branch://-x", "No sparklines: the history cannot be read. "),
        ("ftp://x/y", "No sparklines: the history cannot be read. "),
        ("git+branch://no-such-branch", ""),
        ("/nowhere/history.db", ""),
        ("history.db", ""),
        ("none", ""),
    ],
)
def test_without_a_history_there_is_everything_else(  # noqa: PLR0913, PLR0917 - what is there, and two cases
    hub, github, tmp_path, origin, store, said
):
    # A file of the folder that the job runs in is nobody's history.
    kept(open_store("history.db", tmp_path), origin[2])
    body, notes = told(hub, github, tmp_path, origin[0], LAPWING_STORE=store)
    assert "last 20" not in body
    assert bool(said) == bool(notes)
    assert all(note.startswith(said) for note in notes)


def test_where_nobody_says_where_the_repository_is_there_are_none(hub, github, tmp_path):
    body, notes = told(hub, github, tmp_path, "", LAPWING_STORE=STORE)
    assert ("last 20" in body, ()) == (False, notes)


def test_a_job_that_has_a_clone_reads_the_history_beside_it(hub, github, origin, tmp_path):
    _, clone, shas = origin
    place = tmp_path / "h.db"
    kept(open_store(str(place), clone), shas)
    (tmp_path / "r.json").write_bytes(handed(SLOWER))
    found = reported(
        github, "push", pushed(SHA), clone, file=tmp_path / "r.json", environ=os.environ | {"LAPWING_STORE": str(place)}
    )
    (recent,) = found.told.recent.values()
    assert [1e-3 * one for one in RISING] == list(recent)

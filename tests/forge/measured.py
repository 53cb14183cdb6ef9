"""What jobs handed over, and reports of it as ``lapwing report`` makes them, for the tests."""

from dataclasses import replace
from functools import cache

from fakes.github.events import run_completed
from forge.conftest import SHA
from lapwing.forge.activity import task_of
from lapwing.forge.surroundings import WORKFLOW, Surroundings
from lapwing.history.handover import write
from lapwing.model import Commit
from lapwing.settings import Settings
from lapwing.wiring.recent import Place
from lapwing.wiring.report import Wanted, report
from lapwing.wiring.report_case import Cases

from judge.comparisons import Noise, compared  # isort: skip

SLOWER = {"t.py::slow": 0.12}
SAME = {"t.py::slow": 0.0}


def recording(changes, *, sha=SHA, pairs=16, **more):
    """Make a comparison in which head is larger by what ``changes`` say (log ratios), with a machine's noise."""
    noise = Noise(seed=5, scale=0.3)
    rows = {name: [change + float(noise()) for _ in range(pairs)] for name, change in changes.items()}
    rows |= {f"t.py::quiet{n}": [float(noise()) for _ in range(pairs)] for n in range(3)}
    made = compared(rows, **more)
    # The first four are screening; what follows confirms.
    staged = tuple(
        replace(pair, step=replace(pair.step, stage="screen" if place < 4 else "confirm"))
        for place, pair in enumerate(made.pairs)
    )
    return replace(made, pairs=staged, head=Commit(sha=sha, branch="topic"), base=Commit(sha="b" * 40))


def handed(changes, *, suite="default", sha=SHA):
    return _handed(tuple(changes.items()), suite, sha)


@cache
def _handed(changes, suite, sha):
    return write(recording(dict(changes), sha=sha), suite)


def hand_over(  # noqa: PLR0913 - what a test may want to be different
    hub, changes, *, run_id=5, sha=SHA, owner=None, branch="topic", attempt=1, suite="default"
):
    """Let a run leave a report on the fake GitHub, and return the event that it is over."""
    hub.add_run(run_id, sha, owner=owner, branch=branch, attempt=attempt)
    name = "lapwing-report" if suite == "default" else f"lapwing-report-{suite}"
    hub.add_artifact(run_id, name, handed(changes, sha=sha, suite=suite).decode())
    more = {"owner": owner} if owner else {}
    return run_completed(sha, branch=branch, run_id=run_id, attempt=attempt, **more)


def cases(job):
    """Return who judges by ordinary rules, where there is no history."""
    return Cases(suite="default", settings=Settings(), job=job, place=Place(root=None), environ={})


def reported(  # noqa: PLR0913 - the same
    github, event, payload, root, *, environ=None, job=None, address="", **wanted
):
    """Do what ``lapwing report`` does after an event; ``address`` is where the repository is on the web."""
    around = Surroundings(
        task=task_of(event, payload, workflow=WORKFLOW),
        forge=github,
        summary=None,
        job=job,
        annotates=False,
        address=address,
    )
    return report(Wanted(**({"suite": "default", "file": None, "root": root} | wanted)), around, environ or {})

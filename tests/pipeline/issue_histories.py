"""A default branch as time goes by, for the tests of its issues: levels by commit, and what a run of each day does."""

from dataclasses import replace
from datetime import date

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.judge.policy import Policy
from lapwing.pipeline.check import check
from lapwing.pipeline.issues.job import tell_issues, told_alone
from lapwing.pipeline.issues.stand import ground_of
from lapwing.pipeline.issues.telling import Manner
from lapwing.review import Job

A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b[x|y]"
QUIET = ("tests/test_q.py::test_q0", "tests/test_r.py::test_r0", "tests/test_s.py::test_s0")
OTHER = replace(MACHINE, cpu="Other CPU")
NOISE = (0.997, 1.004, 1.0, 0.998, 1.003, 0.999, 1.002)
TODAY = date(2026, 11, 28)
COMPARE = "https://github.com/octo/thing/compare/{old}...{new}"


def stepping(*steps):
    """Return the level of each commit: 1, and from each ``(commit, level)`` on that level."""
    return lambda number: next((level for at, level in reversed(steps) if number >= at), 1.0)


class Branch:
    """Commits 0, 1, 2 ... of which each is measured; ``levels`` are functions of the commit by benchmark."""

    def __init__(
        self, levels=None, *, machines=(MACHINE,), quiet=QUIET, skip=lambda number, machine: False, processes=1
    ):
        self.levels = {name: stepping() for name in quiet} | (levels or {})
        self.machines, self.skip, self.processes = machines, skip, processes
        self._checked = {}

    def sample(self, name, value):
        """Make a sample; of several processes one that was measured again to be sure."""
        values = [value * (1 + 0.001 * n) for n in range(self.processes)]
        return make_sample(name, *values, screened=int(self.processes > 1))

    def runs(self, count):
        return [
            make_run(
                number,
                *(
                    self.sample(name, 1e-3 * level(number) * NOISE[(number + place) % len(NOISE)])
                    for place, (name, level) in enumerate(self.levels.items())
                    if level(number) is not None
                ),
                machine=machine,
                run_id=f"{machine.id}-{number}",
            )
            for number in range(count)
            for machine in self.machines
            if not self.skip(number, machine)
        ]

    def ground(self, count, waivers=(), **more):
        """Return what is known once ``count`` commits are measured."""
        if count not in self._checked:
            store = MemoryStore(self.runs(count))
            self._checked[count] = check(store=store, commits=self.commits(count), policy=Policy())
        checked = self._checked[count]
        return ground_of(
            checked.report,
            checked.cleared,
            order=more.pop("order", checked.order),
            policy=Policy(),
            titles={machine.id: machine.title for machine in self.machines},
            waivers=tuple(waivers),
            today=TODAY,
            **more,
        )

    def commits(self, count):
        return FakeCommits([make_sha(number) for number in range(count)])

    def day(self, forge, count, *, waivers=(), said=lambda body: (), site="", **manner):
        """Do what the job does at commit ``count - 1``; return what it says it did."""
        ground = self.ground(count, waivers, site=site)
        return tell_issues(
            ground, forge=forge, commits=self.commits(count), manner=make_manner(count, **manner), said=said
        )

    def alone(self, count, **more):
        return told_alone(self.ground(count), self.commits(count), make_manner(count, **more), "there is no token.")


def make_manner(count, **more):
    job = Job(id=1000 + count, attempt=1, url=f"https://github.com/octo/thing/actions/runs/{1000 + count}")
    return Manner(**({"suite": "default", "label": "lapwing", "most": 3, "compare": COMPARE, "job": job} | more))


def open_issues(forge):
    return [one for one in forge.kept.values() if one.is_open]

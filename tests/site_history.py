"""A history for the site to show, and scripts of others that are none."""

from __future__ import annotations

from dataclasses import replace

from factories import MACHINE, make_declared, make_run, make_sample, make_sha
from lapwing.model import Commit, Tag
from lapwing.site.pages.scripts import PACKAGES

OTHER = replace(MACHINE, cpu="Other CPU")
THIRD_PARTY = {path: f"/* {path} */".encode() for package in PACKAGES for path in package.files.values()}


class FakeTags:
    def __init__(self, *tags):
        self._tags = tags

    def tags(self):
        return tuple(Tag(name=name, sha=make_sha(number)) for name, number in self._tags)


def wobble(number):
    """Noise of 1 %, the same each time."""
    return 1 + 0.01 * ((number * 7919 % 101) / 50 - 1)


def run_of(number, *, machine=MACHINE, level=1e-3, **more):
    """One run: a benchmark, one with a parameter, and a throughput."""
    values = {
        "tests/perf/test_x.py::TestA::test_b": level,
        "tests/perf/test_x.py::test_p[10]": 2e-3,
        "tests/perf/test_x.py::test_p[100]": 2e-2,
    }
    samples = [make_sample(name, value * wobble(number), value * wobble(number + 1)) for name, value in values.items()]
    declared = tuple(
        make_declared(name, params=(("n", name[name.index("[") + 1 : -1]),) if "[" in name else ()) for name in values
    )
    commit = Commit(sha=make_sha(number), date=1_700_000_000.0 + 60 * number)
    run = make_run(number, *samples, run_id=f"{machine.id}-{number}", machine=machine, declared=declared)
    return replace(run, commit=commit, **more)

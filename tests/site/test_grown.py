"""A site that grew is, byte for byte, the one that is built from nothing: whatever happened to the history between."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import MACHINE, make_sha
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.history.looks import LooksFile
from lapwing.judge.policy import Policy
from lapwing.site.names import Shown
from lapwing.site.pages import publish, thumbnails
from lapwing.site.pages.content import Row
from lapwing.site.pages.source import points_of, source_of
from lapwing.units import SECONDS
from site_history import OTHER, FakeTags, run_of


class World:
    """A history, a site that grows with it, and what a site is built by; a test changes any of them."""

    def __init__(self, make_site, folder):
        self.runs = [run_of(number, level=1e-3 * (1.3 if number >= 20 else 1)) for number in range(40)]
        self.shas = [make_sha(number) for number in range(60)]
        self.site = {"policy": Policy(), "clock": FakeClock(), "tags": FakeTags(("v1", 12))}
        self.folder = folder
        self.memory = folder / "looks.json"
        self._make_site = make_site

    def build(self, target, memory=None):
        self._make_site(memory=memory, **self.site).build(MemoryStore(self.runs), FakeCommits(self.shas), target)
        return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}

    def grown(self):
        memory = LooksFile(self.memory)
        built = self.build(self.folder / "grown", memory)
        memory.close()
        return built

    def anew(self):
        shutil.rmtree(self.folder / "new", ignore_errors=True)
        return self.build(self.folder / "new")

    def graph(self):
        return next((self.folder / "grown").glob("graphs/branch-main/*/*test_b.json"))


def add(world, *, count=1, **more):
    world.runs += [run_of(len(world.runs) + number, **more) for number in range(count)]


def rename(world):
    """The benchmark has another id from now on, and says which it had."""
    run = run_of(len(world.runs))
    old, new = "tests/perf/test_x.py::TestA::test_b", "tests/perf/test_y.py::TestA::test_c"
    world.runs.append(
        replace(
            run,
            declared=tuple(
                replace(one, benchmark=new, node_id=new, was=(old,)) if one.benchmark == old else one
                for one in run.declared
            ),
            samples=tuple(
                replace(one, metric=replace(one.metric, benchmark=new)) if one.metric.benchmark == old else one
                for one in run.samples
            ),
        )
    )


def resettle(world):
    """The benchmarks are measured under other settings from now on."""
    run = run_of(len(world.runs), level=2e-3)
    world.runs.append(replace(run, declared=tuple(replace(one, fingerprint="other") for one in run.declared)))


def rewrite(world):
    """Somebody pushed another history over the newest commits but ten."""
    world.shas = [*world.shas[:30], *(make_sha(number) for number in range(100, 120)), *world.shas[30:]]


def measure_elsewhere(world):
    world.runs += [run_of(number, machine=OTHER, level=2e-3) for number in range(10, 40)]


def measure_again(world):
    world.runs.append(replace(run_of(30, level=1.2e-3), id="again"))


def spoil(path, content):
    path.write_bytes(content)


def flip(path):
    """Change a digit, and not the size."""
    content = path.read_bytes()
    at = content.rindex(b"1")
    path.write_bytes(content[:at] + b"2" + content[at + 1 :])
    touched(path, seconds=9)


def touched(path, *, seconds):
    """Let a file be written that much later, or earlier, than it was."""
    at = path.stat().st_mtime_ns + seconds * 10**9
    os.utime(path, ns=(at, at))


def rot(path):
    """Change a digit without anybody having written."""
    flip(path)
    touched(path, seconds=-99)


HAPPENED = {
    "nothing": lambda world: None,
    "a run": add,
    "several runs": lambda world: add(world, count=7),
    "a run of one benchmark": lambda world: world.runs.append(
        replace(run := run_of(len(world.runs)), samples=run.samples[:1], declared=run.declared[:1])
    ),
    "a commit measured again": measure_again,
    "a run removed": lambda world: world.runs.pop(17),
    "the newest run removed": lambda world: world.runs.pop(),
    "another machine": measure_elsewhere,
    "a machine of the same name": lambda world: world.runs.extend(
        run_of(number, machine=replace(MACHINE, arch="other")) for number in range(10, 40)
    ),
    "another name": rename,
    "other settings of a benchmark": resettle,
    "a history rewritten": rewrite,
    "a history cut off": lambda world: world.shas.__delitem__(slice(5)),
    "a release": lambda world: world.site.update(tags=FakeTags(("v1", 12), ("v2", 35))),
    "another limit": lambda world: world.site.update(policy=Policy(limit=0.4)),
    "a change in a new run": lambda world: add(world, count=14, level=2e-3),
    "a memory cut short": lambda world: spoil(world.memory, world.memory.read_bytes()[:-20]),
    "a memory of nonsense": lambda world: spoil(world.memory, b'{"lapwing": "x"}\n{}'),
    "a memory with another digit": lambda world: flip(world.memory),
    "a manifest cut short": lambda world: spoil(m := world.folder / "grown" / "lapwing.json", m.read_bytes()[:-9]),
    "a graph with another digit": lambda world: flip(world.graph()),
    "a graph that rotted, and a run": lambda world: (rot(world.graph()), add(world)),
    "a graph cut short": lambda world: spoil(world.graph(), world.graph().read_bytes()[:-9]),
    "a graph gone": lambda world: world.graph().unlink(),
    "a site gone": lambda world: shutil.rmtree(world.folder / "grown"),
}


@pytest.fixture
def world(make_site, tmp_path, monkeypatch):
    # So few that the thumbnails of forty commits are thinned.
    monkeypatch.setattr(thumbnails, "MOST_POINTS", 8)
    return World(make_site, tmp_path)


@pytest.mark.parametrize("happened", HAPPENED)
def test_a_site_that_grew_is_the_one_that_is_built_from_nothing(world, happened):
    world.grown()
    HAPPENED[happened](world)
    assert world.anew() == world.grown()


def test_it_is_after_all_of_them_one_after_the_other(world):
    for happened in HAPPENED.values():
        world.grown()
        happened(world)
    assert world.anew() == world.grown()


def test_another_version_makes_everything_anew(world, monkeypatch):
    world.grown()
    monkeypatch.setattr(publish, "__version__", "9.9")
    monkeypatch.setattr(publish, "graph", lambda row, since=0: [[0, 0]])
    assert world.anew() == world.grown()
    assert b"[[0,0]]" == world.graph().read_bytes()


def test_a_graph_goes_on_from_the_bytes_that_are_there(world, monkeypatch):
    world.grown()
    add(world)
    asked = []
    monkeypatch.setattr(
        publish, "graph", lambda row, since=0, was=publish.graph: (asked.append(since), was(row, since))[1]
    )
    world.grown()
    assert {40} == set(asked)


@st.composite
def grown_rows(draw):
    """One or two lines of one benchmark, and how many points they had before."""
    size = draw(st.integers(2, 40))
    places = np.cumsum(draw(st.lists(st.integers(1, 3), min_size=size, max_size=size)))
    value = st.sampled_from([1.0, 2.5, 3.25, 0.1, 7e-9, np.nan]) if draw(st.booleans()) else st.floats(1e-9, 1e9)
    combinations = draw(st.sampled_from([1, 2]))
    shown = Shown(
        name="b.c",
        title="b.c",
        unit=SECONDS,
        param_names=("n",) * (combinations - 1),
        params=(("1", "2"),) * (combinations - 1),
        cells=(None,) * combinations,
    )
    rows = [
        Row(
            shown=shown,
            machine=machine,
            places=places,
            values=np.array(draw(st.lists(value, min_size=size * combinations, max_size=size * combinations))).reshape(
                combinations, size
            ),
            errors=np.full((combinations, size), np.nan),
        )
        for machine in draw(st.sampled_from(["a", "ab"]))
    ]
    return rows, draw(st.integers(1, size - 1))


def first(row, count):
    return replace(row, places=row.places[:count], values=row.values[:, :count], errors=row.errors[:, :count])


def longer(row, source, old):
    return publish._longer(row, partial(source_of, row), source, old)


@settings(deadline=None)
@given(grown_rows())
def test_lines_that_go_on_are_drawn_as_if_from_the_beginning(given_rows):
    rows, count = given_rows
    before, most = [first(row, count) for row in rows], thumbnails.MOST_POINTS
    thumbnails.MOST_POINTS = 8
    try:
        old = publish._thumbnail(before)
        source = " ".join(map(source_of, before))
        assert publish._wider(rows, [partial(source_of, row) for row in rows], source, old) in (
            None,
            publish._thumbnail(rows),
        )
    finally:
        thumbnails.MOST_POINTS = most
    assert publish._graph(rows[0]) == longer(rows[0], source_of(before[0]), publish._graph(before[0]))


@settings(deadline=None)
@given(grown_rows())
def test_a_line_does_not_go_on_from_another(given_rows):
    (row, *_), count = given_rows
    other = replace(first(row, count), values=row.values[:, :count] + 1)
    if not np.isnan(row.values[:, :count]).all():
        assert longer(row, source_of(other), b"[]") is None
    assert longer(first(row, count), source_of(row), b"[]") is None


@pytest.mark.parametrize("source", ["", ":", "x:1", "-1:1", "99999999999:1", "²:1"])
def test_what_is_no_source_has_no_points(source):
    assert 0 == points_of(source)


@pytest.mark.parametrize("content", [b"", b"{}", b"[[1]]", b'["x"]', b"[[1, 2, 3]]", b"\xff"])
def test_a_thumbnail_of_another_hand_does_not_go_on(content):
    row = Row(
        shown=Shown(name="b.a", title="a", unit=SECONDS, param_names=(), params=(), cells=(None,)),
        machine="m",
        places=np.arange(500),
        values=np.ones((1, 500)),
        errors=np.zeros((1, 500)),
    )
    source = source_of(row, 499)
    assert publish._wider([row], [lambda _: source], source, content) is None

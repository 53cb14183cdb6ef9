"""A site over fakes: a history in memory, commits in order."""

from __future__ import annotations

import pytest

from factories import make_sha
from fakes.clock import FakeClock
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.judge.policy import Policy
from lapwing.site.pages.publish import PagesSite
from site_history import THIRD_PARTY, FakeTags, run_of


@pytest.fixture
def history():
    """Sixty commits on one machine, and 30 % more time for one benchmark from the forty-fourth."""
    return MemoryStore([run_of(number, level=1e-3 * (1.3 if number >= 44 else 1)) for number in range(60)])


@pytest.fixture
def commits():
    return FakeCommits([make_sha(number) for number in range(70)])


@pytest.fixture
def make_site():
    """Make a site, and tell it what it needs to know of the project."""

    def make(**more):
        ordinary = {
            "project": "project",
            "web": "https://host.example/o/project",
            "policy": Policy(),
            "tags": FakeTags(("v1", 12), ("gone", 999)),
            "clock": FakeClock(),
            "progress": lambda *_: None,
            "third_party": lambda: THIRD_PARTY,
            "say": lambda said: None,
        }
        return PagesSite(**(ordinary | more))

    return make

from __future__ import annotations

import pytest

from fakes.repository import Repository
from lapwing.measure.sides.make import make_sides
from lapwing.measure.sides.revisions import resolve


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "real")


@pytest.fixture
def sides_of(repository, tmp_path):
    """Make the sides of the repository; they are closed at the end."""
    made = []

    def make(base=None, head=None, *, cwd="", **more):
        more.setdefault("cache", tmp_path / "cache")
        sides = make_sides(resolve(repository.root, base, head), cwd=repository.root / cwd, **more)
        made.append(sides)
        return sides

    yield make
    for sides in made:
        sides.close()

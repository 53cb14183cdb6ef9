"""What does the site show? Its commits, machines, benchmarks and values, as the writers of its files take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.detect.series import Series
    from lapwing.model import Declared, Machine, MetricId
    from lapwing.site.names import Shown

BRANCH: Final = "main"
"""What the one line of history is called; a site shows no other, whatever git calls the branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A commit of the site: its place in the first-parent history, its hash, and its date in seconds."""

    number: int
    sha: str
    date: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The values of one benchmark of the site on one machine.

    ``places[j]`` is the place of a commit that has any, ``values[i, j]`` the value of combination ``i`` there, NaN for
    none, and ``errors[i, j]`` its relative standard error.
    """

    shown: Shown
    machine: str
    places: Ints
    values: Floats
    errors: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that is shown; ``machines`` and ``names`` are by machine id, ``numbers`` the place of each commit by hash.

    ``places`` are by machine id the places of the commits that its series are along. ``commit_url`` and ``pull_url``
    stand before a hash and a number; ``#`` and empty where there is no such page. ``site_url`` is where the site itself
    is published, empty where nobody said.
    """

    project: str
    project_url: str
    commit_url: str
    pull_url: str
    site_url: str
    revisions: tuple[Revision, ...]
    tags: Mapping[str, int]
    machines: Mapping[str, Machine]
    names: Mapping[str, str]
    shown: tuple[Shown, ...]
    declared: Mapping[str, Declared]
    series: Mapping[str, Mapping[MetricId, Series]]
    numbers: Mapping[str, int]
    places: Mapping[str, Ints]

    def rows(self, shown: Shown) -> Iterator[Row]:
        """Yield the values of one benchmark on each machine that has any."""
        for machine, series in self.series.items():
            row = _row(shown, machine, series, self.places[machine])
            if row is not None:
                yield row

    def told_apart(self, machine: str) -> str | None:
        """Return the name of a machine where there are several, None where it goes without saying."""
        return self.names.get(machine, "") if len(self.series) > 1 else None

    def folder(self, machine: str) -> str:
        """Return the folder of a machine's graphs, as asv's front end asks for it."""
        return f"graphs/branch-{BRANCH}/machine-{self.names[machine]}"

    def graph(self, shown: Shown, machine: str) -> str:
        """Return the path of one graph, as asv's front end asks for it."""
        return f"{self.folder(machine)}/{shown.name}.json"


def _row(shown: Shown, machine: str, series: Mapping[MetricId, Series], places: Ints) -> Row | None:
    found: Sequence[Series | None] = [None if cell is None else series.get(cell) for cell in shown.cells]
    if all(one is None for one in found):
        return None
    nothing = np.full(len(places), np.nan)
    values = np.stack([nothing if one is None else one.values for one in found])
    errors = np.stack([nothing if one is None else one.errors for one in found])
    # asv's detection never ends on an infinity, and no page can draw one.
    there = np.isfinite(values)
    measured = np.flatnonzero(there.any(axis=0))
    if not measured.size:
        return None
    return Row(
        shown=shown,
        machine=machine,
        places=places[measured],
        values=np.where(there, values, np.nan)[:, measured],
        errors=errors[:, measured],
    )

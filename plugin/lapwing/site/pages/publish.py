"""Builds the site straight from the history, and of the next one only what changed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

import msgspec

from lapwing import __version__
from lapwing.detect.batches import serially
from lapwing.judge.waivers import settle
from lapwing.pipeline.changes import with_shapes
from lapwing.pipeline.check import check
from lapwing.pipeline.reading import read_history
from lapwing.site.pages.brought import brought
from lapwing.site.pages.changes import jumps_by_series
from lapwing.site.pages.face import asv_files, face
from lapwing.site.pages.feed import feed
from lapwing.site.pages.gathered import gathered
from lapwing.site.pages.graphs import graph
from lapwing.site.pages.index import index
from lapwing.site.pages.listing import listing
from lapwing.site.pages.marks import marks
from lapwing.site.pages.regressions import regressions
from lapwing.site.pages.scripts import cache_folder, script_keys, scripts
from lapwing.site.pages.source import points_of, source_of
from lapwing.site.pages.thumbnails import longer, thumbnail
from lapwing.site.pages.told import commit_of, told
from lapwing.site.pages.tree import check_target, digest, new_tree
from lapwing.site.plan import plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lapwing.detect.batches import Spread
    from lapwing.judge.policy import Policy
    from lapwing.judge.waivers import Waiver
    from lapwing.model import MetricId
    from lapwing.pipeline.check import Checked
    from lapwing.ports import Clock, Commits, HistoryStore, Memory, Tags
    from lapwing.site.pages.changes import Jump
    from lapwing.site.pages.content import Content, Row
    from lapwing.site.pages.tree import Tree

    Progress = Callable[[int, int, str], None]
    Jumps = Mapping[tuple[str, MetricId], Sequence[Jump]]

_JSON: Final = msgspec.json.Encoder()
_FORM: Final = 3
"""Counts up where files of the same history look otherwise than before, so that an older site is made again."""
_POINTS: Final = msgspec.json.Decoder(list[tuple[int, float | None]])


def _tell(said: str) -> None:
    sys.stderr.write(f"lapwing: {said}\n")


def _third_party() -> dict[str, bytes]:
    return scripts(cache_folder())


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSite:
    """The site as we build it; a :class:`~lapwing.ports.Site`.

    ``project`` is what the site calls the project, ``web`` where that is on the web, ``site_url`` where the site itself
    is published (empty: nowhere). ``say`` is told in a sentence what is not as might be expected. ``waivers`` are what
    was accepted on purpose, ``memory`` has what earlier looks at the history came to, ``spread`` runs the search for
    change points, ``third_party`` gives the scripts of others.
    """

    project: str
    web: str
    policy: Policy
    tags: Tags
    clock: Clock
    progress: Progress
    site_url: str = ""
    waivers: tuple[Waiver, ...] = ()
    memory: Memory | None = None
    spread: Spread = serially
    third_party: Callable[[], Mapping[str, bytes]] = _third_party
    say: Callable[[str], None] = _tell

    def build(self, store: HistoryStore, commits: Commits, target: Path) -> Path:
        """Build the site at ``target``, in place of one that is there, and return its start page.

        What was there stays until the new site is whole.

        Raises:
            UsageError: asv is not installed (``asv-missing``), the scripts of others cannot be had (``no-scripts``),
                there is nothing to show (``empty-history``), or ``target`` cannot be written or holds something else
                (``site-target``).
            StoreError: the history cannot be read.
        """
        check_target(target)
        asv_files()
        reading = read_history(store=store, commits=commits, tags=self.tags, damage=False)
        plan = plan_of(reading.runs, reading.order)
        for note in plan.notes:
            self.say(note)
        self.progress(0, 0, "judging the history")
        checked = check(
            store=store,
            commits=commits,
            policy=self.policy,
            spread=self.spread,
            memory=self.memory,
            reading=reading,
        )
        content = gathered(plan, reading, store, commits, project=self.project, web=self.web, site_url=self.site_url)
        today = datetime.fromtimestamp(self.clock.now(), timezone.utc).date()
        settled = settle(checked.report, self.waivers, today=today)
        changes = with_shapes(checked.changes, checked.cleared, len(checked.changes))
        jumps = jumps_by_series(changes, content, self.waivers, today=today)
        with new_tree(target, _made_by()) as tree:
            self._face(tree)
            rows = self._benchmarks(tree, content, jumps)
            tree.put_bytes("regressions.xml", feed(content, rows, jumps))
            listed = [entry for row in rows for entry in regressions(content, row, jumps)]
            tree.put_bytes("regressions.json", _JSON.encode({"regressions": listed}))
            tree.put_bytes("verdicts.json", _JSON.encode(told(settled, content)))
            tree.put_bytes("commits.json", _JSON.encode(_brought(checked, content, commits)))
            tree.put_bytes("index.json", _JSON.encode(index(content)))
            stamp = int(self.clock.now() * 1000)
            tree.put_bytes("info.json", _JSON.encode({"asv-version": _version("asv"), "timestamp": stamp}))
        self.progress(len(content.shown), len(content.shown), f"wrote {tree.written:,} bytes")
        return target / "index.html"

    def _face(self, tree: Tree) -> None:
        """Write what is the same for all histories; the scripts of others are asked for where one is not there yet."""
        third_party = cache(self.third_party)
        for path, data in face({}).items():
            tree.put_bytes(path, data)
        for path, key in script_keys().items():
            tree.put(path, key, lambda path=path: third_party()[path])  # type: ignore[misc]

    def _benchmarks(self, tree: Tree, content: Content, jumps: Jumps) -> list[Row]:
        """Write the files of each benchmark, and the lists of each machine; return the values of them all."""
        every: list[Row] = []
        lists: dict[str, list[dict[str, object]]] = {}
        for done, shown in enumerate(content.shown):
            self.progress(done, len(content.shown), shown.name)
            rows = tuple(content.rows(shown))
            every += rows
            # What the first points of a row were made from is asked for its graph and for the thumbnail.
            before = [cache(partial(source_of, row)) for row in rows]
            sources = [source_of(row) for row in rows]
            for row, source, first in zip(rows, sources, before, strict=True):
                tree.put(content.graph(shown, row.machine), source, partial(_graph, row), partial(_longer, row, first))
                lists.setdefault(row.machine, []).extend(listing(row, jumps))
            whole = digest(*sources)
            tree.put(
                f"graphs/summary/{shown.name}.json",
                " ".join(sources),
                partial(_thumbnail, rows),
                partial(_wider, rows, before),
            )
            mine = [jumps.get((row.machine, cell)) for row in rows for cell in shown.cells if cell is not None]
            named = [content.names[row.machine] for row in rows]
            tree.put(
                f"marks/{shown.name}.json",
                digest(whole, repr(named), repr(mine)),
                partial(_marks, content, rows, jumps),
            )
        for machine, entries in lists.items():
            entries.sort(key=lambda entry: (str(entry["name"]), entry["idx"] or 0))
            tree.put_bytes(f"{content.folder(machine)}/summary.json", _JSON.encode(entries))
        return every


def _brought(checked: Checked, content: Content, commits: Commits) -> dict[str, object]:
    """Return what is known of every commit that a page names as the first of a change."""
    named = [change.point.commits[1] for change in checked.changes if change.point.commits is not None]
    named += map(commit_of, checked.report.verdicts)
    return brought(named, checked.report.events, content, commits)


def _graph(row: Row) -> bytes:
    return _JSON.encode(graph(row))


def _longer(row: Row, before: Callable[[int], str], source: str, content: bytes) -> bytes | None:
    """Return the graph that has new points at its end, made from the old one's bytes; None where more is new."""
    count = points_of(source)
    if not 0 < count < len(row.places) or before(count) != source:
        return None
    return content[:-1] + b"," + _JSON.encode(graph(row, since=count))[1:]


def _thumbnail(rows: Sequence[Row]) -> bytes:
    return _JSON.encode(thumbnail(rows))


def _wider(rows: Sequence[Row], before: Sequence[Callable[[int], str]], source: str, content: bytes) -> bytes | None:
    """Return the thumbnail of lines that have new points at their end; None where more is new."""
    sources = source.split(" ")
    count = points_of(sources[0])
    if len(sources) != len(rows) or not 0 < count < min(len(row.places) for row in rows):
        return None
    if [first(count) for first in before] != sources:
        return None
    try:
        points = longer(rows, count, _POINTS.decode(content))
    except msgspec.DecodeError:  # of another's hand, as its manifest
        return None
    return None if points is None else _JSON.encode(points)


def _marks(content: Content, rows: Sequence[Row], jumps: Jumps) -> bytes:
    return _JSON.encode(marks(content, rows, jumps))


def _made_by() -> str:
    return f"lapwing {__version__}, form {_FORM}, asv {_version('asv')}"


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""

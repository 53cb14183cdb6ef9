"""Which commit changed a benchmark's speed, in plain words, over ports only: show that BAD differs, halve, confirm.

Every commit is measured against GOOD, so that all of them are told apart at the same middle of the change; the one that
is found is measured against its parent on fresh pairs before it is named.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.errors import MeasureError
from lapwing.judge.bisect import HUNG, Bisected, Duel, Placing, Tried, begin, planned_steps, question_risk
from lapwing.pipeline.asking import Cannot, Measuring, TimeOver
from lapwing.report.choice import choose_benchmark

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.judge.bisect import Kind, Search
    from lapwing.model import Commit, Declared
    from lapwing.ports import SidesMaker


@dataclass(frozen=True, slots=True, kw_only=True)
class BisectJob:
    """What is sought, among which commits, by what.

    ``wanted`` means one benchmark, ``commits`` are GOOD and every first parent after it up to BAD, ``sides`` makes
    sides that collect everything, ``narrowed`` returns one that collects the file of a node id alone, or None where it
    cannot tell the file. ``limit`` is the relative change that matters where the benchmark has none of its own;
    ``going_on`` tells whether there is time for another pair.
    """

    wanted: str
    commits: tuple[Commit, ...]
    sides: SidesMaker
    narrowed: Callable[[str], SidesMaker | None]
    limit: float
    going_on: Callable[[], bool]
    progress: Callable[[int, int, str], None]
    said: tuple[str, ...] = ()


def bisect(job: BisectJob) -> Bisected:
    """Find the commit, or the range of commits, between GOOD and BAD that changed the benchmark's speed.

    Ctrl-C and the end of the time end the search with what is known by then.

    Raises:
        UsageError: no benchmark is meant, or several.
        MeasureError: GOOD and BAD cannot be measured against each other.
    """
    declared, sides = _chosen(job)
    return _Bisection(job, declared, sides).run()


def _chosen(job: BisectJob) -> tuple[Declared, SidesMaker]:
    """Return the benchmark that is meant, and who makes sides that collect little more than it."""
    good, bad = job.commits[0], job.commits[-1]

    def progress(_: int, __: int, what: str) -> None:
        job.progress(0, 0, what)

    sides = job.narrowed(job.wanted) or job.sides
    with sides.between(good.sha, bad.sha, progress=progress) as sampler:
        discovery = sampler.discover(progress=progress)
    there = {one.benchmark for one in discovery.head if one.failure is None or one.failure.kind == "timed-out"}
    names = {one.benchmark: one for one in discovery.declared if one.benchmark in there}
    wanted = choose_benchmark(
        job.wanted, {one.benchmark: one.node_id for one in names.values()}, collected=f"BAD ({bad.short})"
    )
    return names[wanted], sides if sides is not job.sides else job.narrowed(names[wanted].node_id) or job.sides


class _Bisection:
    """One bisection while it goes on: what is known of it is here, whenever it ends."""

    def __init__(self, job: BisectJob, declared: Declared, sides: SidesMaker) -> None:
        self._job = job
        self._count = len(job.commits) - 1
        self._asked = 0
        self._measuring = Measuring(benchmark=declared.benchmark, sides=sides, going_on=job.going_on, tell=self._tell)
        self._everything = replace(self._measuring, sides=job.sides)
        self._known = Bisected(
            benchmark=declared.node_id,
            commits=job.commits,
            limit=declared.limit or job.limit,
            kind="none",
            whole=None,
            low=0,
            high=self._count,
            said=job.said,
        )

    def run(self) -> Bisected:
        """Ask the questions one after the other."""
        try:
            search = self._begun()
            if search is not None:
                self._confirm(self._searched(search))
        except TimeOver:
            return replace(self._known, ended="time")
        except KeyboardInterrupt:
            return replace(self._known, ended="interrupted")
        return self._known

    def _tell(self, what: str) -> None:
        self._job.progress(self._asked, max(planned_steps(self._count) + 2, self._asked + 1), what)

    def _begun(self) -> Search | None:
        """Find out whether BAD differs from GOOD, and how; None where it is not shown to."""
        good, bad = self._job.commits[0], self._job.commits[-1]
        duel = self._first_duel()
        try:
            try:
                answered = self._measuring.ask(duel, good, bad)
            except Cannot:
                if self._measuring == self._everything:
                    raise
                # A file alone may have other settings (tests/pytest.ini), and by them other names.
                self._measuring, duel = self._everything, self._first_duel()
                answered = self._measuring.ask(duel, good, bad)
        except Cannot as cannot:
            if cannot.error is not None:
                raise cannot.error from None
            raise MeasureError(
                "cannot-bisect",
                f"GOOD ({good.short}) and BAD ({bad.short}) cannot be measured against each other: {cannot.reason}",
                remedy="name two commits on which the benchmark runs: lapwing bisect BENCHMARK GOOD BAD.",
            ) from None
        self._asked += 1
        if not answered:
            return self._learnt(replace(self._known, whole=HUNG), math.inf)
        known = replace(self._known, whole=duel.effect(), detectable=duel.detectable)
        if duel.result in ("slower", "faster"):
            return self._learnt(known, duel.level)
        self._known = replace(known, same=duel.result == "same")
        return None

    def _first_duel(self) -> Duel:
        return Duel(limit=self._known.limit, risk=question_risk(self._count))

    def _learnt(self, known: Bisected, level: float) -> Search:
        search = begin(count=self._count, level=level, limit=known.limit)
        self._known = replace(known, kind="range", slower=search.slower, levels=search.levels)
        return search

    def _searched(self, search: Search) -> Search:
        """Halve the range until nothing in it would tell more."""
        while (place := search.next_place) is not None:
            search = search.after(self._placed(search, place))
            self._known = replace(
                self._known, low=search.low, high=search.high, levels=search.levels, tried=search.tried
            )
        return search

    def _placed(self, search: Search, place: int) -> Tried:
        """Measure the commit at ``place`` against GOOD."""
        placing = Placing(middle=search.middle, slower=search.slower, risk=search.risk)
        try:
            answered = self._measuring.ask(placing, self._job.commits[0], self._job.commits[place])
        except Cannot as cannot:
            return Tried(place=place, side="skipped", reason=cannot.reason)
        self._asked += 1
        if not answered:
            return Tried(place=place, side="new" if search.slower else "old", effect=HUNG)
        assert placing.side is not None
        return Tried(place=place, side=placing.side, effect=placing.effect(), level=placing.level)

    def _confirm(self, search: Search) -> None:
        """Measure both ends of the range that is left against each other, and name the commit if there is one."""
        known = replace(self._known, stopped=_why_stopped(search))
        self._known = known
        single = search.high - search.low == 1
        if (search.low, search.high) == (0, self._count):
            self._known = replace(known, own=known.whole, kind="commit" if single else "range")
            return
        duel = Duel(limit=known.limit, risk=question_risk(self._count))
        try:
            answered = self._measuring.ask(duel, self._job.commits[search.low], self._job.commits[search.high])
        except Cannot as cannot:
            self._known = replace(
                known, stopped=f"{known.stopped} Both ends cannot be compared: {cannot.reason}".strip()
            )
            return
        self._asked += 1
        shown = not answered or duel.result == ("slower" if search.slower else "faster")
        kind: Kind = "gradual" if not shown else "commit" if single else "range"
        self._known = replace(known, own=duel.effect() if answered else HUNG, kind=kind)


def _why_stopped(search: Search) -> str:
    """Return why more than one commit is left, empty where one is."""
    if search.high - search.low == 1:
        return ""
    within = [one for one in search.tried if search.low < one.place < search.high]
    unclear = sum(one.side == "unclear" for one in within)
    if unclear:
        return "On which side the others are cannot be told: they are near the middle, or the noise is large."
    return f"{len(within)} of the commits in between could not be measured."

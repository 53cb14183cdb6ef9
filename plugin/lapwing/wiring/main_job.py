"""Which concrete thing does the main job of ``pytest --perf`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

import uuid
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing import __version__
from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lapwing.model import Anchor, Declared, Report, Run, RunWarning, Shard
    from lapwing.pipeline.anchored import Anchored
    from lapwing.ports import Commits, HistoryStore, Memory, Sampler
    from lapwing.settings import Settings
    from lapwing.wiring.anchor import Invocation
    from lapwing.wiring.keeping import Keeping

    Progress = Callable[[int, int, str], None]


class MainJob:
    """Measures, judges and stores one run.

    ``interrupted`` tells of Ctrl-C while an anchor was measured, ``rescued`` holds the commands that send
    what was kept because judging it was ended.

    Only with its ``invocation`` can it have an anchor; ``shard`` says which part of a suite is measured, None where it
    is all of it.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        root: Path,
        sampler: Sampler,
        invocation: Invocation | None = None,
        shard: Shard | None = None,
    ) -> None:
        self._settings = settings
        self._shard = shard
        self._root = root
        self._sampler = sampler
        self._invocation = invocation
        self._keeping: Keeping | None = None
        self._anchor: Anchor | None = None
        self._safe: dict[str, Run] = {}
        self.interrupted = False
        self.rescued: tuple[str, ...] = ()

    def preflight(self) -> tuple[RunWarning, ...]:
        """Find out before anything is measured whether a run could be kept, and what the anchor is.

        Returns what to say already: where the store refuses for now, the run will go to the outbox.

        Raises:
            LapwingError: no repository, no commits, a place that is no store, or an anchor that is no commit.
        """
        if self._settings.anchor is not None and self._invocation is not None:
            from lapwing.wiring.anchor import find_anchor

            self._anchor = find_anchor(
                self._settings.anchor,
                cwd=self._invocation.cwd,
                commits=adapters.commits(self._root),
                tags=adapters.tags(self._root),
            )
        if self._settings.store != adapters.NO_STORE:
            from lapwing.wiring.keeping import Keeping, outbox_of

            adapters.commits(self._root).head()
            self._keeping = Keeping(store=adapters.open_store(self._settings, self._root), outbox=outbox_of(self._root))
            return self._keeping.preflight()
        return ()

    def run(self, declared: Sequence[Declared], progress: Progress) -> tuple[Run, Report]:
        """Measure ``declared``, judge and store it; what the store refuses goes to the outbox, and that is said.

        Whatever ends this between the measuring and the storing, Ctrl-C among it, leaves what was measured in the
        outbox, and is raised.
        """
        if self._keeping is None:
            run, _, report = self._measured(declared, progress, store=None)
            return run, report
        try:
            try:
                run, runs, report = self._measured(declared, progress, store=self._keeping.store)
            except BaseException:
                self.rescued = self._keeping.rescue(self._safe.values())
                raise
            return run, self._keeping.keep(runs, report)
        finally:
            self._keeping.store.close()

    def _measured(
        self, declared: Sequence[Declared], progress: Progress, *, store: HistoryStore | None
    ) -> tuple[Run, tuple[Run, ...], Report]:
        """Measure and judge; return the run of this machine, all runs to keep, and the report."""
        from lapwing.history.unordered import Unordered
        from lapwing.measure.clock import SystemClock
        from lapwing.pipeline.measure_and_judge import measure_and_judge

        order = adapters.commits(self._root) if store else Unordered(adapters.commits(self._root))
        with closing(adapters.memory(self._root)) as memory:
            if self._anchor is not None and self._invocation is not None:
                anchored = self._against(self._anchor, self._invocation, store, order, declared, progress, memory)
                self.interrupted = anchored.interrupted
                return anchored.run, anchored.runs, anchored.report
            run, report = measure_and_judge(
                declared=declared,
                sampler=self._sampler,
                store=store,
                commits=order,
                clock=SystemClock(),
                new_id=_new_id,
                policy=adapters.policy(self._settings),
                tool=__version__,
                progress=progress,
                shard=self._shard,
                memory=memory,
                safe=self._keep_safe,
            )
        return run, (run,), self._without_release(report)

    def _against(  # noqa: PLR0913, PLR0917 - an anchor, and what measuring needs
        self,
        anchor: Anchor,
        invocation: Invocation,
        store: HistoryStore | None,
        order: Commits,
        declared: Sequence[Declared],
        progress: Progress,
        memory: Memory,
    ) -> Anchored:
        from lapwing.measure.clock import SystemClock, system_stopwatch
        from lapwing.pipeline.anchor_job import AnchorJob
        from lapwing.pipeline.anchored import measure_against_anchor
        from lapwing.wiring.anchor import Between

        clock, most = system_stopwatch().wall, self._settings.max_time
        began = clock()
        job = AnchorJob(
            anchor=anchor,
            sides=Between(invocation=invocation, settings=self._settings, root=self._root),
            going_on=lambda: most is None or clock() - began < most,
            store=store,
            commits=order,
            clock=SystemClock(),
            new_id=_new_id,
            policy=adapters.policy(self._settings),
            tool=__version__,
            progress=progress,
            safe=self._keep_safe,
            memory=memory,
        )
        return measure_against_anchor(job, declared=declared, sampler=self._sampler, shard=self._shard)

    def _keep_safe(self, run: Run) -> None:
        self._safe[run.id] = run

    def _without_release(self, report: Report) -> Report:
        """Say that an anchor was asked for and none was found."""
        if self._settings.anchor is None or self._invocation is None:
            return report
        from lapwing.wiring.anchor import NO_RELEASE

        return replace(report, warnings=(NO_RELEASE, *report.warnings))


def _new_id() -> str:
    return uuid.uuid4().hex[:20]

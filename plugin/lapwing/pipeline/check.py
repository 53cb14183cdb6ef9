"""What do the newest commits of a history say, and what changed in it, newest first?

The history is looked at once, in batches, wherever ``spread`` runs them: first for what the machines did, which is
taken out of all their series; what is left is judged, the series of all machines together, and listed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from lapwing.detect.batches import Finder, serially
from lapwing.judge.environment import clear, leaves_doubt, without_events
from lapwing.judge.identity import aliases_of
from lapwing.judge.judging import judge_cases
from lapwing.judge.latest import history_docket
from lapwing.judge.merged import in_use_elsewhere
from lapwing.judge.past import gather
from lapwing.judge.policy import worst
from lapwing.judge.rate import at_rate
from lapwing.judge.relative import told_by_ratio
from lapwing.judge.release import last_release
from lapwing.judge.verdict import run_docket
from lapwing.model import Outcome, Report
from lapwing.pipeline.changes import Change, changes_in, is_told, newest_first
from lapwing.pipeline.doubts import unmeasured_head
from lapwing.pipeline.newest import newest_of, with_shards
from lapwing.pipeline.reading import read_history

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.detect.batches import Spread
    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.case import Case
    from lapwing.judge.docket import Docket
    from lapwing.judge.environment import Cleared
    from lapwing.judge.merged import Merged
    from lapwing.judge.policy import Policy
    from lapwing.model import MetricId, Recorded, RunSummary, Tag
    from lapwing.pipeline.reading import Reading
    from lapwing.ports import Commits, HistoryStore, Memory, Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A history judged: the verdicts of its newest commits, and every change past the limit in it, newest first.

    ``cleared`` are its series without what the machines did, ``order`` is the commits', for whoever tells more of them.
    """

    report: Report
    changes: tuple[Change, ...]
    cleared: Cleared = field(compare=False)
    order: FirstParents = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """What is judged of one machine, or of all; ``release`` is the place of the last one, None without."""

    reading: Reading
    runs: tuple[RunSummary, ...]
    release: int | None

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """Every value of these machines."""
        return self.reading.recorded

    @property
    def order(self) -> FirstParents:
        """Head's history."""
        return self.reading.order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """What one machine brings: what is to be judged of its newest commit, and its series."""

    docket: Docket
    series: tuple[Series, ...]
    told: Mapping[str, frozenset[MetricId]]


def check(  # noqa: PLR0913 - the ports of the job, by name
    *,
    store: HistoryStore,
    commits: Commits,
    policy: Policy,
    machine: str | None = None,
    tags: Tags | None = None,
    spread: Spread = serially,
    memory: Memory | None = None,
    reading: Reading | None = None,
) -> Checked:
    """Judge the newest commit of each machine (or of ``machine``, an id) from what the store holds.

    A machine whose newest run was measured here is judged as that run was, budgets and all; an imported history is
    judged from its series. Of all machines together, a time is evidence only where its commit has the ratio to an
    anchor; of one machine that was asked for, times are judged. Nothing is measured and nothing is stored. Creep is
    judged against the last of ``tags``, and without them against the best level alone. ``spread`` runs the search for
    change points, here unless it is given, and ``memory`` has what earlier ones came to; what comes out is the same to
    the bit. ``reading`` is what was read of ``machine``, where somebody has read it already.
    """
    read = reading or read_history(store=store, commits=commits, tags=tags, machine=machine)
    runs, order = read.runs, read.order
    kept = _History(
        reading=read,
        runs=tuple(run for run in runs if machine in (None, run.machine.id)),
        release=_release(read.tags, order.shas),
    )
    load = cache(store.load)
    newest = with_shards(
        newest_of(load, runs, order, machine),
        load=load,
        recorded=store.recorded if machine is not None else lambda: read.recorded,
        runs=runs,
        order=order,
    )
    names = dict.fromkeys(run.machine.id for run in kept.runs)
    machines = [_machine(one, newest.get(one), kept, policy) for one in names]
    find = Finder(alpha=policy.alpha, spread=spread, memory=memory)
    cleared = clear([series for one in machines for series in one.series], find, order)
    cases = [[_case(case, cleared, kept, policy) for case in one.docket.cases] for one in machines]
    sure, alarms = at_rate(policy, kept.runs, sum(map(len, cases)))
    judged = iter(judge_cases([case for some in cases for case in some], sure, find=find, code=cleared.code))
    reports = [one.docket.report([next(judged) for _ in one.docket.cases]) for one in machines]
    report = _together(reports)
    doubts = (*unmeasured_head(kept.runs, order), *read.doubts)
    warnings = tuple(dict.fromkeys((*report.warnings, *doubts)))
    doubt = (Outcome.INCONCLUSIVE,) if leaves_doubt(cleared, policy) else ()
    report = replace(
        report,
        outcome=worst((report.outcome, *doubt)),
        warnings=warnings,
        events=cleared.events,
        false_alarms=alarms,
    )
    found = zip(cleared.series, cleared.points, strict=True)
    changes = [
        change
        for one in machines
        for _ in one.series
        for change in changes_in(*next(found), policy)
        if not is_told(change, one.told)
    ]
    listed = newest_first(changes, kept.runs, order, commits)
    return Checked(report=report, changes=listed, cleared=cleared, order=order)


def _release(tags: Sequence[Tag], first_parents: Sequence[str]) -> int | None:
    """Return the place of the last release in the history; None where there is none."""
    found = last_release(tags, first_parents)
    return None if found is None else first_parents.index(found.sha)


def _machine(machine: str, head: Merged | None, kept: _History, policy: Policy) -> _Machine:
    mine = kept.reading.of(machine)
    aliases = aliases_of(head.run.declared, also=in_use_elsewhere(head)) if head else {}
    told = told_by_ratio(kept.recorded, kept.runs, aliases)
    past = gather(
        machine=machine,
        recorded=mine,
        runs=kept.runs,
        first_parents=kept.order,
        aliases=aliases,
        build=lambda _, order, names: kept.reading.series(machine, order, names),
    )
    judged = tuple(series for series in past.series.values() if policy.judges(series.metric.name))
    return _Machine(docket=_docket(head, machine, mine, kept, policy, told), series=judged, told=told)


def _docket(  # noqa: PLR0913, PLR0917 - whose history, all of it, and how
    head: Merged | None,
    machine: str,
    recorded: tuple[Recorded, ...],
    kept: _History,
    policy: Policy,
    told: Mapping[str, frozenset[MetricId]],
) -> Docket:
    if head is not None:
        return run_docket(
            head=head,
            recorded=recorded,
            runs=kept.runs,
            order=kept.order,
            policy=policy,
            evidence=told.get(head.run.commit.sha, frozenset()),
        )
    return history_docket(
        recorded=recorded, runs=kept.runs, order=kept.order, policy=policy, declared={}, machine=machine
    )


def _case(case: Case, cleared: Cleared, kept: _History, policy: Policy) -> Case:
    """Return a case without what its machine did, knowing which of its values are up to the last release."""
    release = 0
    if kept.release is not None:
        places = [kept.order.place(sha) for sha in case.commits]
        release = bisect_right([-1 if place is None else place for place in places], kept.release)
        release *= places[0] is not None
    return replace(without_events(case, cleared, policy), release=release)


def _together(reports: Sequence[Report]) -> Report:
    """Return several machines' reports as one; what they do not share is None."""
    if len(reports) == 1:
        return reports[0]
    heads = {report.head for report in reports}
    bases = {report.base for report in reports}
    return Report(
        outcome=worst(tuple(report.outcome for report in reports)),
        head=heads.pop() if len(heads) == 1 else None,
        base=bases.pop() if len(bases) == 1 else None,
        machine=None,
        verdicts=tuple(verdict for report in reports for verdict in report.verdicts),
        failures=tuple(failure for report in reports for failure in report.failures),
        warnings=tuple(dict.fromkeys(warning for report in reports for warning in report.warnings)),
        runs=tuple(run for report in reports for run in report.runs),
        shapes=tuple(shape for report in reports for shape in report.shapes),
    )

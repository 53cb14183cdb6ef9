"""Is every declared benchmark accounted for? Those that failed, are missing, or are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.model import Declared, MetricId, Outcome, RunWarning, Verdict
from lapwing.units import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lapwing.judge.past import Past
    from lapwing.judge.policy import Policy
    from lapwing.model import Recorded, Run

_NAMED: Final = 5


def unmeasured(
    head: Run, judged: frozenset[str], policy: Policy, *, absent: Mapping[str, str] | None = None
) -> list[Verdict]:
    """Return a verdict for each declared benchmark of ``head`` that is not among ``judged``, skipped ones left out.

    ``failed`` in its own words where it failed, else ``missing``. A benchmark that failed in some of its processes is
    failed, whatever the others measured. ``absent`` are those of shards that never arrived, and why: missing too.
    """
    failures = {failure.benchmark: failure for failure in reversed(head.failures) if failure.kind != "skipped"}
    skipped = {failure.benchmark for failure in head.failures if failure.kind == "skipped"}
    found = []
    for one in head.declared:
        failure = failures.get(one.benchmark)
        if failure is not None:
            found.append(_verdict(head, one, Outcome.FAILED, f"It {failure.kind}: {failure.message}", policy))
        elif one.benchmark not in judged and one.benchmark not in skipped:
            why = "nothing was measured of it, and nothing says why" if head.complete else "the run ended before it"
            found.append(_verdict(head, one, Outcome.MISSING, f"It is declared, but {why}.", policy))
    for benchmark, why in (absent or {}).items():
        one = Declared(benchmark=benchmark, node_id=benchmark)
        found.append(_verdict(head, one, Outcome.MISSING, why, policy))
    return found


def _verdict(head: Run, one: Declared, outcome: Outcome, reason: str, policy: Policy) -> Verdict:
    return Verdict(
        metric=MetricId(benchmark=one.benchmark, name="time"),
        node_id=one.node_id,
        unit=SECONDS,
        machine=head.machine.id,
        outcome=outcome,
        lane="none",
        reason=reason,
        limit=policy.limit if one.limit is None else one.limit,
    )


def gone(
    past: Past, before: int, recorded: Iterable[Recorded], known: frozenset[str], aliases: Mapping[str, str]
) -> tuple[RunWarning, ...]:
    """Return a warning if benchmarks of the newest run before head are not among ``known``: never silently absent."""
    newest = {run.id for run in past.newest_runs(before)[-1:]}
    had = {
        aliases.get(one.metric.benchmark, one.metric.benchmark)
        for one in recorded
        if one.machine == past.machine and not newest.isdisjoint(one.runs)
    }
    lost = sorted(had - known)
    if not lost:
        return ()
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    count = "1 benchmark is" if len(lost) == 1 else f"{len(lost)} benchmarks are"
    return (
        RunWarning(
            slug="gone",
            message=f"{count} in the newest earlier run but not declared any more: {', '.join(lost[:_NAMED])}{more}.",
            remedy="if renamed, say @perf(was='the old id'); "
            "if they were removed or only a part was selected, all is well.",
        ),
    )

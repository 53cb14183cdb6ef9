"""What does a recording of head against base come to? A verdict for each metric of each declared benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.judge.compare.audit import audit
from lapwing.judge.compare.decided import Evidence
from lapwing.judge.compare.exact import exact_metrics
from lapwing.judge.compare.replay import replay
from lapwing.judge.compare.standing import stand
from lapwing.judge.compare.verdicts import verdicts_of
from lapwing.judge.compare.weighed import weigh
from lapwing.judge.policy import worst
from lapwing.model import Failure, Report

if TYPE_CHECKING:
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.standing import Standing
    from lapwing.model import RunWarning
    from lapwing.recording import Recording


def judge_recording(recording: Recording, policy: ComparePolicy) -> Report:
    """Judge a comparison from its recording alone; the same recording gives the same report, to the bit.

    There is a verdict for each declared benchmark, skipped ones left out: of its time and of each metric it recorded
    where it could be measured on both sides, else why it could not. Swapping base and head mirrors the verdicts.
    """
    standings = stand(recording)
    state = replay(recording, policy)
    weighed = weigh(state, policy)
    found = audit(recording, state, weighed, policy)
    evidence = Evidence(
        recording=recording, policy=policy, state=state, weighed=weighed, exact=exact_metrics(recording), audit=found
    )
    verdicts = [
        verdict for standing in standings if standing.state != "skipped" for verdict in verdicts_of(evidence, standing)
    ]
    return Report(
        outcome=worst(tuple(verdict.outcome for verdict in verdicts)),
        head=recording.head,
        base=recording.base,
        machine=recording.machine,
        verdicts=tuple(verdicts),
        failures=_failures(standings),
        warnings=_warnings(recording, found.warnings),
        runs=(recording.id,),
        control=found.control,
    )


def _failures(standings: tuple[Standing, ...]) -> tuple[Failure, ...]:
    """Return what failed or was skipped on head; what base could not do is in the verdict's reason."""
    return tuple(
        Failure(benchmark=one.declared.benchmark, kind=one.failure.kind, message=one.failure.message)
        for one in standings
        if one.failure is not None and one.state in ("failed", "skipped")
    )


def _warnings(recording: Recording, own: tuple[RunWarning, ...]) -> tuple[RunWarning, ...]:
    """Return every warning of the comparison, each once."""
    of_pairs = (warning for pair in recording.pairs for warning in pair.warnings)
    return tuple(dict.fromkeys((*recording.warnings, *recording.discovery.warnings, *of_pairs, *own)))

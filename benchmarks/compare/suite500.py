"""How long do five hundred benchmarks take, and how many of them are falsely accused?

    python benchmarks/compare/suite500.py [--count 500] [--runs 2] [--suites 100] [--peers pytest-benchmark]

Benchmarks of 0.2 to 3 ms; twelve of them are changed. Each run is a comparison of its own. Then the recorded slices are
resampled, within each benchmark, base and head changing places at random, through the real protocol: so many suites
that a rate of 0.1 false alarms a suite can be told from none. The places are drawn in three manners, see protocol.py;
the bar is on each.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from children import ChildError
from lapwing.recording import Recording
from plan import FEW_CHANGES, Plan, many, plant
from repository import Repository, make_repository
from score import Score
from table import Bar, Row, counted, of_all, say
from tools import lapwing, name_of, pytest_benchmark
from trial import ended, folder, lapwing_of, parser_of

RECORDING = Path(".lapwing") / "compare" / "last.jsonl"
MOST_SECONDS = 180.0
MOST_ALARMS = 0.1


def main() -> int:
    """Run the comparisons, resample, print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--runs", type=int, default=2, help="comparisons to record")
    parser.add_argument("--suites", type=int, default=100, help="resampled suites in each manner")
    parser.add_argument("--resample-seconds", type=float, default=600.0, help="at most so long in each manner")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", nargs="*", choices=["pytest-benchmark"], default=[], help="takes 20 minutes")
    args = parser.parse_args()
    if args.quick:
        args.count, args.runs, args.suites = min(args.count, 40), 1, 3
    with folder(args.keep) as root:
        workloads = many(args.count, seed=args.seed)
        changes = plant(workloads, FEW_CHANGES, seed=args.seed)
        repository = make_repository(root / "many", Plan(workloads=workloads, changes=changes))
        score = Score()
        recordings = [_recorded(args, repository, score, number) for number in range(args.runs)]
        told = {"pytest-benchmark, median 5 %": _peer(repository)} if args.peers else {}
        found = _rows(args, score, told) + _resampled(args, repository, recordings)
    return say(found, args.rows)


def _recorded(args: argparse.Namespace, repository: Repository, score: Score, number: int) -> Recording:
    from lapwing.history.recording_reading import read

    said = lapwing(repository, lapwing_of(args))
    faults = score.add(repository.truth, said)
    print(
        f"[{number + 1}/{args.runs}] {said.seconds:.1f} s" + "".join(f"\n    {fault}" for fault in faults), flush=True
    )
    path = repository.root / RECORDING
    if not path.exists():
        raise ChildError(f"there is no recording at {path}")
    return read(path)


def _peer(repository: Repository) -> Score:
    score = Score()
    score.add(repository.truth, pytest_benchmark(repository))
    return score


def _rows(args: argparse.Namespace, score: Score, peers: dict[str, Score]) -> list[Row]:
    alarms = score.accused.count / args.runs
    full = args.count >= 500
    return [
        Row(
            question=f"seconds for {args.count} benchmarks of 0.2 to 3 ms",
            bar=f"≤ {MOST_SECONDS:.0f}" if full else "–",
            measured=score.spent(),
            passed=max(score.seconds) <= MOST_SECONDS if full else None,
            peers={name: peer.spent() for name, peer in peers.items()},
        ),
        Row(
            question=f"false alarms in {args.runs} of these suites",
            bar="–",
            measured=f"{alarms:g} a suite",
            peers={name: f"{peer.accused.count} a suite" for name, peer in peers.items()},
        ),
        counted(
            f"of {args.count}, slowdowns of 5 % and more found",
            score.slow5,
            Bar(share=1.0, least=True),
            peers={name: of_all(peer.slow5.count, peer.slow5.of) for name, peer in peers.items()},
        ),
        Row(question="of 3 % and more", bar="–", measured=of_all(score.slow3.count, score.slow3.of)),
        counted(f"of {args.count}, inconclusive", score.unsure, Bar(share=0.03)),
    ]


def _resampled(args: argparse.Namespace, repository: Repository, recordings: list[Recording]) -> list[Row]:
    from lapwing.judge.compare import ComparePolicy
    from protocol import Manner, Pool, Resampling

    pool = Pool()
    for recording in recordings:
        pool.add(recording)
    ids = {name_of(one.benchmark): one.benchmark for one in recordings[0].discovery.head}
    changed = {ids[name] for name, change in repository.truth.items() if change}
    policy = ComparePolicy()
    manners: tuple[Manner, ...] = ("free", "whole", "kept")
    found = []
    for manner in manners:
        resampling = Resampling(
            recording=recordings[0], pool=pool, policy=policy, manner=manner, changed=frozenset(changed)
        )
        start, suites, alarms, unsure, verdicts = time.monotonic(), 0, 0, 0, 0
        for seed in range(args.suites):
            if time.monotonic() - start > args.resample_seconds:
                break
            judged = resampling.suite(seed).verdicts
            times = [one for one in judged if one.metric.name == "time" and one.metric.benchmark not in changed]
            suites += 1
            verdicts += len(times)
            alarms += sum(one.outcome.value in ("regressed", "improved") for one in times)
            unsure += sum(one.outcome.value == "inconclusive" for one in times)
        took = time.monotonic() - start
        print(f"resampled {manner}: {suites} suites in {took:.0f} s; {alarms} false alarms", flush=True)
        found.append(
            Row(
                question=f"false alarms a suite, resampled, places {manner}",
                bar=f"≤ {MOST_ALARMS:g}",
                measured=f"{alarms / suites:g} ({alarms} in {suites} suites; inconclusive {unsure / verdicts:.1%})",
                passed=alarms / suites <= MOST_ALARMS,
            )
        )
    return found


if __name__ == "__main__":
    sys.exit(ended(main))

"""Are known slowdowns found, and nothing else? `lapwing compare` and its peers on repositories with planted changes.

    python benchmarks/compare/planted.py [--seeds 5] [--aa 5] [--hogs 2 [--bursts]] [--peer-seeds 1]
        [--peers pytest-benchmark asv pyperf] [--set turns|library|language|mixed] [--unrelated] [--limit 0.03]

Each seed is a repository of twenty workloads: +2, +3, +5 and +10 % twice each, -5 and -10 % once, ten unchanged.
``--aa`` adds repositories in which nothing changes. ``--hogs`` keeps that many processors busy meanwhile. All
code differs between the commits, so that nothing is acquitted for being the same. The peers run on the
first ``--peer-seeds`` of both sorts. pytest-benchmark only ever says "slower"; asv is judged by two factors on one
measurement.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
from pathlib import Path

from children import hogs
from plan import CHANGES, Plan, WorkSet, plant, twenty
from repository import Repository, make_repository
from score import Said, Score
from table import Bar, Row, counted, of_all, say
from tools import Lapwing, asv, has_pyperf, lapwing, pyperf, pytest_benchmark
from trial import ended, folder, lapwing_of, parser_of

SETS: tuple[WorkSet, ...] = ("library", "language", "mixed")
PEERS = ("pytest-benchmark", "asv", "pyperf")
MOST_SECONDS = 20.0


def main() -> int:
    """Run the trial, print what was wrong in each comparison, and the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="repositories with changes")
    parser.add_argument("--aa", type=int, default=5, help="repositories without")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--hogs", type=int, default=0, help="processes that keep a processor busy meanwhile")
    parser.add_argument("--bursts", action="store_true", help="the hogs come and go")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=["pytest-benchmark", "asv"])
    parser.add_argument("--peer-seeds", type=int, default=1, help="on how many of each sort the peers run")
    parser.add_argument("--pyperf-names", type=int, default=4, help="workloads for pyperf, which takes 15 s for each")
    parser.add_argument("--set", choices=["turns", *SETS], default="turns")
    parser.add_argument("--unrelated", action="store_true", help="head has code that no benchmark runs")
    parser.add_argument("--limit", type=float, help="the relative change that matters, in [tool.lapwing]")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.aa, args.peer_seeds = 1, 1, 1
    if "pyperf" in args.peers and not has_pyperf():
        print("pyperf is not installed and left out")
        args.peers.remove("pyperf")
    scores: dict[str, Score] = {}
    # After Ctrl-C, what there is by then is told.
    with contextlib.suppress(KeyboardInterrupt), folder(args.keep) as root, hogs(args.hogs, bursts=args.bursts):
        _run(args, root, scores)
    if not scores:
        return 130
    print()
    for name, score in scores.items():
        print(f"{name}: {score.lines()}")
    return say(rows(scores, busy_with=args.hogs), args.rows)


def _run(args: argparse.Namespace, root: Path, scores: dict[str, Score]) -> None:
    tool = lapwing_of(args)
    sorts = [(seed, planted) for planted, count in ((True, args.seeds), (False, args.aa)) for seed in range(count)]
    for number, (seed, planted) in enumerate(sorts):
        repository = _make(args, root, args.first_seed + seed, planted=planted)
        print(f"[{number + 1}/{len(sorts)}] {repository.root.name}", flush=True)
        peers = args.peers if seed < args.peer_seeds else []
        for name, said in _all_of(repository, tool, peers, args.pyperf_names).items():
            truth = repository.truth if name != "pyperf" else {key: repository.truth[key] for key in said.words}
            faults = scores.setdefault(name, Score()).add(truth, said)
            print(f"  {name}: {said.seconds:.1f} s" + "".join(f"\n    {fault}" for fault in faults), flush=True)


def _make(args: argparse.Namespace, root: Path, seed: int, *, planted: bool) -> Repository:
    workloads = twenty(SETS[seed % len(SETS)] if args.set == "turns" else args.set, seed=seed)
    plan = Plan(
        workloads=workloads,
        changes=plant(workloads, CHANGES, seed=seed) if planted else {},
        unrelated=args.unrelated,
        limit=args.limit,
    )
    return make_repository(root / f"{'planted' if planted else 'aa'}-{seed}", plan)


def _all_of(repository: Repository, tool: Lapwing, peers: list[str], names: int) -> dict[str, Said]:
    said = {"lapwing": lapwing(repository, tool)}
    if "pytest-benchmark" in peers:
        said["pytest-benchmark, median 5 %"] = pytest_benchmark(repository)
    if "asv" in peers:
        said |= {f"asv continuous, factor {factor}": one for factor, one in asv(repository).items()}
    if "pyperf" in peers:
        said["pyperf"] = pyperf(repository, sorted(repository.truth)[:names])
    return said


def rows(scores: dict[str, Score], *, busy_with: int) -> list[Row]:
    """Return the rows of the table; with hogs there is no bar on time."""
    own = scores["lapwing"]
    peers = {name: score for name, score in scores.items() if name != "lapwing"}
    busy = f", {busy_with} CPU hogs" if busy_with else ""
    suffix = "-hogs" if busy_with else ""

    def share(question: str, field: str, bar: Bar | None, pool: str = "") -> Row:
        told = {name: of_all(one.count, one.of) for name, one in ((n, getattr(s, field)) for n, s in peers.items())}
        tally = getattr(own, field)
        if bar is None:
            return Row(question=question + busy, bar="–", measured=of_all(tally.count, tally.of), peers=told)
        return counted(question + busy, tally, bar, peers=told, pool=pool)

    middle = statistics.median(own.seconds)
    slower = [min(score.seconds) for name, score in peers.items() if name != "pyperf"]
    return [
        share("slowdowns of 3 % and more found", "slow3", Bar(share=0.95, least=True), f"slow3{suffix}"),
        share("of 5 % and more", "slow5", Bar(share=1.0, least=True), f"slow5{suffix}"),
        share("slowdowns of 2 % found", "slow2", None),
        share("speed-ups of 5 and 10 % found", "fast", None),
        share("unchanged accused", "accused", Bar(share=0.005), f"accused{suffix}"),
        share("changed, and told the wrong way round", "wrong", Bar(share=0.0)),
        share("inconclusive", "unsure", Bar(share=0.03), f"unsure{suffix}"),
        share("failed", "failed", Bar(share=0.0)),
        share("the 95 % interval holds the true ratio", "held", None),
        Row(
            question=f"seconds for 20 benchmarks, the middle comparison{busy}",
            bar="–" if busy_with else f"≤ {MOST_SECONDS:.0f}, less than peers",
            measured=own.spent(),
            passed=None if busy_with else middle <= MOST_SECONDS and all(middle < one for one in slower),
            peers={name: score.spent() for name, score in peers.items()},
        ),
    ]


if __name__ == "__main__":
    sys.exit(ended(main))

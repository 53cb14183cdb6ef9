"""How often is the protocol of `lapwing compare` right, on noise that is made up? Its level and its power.

    python benchmarks/compare/simulate.py [--quick] [--suites 1000] [--whole 20] [--seed 1]

A suite has 20 benchmarks; two each are slower by 2, 3, 5 and 10 % and faster by 5 %, ten unchanged. A benchmark has a
spread of its own (log-normal, 0.4), and an unchanged one a layout of its own on head, which moves it for good (normal
of 0.6 %, cut at half the limit: there it must not be accused). In two of the classes of noise nobody is changed.

What is fed are the protocol's own suites, many at once and pair by pair. ``--whole`` runs so many whole comparisons of
each class as well, by ``next_step`` and ``judge_recording``: with the control, which may find that nobody is to be
accused. The suites take 10 s; a whole comparison takes 0.1 s, on the noisiest machine 1 s.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lapwing.detect.ranks import Floats, Ints
from lapwing.judge.compare import ComparePolicy, judge_recording, next_step
from lapwing.judge.compare.policy import band_of
from lapwing.judge.compare.suites import Phase, Suites
from lapwing.model import Commit, Declared, Machine, Outcome
from lapwing.recording import Discovery, Found, Pair, Paired, Recording, Slice, Step

LIMIT = 0.03
POLICY = ComparePolicy()
CHANGES = (0.02, 0.03, 0.05, 0.10, -0.05)
PLANTED = (*CHANGES, *CHANGES, *[0.0] * 10)
NOBODY = (0.0,) * len(PLANTED)
HEAD = (
    "noise",
    *(f"{change:+.0%}" for change in CHANGES),
    "accused",
    "undecided",
    *(f"pairs: {what}" for what in ("unchanged", "+3%", "+10%", "99 of 100")),
)
PHASES = {
    Outcome.REGRESSED: Phase.HIGHER,
    Outcome.IMPROVED: Phase.LOWER,
    Outcome.UNCHANGED: Phase.UNCHANGED,
    Outcome.INCONCLUSIVE: Phase.STUCK,
}

Noise = Callable[[np.random.Generator, Ints], Floats]
"""Returns the noise of one pair for a benchmark of each of these suites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """One class of noise, the true changes of its suite, and how far the layout moves unchanged benchmarks."""

    name: str
    noise: Noise
    changes: tuple[float, ...] = PLANTED
    layout: float = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Where each benchmark of each suite ended (suites x benchmarks) and the pairs it had."""

    phases: Ints
    pairs: Ints
    distrusted: int = 0


def mixed(scale: float) -> Noise:
    """Return the noise of a shared machine: normal of 1.1 %, in a pair of ten of 3.5 %, times ``scale``."""

    def draw(chance: np.random.Generator, suites: Ints) -> Floats:
        spread = np.where(chance.random(suites.size) < 0.1, 0.035, 0.011)
        return scale * spread * chance.normal(size=suites.size)

    return draw


def hit(chance: np.random.Generator, suites: Ints) -> Floats:
    """Return ordinary noise where one side of a value in twenty is hit for 10 to 50 %."""
    struck = (chance.random(suites.size) < 0.05) * chance.choice([-1.0, 1.0], suites.size)
    return mixed(1.0)(chance, suites) + struck * chance.uniform(0.1, 0.5, suites.size)


def together(chance: np.random.Generator, suites: Ints) -> Floats:
    """Return ordinary noise, and as much again that all benchmarks of a pair share: its layout, its processor."""
    return mixed(1.0)(chance, suites) + mixed(1.0)(chance, np.arange(suites.max() + 1))[suites]


CLASSES = (
    Class(name="quiet, 0.5 %", noise=lambda chance, suites: 0.005 * chance.normal(size=suites.size)),
    Class(name="ordinary, 1.5 %", noise=mixed(1.0)),
    Class(name="noisy, 3.4 %", noise=mixed(2.2)),
    Class(name="very noisy, 6.1 %", noise=mixed(4.0)),
    Class(name="heavy tails (t, 2 degrees)", noise=lambda chance, suites: 0.01 * chance.standard_t(2, suites.size)),
    Class(name="1 value in 20 hit by 10 to 50 %", noise=hit),
    Class(name="ordinary, half of it shared by a pair", noise=together),
    Class(name="ordinary, layout of 1 %", noise=mixed(1.0), layout=0.01),
    Class(name="ordinary, nobody changed", noise=mixed(1.0), changes=NOBODY),
    Class(name="noisy, nobody changed", noise=mixed(2.2), changes=NOBODY),
)


def main() -> int:
    """Simulate each class and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="50 suites of each class, to see that it works")
    parser.add_argument("--suites", type=int, default=1000, help="of each class")
    parser.add_argument("--whole", type=int, default=0, help="whole comparisons of each class")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.quick:
        args.suites, args.whole = 50, min(args.whole, 2)
    print(
        f"Found, by change; accused, of the unchanged; undecided, of all; pairs until then (median).\n\n{_line(HEAD)}"
    )
    print(_line(["---"] * len(HEAD)))
    for one in CLASSES:
        print(_line(_cells(one, suites_of(one, args.suites, args.seed))), flush=True)
    for one in CLASSES if args.whole else ():
        start = time.perf_counter()
        found = wholes_of(one, args.whole, args.seed)
        told = f"{one.name}, {args.whole} whole, {found.distrusted} distrusted"
        print(_line(_cells(replace(one, name=told), found)), f" {time.perf_counter() - start:.1f} s", flush=True)
    return 0


def suites_of(one: Class, groups: int, seed: int) -> Result:
    """Feed ``groups`` suites at once to the protocol."""
    chance, width = np.random.default_rng(seed), len(one.changes)
    truth, spreads = _drawn(one, groups, chance)
    suites = Suites(groups, np.full(width, band_of(LIMIT)), np.zeros(width, dtype=np.int64), POLICY)
    while (rows := suites.open()).size:
        suites.feed(rows, truth[rows] + spreads[rows] * one.noise(chance, rows // width))
    return Result(phases=suites.phases.reshape(groups, width), pairs=suites.counts.reshape(groups, width))


def wholes_of(one: Class, count: int, seed: int) -> Result:
    """Run whole comparisons by the product's own steps and verdicts."""
    chance, names = np.random.default_rng(seed), [f"b{i:02d}" for i in range(len(one.changes))]
    phases, pairs, distrusted = [], [], 0
    for number in range(count):
        truth, spreads = _drawn(one, 1, chance)
        made = _recording(names, number)
        while (step := next_step(made, POLICY)) is not None:
            rows = np.array([names.index(name) for name in step.benchmarks])
            values = spreads[rows] * one.noise(chance, np.zeros(rows.size, dtype=np.int64))
            made = replace(made, pairs=(*made.pairs, _pair(step, values if step.control else values + truth[rows])))
        report = judge_recording(made, POLICY)
        distrusted += report.control is not None and not report.control.trusted
        asked = [one for pair in made.pairs if not pair.step.control for one in pair.step.benchmarks]
        verdicts = {verdict.metric.benchmark: verdict.outcome for verdict in report.verdicts}
        phases.append([int(PHASES[verdicts[name]]) for name in names])
        pairs.append([asked.count(name) for name in names])
    return Result(phases=np.array(phases), pairs=np.array(pairs), distrusted=distrusted)


def _drawn(one: Class, groups: int, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the true log ratio and the spread of each benchmark of ``groups`` suites, one suite after the other."""
    truth = np.tile(np.log1p(np.array(one.changes)), groups)
    most = band_of(LIMIT) / 2
    layout = np.clip(chance.normal(0, one.layout, truth.size), -most, most)
    return np.where(truth == 0, layout, truth), np.exp(chance.normal(0, 0.4, truth.size))


def _recording(names: list[str], seed: int) -> Recording:
    found = tuple(Found(benchmark=name) for name in names)
    declared = tuple(Declared(benchmark=name, node_id=name) for name in names)
    return Recording(
        id="simulated",
        tool="simulate",
        seed=seed,
        started_at=0.0,
        base=Commit(sha="a" * 40),
        head=Commit(sha="b" * 40),
        base_tree="a" * 40,
        head_tree="b" * 40,
        machine=Machine(cpu="sim", cpu_count=2, os="sim", arch="sim", interpreter="sim"),
        rung="path",
        said=(),
        arguments=(),
        working=False,
        limit=LIMIT,
        max_time=None,
        measure_all=True,
        discovery=Discovery(declared=declared, base=found, head=found),
    )


def _pair(step: Step, values: Floats) -> Pair:
    paired = tuple(
        Paired(benchmark=name, base=(Slice(value=1e-3, cpu=1e-3),), head=(Slice(value=head, cpu=head),))
        for name, head in zip(step.benchmarks, (1e-3 * np.exp(values)).tolist(), strict=True)
    )
    return Pair(step=step, seed=0, cpu=None, ended=0.0, paired=paired)


def _cells(one: Class, found: Result) -> list[str]:
    """Return one row of the table."""
    changes = np.array(one.changes)
    cells = [one.name]
    for change in CHANGES:
        of_it = found.phases[:, changes == change]
        wanted = Phase.HIGHER if change > 0 else Phase.LOWER
        cells.append(f"{np.mean(of_it == wanted):.1%}" if of_it.size else "–")
    unchanged = found.phases[:, changes == 0]
    accused = int(np.isin(unchanged, (Phase.HIGHER, Phase.LOWER)).sum())
    cells += [
        f"{accused} of {unchanged.size} ({accused / unchanged.size:.2%})",
        f"{np.mean(found.phases == Phase.STUCK):.2%}",
    ]
    for change in (0.0, 0.03, 0.10):
        pairs = found.pairs[:, changes == change]
        cells.append(f"{np.median(pairs):.0f}" if pairs.size else "–")
    return [*cells, f"{math.ceil(np.quantile(found.pairs, 0.99))}"]


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())

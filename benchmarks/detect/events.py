"""Is what a machine did told from what the code did?

``python benchmarks/detect/events.py [--quick] [HISTORY.jsonl.gz ...]``

Machines of 40 benchmarks in 8 files over 150 commits, with noise like that of real histories (Student t with 4 degrees
of freedom, spikes of 5 to 15 sigma upwards in 1 % of the values, 1 to 4 % from benchmark to benchmark, a tenth of the
values missing, and one share of the noise that all of a run have in common). With HISTORY files (one series a line:
``series``, ``commit``, ``value``) their machines are taken instead, 40 series at a time, with all that really happened
in them. Into these, something is planted; printed is in how many it became an event of the machine, how many other
events there were, and, where one benchmark got 25 % slower by itself 20 commits later, in how many that is still found.
Seeded; a minute.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from lapwing.detect.batches import Finder
from lapwing.detect.order import FirstParents
from lapwing.detect.series import Series
from lapwing.judge.environment import clear
from lapwing.model import MetricId
from lapwing.units import SECONDS

SEED = 20
BENCHMARKS = 40
COMMITS = 150

PLANTED = {
    "nothing": lambda _rng, n: np.zeros(n),
    "all by +3 %": lambda _rng, n: np.full(n, 0.03),
    "all by +10 %": lambda _rng, n: np.full(n, 0.1),
    "all, each by -15 to +15 %": lambda rng, n: rng.uniform(-0.15, 0.15, n),
    "8 in 10 by +5 to +20 %": lambda rng, n: rng.uniform(0.05, 0.2, n) * (rng.random(n) < 0.8),
    "10 of 40 by +12 % (a commit)": lambda rng, n: 0.12 * (rng.permutation(n) < n // 4),
    "half the files by +12 % (a commit)": lambda _rng, n: 0.12 * (np.arange(n) % 8 < 4),
}


def made(rng):
    """Return the logs of a machine's benchmarks, NaN for what is missing, and the file of each."""
    sigma = rng.uniform(0.01, 0.04, (BENCHMARKS, 1))
    noise = 0.9 * rng.standard_t(4, (BENCHMARKS, COMMITS)) / np.sqrt(2) + 0.4 * rng.standard_normal(COMMITS)
    noise += (rng.random(noise.shape) < 0.01) * rng.uniform(5, 15, noise.shape)
    noise[rng.random(noise.shape) < 0.1] = np.nan
    return sigma * noise, [f"test_{i % 8}.py::test_{i}" for i in range(BENCHMARKS)]


def read(paths):
    """Return the machines of histories: for each the logs of its series by commit, and their names."""
    machines = defaultdict(list)
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                one = json.loads(line)
                name, _, machine = one["series"].partition(" @ ")
                machine = machine.partition(" / v=")[0]
                machines[Path(path).name, machine].append((name.rpartition(" / ")[2], one))
    for group in machines.values():
        first = {}
        for _, one in group:
            for sha, time in zip(one["commit"], one.get("time") or range(len(one["commit"])), strict=True):
                first[sha] = min(time, first.get(sha, time))
        place = {sha: i for i, sha in enumerate(sorted(first, key=lambda sha: (first[sha], sha)))}
        logs = np.full((len(group), len(place)), np.nan)
        for i, (_, one) in enumerate(group):
            for sha, value in zip(one["commit"], one["value"], strict=True):
                if value and value > 0:
                    logs[i, place[sha]] = np.log(value)
        known = np.isfinite(logs).sum(axis=1) >= 40
        if known.sum() >= BENCHMARKS:
            yield logs[known], [name for (name, _), keep in zip(group, known, strict=True) if keep]


def cleared(logs, names):
    commits = tuple(f"{i:07d}" for i in range(logs.shape[1]))
    return clear(
        [
            Series(
                metric=MetricId(benchmark=name, name="time"),
                unit=SECONDS,
                machine="m",
                commits=commits,
                values=np.exp(row),
                errors=np.full(len(commits), np.nan),
            )
            for row, name in zip(logs, names, strict=True)
        ],
        Finder(alpha=0.01),
        FirstParents(()),
    )


def main():
    words = sys.argv[1:]
    repeats = 5 if "--quick" in words else 20
    real = list(read([word for word in words if not word.startswith("-")]))
    for what, planted in PLANTED.items():
        rng = np.random.default_rng(SEED)
        event = others = kept = 0
        for repeat in range(repeats):
            logs, names = real[repeat % len(real)] if real else made(rng)
            chosen = rng.choice(len(names), BENCHMARKS, replace=False) if real else np.arange(BENCHMARKS)
            logs, names = logs[chosen].copy(), [f"{names[i]}#{i}" for i in chosen]
            length = logs.shape[1]
            place = int(rng.integers(length // 3, length // 2))
            before = len(cleared(logs, names).events)
            logs[:, place:] += planted(rng, BENCHMARKS)[:, None]
            logs[0, place + 20 :] += 0.25
            found = cleared(logs, names)
            hit = sum(abs(int(one.commits[1]) - place) <= 3 for one in found.events)
            event += hit > 0
            others += max(0, len(found.events) - hit - before)
            kept += any(abs(point.index - place - 20) <= 3 for point in found.points[0])
        print(
            f"{what:36} an event in {event:2d} of {repeats}, others {others}, "
            f"the benchmark's own change found in {kept:2d}",
            flush=True,
        )


if __name__ == "__main__":
    main()

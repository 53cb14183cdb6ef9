"""How many false alarms a week does ``lapwing check`` raise, and how many does it say?

``python benchmarks/detect/alarms_per_week.py [--quick]``

Nothing ever changes: 40 benchmarks have noise like that of real histories (Student t with 4 degrees of freedom, a spike
of 5 to 15 sigma upwards in 1 % of the runs, and memory), so large (8 %) that the limit protects nobody. After every
run, 35 a week, the history is judged as ``lapwing check`` judges it, and a false alarm is an accusation that the
verdict before it did not hold. Printed beside what the report says; and how many verdicts in a row repeat one. Then the
same of real noise: the quiet stretches of numpy's and pandas' histories to tune on, side by side as the benchmarks of
one machine, with next to no limit (0.1 %).
Seeded; ten minutes, with --quick one.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from lapwing.detect.batches import Finder
from lapwing.judge.case import Case
from lapwing.judge.judging import judge_cases
from lapwing.judge.policy import Policy
from lapwing.judge.rate import PER_ALARM
from lapwing.model import MetricId, Outcome
from lapwing.units import SECONDS
from quiet import quiet

SEED = 4
SERIES = 40
RUNS_A_WEEK = 35
BEFORE = 60
SIGMA = 0.08
LONG = 90
"""Points that a quiet stretch has at least, of which the first 60 are past."""


class Kept(dict):
    """What earlier looks came to, as ``lapwing check`` keeps it in a file."""

    def recall(self, key):
        """Return the text of a key."""
        return self.get(key)

    def keep(self, key, text):
        """Keep it."""
        self[key] = text


def noise(rng, count, memory):
    """Return ``count`` logs of each series."""
    fresh = rng.standard_t(4, (SERIES, count)) / np.sqrt(2)
    for i in range(1, count):
        fresh[:, i] = memory * fresh[:, i - 1] + np.sqrt(1 - memory**2) * fresh[:, i]
    spikes = (rng.random(fresh.shape) < 0.01) * rng.uniform(5, 15, fresh.shape)
    return SIGMA * (fresh + spikes)


def side_by_side(source):
    """Return the quiet stretches of a source, the longest first, in groups as long as the shortest of each."""
    rows = sorted((row for row in quiet("tune", source) if row.size >= LONG), key=len, reverse=True)
    groups = [rows[low : low + SERIES] for low in range(0, len(rows) - SERIES + 1, SERIES)]
    return [np.stack([row[: group[-1].size] for row in group]) for group in groups]


def case_of(i, values, limit):
    return Case(
        metric=MetricId(benchmark=f"b{i}", name="time"),
        node_id=f"b{i}",
        unit=SECONDS,
        machine="m",
        limit=limit,
        values=values,
        commits=tuple(f"{n:07d}" for n in range(values.shape[0])),
        errors=np.full(values.shape[0], np.nan),
        head=float(values[-1]),
        release=0,
    )


def alarms_in(values, policy, limit):
    """Return over the runs after the first 60: false alarms, verdicts that hold one, accusations in all, verdicts."""
    accused, alarms, verdicts, accusations = set(), 0, 0, 0
    memory_of_looks = Kept()
    ends = range(BEFORE, values.shape[1])
    for end in ends:
        cases = [case_of(i, row[:end], limit) for i, row in enumerate(values)]
        judged = judge_cases(cases, policy, find=Finder(alpha=policy.alpha, memory=memory_of_looks))
        bad = (Outcome.REGRESSED, Outcome.IMPROVED)
        now = {
            i
            for i, one in enumerate(judged)
            if one.outcome in bad or (one.crept is not None and one.crept.outcome in bad)
        }
        alarms += len(now - accused)
        verdicts += bool(now)
        accusations += len(now)
        accused = now
    return np.array([alarms, verdicts, accusations, len(ends)])


def main():
    quick = "--quick" in sys.argv
    weeks = 4 if quick else 60
    print(f"{SERIES} series, {RUNS_A_WEEK} runs a week, {weeks} weeks for each line, nothing changed")
    for memory in (0.0, 0.3):
        values = np.exp(noise(np.random.default_rng([SEED, 0]), BEFORE + weeks * RUNS_A_WEEK, memory))
        for per_week in (0.1, 1.0):
            _say(f"memory {memory}", [values], per_week, limit=0.05)
    for source in ("numpy", "pandas"):
        for per_week in (0.1, 1.0):
            _say(f"quiet stretches of {source}", side_by_side(source)[: 1 if quick else None], per_week, limit=0.001)


def _say(about, groups, per_week, *, limit):
    policy = Policy(false_alarms_per_week=per_week)
    share = min(policy.false_discovery, per_week * PER_ALARM / RUNS_A_WEEK)
    asked = replace(policy, false_discovery=share)
    alarms, bad, accusations, verdicts = sum(alarms_in(values, asked, limit) for values in groups).tolist()
    repeated = accusations / alarms if alarms else float("nan")
    print(
        f"  {about}: setting {per_week}, share {share:.4f}: at most {share * RUNS_A_WEEK / PER_ALARM:.2f} a week said, "
        f"{alarms * RUNS_A_WEEK / verdicts:.2f} found ({alarms} alarms in {verdicts} verdicts, which may hold "
        f"{share * verdicts:.1f}; {bad} verdicts with one, each in {repeated:.1f})",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""How many issues does a project get for nothing, how late do the others come, and how soon are they closed?

    PYTHONPATH=plugin:tests python benchmarks/forge/issues.py [HISTORIES] [NOISE]

Simulates histories of 75 commits and ten benchmarks, seeded: runs of five processes, noise of 1.5 % between runs (or
NOISE), one run in a hundred disturbed by up to 30 % from its first process to its last. One benchmark is 15 % slower
from commit 20 to 44, one 10 % slower from commit 30 on; the others never change. After each commit the job of the
default branch looks, as ``lapwing issues`` does, at a forge in memory. Prints what came of it; exits 1 where an issue
was of nothing.
"""

from __future__ import annotations

import random
import re
import statistics
import sys

from factories import make_run, make_sample
from fakes.forge import MemoryForge
from pipeline.issue_histories import A, B, Branch, stepping

COMMITS, FIRST, MENDED = 75, 12, 45
STEPS = {A: (20, 1.15), B: (30, 1.10)}
LEVELS = {A: stepping((20, 1.15), (MENDED, 1.0)), B: stepping((30, 1.10))}


class Noisy(Branch):
    """A branch whose runs are as noisy as those of a hosted machine."""

    def __init__(self, seed, noise):
        super().__init__(LEVELS, quiet=[f"tests/test_{n}.py::test" for n in range(8)])
        self.seed, self.noise = seed, noise

    def runs(self, count):
        """Return the runs of the first ``count`` commits."""
        return [make_run(n, *(self.noisy(name, n) for name in self.levels), run_id=f"run-{n}") for n in range(count)]

    def noisy(self, name, number):
        """Return what one run measured of one benchmark."""
        chance = random.Random(f"{self.seed} {name} {number}")
        value = 1e-3 * self.levels[name](number) * (1 + self.noise * chance.gauss(0, 1))
        value *= 1 + 0.3 * chance.random() if chance.random() < 0.01 else 1
        processes = [value * (1 + 0.004 * chance.gauss(0, 1)) for _ in range(5)]
        return make_sample(name, *processes, screened=1)


def lived(seed, noise):
    """Return what was done after each commit, and the titles of the issues."""
    branch, forge = Noisy(seed, noise), MemoryForge()
    done = [(count, line) for count in range(FIRST, COMMITS) for line in branch.day(forge, count).done]
    return done, {number: issue.title for number, issue in forge.kept.items()}


def main(histories, noise):
    """Print what came of so many histories."""
    late, mended, nothing, again, worse, total, missed = [], [], 0, 0, 0, 0, 0
    for seed in range(histories):
        done, titles = lived(seed, noise)
        total += len(titles)
        seen = set()
        for count, line in done:
            number = int(re.search(r"\d+", line)[0])
            name = next((one for one in STEPS if number in titles and one in titles[number]), None)
            if "was opened." in line:
                of_nothing = name is None or count <= STEPS[name][0] or name in seen
                nothing += of_nothing
                seen |= set() if of_nothing else {name}
                late += [] if of_nothing else [count - STEPS[name][0]]
            again += "opened again" in line
            worse += "got worse" in line
            mended += [count - MENDED] if "level is back" in line and name == A else []
        missed += len(STEPS) - len(seen)
        print(f"history {seed}: {[one for one in done if 'up to date' not in one[1]]}")
    print(f"{total} issues in {histories} histories with noise of {noise:.1%}: {nothing} of nothing, {missed} missed;")
    print(f"opened after {statistics.median(late):.0f} runs ({min(late)} to {max(late)}),", end=" ")
    print(f"closed {statistics.median(mended):.0f} runs after the mend ({min(mended)} to {max(mended)});")
    print(f"{again} opened again, {worse} said to be worse")
    return int(nothing > 0)


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(int(words[0]) if words else 8, float(words[1]) if len(words) > 1 else 0.015))

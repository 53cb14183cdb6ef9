"""What does a history on a git branch cost? ``python benchmarks/history/branch.py [RUNS [SMALL_RUNS]]``.

1,000 benchmarks, one metric, 5 processes of one value each, in 1,000 runs unless said otherwise; then the size of a
branch of 10,000 runs of 50 benchmarks each, after git's clean-up. It ends with 1 where a bar is missed;
beside the clock stand the seconds on a processor, for a machine that is shared.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from time import perf_counter

from thousand import make_run

from lapwing.history import open_store
from lapwing.history.branch import layout
from lapwing.history.branch.packing import pack_file


def git(repository, *arguments, **more):
    """Run git and return what it printed."""
    return subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True, **more).stdout


def bare(folder):
    """Make an empty remote."""
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    git(folder, "config", "uploadpack.allowFilter", "true")
    return folder


def fill(remote, runs):
    """Put runs into the branch, a commit for each and a few a day, as a project has them; yield after each."""
    importer = subprocess.Popen(["git", "-C", str(remote), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    write = importer.stdin.write
    first = [(layout.MARKER.decode(), layout.MARKER_CONTENT), (layout.README.decode(), layout.README_CONTENT)]
    begun = bool(git(remote, "for-each-ref", "refs/heads/lapwing-history"))
    for number, run in enumerate(runs):
        files = [*(first if number == 0 and not begun else []), (layout.path_of(run), pack_file(run))]
        write(b"commit refs/heads/lapwing-history\ncommitter L <l@l> %d +0000\ndata 3\nrun\n" % int(run.started_at))
        if number == 0 and begun:
            write(b"from refs/heads/lapwing-history^0\n")
        for path, content in files:
            write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content))
    importer.stdin.close()
    assert importer.wait() == 0


def store_of(folder, remote):
    """Open the branch from a fresh clone, so to speak."""
    folder.mkdir(exist_ok=True)
    return open_store(f"git+branch://lapwing-history?remote={remote}", folder)


@dataclass(frozen=True)
class Taken:
    """The seconds of the fastest try, those of it with a processor (git's among them), and what the last one gave."""

    seconds: float
    processor: float
    result: object


def best(work, *, of=3):
    """Time ``work`` several times."""
    times = []
    for _ in range(of):
        before, begin = processor_seconds(), perf_counter()
        result = work()
        times.append((perf_counter() - begin, processor_seconds() - before))
    return Taken(*min(times), result)


def processor_seconds():
    """Return the seconds that we and our children had a processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Bars:
    """What was to be reached, and what was: on a clock, and beside it what a machine to itself would have taken."""

    missed = False

    def show(self, what, value, bar, unit, *, more=""):
        """Print one figure beside its bar."""
        met = value < bar
        self.missed |= not met
        print(f"{'  ' if met else '! '}{what}: {value:,.3g} {unit}{more} (bar {bar:g})", flush=True)

    def took(self, what, taken, bar):
        """Print seconds beside their bar, and how many of them had a processor."""
        self.show(what, taken.seconds, bar, "s", more=f", {taken.processor:.3g} s of it on a processor")


def reading(bars, folder, runs):
    """Time what a history of ``runs`` runs of 1,000 benchmarks takes."""
    remote = bare(folder / "reading.git")
    begin = perf_counter()
    fill(remote, (at_day(make_run(number, count=1000), number) for number in range(runs)))
    print(f"made {runs:,} runs of 1,000 benchmarks in {perf_counter() - begin:.0f} s", flush=True)
    store = store_of(folder / "reader", remote)
    bars.took(f"first index of {runs:,} runs of 1,000 benchmarks", best(store.runs, of=1), 60)
    updates, appends = [], []
    writer = store_of(folder / "writer", remote)
    for number in range(runs, runs + 3):
        run = at_day(make_run(number, count=1000), number)
        appends.append(best(lambda run=run: writer.append([run]), of=1))
        # Another job's look, with nothing remembered in memory.
        updates.append(best(store_of(folder / "reader", remote).runs, of=1))
    fastest = attrgetter("seconds")
    bars.took("append of a run of 1,000 benchmarks, with the push", min(appends, key=fastest), 1.5)
    bars.took("the same with 2 metrics and 7 values a process", big_append(writer, runs + 5), 1.5)
    bars.took("update of the index by one run", min(updates, key=fastest), 0.5)
    reader = store_of(folder / "reader", remote)
    reader.runs()
    taken = best(lambda: reader.recorded(benchmarks=["tests/test_speed.py::test_500[500]"]), of=7)
    assert max(len(one.values) for one in taken.result) > runs
    bars.took("reading one series", taken, 0.02)
    taken = best(reader.recorded)
    bars.took(f"reading all {sum(len(one.values) for one in taken.result):,} values", taken, 1)
    bars.took("telling what is damaged", best(reader.damaged), 1)
    bars.show("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 500, "MB")


def big_append(writer, number):
    """Append three runs as ``pytest --perf`` makes them, and return the seconds of the fastest."""
    runs = [
        at_day(make_run(n, count=1000, metrics=("time", "cpu_time"), values=7), n) for n in range(number, number + 3)
    ]
    tries = [best(lambda run=run: writer.append([run]), of=1) for run in runs]
    return min(tries, key=attrgetter("seconds"))


def at_day(run, number):
    """Let a run begin three hours after the last."""
    return replace(run, id=f"{number * 7919 % 2**40:020x}", started_at=1.7e9 + number * 10_800)


def size(bars, folder, runs):
    """Show what a run of 50 benchmarks takes in the branch, at several lengths."""
    remote, before = bare(folder / "size.git"), 0
    for count in (runs // 10, runs * 3 // 10, runs):
        fill(remote, (at_day(make_run(number, count=50), number) for number in range(before, count)))
        before = count
        git(remote, "gc", "-q", "--prune=now")
        packs = sum(pack.stat().st_size for pack in (remote / "objects" / "pack").glob("*.pack"))
        bars.show(f"a run of 50 benchmarks, of {count:,} (after git gc)", packs / count, 3000, "bytes")
        clone = folder / f"clone-{count}"
        taken = best(lambda clone=clone, remote=remote: store_of(clone, remote).append([]), of=1)
        looked = sum(file.stat().st_size for file in clone.rglob("*") if file.is_file())
        print(
            f"   a first look at it, as before an append: {taken.seconds:.2f} s, {looked / 2**20:.1f} MiB", flush=True
        )
    compacted = store_of(folder / f"clone-{runs}", remote)
    taken = best(compacted.compact, of=1)
    git(remote, "reflog", "expire", "--expire=now", "--all")
    git(remote, "gc", "-q", "--prune=now")
    packs = sum(pack.stat().st_size for pack in (remote / "objects" / "pack").glob("*.pack"))
    print(f"   compacted in {taken.seconds:.2f} s: {packs / runs:,.0f} bytes a run", flush=True)


def main(runs, small):
    """Show all of it."""
    bars = Bars()
    with tempfile.TemporaryDirectory(prefix="lapwing-branch-") as folder:
        reading(bars, Path(folder), runs)
        size(bars, Path(folder), small)
    return int(bars.missed)


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(arguments + [1000, 10_000][len(arguments) :])))

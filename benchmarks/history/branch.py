"""What does a history on a git branch cost? ``python benchmarks/history/branch.py [RUNS [SMALL_RUNS]]``.

1,000 benchmarks, one metric, 5 processes of one value each, in 1,000 runs unless said otherwise; then the size of a
branch of 10,000 runs of 50 benchmarks each, after git's clean-up. It ends with 1 where a bar is missed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

from thousand import make_run

from lapwing.history import open_store
from lapwing.history.branch import layout
from lapwing.history.branch.packing import pack_file

QUIET = Path("/tmp/quiet")


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


def best(work, *, of=3):
    """Return the seconds of the fastest try, and what the last one gave."""
    times = []
    for _ in range(of):
        while QUIET.exists():  # somebody else measures
            sleep(1)
        begin = perf_counter()
        result = work()
        times.append(perf_counter() - begin)
    return min(times), result


def processor_seconds():
    """Return the seconds that we and our children had a processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Bars:
    """What was to be reached, and what was."""

    missed = False

    def show(self, what, value, bar, unit):
        """Print one figure beside its bar."""
        met = value < bar
        self.missed |= not met
        print(f"{'  ' if met else '! '}{what}: {value:,.3g} {unit} (bar {bar:g})", flush=True)


def reading(bars, folder, runs):
    """Time what a history of ``runs`` runs of 1,000 benchmarks takes."""
    remote = bare(folder / "reading.git")
    begin = perf_counter()
    fill(remote, (at_day(make_run(number, count=1000), number) for number in range(runs)))
    print(f"made {runs:,} runs of 1,000 benchmarks in {perf_counter() - begin:.0f} s", flush=True)
    store = store_of(folder / "reader", remote)
    before = processor_seconds()
    seconds, _ = best(store.runs, of=1)
    bars.show(f"first index of {runs:,} runs of 1,000 benchmarks", seconds, 60, "s")
    print(f"   of that {processor_seconds() - before:.1f} s on a processor, git's among it", flush=True)
    updates = []
    writer = store_of(folder / "writer", remote)
    appends = []
    for number in range(runs, runs + 3):
        run = at_day(make_run(number, count=1000), number)
        appends.append(best(lambda run=run: writer.append([run]), of=1)[0])
        # Another job's look, with nothing remembered in memory.
        reader = store_of(folder / "reader", remote)
        updates.append(best(reader.runs, of=1)[0])
    bars.show("append of a run of 1,000 benchmarks, with the push", min(appends), 1.5, "s")
    bars.show("the same with 2 metrics and 7 values a process", big_append(writer, runs + 5), 1.5, "s")
    bars.show("update of the index by one run", min(updates), 0.5, "s")
    reader = store_of(folder / "reader", remote)
    reader.runs()
    name = "tests/test_speed.py::test_500[500]"
    seconds, found = best(lambda: reader.recorded(benchmarks=[name]))
    assert len(found[0].values) >= runs
    bars.show("reading one series", seconds * 1000, 20, "ms")
    seconds, found = best(reader.recorded)
    bars.show(f"reading all {sum(len(one.values) for one in found):,} values", seconds, 1, "s")
    bars.show("the same and what is damaged", best(reader.damaged)[0], 1, "s")
    bars.show("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 500, "MB")


def big_append(writer, number):
    """Append three runs as ``pytest --perf`` makes them, and return the seconds of the fastest."""
    runs = [
        at_day(make_run(n, count=1000, metrics=("time", "cpu_time"), values=7), n) for n in range(number, number + 3)
    ]
    return min(best(lambda run=run: writer.append([run]), of=1)[0] for run in runs)


def at_day(run, number):
    """Let a run begin three hours after the last."""
    from dataclasses import replace

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
        seconds, _ = best(lambda clone=clone, remote=remote: store_of(clone, remote).append([]), of=1)
        looked = sum(file.stat().st_size for file in clone.rglob("*") if file.is_file())
        print(f"   a first look at it, as before an append: {seconds:.2f} s, {looked / 2**20:.1f} MiB", flush=True)
    compacted = store_of(folder / f"clone-{runs}", remote)
    seconds, _ = best(compacted.compact, of=1)
    git(remote, "reflog", "expire", "--expire=now", "--all")
    git(remote, "gc", "-q", "--prune=now")
    packs = sum(pack.stat().st_size for pack in (remote / "objects" / "pack").glob("*.pack"))
    print(f"   compacted in {seconds:.2f} s: {packs / runs:,.0f} bytes a run", flush=True)


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

"""Is a history moved and kept without loss, in bounded memory? Exits with 1 where anything was lost.

    python benchmarks/history/care.py [RUNS] [BENCHMARKS] [KILLS]     default 1000 50 200

1. A history of RUNS runs is copied into an SQLite store, killed (-9) at random moments and begun again until it ends,
   and then compared run by run.
2. The same copy without kills, and verify of the result: seconds, and the peak memory of the process.
3. A writer of the outbox is killed KILLS times: every run that it acknowledged must be there whole.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from lapwing.history import open_store
from lapwing.history.outbox import OutboxFiles
from lapwing.history.schema import encode
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

MACHINE = Machine(cpu="Test CPU", cpu_count=2, os="Linux", arch="x86_64", interpreter="CPython 3.11")
CLI = (sys.executable, "-m", "lapwing.cli", "history")
PEAK = (
    "import resource, sys\nfrom lapwing.cli import main\ncode = main(sys.argv[1:])\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)\nsys.exit(code)\n"
)
WRITER = """
import sys
from pathlib import Path
from care import make
from lapwing.history.outbox import OutboxFiles
outbox = OutboxFiles(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 10**9):
    run = make(number, 100)
    outbox.keep(run)
    print(run.id, flush=True)
"""


def make(number: int, benchmarks: int) -> Run:
    draw = random.Random(number)
    names = [f"tests/test_speed.py::test_case[{i}]" for i in range(benchmarks)]
    values = [tuple(tuple(1e-3 * draw.gauss(1, 0.01) for _ in range(4)) for _ in range(5)) for _ in names]
    return Run(
        id=f"{number:020x}",
        commit=Commit(sha=f"{number:040x}", date=1.6e9 + 3600 * number),
        machine=MACHINE,
        started_at=1.6e9 + 3600 * number,
        declared=tuple(Declared(benchmark=name, node_id=name) for name in names),
        samples=tuple(
            Sample(metric=MetricId(benchmark=name, name="time"), unit=SECONDS, values=value)
            for name, value in zip(names, values, strict=True)
        ),
    )


def same(one: Path, other: Path) -> bool:
    with closing(open_store(str(one), Path.cwd())) as a, closing(open_store(str(other), Path.cwd())) as b:
        ids = [run.id for run in a.runs()]
        return ids == [run.id for run in b.runs()] and all(encode(a.load(i)) == encode(b.load(i)) for i in ids)


def killed_copy(source: Path, target: Path) -> int:
    """Copy, killing at random moments, and return how often."""
    draw, kills = random.Random(1), 0
    while True:
        with subprocess.Popen(
            (*CLI, "copy", str(source), str(target)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as copying:
            try:
                copying.wait(timeout=draw.uniform(1.0, 6.0 + kills))
            except subprocess.TimeoutExpired:
                copying.send_signal(signal.SIGKILL)
                kills += 1
                continue
        assert copying.returncode == 0, copying.returncode
        return kills


def timed(*arguments: str) -> tuple[float, float, dict]:
    """Run a command and return its seconds, its peak in MB and what it says."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "history", *arguments, "--json"], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stdout + done.stderr
    return seconds, float(done.stderr.split()[-1]), json.loads(done.stdout)


def killed_writers(folder: Path, kills: int) -> tuple[int, int]:
    """Return how many runs were acknowledged, and how many of them are not in the outbox."""
    draw, acknowledged = random.Random(2), set()
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    for _ in range(kills):
        command = [sys.executable, "-c", WRITER, str(folder), str(len(acknowledged))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as writer:
            acknowledged.add(writer.stdout.readline().strip())
            time.sleep(draw.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
            acknowledged.update(line for line in writer.stdout.read().split("\n") if len(line) == 20)
    outbox = OutboxFiles(folder)
    there = {outbox.read(name).id for name in outbox.waiting()}
    return len(acknowledged), len(acknowledged - {""} - there)


def main() -> int:
    runs, benchmarks, kills = (int(word) for word in (sys.argv[1:] + ["1000", "50", "200"][len(sys.argv) - 1 :]))
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.db"
        with closing(open_store(str(source), folder)) as store:
            for start in range(0, runs, 100):
                store.append(make(number, benchmarks) for number in range(start, min(start + 100, runs)))
        often = killed_copy(source, folder / "killed.db")
        equal = same(source, folder / "killed.db")
        lost += not equal
        print(f"copy of {runs} runs of {benchmarks} benchmarks, killed {often} times: {'same' if equal else 'LOST'}")
        for command in (
            ["copy", str(source), str(folder / "whole.db")],
            ["verify", "--store", str(folder / "whole.db")],
        ):
            seconds, peak, said = timed(*command)
            shown = {key: value for key, value in said.items() if not isinstance(value, list)}
            print(f"{command[0]}: {seconds:.1f} s, peak {peak:.0f} MB, {shown}")
        acknowledged, missing = killed_writers(folder, kills)
        lost += missing
        print(f"outbox: {acknowledged} runs acknowledged under {kills} kills, {missing} lost, all read back whole")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())

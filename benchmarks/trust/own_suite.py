"""Our own benchmarks by `make perf`, twice, with a slowdown planted between two commits of a scratch clone.

    python benchmarks/trust/own_suite.py [--picture FILE.svg]

Prints what the second run printed, and what `lapwing log` says of the benchmark that got slower. ``--picture`` writes
the second report as a picture: the one in the README is made by this.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from workloads import git

HERE = Path(__file__).resolve().parents[2]
SLOWED = Path("plugin/lapwing/history/schema.py")
LINE = "        document = _encoder.encode(_to_wire(run))\n"
PICTURE = """
import os, sys
from pathlib import Path
from lapwing import settings
from lapwing.pipeline.check import check
from lapwing.report.picture import picture
from lapwing.wiring import adapters

root = Path.cwd()
chosen = settings.load(root, os.environ, {})
store = adapters.open_store(chosen, root)
report = check(store=store, commits=adapters.commits(root), policy=adapters.policy(chosen)).report
Path(sys.argv[1]).write_text(picture(report, width=110, title="pytest --perf"), encoding="utf-8")
"""


def main() -> int:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lapwing"
        git(HERE, "clone", "-q", str(HERE), str(root))
        git(root, "config", "user.email", "bench@example.invalid")
        git(root, "config", "user.name", "Benchmark")
        environ = os.environ | {"COLUMNS": "110"}
        subprocess.run(["make", "perf"], cwd=root, env=environ, check=True, stdout=subprocess.DEVNULL)
        source = (root / SLOWED).read_text(encoding="utf-8")
        (root / SLOWED).write_text(source.replace(LINE, LINE.replace("document = ", "") + LINE), encoding="utf-8")
        git(root, "commit", "-qam", "Encode every run twice")
        print(
            f"$ make perf    # at {git(root, 'rev-parse', '--short=10', 'HEAD')}, 'Encode every run twice'", flush=True
        )
        done = subprocess.run(["make", "perf"], cwd=root, env=environ, check=False)
        python = root / ".venv" / "bin" / "python"
        subprocess.run([str(python), "-m", "lapwing.cli", "log", "encoding_a_run"], cwd=root, env=environ, check=True)
        if args.picture:
            program = [str(python), "-c", PICTURE, str(args.picture.resolve())]
            subprocess.run(program, cwd=root, env=environ, check=True)
    return 0 if done.returncode else 1  # the slowdown must fail the check


if __name__ == "__main__":
    sys.exit(main())

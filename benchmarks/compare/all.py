"""Everything that `lapwing compare` must reach, in one table, with the peers in the same run.

    python benchmarks/compare/all.py [--quick] [--only planted control ...] [-- OPTIONS OF EVERY TRIAL]

Takes about an hour and a half on two cores, most of it the peers and the hogs; ``--quick`` ten minutes. Wall times mean
something only while the machine has nothing else to do. Ends with 1 where a bar is missed, 2 where a trial fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

from table import Bar
from together import run_all

TRIALS: dict[str, list[str]] = {
    "planted": ["planted.py"],
    "planted-hogs": ["planted.py", "--hogs", "2"],
    "suite500": ["suite500.py"],
    "control": ["control.py"],
    "control-hogs": ["control.py", "--runs", "30", "--hogs", "2"],
    "orchestration": ["orchestration.py"],
    "releases": ["releases.py"],
}
POOLS: dict[str, tuple[str, Bar]] = {
    "accused": ("unchanged accused, in all", Bar(share=0.005)),
    "accused-hogs": ("unchanged accused, in all, 2 CPU hogs", Bar(share=0.005)),
    "unsure": ("inconclusive, in all", Bar(share=0.03)),
    "unsure-hogs": ("inconclusive, in all, 2 CPU hogs", Bar(share=0.03)),
}


def main() -> int:
    """Run the trials one after the other and print the table."""
    return run_all(__doc__, Path(__file__).parent, TRIALS, POOLS)


if __name__ == "__main__":
    sys.exit(main())

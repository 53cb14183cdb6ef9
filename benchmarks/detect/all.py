"""Everything that change-point detection must reach, in one table, with the peers in the same run.

    python benchmarks/detect/all.py [--quick] [--only steps tcpd ...] [-- OPTIONS OF EVERY TRIAL]

The peers (``pip install -e . --group peers``, in an environment of its own) are left out where they are missing.
Takes some minutes; ``--quick`` one. Wall times are told as ratios within the run. Ends with 1 where a bar is missed, 2
where a trial fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rows import run_all

TRIALS: dict[str, list[str]] = {
    "steps": ["steps.py"],
    "steps-ar1": ["steps.py", "--noise", "ar1"],
    "trade-off": ["trade_off.py"],
    "unchanged-commit": ["unchanged_commit.py"],
    "staircase": ["staircase.py"],
    "tcpd": ["tcpd.py"],
    "p-values": ["p_values.py"],
    "appending": ["appending.py"],
    "per-point": ["per_point.py"],
    "same-verdict": ["same_verdict.py"],
}
"""A line for each script; it takes ``--quick``, ``--rows`` and ``--peers``, and ends with ``rows.say``."""


def main() -> int:
    """Run the trials one after the other and print the table."""
    return run_all(__doc__, Path(__file__).parent, TRIALS, {})


if __name__ == "__main__":
    sys.exit(main())

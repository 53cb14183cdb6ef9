"""What does every test run pay for Lapwing being installed?"""

from __future__ import annotations

import subprocess
import sys

from lapwing import perf


@perf(limit=0.10)
def test_the_command_line_says_its_version():
    subprocess.run([sys.executable, "-m", "lapwing.cli", "--version"], check=True, stdout=subprocess.DEVNULL)


def test_what_importing_lapwing_loads(perf):
    program = "import sys; before = set(sys.modules); import lapwing; print(len(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    perf.record("modules", int(done.stdout), exact=True)

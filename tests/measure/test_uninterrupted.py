from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import signal
from lapwing.measure.uninterrupted import uninterrupted

said = []
try:
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        said.append("to its end")
    said.append("never")
except KeyboardInterrupt:
    said.append("interrupted")
print(*said, sep=", ")
"""


def test_ctrl_c_waits_for_the_end_of_the_block():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert "to its end, interrupted\n" == done.stdout

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

SCRIPT = """
import os, signal
from lapwing.measure.uninterrupted import uninterrupted

said = []
try:
    with uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        said.append("to its end")
    said.append("never")
except KeyboardInterrupt:
    said.append("interrupted")
print(*said, sep=", ")
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no signal can be held back")
def test_ctrl_c_waits_for_the_end_of_the_block():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert "to its end, interrupted\n" == done.stdout

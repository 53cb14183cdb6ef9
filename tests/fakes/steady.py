"""Modules of a project under test whose benchmarks say what they cost, and whose workers' clock believes them.

Everything but the clock is real: sessions, calls, budgets, statistics, histories. How fast the machine is that runs the
tests, and how busy, is in no number.
"""

from __future__ import annotations

STEADY = '''
import math, os, random
from lapwing.measure.clock import Stopwatch

# As real noise does, it differs from process to process, by 1 %, and from call to call, by 0.3 %.
_draw = random.Random(os.environ.get("PYTHONHASHSEED", "0"))
_process = math.exp(_draw.gauss(0.0, 0.01))
_now = 0.0

def spend(seconds):
    """Let a benchmark take so long."""
    global _now
    _now += seconds * _process * math.exp(_draw.gauss(0.0, 0.003))

def _wall():
    global _now
    _now += 5e-8  # what reading a clock takes
    return _now

def keep_time(config):
    worker = config.pluginmanager.get_plugin("lapwing-worker")
    if worker is not None:
        worker.stopwatch = Stopwatch(wall=_wall, cpu=lambda: _now, wall_step=1e-9, cpu_step=1e-9)
'''

CONFTEST = """
import sys

def pytest_collection_finish(session):
    if "steady" in sys.modules:  # else the benchmarks take real time
        sys.modules["steady"].keep_time(session.config)
"""

"""The jobs in plain words, over ports only.

Measure and judge; check; tell a history; detect changes in plain series; diagnose a machine.
"""

from __future__ import annotations

from lapwing.pipeline.changes import Change
from lapwing.pipeline.check import Checked, check
from lapwing.pipeline.detect import Detected, detect
from lapwing.pipeline.diagnose import diagnose
from lapwing.pipeline.measure_and_judge import confirmed, measure_and_judge
from lapwing.pipeline.told import Told, history_of

__all__ = [
    "Change",
    "Checked",
    "Detected",
    "Told",
    "check",
    "confirmed",
    "detect",
    "diagnose",
    "history_of",
    "measure_and_judge",
]

"""The jobs in plain words, over ports only.

Measure and judge; check; tell a history; detect changes in plain series; diagnose a machine. Of the history itself:
list, prune, verify, copy, number it, and send what waits in the outbox.
"""

from __future__ import annotations

from lapwing.pipeline.changes import Change
from lapwing.pipeline.check import Checked, check
from lapwing.pipeline.copy import copy
from lapwing.pipeline.detect import Detected, detect
from lapwing.pipeline.diagnose import diagnose
from lapwing.pipeline.listed import Listed, Wish, listed
from lapwing.pipeline.measure_and_judge import confirmed, measure_and_judge
from lapwing.pipeline.prune import plan_pruning, prune
from lapwing.pipeline.retention import Wanted
from lapwing.pipeline.stats import stats
from lapwing.pipeline.sync import sync
from lapwing.pipeline.told import Told, history_of
from lapwing.pipeline.verify import verify

__all__ = [
    "Change",
    "Checked",
    "Detected",
    "Listed",
    "Told",
    "Wanted",
    "Wish",
    "check",
    "confirmed",
    "copy",
    "detect",
    "diagnose",
    "history_of",
    "listed",
    "measure_and_judge",
    "plan_pruning",
    "prune",
    "stats",
    "sync",
    "verify",
]

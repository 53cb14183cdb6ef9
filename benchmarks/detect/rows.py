"""How are the results said? In the same table as those of `lapwing compare`, whose scripts are one folder on."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "compare"))

from score import Share
from table import Bar, Row, counted, interval, markdown, say, within
from together import run_all

__all__ = ["Bar", "Row", "Share", "counted", "interval", "markdown", "run_all", "say", "within"]

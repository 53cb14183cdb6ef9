"""How fast is a run judged?"""

from __future__ import annotations

import pytest

from lapwing import perf
from lapwing.detect.order import FirstParents
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import judge_run
from lapwing.report.json import to_json
from lapwing.report.terminal import render


@pytest.fixture(scope="session")
def judged(kept, runs, first_parents):
    """What judging needs, read once."""
    return {
        "head": runs[-1],
        "recorded": kept.recorded(),
        "runs": kept.runs(),
        "order": FirstParents(first_parents),
        "policy": Policy(),
    }


@perf
def test_judging_50_benchmarks_against_99_runs(judged):
    judge_run(**judged)


@perf
def test_rendering_a_report(judged, perf):
    perf(render, judge_run(**judged), width=100, color=True, verbosity=1)


@perf
def test_writing_a_report_as_json(judged, perf):
    perf(to_json, judge_run(**judged))

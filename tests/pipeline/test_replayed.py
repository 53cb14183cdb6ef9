"""A comparison as it was recorded on two shared processors, judged again: golden, to the verdict and the digits.

The recording is of ``benchmarks/compare/repository.py --seed 1``, whose true changes are known. No verdict of it may
change but by a decision to judge otherwise, which changes this file.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from lapwing.history.recording_reading import read
from lapwing.judge.compare import ComparePolicy, judge_recording, next_step
from lapwing.model import Outcome

RECORDED = Path(__file__).with_name("data") / "planted.jsonl.gz"
POLICY = ComparePolicy()

# Benchmark, true change, verdict, pairs, change as measured.
VERDICTS = [
    ("base64", 0.0, "unchanged", 4, -0.006482),
    ("bisect", 0.0, "unchanged", 4, 0.001573),
    ("copy", 0.03, "regressed", 40, 0.029090),
    ("csv", 0.05, "regressed", 10, 0.053735),
    ("dates", 0.02, "unchanged", 6, 0.012652),
    ("decimal", 0.0, "unchanged", 6, 0.006457),
    ("dict", 0.0, "unchanged", 4, -0.003278),
    ("format", 0.05, "regressed", 10, 0.065343),
    ("hash", 0.03, "regressed", 10, 0.032383),
    ("heap", 0.0, "unchanged", 5, -0.002334),
    ("join", -0.1, "improved", 10, -0.106300),
    ("json", 0.0, "unchanged", 4, -0.002886),
    ("pickle", 0.1, "regressed", 10, 0.105097),
    ("regex", -0.05, "improved", 10, -0.050263),
    ("sets", 0.1, "regressed", 10, 0.110722),
    ("sort", 0.0, "unchanged", 4, 0.002458),
    ("split", 0.0, "unchanged", 14, -0.012577),
    ("struct", 0.0, "unchanged", 5, -0.008199),
    ("wrap", 0.02, "unchanged", 8, 0.014942),
    ("zlib", 0.0, "unchanged", 4, -0.000475),
]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "planted.jsonl"
    path.write_bytes(gzip.decompress(RECORDED.read_bytes()))
    return read(path)


@pytest.fixture(scope="module")
def verdicts(recording):
    report = judge_recording(recording, POLICY)
    return {one.metric.benchmark.rpartition("test_")[2]: one for one in report.verdicts if one.metric.name == "time"}


def test_every_verdict_is_what_it_was(verdicts):
    expected = [(name, outcome, pairs) for name, _, outcome, pairs, _ in VERDICTS]
    assert expected == sorted((name, str(one.outcome), one.pairs) for name, one in verdicts.items())


@pytest.mark.parametrize(("name", "change"), [(row[0], row[4]) for row in VERDICTS])
def test_every_change_is_measured_as_it_was(verdicts, name, change):
    assert change == pytest.approx(verdicts[name].ratio.estimate - 1, abs=1e-6)


@pytest.mark.parametrize(("name", "truth"), [row[:2] for row in VERDICTS])
def test_every_verdict_is_true(verdicts, name, truth):
    outcome = verdicts[name].outcome
    if truth >= 0.03:
        assert Outcome.REGRESSED is outcome
    elif truth <= -0.05:
        assert Outcome.IMPROVED is outcome
    else:
        assert Outcome.UNCHANGED is outcome


def test_what_was_measured_next_follows_from_what_was_recorded(recording):
    for count, pair in enumerate(recording.pairs):
        step = next_step(replace(recording, pairs=recording.pairs[:count], witnesses=()), POLICY)
        assert (pair.step.benchmarks, pair.step.control) == (step.benchmarks, step.control)
    assert next_step(recording, POLICY) is None


def test_head_against_base_the_other_way_round_is_the_mirrored_verdict(recording, verdicts):
    turned = replace(
        recording,
        pairs=tuple(
            replace(pair, paired=tuple(replace(one, base=one.head, head=one.base) for one in pair.paired))
            for pair in recording.pairs
        ),
    )
    mirrored = {
        one.metric.benchmark.rpartition("test_")[2]: one
        for one in judge_recording(turned, POLICY).verdicts
        if one.metric.name == "time"
    }
    other = {Outcome.REGRESSED: Outcome.IMPROVED, Outcome.IMPROVED: Outcome.REGRESSED}
    assert {name: other.get(one.outcome, one.outcome) for name, one in verdicts.items()} == {
        name: one.outcome for name, one in mirrored.items()
    }

"""The doctor's A/A run: noise and what could be detected, or why neither is known."""

from __future__ import annotations

import pytest

from factories import MACHINE, make_declared, make_sample
from fakes.sampler import FakeSampler
from lapwing.judge.policy import Policy
from lapwing.model import Failure, Measured, RunWarning
from lapwing.pipeline.diagnose import diagnose

NAMES = [f"work_{i}" for i in range(8)]
BUSY = RunWarning(slug="busy", message="The load was 2.", remedy="wait.")
BUSIER = RunWarning(slug="busy", message="The load was 3.", remedy="wait.")


def measured(*processes, **more):
    both = [make_sample(name, *processes, metric=metric) for name in NAMES for metric in ("time", "cpu_time")]
    return Measured(samples=tuple(both), **more)


def ask(*answers):
    return diagnose(
        sampler=FakeSampler(*answers),
        works=[make_declared(name) for name in NAMES],
        processes=3,
        policy=Policy(),
        progress=lambda *_: None,
    )


def test_the_noise_is_the_range_of_processes_and_the_second_look_is_judged_against_the_first():
    diagnosis = ask(measured(1.0, 1.01, 1.02), measured(1.0, 1.01, 1.02))

    assert (MACHINE, 3) == (diagnosis.machine, diagnosis.processes)
    assert pytest.approx(0.02 / 1.01) == diagnosis.noise
    assert diagnosis.detectable >= 0.05


def test_a_noisier_machine_detects_less():
    quiet = ask(measured(1.0, 1.01, 1.02), measured(1.0, 1.01, 1.02))
    noisy = ask(measured(1.0, 1.1, 1.2), measured(1.0, 1.1, 1.2))

    assert quiet.noise < noisy.noise
    assert quiet.detectable < noisy.detectable


def test_a_condition_is_said_once_as_it_was_last():
    diagnosis = ask(measured(1.0, 1.0, 1.0, warnings=(BUSY,)), measured(1.0, 1.0, 1.0, warnings=(BUSIER,)))

    assert (BUSIER,) == diagnosis.conditions


def test_a_work_that_fails_is_said():
    failure = Failure(benchmark="work_0", kind="crashed", message="by signal 11")
    diagnosis = ask(measured(1.0, failures=(failure,)), measured(1.0))

    assert (None, None, "crashed: by signal 11") == (diagnosis.noise, diagnosis.detectable, diagnosis.reason)


def test_an_interruption_is_said():
    diagnosis = ask(measured(1.0), measured(1.0, complete=False))

    assert (None, "the measuring was interrupted") == (diagnosis.detectable, diagnosis.reason)

"""An untrusted comparison is held to the limits of the default branch, whatever it says itself."""

from dataclasses import replace

from factories import make_declared
from judge.comparisons import POLICY, compared, discovered
from lapwing.judge.compare import judge_recording
from lapwing.judge.compare.held import hold
from lapwing.model import Outcome


def recording(**limits):
    declared = [make_declared(name, limit=limit) for name, limit in limits.items()]
    made = compared({name: [0.08] * 16 for name in limits}, discovery=discovered(*limits, declared=declared))
    return replace(made, limit=9.0)


def held(widest=0.25, **limits):
    found, said = hold(recording(**limits), limit=0.03, widest=widest)
    return [one.limit for one in found.discovery.declared], found.limit, said


def test_the_comparisons_own_limit_is_not_believed():
    assert ([None], 0.03, ()) == held(a=None)
    found, _ = hold(recording(a=None), limit=0.03, widest=0.25)
    assert Outcome.REGRESSED is judge_recording(found, POLICY).outcome
    assert Outcome.REGRESSED is not judge_recording(recording(a=None), POLICY).outcome


def test_a_narrower_limit_of_a_benchmarks_own_is_taken_and_nothing_is_said():
    assert ([0.01], 0.03, ()) == held(a=0.01)


def test_a_wider_one_is_taken_and_said():
    limits, _, said = held(a=0.1, b=0.2)
    assert [0.1, 0.2] == limits
    assert ("2 benchmarks each ask for a limit of its own that is wider than 3 %.",) == said


def test_one_that_is_too_wide_is_cut_and_said():
    limits, _, said = held(a=5.0)
    assert [0.25] == limits
    assert "1 benchmark asks for a wider limit than widest-limit allows, and is held to 25 %." == said[1]


def test_the_widest_is_never_narrower_than_the_limit_of_all():
    assert [0.03] == held(widest=0.01, a=5.0)[0]

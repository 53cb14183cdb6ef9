"""Finds the commit that changed a benchmark's speed; pure.

``Duel`` asks whether two commits differ, ``Placing`` on which side of the change a commit is, ``Search`` which commit
to measure next, and ``Bisected`` is what it came to.
"""

from __future__ import annotations

from lapwing.judge.bisect.answer import Bisected, Kind
from lapwing.judge.bisect.duel import Duel
from lapwing.judge.bisect.effect import HUNG, Effect
from lapwing.judge.bisect.placing import Placing
from lapwing.judge.bisect.search import Search, Tried, begin, planned_steps, question_risk

__all__ = [
    "HUNG",
    "Bisected",
    "Duel",
    "Effect",
    "Kind",
    "Placing",
    "Search",
    "Tried",
    "begin",
    "planned_steps",
    "question_risk",
]

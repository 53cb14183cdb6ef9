"""Judges a comparison of head with base from its recording, and says what to measure next; pure.

``uncounted`` is what to count and ``next_step`` what to measure (``worth`` how often at once), ``judge_recording`` what
it came to; all are functions of the recording alone.
"""

from __future__ import annotations

from lapwing.judge.compare.judging import judge_recording
from lapwing.judge.compare.policy import ComparePolicy
from lapwing.judge.compare.standing import uncounted
from lapwing.judge.compare.steps import decided, next_step, worth

__all__ = ["ComparePolicy", "decided", "judge_recording", "next_step", "uncounted", "worth"]

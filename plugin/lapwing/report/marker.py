"""How does a comment say to a program which suite it is of, what it tells, and what was accepted in it?

An HTML comment at the very start of the body, its payload in base64: not base64url, whose ``-`` could make the ``--``
at which an HTML comment ends.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lapwing.review import is_sha

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.model import MetricId

MOST_SEEN: Final = 200
"""How many accepted amounts a comment remembers: 200 are 5,000 characters of it."""

_VERSION: Final = 1
_PAYLOAD: Final = re.compile(r"([A-Za-z0-9+/=]{1,20000}) -->", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a comment tells: the commit, the job that measured it and its attempt (0 where no job did).

    ``seen`` is how much worse each metric was (0.15 is 15 %) when it was accepted without a number, by
    :func:`key_of`.
    """

    head: str
    job: int = 0
    attempt: int = 0
    seen: Mapping[str, float] = field(default_factory=dict)

    def is_older_than(self, other: Stamp) -> bool:
        """Tell whether the other one tells of the same commit by a later run: runs are numbered as they begin."""
        return self.head == other.head and (self.job, self.attempt) < (other.job, other.attempt)


def key_of(metric: MetricId) -> str:
    """Return a short name for a metric, for :class:`Stamp`."""
    text = f"{metric.benchmark}\0{metric.name}"
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def begins(suite: str) -> str:
    """Return how every comment of a suite begins."""
    return f"<!-- lapwing:{suite} "


def marker(suite: str, stamp: Stamp) -> str:
    """Return the first line of a comment."""
    seen = dict(sorted(stamp.seen.items())[:MOST_SEEN])
    payload = {"v": _VERSION, "head": stamp.head, "job": stamp.job, "attempt": stamp.attempt, "seen": seen}
    text = json.dumps(payload, separators=(",", ":"), allow_nan=False)
    return f"{begins(suite)}{base64.b64encode(text.encode('ascii')).decode('ascii')} -->"


def read_marker(body: str, suite: str) -> Stamp | None:
    """Return what a comment of ours says of itself, None where it is no comment of this suite.

    One that was altered, or that another version wrote, is still ours: it tells of no commit.
    """
    if not body.startswith(begins(suite)):
        return None
    match = _PAYLOAD.match(body, len(begins(suite)))
    try:
        payload = json.loads(base64.b64decode(match[1], validate=True)) if match is not None else None
    except (binascii.Error, ValueError, RecursionError):
        payload = None
    return _stamp(payload) or Stamp(head="")


def _stamp(payload: Any) -> Stamp | None:
    if not isinstance(payload, dict) or payload.get("v") != _VERSION:
        return None
    head, job, attempt, seen = (payload.get(key) for key in ("head", "job", "attempt", "seen"))
    if not isinstance(head, str) or not is_sha(head) or not _is_count(job) or not _is_count(attempt):
        return None
    known = seen.items() if isinstance(seen, dict) else ()
    kept = {key: float(share) for key, share in known if _is_share(share)}
    return Stamp(head=head, job=int(str(job)), attempt=int(str(attempt)), seen=kept)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)

"""How does an issue say to a program which regressions it is about, and what was told of each?

As a comment does (:mod:`lapwing.report.marker`): an HTML comment at the very start of the body, its payload in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from lapwing.review import is_login, is_sha

if TYPE_CHECKING:
    from lapwing.model import MetricId

Shut = Literal["", "back", "accepted", "gone", "twin"]

MOST_WATCHED: Final = 200
"""How many regressions an issue remembers, the worst: they are 9,000 characters of it."""

_VERSION: Final = 1
_PAYLOAD: Final = re.compile(r"([A-Za-z0-9+/=]{1,30000}) -->", re.ASCII)
_KEY: Final = re.compile(r"[0-9a-f]{12}", re.ASCII)
_SHORT: Final = re.compile(r"[0-9a-f]{8}|", re.ASCII)
_SHUTS: Final = ("", "back", "accepted", "gone", "twin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One regression that an issue is about, by :func:`watch_key`.

    ``told`` is how much worse it was (a log) when people were last told of it, ``accepted`` by which share it was worse
    when it was accepted without a number, None where it was not.
    """

    key: str
    told: float
    accepted: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueStamp:
    """What an issue says of itself: the commit it tells of, the job that wrote it and its attempt (0 for none).

    ``commits`` are the last at the old level and the first at the new one, as most regressions of it have them;
    ``span`` is between which two the cause is. ``turn`` counts how often it was closed, opened again or grew worse,
    ``shut`` is why we closed it, empty where we did not. ``titled`` is what the title was, hashed, so that another's is
    kept; ``said`` is what was told, hashed, so that nothing is written where there is nothing new. ``mentioned`` is who
    is mentioned and for which pull request; ``accepting`` says that what was accepted on the pull request holds here.
    """

    head: str
    commits: tuple[str, str]
    span: tuple[str, str]
    watched: tuple[Watched, ...]
    job: int = 0
    attempt: int = 0
    turn: int = 0
    shut: Shut = ""
    titled: str = ""
    said: str = ""
    mentioned: tuple[str, int] | None = None
    accepting: bool = False

    def told(self, key: str) -> Watched | None:
        """Return what is remembered of a regression."""
        return next((one for one in self.watched if one.key == key), None)


def watch_key(metric: MetricId, machine: str) -> str:
    """Return a short name for one metric on one machine, the same wherever its change is placed."""
    text = f"{metric.benchmark}\0{metric.name}\0{machine}"
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def short_key(text: str) -> str:
    """Return a short name for a text."""
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def issue_begins(suite: str) -> str:
    """Return how every issue of a suite begins."""
    return f"<!-- lapwing-issue:{suite} "


def note_marker(suite: str, turn: int) -> str:
    """Return the first line of the comment that an issue's ``turn`` has."""
    return f"<!-- lapwing-issue-note:{suite} {turn} -->"


def issue_marker(suite: str, stamp: IssueStamp) -> str:
    """Return the first line of an issue's body."""
    payload = {
        "v": _VERSION,
        "head": stamp.head,
        "job": stamp.job,
        "attempt": stamp.attempt,
        "commits": stamp.commits,
        "span": stamp.span,
        "turn": stamp.turn,
        "shut": stamp.shut,
        "titled": stamp.titled,
        "said": stamp.said,
        "mentioned": stamp.mentioned,
        "accepting": stamp.accepting,
        "watched": [
            [one.key, round(one.told, 6), None if one.accepted is None else round(one.accepted, 6)]
            for one in stamp.watched[:MOST_WATCHED]
        ],
    }
    text = json.dumps(payload, separators=(",", ":"), allow_nan=False)
    return f"{issue_begins(suite)}{base64.b64encode(text.encode('ascii')).decode('ascii')} -->"


def read_issue_marker(body: str, suite: str) -> IssueStamp | None:
    """Return what an issue of ours says of itself, None where it is none of this suite, or was altered.

    Unlike a comment's, what it says is all that is known of it: without it nothing can be done to an issue.
    """
    if not body.startswith(issue_begins(suite)):
        return None
    match = _PAYLOAD.match(body, len(issue_begins(suite)))
    try:
        payload = json.loads(base64.b64decode(match[1], validate=True)) if match is not None else None
    except (binascii.Error, ValueError, RecursionError):
        return None
    return _stamp(payload)


def _stamp(payload: Any) -> IssueStamp | None:
    if not isinstance(payload, dict) or payload.get("v") != _VERSION:
        return None
    counts = [payload.get(key) for key in ("job", "attempt", "turn")]
    pairs = [payload.get(key) for key in ("commits", "span")]
    shut, titled, said = (payload.get(key) for key in ("shut", "titled", "said"))
    well = (
        _is_hash(payload.get("head"))
        and all(map(_is_count, counts))
        and all(map(_is_pair, pairs))
        and shut in _SHUTS
        and all(isinstance(one, str) and _SHORT.fullmatch(one) for one in (titled, said))
    )
    listed = payload.get("watched")
    watched = [_watched(one) for one in listed] if isinstance(listed, list) else []
    kept = tuple(one for one in watched if one is not None)
    if not well or not kept or len(kept) < len(watched):
        return None
    return IssueStamp(
        head=payload["head"],
        job=counts[0],  # type: ignore[arg-type]  # all three are counts
        attempt=counts[1],  # type: ignore[arg-type]
        turn=counts[2],  # type: ignore[arg-type]
        commits=tuple(pairs[0]),  # type: ignore[arg-type]  # both are pairs
        span=tuple(pairs[1]),  # type: ignore[arg-type]
        shut=shut,  # type: ignore[arg-type]  # it is one of them
        titled=str(titled),
        said=str(said),
        mentioned=_mentioned(payload.get("mentioned")),
        accepting=payload.get("accepting") is True,
        watched=kept,
    )


def _watched(entry: Any) -> Watched | None:
    if not isinstance(entry, list) or len(entry) != 3:  # noqa: PLR2004 - its three parts
        return None
    key, told, accepted = entry
    if not isinstance(key, str) or not _KEY.fullmatch(key) or not _is_number(told):
        return None
    if accepted is not None and not _is_number(accepted):
        return None
    return Watched(key=key, told=float(told), accepted=None if accepted is None else float(accepted))


def _mentioned(entry: Any) -> tuple[str, int] | None:
    if not isinstance(entry, list) or len(entry) != 2:  # noqa: PLR2004 - who, and for what
        return None
    login, number = entry
    return (login, number) if isinstance(login, str) and is_login(login) and _is_count(number) else None


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_hash, value))  # noqa: PLR2004 - two ends


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and is_sha(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)

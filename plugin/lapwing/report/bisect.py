"""Which commit did it, how sure is that, and how was it found?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.model import Outcome
from lapwing.report.figures import NOTHING, change, day, share
from lapwing.report.json import commit_document, interval_document, number, write
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.shell import argument
from lapwing.report.wording import MANNERS, count, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.bisect import Bisected, Effect
    from lapwing.model import Commit

# History of the format of `bisect --json`:
#   1  the first one
SCHEMA: Final = 1
MOST_SUSPECTS: Final = 10
_INDENT: Final = 3
_GAP: Final = 2
_REASON_ROOM: Final = 200
_HEADS: Final = ("commit", "against GOOD (95 % interval)", "pairs", "")
_SIDES: Final = {
    "old": "as GOOD",
    "new": "as BAD",
    "between": "part of the way",
    "unclear": "cannot tell",
    "skipped": "skipped",
}


def render_bisected(found: Bisected, *, width: int, color: bool, verbosity: int = 0, ascii_only: bool = False) -> str:
    """Return the answer, what there is to know about it, and unless quiet (``verbosity`` -1) the steps to it."""
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    good, bad = found.commits[0], found.commits[-1]
    lines = look.wrap(
        look.quote(found.benchmark, "bold")
        + look.say(f"  {count(len(found.commits) - 1, 'commit')} from {good.short} to {bad.short}", "dim")
    )
    lines += look.wrap(_headline(found, look))
    lines += _suspects(found, look)
    for said in _remarks(found):
        lines += look.wrap(look.say(said), indent=_INDENT)
    if verbosity >= 0 and found.whole is not None:
        lines += [Text(""), *_steps(found, look)]
    if verbosity >= 0:
        for said in found.said:
            lines += look.wrap(look.say(said, "dim"), indent=_INDENT)
    return paint(lines, width=width, color=color)


def bisected_to_json(found: Bisected) -> str:
    """Return the answer as JSON: ``suspects`` has one commit where the answer is ``commit``."""
    return write(
        {
            "schema": SCHEMA,
            "answer": found.kind,
            "benchmark": found.benchmark,
            "good": commit_document(found.commits[0]),
            "bad": commit_document(found.commits[-1]),
            "commits": len(found.commits) - 1,
            "limit": number(found.limit),
            "suspects": [commit_document(one) for one in found.suspects],
            "change": _effect(found.own),
            "whole_change": _effect(found.whole),
            "elsewhere": found.elsewhere,
            "detectable": number(found.detectable),
            "steps": [
                {
                    "commit": found.commits[one.place].sha,
                    "side": one.side,
                    "change": _effect(one.effect),
                    "reason": one.reason,
                }
                for one in found.tried
            ],
            "stopped": found.stopped,
            "ended": found.ended,
            "said": list(found.said),
        }
    )


def _effect(effect: Effect | None) -> dict[str, object] | None:
    if effect is None:
        return None
    return {"ratio": interval_document(effect.ratio), "pairs": effect.pairs, "hung": effect.hung}


def _headline(found: Bisected, look: Look) -> Text:
    """Say the answer in one line."""
    suspects = found.suspects
    outcome = Outcome.REGRESSED if found.slower else Outcome.IMPROVED
    if found.kind == "none":
        return _nothing(found, look)
    if found.kind == "gradual":
        said = f"No single commit made it {_slower(found)}: {_shown(found.whole)} over {count(len(suspects), 'commit')}"
        return look.say(f"{sign(Outcome.INCONCLUSIVE, look)} {said}.", MANNERS[Outcome.INCONCLUSIVE].style)
    effect = found.own or found.whole
    assert effect is not None
    did = "made it hang" if effect.hung else f"made it {_slower(found)}"
    by = "" if effect.hung else f": {_shown(effect)}"
    if found.kind == "commit":
        said = f"{suspects[0].short} {did}{by}."
    elif len(suspects) == 1:
        said = f"{suspects[0].short} seems to have {did}{by}."
    else:
        said = f"One or more of these {count(len(suspects), 'commit')} {did}{by}."
    return look.say(f"{sign(outcome, look)} {said}", MANNERS[outcome].style)


def _nothing(found: Bisected, look: Look) -> Text:
    if found.whole is None:
        outcome, said = Outcome.INCONCLUSIVE, "It was not found out whether BAD differs from GOOD."
    elif found.same:
        outcome = Outcome.UNCHANGED
        said = f"BAD is as fast as GOOD: {change(found.whole.ratio)}, within the limit of {share(found.limit)}."
    else:
        outcome = Outcome.INCONCLUSIVE
        said = (
            f"BAD is not shown to differ from GOOD: {change(found.whole.ratio)}. A change of {share(found.detectable)} "
            "would have been seen."
        )
    return look.say(f"{sign(outcome, look)} {said}", MANNERS[outcome].style)


def _suspects(found: Bisected, look: Look) -> list[Text]:
    """List the commits with their dates and subjects: the first ones where there are many."""
    if found.kind == "gradual":
        return []
    shown = found.suspects[:MOST_SUSPECTS]
    lines = [look.say(" " * _INDENT) + _commit(one, look) for one in shown]
    if len(shown) < len(found.suspects):
        lines.append(look.say(f"{' ' * _INDENT}and {len(found.suspects) - len(shown):,} more", "dim"))
    return lines


def _commit(commit: Commit, look: Look) -> Text:
    room = max(look.columns - _INDENT - 24, 10)
    return look.say(f"{commit.short}  {day(commit.date)}  ", "dim") + look.quote(commit.subject, room=room)


def _remarks(found: Bisected) -> list[str]:
    """Return what there is to know about the answer, one paragraph each."""
    said = []
    if found.own is not None and found.kind != "gradual":
        low, high = found.commits[found.low].short, found.commits[found.high].short
        fresh = f"in {count(found.own.pairs, 'pair')} of fresh processes" if not found.own.hung else "and hung twice"
        said.append(f"{high} was measured against {low} {fresh}.")
    if found.kind == "gradual" and found.own is not None:
        low, high = found.commits[found.low].short, found.commits[found.high].short
        said.append(
            f"Half of it was passed after {low} and at {high} at the latest, which differ by {_shown(found.own)}: it "
            f"came in steps too small to show one by one at a limit of {share(found.limit)}. A smaller --limit may "
            "find the largest."
        )
    if found.elsewhere is not None:
        said.append(_rest(found))
    said += [found.stopped] if found.stopped else []
    if found.ended:
        why = "Ctrl-C ended the search" if found.ended == "interrupted" else "The time was over"
        said.append(f"{why} before more was known.{_going_on(found)}")
    return said


def _going_on(found: Bisected) -> str:
    """Return the command that searches the range that is left, empty where nothing was ruled out."""
    if (found.low, found.high) == (0, len(found.commits) - 1):
        return ""
    ends = f"{found.commits[found.low].short} {found.commits[found.high].short}"
    return f" To go on: lapwing bisect {argument(found.benchmark)} {ends}"


def _rest(found: Bisected) -> str:
    """Say how much of the whole change the answer explains, and how the rest is found."""
    name, low, high = argument(found.benchmark), found.commits[found.low].short, found.commits[found.high].short
    ends = f"{found.commits[0].short} {low}" if found.elsewhere == "before" else f"{high} {found.commits[-1].short}"
    return (
        f"This explains {_estimate(found.own)} of {_estimate(found.whole)}. Most of the rest came {found.elsewhere} "
        f"it: lapwing bisect {name} {ends}"
    )


def _steps(found: Bisected, look: Look) -> list[Text]:
    """Return what was measured against GOOD, in order, BAD first."""
    bad = found.commits[-1]
    rows = [(bad, found.whole, "BAD", "")]
    for one in found.tried:
        commit = found.commits[one.place]
        rows.append((commit, one.effect, _SIDES[one.side], one.reason.removeprefix(f"{commit.short} ")))
    cells = [tuple(look.say(head, "dim") for head in _HEADS)]
    for commit, effect, side, _ in rows:
        pairs = NOTHING if effect is None or effect.hung else f"{effect.pairs:,}"
        cells.append((look.say(commit.short), look.say(_shown(effect)), look.say(pairs), look.say(side)))
    sizes = [max(row[i].cell_len for row in cells) for i in range(len(_HEADS) - 1)]
    lines = []
    for row, reason in zip(cells, ["", *(row[-1] for row in rows)], strict=True):
        lines.append(_line(row, sizes, look))
        if reason:
            room = None if look.verbosity > 0 else _REASON_ROOM
            lines += look.wrap(look.quote(reason, "dim", room=room), indent=_INDENT + sizes[0] + _GAP)
    return lines


def _line(row: Sequence[Text], sizes: Sequence[int], look: Look) -> Text:
    line = look.say(" " * _INDENT)
    for piece, size in zip(row, sizes, strict=False):
        line += piece + look.say(" " * (size - piece.cell_len + _GAP))
    return line + row[-1]


def _slower(found: Bisected) -> str:
    return "slower" if found.slower else "faster"


def _shown(effect: Effect | None) -> str:
    if effect is None:
        return NOTHING
    return "hangs" if effect.hung else change(effect.ratio)


def _estimate(effect: Effect | None) -> str:
    return _shown(effect).partition(" (")[0]

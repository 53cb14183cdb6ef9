"""What is said of records that cannot be read, and of runs that the branch has lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreDamaged, StoreError, StoreTooNew
from lapwing.history.branch.plan import CHANGED, STRANGE, TWICE
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.history.branch.records import Record

_SHOWN: Final = 3
_MOST: Final = 100
"""Warnings at most; a branch full of rubbish is told in a hundred sentences, not in a million."""

_LEFT: Final = "it is kept in the branch as it is, and all other runs can still be read"
_UPGRADE: Final = "upgrade Lapwing to the version that wrote it, or a later one."


class BadRecord(StoreDamaged):
    """A record is damaged in the branch itself, and not in the index."""


def shown(text: str, *, most: int) -> str:
    """Return text of others for a sentence of ours: bounded, and nothing in it that moves a cursor."""
    return "".join(one if one.isprintable() else "�" for one in text[:most])


def bad_record(record: Record) -> StoreError:
    """Return the error for a record that could not be read."""
    if record.slug == "run-too-new":
        return StoreTooNew(record.slug, record.message, remedy=_UPGRADE)
    return BadRecord(record.slug, record.message, remedy=f"remove it by its id, or let it be: {_LEFT}.")


def warnings_of(records: Sequence[Record], *, place: str, stale: StoreError | None) -> tuple[RunWarning, ...]:
    """Return the warnings on the records given; ``stale`` is why the remote could not be asked just now."""
    lost = [record.id or "" for record in records if record.status == "lost"]
    others = [record for record in records if record.status != "lost"]
    told = [_warning(record, place) for record in others[:_MOST]]
    if len(others) > _MOST:
        told.append(
            RunWarning(
                slug=STRANGE,
                message=f"The branch {place} has {len(others) - _MOST:,} more records that cannot be read.",
                remedy="look at it with git; Lapwing leaves them as they are.",
            )
        )
    if lost:
        told.append(_lost(lost, place))
    if stale is not None:
        told.append(
            RunWarning(
                slug=stale.slug,
                message=f"{stale.message} The history is shown as it was when it could be reached last.",
                remedy=stale.remedy,
            )
        )
    return tuple(told)


def _warning(record: Record, place: str) -> RunWarning:
    path = ascii(record.path.decode("utf-8", "replace"))[1:-1][:120]
    run_id = shown(record.id or "", most=80)
    if record.slug == STRANGE:
        what = f"The branch {place} holds something at {path} that is no run: {record.message}."
        return RunWarning(slug=STRANGE, message=f"{what} It is kept and left alone.", remedy="look at it with git.")
    if record.slug == TWICE:
        what = f"The branch {place} holds a second file of run {run_id}, {path}; the first counts."
        return RunWarning(slug=TWICE, message=what, remedy="nothing needs to be done; both are kept.")
    if record.slug == CHANGED:
        what = f"The file of run {run_id} was changed in the branch {place}; a run never changes."
        return RunWarning(
            slug=CHANGED,
            message=f"{what} What was read first counts here.",
            remedy="find out who wrote to the branch; to take the new content, remove '.lapwing/branch'.",
        )
    remedy = _UPGRADE if record.slug == "run-too-new" else "restore it, remove it by its id, or let it be."
    return RunWarning(slug=record.slug, message=f"{record.message.rstrip('.')}; {_LEFT}.", remedy=remedy)


def _lost(ids: Sequence[str], place: str) -> RunWarning:
    some = ", ".join(shown(run_id, most=80) for run_id in ids[:_SHOWN])
    some += f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    subject = f"{len(ids):,} runs" if len(ids) > 1 else "1 run"
    return RunWarning(
        slug="runs-lost",
        message=f"The branch {place} no longer has {subject} that this machine has read ({some}), and nobody removed "
        "them on purpose: it was deleted or pushed over with force. Here they are kept, and still read.",
        remedy="send them again, by copying the history from this machine to it, or let them go by removing them.",
    )

"""How does a commit get to the remote, while others push too? Built on the fresh tip, and anew where that has moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreError
from lapwing.history.branch.cache import Files, Pushed, Tip
from lapwing.history.branch.mirror import Mirror

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from lapwing.history.branch.refusals import Refusals
    from lapwing.history.branch.retry import Timing

Build = Callable[[Mirror, Tip | None], Files | None]
"""Says what a commit on this tip has to change, None where there is nothing to send."""

_UNMOVED: Final = 8
"""Rejections in a row while the branch does not move: nobody was faster, the remote does not want it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """``working`` gives what is known of the branch, and a repository to work in, to one process at a time."""

    working: Callable[[], AbstractContextManager[Mirror]]
    refusals: Refusals
    timing: Timing
    patience: float

    def send(
        self,
        build: Build,
        taken: Callable[[Mirror, str], None],
        *,
        unsure: Callable[[], None],
        push: Callable[[Mirror], Pushed] | None,
    ) -> bool:
        """Build and push until the remote has it; False where there is nothing to send.

        ``taken`` is called with the commit that the remote has, ``unsure`` where it may or may not have the last one.
        ``push`` is for a commit that ``build`` has made by itself.

        Raises:
            StoreError: see :meth:`lapwing.history.branch.store.BranchStore.append`.
        """
        began, before, unmoved, broke = self.timing.clock(), "?", 0, False
        for tries in count():
            with self.working() as mirror:
                try:
                    tip = mirror.look()
                except StoreError as error:
                    raise _not_known(error) if broke else error from None
                files = build(mirror, tip)
                if push is None and files is None:
                    return False
                commit = "" if files is None else mirror.cache.commit(tip, files, when=self.timing.today())
                outcome = push(mirror) if push is not None else mirror.cache.push(commit)
                if outcome == "done":
                    if commit:
                        taken(mirror, commit)
                    return True
            if outcome == "unsure":
                broke = True
                unsure()
            here = tip.sha if tip else ""
            unmoved, before = unmoved + 1 if here == before else 0, here
            if unmoved >= _UNMOVED:
                raise self.refusals.push_refused(f"it rejected {unmoved} pushes in a row, while nobody else pushed")
            if self.timing.clock() - began > self.patience:
                raise self.refusals.contended(tries + 1)
            self.timing.wait(tries)
        raise AssertionError  # pragma: no cover - count() does not end


def _not_known(error: StoreError) -> StoreError:
    return type(error)(
        error.slug,
        f"{error.message.rstrip('.')}; the line broke during the push, and whether the branch took it is not known.",
        remedy="send it again when the remote can be reached: what it has already is not stored twice.",
    )

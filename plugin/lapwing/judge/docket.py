"""What is there to judge of one machine, before it is judged together with that of others?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.judge.case import Case
    from lapwing.judge.judging import Judged
    from lapwing.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """The cases of one machine, and what writes its report once they are judged, in their order.

    Judging is apart since its error rates are over all series of all machines.
    """

    cases: tuple[Case, ...]
    report: Callable[[Sequence[Judged]], Report]

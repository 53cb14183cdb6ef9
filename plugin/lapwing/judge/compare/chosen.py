"""Which benchmarks are measured base against base, to see what the comparison itself does wrong?"""

from __future__ import annotations

import math
from hashlib import blake2s
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.compare.policy import ComparePolicy


def control_benchmarks(names: Sequence[str], seed: int, policy: ComparePolicy) -> tuple[str, ...]:
    """Return a small random subset of ``names``, the same for the same seed, in the order of ``names``.

    The draw goes by a hash of each name, so that it does not depend on their order, or on what else fails meanwhile.
    """
    count = min(len(names), max(policy.least_control, math.ceil(policy.control_share * len(names))))
    drawn = set(sorted(names, key=lambda name: lot(name, seed))[:count])
    return tuple(name for name in names if name in drawn)


def lot(name: str, seed: int) -> bytes:
    """Return the lot that ``name`` draws: who has the least comes first."""
    return blake2s(f"{seed}\0{name}".encode(), digest_size=8).digest()

"""What are the ranks of one series? As :mod:`lapwing.detect.ranks` gives them for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.ranks import centred_ranks

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats


def row_ranks(values: Floats) -> Floats:
    """Return the mid-ranks of ``values`` less their mean: without ties in a third of the time of a batch of one."""
    count = values.shape[0]
    order = np.argsort(values)
    ordered = values[order]
    if (ordered[1:] == ordered[:-1]).any():
        tied: Floats = centred_ranks(values[None, :])[0] * count / 2
        return tied
    ranks = np.empty(count)
    ranks[order] = np.arange(count) - (count - 1) / 2
    return ranks

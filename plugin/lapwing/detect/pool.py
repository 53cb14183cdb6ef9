"""Which one value stands for several runs of one commit on one machine?

The median of the runs' values, each the centre of its own processes (:func:`lapwing.detect.centre.centre`). Not the
centre of all their processes: a run is one job on one host at one time, and what is between jobs is larger than what is
between the processes of one, so that a job of 20 processes would outvote three of 5 with an error of its own. Neither
is it the best run: of many re-runs one is always lucky. Whoever pools, the series and the newest commit, does it here.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def pooled_value(values: Sequence[float]) -> float:
    """Return the median of the runs' values (at least one), in whatever order they come."""
    return float(median(values))


def pooled_error(errors: Iterable[float]) -> float:
    """Return the relative standard error of the pooled value, as of a mean of independent runs; NaN if none is known.

    Sorted before it is summed: the order of storing changes no bit.
    """
    known = sorted(error for error in errors if not math.isnan(error))
    if len(known) == 1:
        return known[0]
    return math.sqrt(sum(error * error for error in known)) / len(known) if known else math.nan

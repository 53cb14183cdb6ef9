"""Where does a metric without noise change? Everywhere that its value does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.segments import Split

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats


def exact_splits(values: Floats) -> tuple[Split, ...]:
    """Return each place at which ``values`` (finite) differs from the value before: certain, and in that place."""
    places = (np.flatnonzero(values[1:] != values[:-1]) + 1).tolist()
    return tuple(Split(index=place, earliest=place, latest=place, p_value=0.0) for place in places)

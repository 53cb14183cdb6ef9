"""How often quiet series reach a score when looked at after every point; not edited by hand.

Made by ``benchmarks/detect/make_rates.py``: ``RATES[i]`` is the share of looks at which ``SCORES[i]`` is reached anew.
"""

from __future__ import annotations

from typing import Final

SEED: Final = 20_261_127
SCORES: Final[tuple[float, ...]] = (3.0, 3.2, 3.4, 3.6, 3.8, 4.0, 4.2)
RATES: Final[tuple[float, ...]] = (
    6.740e-03,
    3.741e-03,
    2.096e-03,
    9.355e-04,
    4.415e-04,
    1.929e-04,
    8.022e-05,
)

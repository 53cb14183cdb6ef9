"""How is a worker of a pair told what its tests must not see? By variables that it takes away before they run.

A file of its own: each of the 50 sessions of a comparison imports it, and everything it imports.
"""

from __future__ import annotations

from typing import Final

RULE: Final = "LAPWING_SIDE"
"""Which side it is of, as JSON."""

WATCHED: Final = "LAPWING_WATCHED"
"""Whether it watches what its benchmarks execute."""

"""How is a name written so that a shell takes it for one argument?"""

from __future__ import annotations

import shlex
from typing import Final

# A command longer than this is not copied by anybody; the general form says the same.
_LONGEST: Final = 150
# What a shell takes for its own between double quotes.
_MEANT: Final = frozenset('"$`\\!')


def argument(name: str) -> str:
    """Return a name as a shell takes it, or a placeholder for one that cannot be typed."""
    if not name.isprintable() or len(name) > _LONGEST:
        return "BENCHMARK"
    # A name with apostrophes reads better in double quotes, where they need no escape.
    return f'"{name}"' if "'" in name and not _MEANT.intersection(name) else shlex.quote(name)

"""Is the table in the package what its script makes? For scripts that make one, from a fixed seed."""

from __future__ import annotations

import sys


def write_or_compare(made, target):
    """Write ``made`` to ``target`` if --write is given, else print it; return the exit code, 1 where they differ."""
    if "--write" in sys.argv:
        target.write_text(made, encoding="utf-8")
        return 0
    print(made)
    same = made == target.read_text(encoding="utf-8")
    print("the same as in the package" if same else "NOT the same as in the package", file=sys.stderr)
    return 0 if same else 1

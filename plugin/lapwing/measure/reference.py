"""What is measured to find out how noisy a machine is: eight small works of the standard library.

A test file like any other; ``lapwing doctor`` has fresh workers measure it. Eight, because from eight benchmarks on a
suite says something of the machine.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from itertools import pairwise

from lapwing.measure.mark import perf

NUMBERS = [(i * 7919) % 1009 for i in range(1_000)]
DOCUMENT = [{"id": i, "name": f"entry {i}", "tags": ["x", "y"]} for i in range(50)]
TEXT = "the quick brown fox jumps over the lazy dog 12345 " * 40
WORD = re.compile(r"\b[a-z]{5}\b")


class _Point:
    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y


@perf
def test_integers() -> None:
    """Add in a loop."""
    total = 0
    for number in NUMBERS:
        total += number * number


@perf
def test_objects() -> None:
    """Make small objects and let them go."""
    [_Point(a, b) for a, b in pairwise(NUMBERS)]


@perf
def test_dictionaries() -> None:
    """Count in a dictionary."""
    counts: dict[int, int] = {}
    for number in NUMBERS:
        counts[number % 97] = counts.get(number % 97, 0) + 1


@perf
def test_sorting() -> None:
    """Sort numbers."""
    sorted(NUMBERS)


@perf
def test_json() -> None:
    """Write a document and read it."""
    json.loads(json.dumps(DOCUMENT))


@perf
def test_text() -> None:
    """Search a text."""
    WORD.findall(TEXT)


@perf
def test_hashing() -> None:
    """Hash a text."""
    hashlib.sha256(TEXT.encode()).hexdigest()


@perf
def test_compressing() -> None:
    """Compress a text."""
    zlib.compress(TEXT.encode())

"""How are values laid side by side? Each as 20 bytes: a number, the value, its error.

The number says what the block itself does not: in the block of a run, which series the value is of; in the block of a
series, which run. Little-endian on every machine: a 32-bit integer and two 64-bit floats, the error NaN where one
process says nothing.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    Array = np.ndarray[Any, np.dtype[Any]]

_POINT: Final = np.dtype([("number", "<i4"), ("value", "<f8"), ("error", "<f8")])

MOST_NUMBER: Final = 2**31 - 1
"""The largest number that a block holds."""

Points = np.ndarray[Any, np.dtype[np.void]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Values as bytes, and the CRC-32 that tells whether they are the ones that were written."""

    check: int
    block: bytes


def to_block(points: Iterable[tuple[int, float, float]]) -> Block:
    """Lay out (number, value, error)."""
    return block_of(np.array(list(points), dtype=_POINT))


def points_of(numbers: Array, values: Array, errors: Array) -> Points:
    """Return three arrays side by side."""
    points = np.empty(len(numbers), dtype=_POINT)
    points["number"], points["value"], points["error"] = numbers, values, errors
    return points


def block_of(points: Points, *, key: str = "") -> Block:
    """Return points as a block; its check holds for the row with this ``key`` alone."""
    block = points.tobytes()
    return Block(check=check_of(block, key=key), block=block)


def check_of(block: bytes, *, key: str) -> int:
    """Return the check of bytes that stand under ``key``."""
    return zlib.crc32(block, zlib.crc32(key.encode("utf-8", "replace")))


def is_whole(block: object, check: object, *, key: str = "") -> bool:
    """Tell whether ``block`` is the bytes that were written under ``key``; a database may hold anything."""
    return isinstance(block, bytes) and len(block) % _POINT.itemsize == 0 and check_of(block, key=key) == check


def from_block(block: bytes) -> Points:
    """Return the points of a whole block, with the fields ``number``, ``value`` and ``error``."""
    return np.frombuffer(block, dtype=_POINT)

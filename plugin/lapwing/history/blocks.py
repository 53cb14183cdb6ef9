"""How are the values of one run laid side by side? Each as 20 bytes: the number of its series, the value, its error.

Little-endian on every machine: a 32-bit integer and two 64-bit floats, the error NaN where one process says nothing.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

_POINT: Final = np.dtype([("series", "<i4"), ("value", "<f8"), ("error", "<f8")])

Points = np.ndarray[Any, np.dtype[np.void]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The values of one run as bytes, and the CRC-32 that tells whether they are the ones that were written."""

    check: int
    block: bytes


def to_block(points: Iterable[tuple[int, float, float]]) -> Block:
    """Lay out (series, value, error) of a run."""
    block = np.array(list(points), dtype=_POINT).tobytes()
    return Block(check=zlib.crc32(block), block=block)


def is_whole(block: object, check: object) -> bool:
    """Tell whether ``block`` is the bytes that were written; a database may hold anything."""
    return isinstance(block, bytes) and len(block) % _POINT.itemsize == 0 and zlib.crc32(block) == check


def from_block(block: bytes) -> Points:
    """Return the points of a whole block, with the fields ``series``, ``value`` and ``error``."""
    return np.frombuffer(block, dtype=_POINT)

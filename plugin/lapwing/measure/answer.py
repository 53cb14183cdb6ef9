"""What did the measured call return? As a hash, equal on both sides if the answer is; empty where that cannot be told.

Nothing of the project runs here: values are looked into by their types and attributes, never by their own methods, so
nothing is changed, consumed or slow. Floats count to the last bit, sets and dicts without order, arrays by their bytes.
"""

from __future__ import annotations

import re
import struct
import types
from collections import deque
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from hashlib import blake2b
from math import isnan
from pathlib import PurePath
from time import perf_counter
from typing import Any, Final

SECONDS: Final = 0.05
MOST_BYTES: Final = 1_000_000
MOST_BUFFER: Final = 16_000_000
"""Bytes of an array that are hashed (16 ms of the 50); copied only where it is not contiguous, up to a megabyte."""

_DEEPEST: Final = 100
_OFTEN: Final = 256
_HEAP_TYPE, _IMMUTABLE, _UNCALLABLE = 1 << 9, 1 << 8, 1 << 7  # of CPython's type flags

_NAMED: Final = (
    *(type, types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType),
    types.ClassMethodDescriptorType,
)
_TOLD_BY_REPR: Final = frozenset(
    {bool, complex, type(None), type(Ellipsis), type(NotImplemented), range, Decimal, date, timedelta}
)
_TIME_ZONES: Final = (type(None), timezone)
_SEQUENCES: Final[tuple[Any, ...]] = (list, tuple, deque)
_SETS: Final[tuple[Any, ...]] = (set, frozenset)
_PLAIN: Final[tuple[tuple[Any, Any], ...]] = (
    (int, int.__pos__),
    (float, float.__pos__),
    (str, lambda value: str.__getitem__(value, slice(None))),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (complex, complex.__pos__),
)
_KNOWN: Final[tuple[tuple[Any, tuple[str, ...]], ...]] = (
    (BaseException, ("args",)),
    (re.Pattern, ("pattern", "flags")),
    (slice, ("start", "stop", "step")),
)
"""What types written in C hold."""


class _CannotTellError(Exception):
    """The value cannot be told from others within bounds."""


def answer_of(value: Any, *, root: str = "") -> str:
    """Return a hash of ``value``, or nothing where it cannot be told within 50 ms and a megabyte.

    ``root`` is the folder of the side, whose name is another one on the other side and counts for nothing.
    """
    try:
        return _Teller(root).tell(value, 0).hex()
    except Exception:  # noqa: BLE001 - any object may be here: one that cannot be told is no failure of the benchmark
        return ""


def agreed(first: str, second: str) -> str:
    """Return the answer of two calls that gave the same, else nothing."""
    return first if first == second else ""


class _Teller:
    """Makes a digest of a value, within bounds."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._end = perf_counter() + SECONDS
        self._spent = 0
        self._told = 0
        self._open: dict[int, int] = {}

    def tell(self, value: Any, depth: int) -> bytes:
        """Return a digest of a value.

        Raises:
            _CannotTellError: it is too large, too deep or opaque.
        """
        self._spend(8)
        if id(value) in self._open:  # a circle: told by how far up it closes
            return _digest("circle", [str(depth - self._open[id(value)]).encode()])
        if depth > _DEEPEST:
            raise _CannotTellError
        self._open[id(value)] = depth
        try:
            return self._tell(value, type(value), depth + 1)
        finally:
            del self._open[id(value)]

    def _tell(self, value: Any, kind: type, depth: int) -> bytes:  # noqa: PLR0911 - a table of types
        if kind is int:
            self._spend(int.bit_length(value) // 8)
            return _digest("int", [hex(value).encode()])
        if kind is float:
            return _digest("float", [b"nan" if isnan(value) else struct.pack("<d", value)])
        if kind is str:
            return self._leaf(kind, value.replace(self._root, "<root>") if self._root else value)
        if kind in (bytes, bytearray):
            if len(value) > MOST_BYTES:
                raise _CannotTellError
            return self._leaf(kind, bytes(value))
        if kind in _TOLD_BY_REPR or (kind in (datetime, time) and type(value.tzinfo) in _TIME_ZONES):
            return self._leaf(kind, repr(value))
        if isinstance(value, PurePath):
            return self._tell(str(value), str, depth)
        if isinstance(value, _NAMED):
            return self._leaf(type, f"{getattr(value, '__module__', '')}.{value.__qualname__}")
        return self._object(value, kind, depth)

    def _object(self, value: Any, kind: type, depth: int) -> bytes:
        """Return a digest of a container, an array or any other object, by what it holds and its attributes.

        Raises:
            _CannotTellError: it may hold what cannot be seen.
        """
        held = self._attributes(value, kind, depth)
        parts = self._parts(value, depth)
        if parts is None:
            parts = self._buffer(value)
        if parts is None and not all(_is_python(base) for base in kind.__mro__[:-1]):
            raise _CannotTellError
        return _digest(_name(kind), [*(parts or []), b"|", *held])

    def _parts(self, value: Any, depth: int) -> list[bytes] | None:
        """Return what a container, or what derives from a built-in type, holds; None where it is neither."""
        for base in _SEQUENCES:
            if isinstance(value, base):
                return [self.tell(item, depth) for item in base.__iter__(value)]
        for base in _SETS:
            if isinstance(value, base):
                return sorted(self.tell(item, depth) for item in base.__iter__(value))
        if isinstance(value, dict):
            pairs = ((key, dict.__getitem__(value, key)) for key in dict.__iter__(value))
            return sorted(self.tell(key, depth) + self.tell(item, depth) for key, item in pairs)
        for plain, copied in _PLAIN:
            if isinstance(value, plain):
                return [self._tell(copied(value), plain, depth)]
        for known, names in _KNOWN:
            if isinstance(value, known):
                return [self.tell(vars(known)[name].__get__(value), depth) for name in names]
        return None

    def _attributes(self, value: Any, kind: type, depth: int) -> list[bytes]:
        """Return digests of an object's own attributes, by name, read past its own ways of getting them."""
        found: dict[str, Any] = {}
        for base in kind.__mro__:
            for name, slot in list(vars(base).items()):
                if isinstance(slot, types.MemberDescriptorType) and _is_python(base):
                    with suppress(AttributeError):
                        found.setdefault(name, slot.__get__(value))
        with suppress(AttributeError):
            found.update(object.__getattribute__(value, "__dict__"))
        return [_digest(name, [self.tell(found[name], depth)]) for name in sorted(found)]

    def _buffer(self, value: Any) -> list[bytes] | None:
        """Return what an array is and a digest of its bytes; None where a value shows none."""
        try:
            view = memoryview(value)
        except TypeError:
            return None
        with view:
            if (
                "O" in view.format
                or "P" in view.format
                or view.nbytes > (MOST_BUFFER if view.c_contiguous else MOST_BYTES)
            ):
                raise _CannotTellError  # addresses of objects, or too many bytes
            content = view.cast("B") if view.c_contiguous and view.nbytes else view.tobytes()
            return [view.format.encode(), repr(view.shape).encode(), blake2b(content, digest_size=16).digest()]

    def _leaf(self, kind: type, content: str | bytes) -> bytes:
        self._spend(len(content))
        return _digest(
            _name(kind), [content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")]
        )

    def _spend(self, size: int) -> None:
        self._spent += size
        self._told += 1
        if self._spent > MOST_BYTES or (self._told % _OFTEN == 0 and perf_counter() > self._end):
            raise _CannotTellError


def _digest(kind: str, parts: list[bytes]) -> bytes:
    said = blake2b(kind.encode("utf-8", "surrogatepass"), digest_size=16)
    for part in parts:
        said.update(len(part).to_bytes(8, "little"))
        said.update(part)
    return said.digest()


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_python(kind: type) -> bool:
    """Tell whether a class was made by a class statement, so that its instances hold nothing but attributes.

    Classes written in C are made with a ``__new__`` or ``__init__`` of their own, or cannot be changed or called.
    """
    own = vars(kind)
    return (
        bool(kind.__flags__ & _HEAP_TYPE)
        and not kind.__flags__ & (_IMMUTABLE | _UNCALLABLE)
        and isinstance(own.get("__new__", staticmethod(_digest)), staticmethod)
        and not isinstance(own.get("__init__"), types.WrapperDescriptorType)
    )

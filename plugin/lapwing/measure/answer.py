"""What did the measured call return? As a hash, equal on both sides if the answer is; empty where that cannot be told.

Nothing of the project runs here: values are looked into by their types and attributes, never by their own methods, so
nothing is changed, consumed or slow. Floats count to the last bit, sets and dicts without order, arrays by their bytes.
"""

from __future__ import annotations

import re
import struct
import types
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b
from time import perf_counter
from typing import Any, Final

SECONDS: Final = 0.05
MOST_BYTES: Final = 1_000_000
MOST_BUFFER: Final = 16_000_000
"""Bytes of an array that are hashed (16 ms of the 50); copied only where it is not contiguous, up to a megabyte."""

_DEEPEST: Final = 100
_OFTEN: Final = 256
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{6,}")
_NAMED: Final = (
    *(type, types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType),
    types.ClassMethodDescriptorType,
)
_TOLD_BY_REPR: Final = frozenset(
    {
        bool,
        int,
        complex,
        type(None),
        type(Ellipsis),
        type(NotImplemented),
        range,
        Decimal,
        date,
        datetime,
        time,
        timedelta,
    }
)
# Looking into these tells nothing, or uses them up.
_OPAQUE: Final = (
    *(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.ModuleType, types.FrameType),
    *(types.TracebackType, types.CodeType, types.MappingProxyType),
)


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

    def _tell(self, value: Any, kind: type, depth: int) -> bytes:
        if kind in _TOLD_BY_REPR:
            if kind is int:
                self._spend(int.bit_length(value) // 8)
                return _digest("int", [hex(value).encode()])
            return self._leaf(kind, repr(value))
        if kind is float:
            return _digest("float", [b"nan" if value != value else struct.pack("<d", value)])  # noqa: PLR0124 - what nan is
        if kind is str:
            return self._leaf(kind, value.replace(self._root, "<root>") if self._root else value)
        if kind in (bytes, bytearray):
            return self._leaf(kind, bytes(value) if len(value) <= MOST_BYTES else self._refuse())
        if isinstance(value, _OPAQUE):
            return self._refuse()
        if isinstance(value, _NAMED):
            return self._leaf(type, f"{getattr(value, '__module__', '')}.{value.__qualname__}")
        return self._of_parts(value, kind, depth)

    def _of_parts(self, value: Any, kind: type, depth: int) -> bytes:
        """Return a digest of a container, an array or any other object, by what it holds."""
        parts: list[bytes] = []
        if isinstance(value, (list, tuple)):
            items = list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value)
            parts = [self.tell(item, depth) for item in items]
        elif isinstance(value, dict):
            pairs = ((key, dict.__getitem__(value, key)) for key in dict.keys(value))
            parts = sorted(self.tell(key, depth) + self.tell(item, depth) for key, item in pairs)
        elif isinstance(value, (set, frozenset)):
            base = set if isinstance(value, set) else frozenset
            parts = sorted(self.tell(item, depth) for item in base.__iter__(value))
        elif isinstance(value, (int, float, str, bytes)):
            base = next(one for one in (int, float, str, bytes) if isinstance(value, one))
            parts = [self._tell(base.__add__(value, base()), base, depth)]  # type: ignore[operator]  # the plain value
        else:
            return self._object(value, kind, depth)
        held = self._attributes(value, kind, depth)
        return _digest(_name(kind), [*parts, b"|", *held])

    def _object(self, value: Any, kind: type, depth: int) -> bytes:
        held = self._attributes(value, kind, depth)
        if not held:
            buffer = self._buffer(value)
            if buffer is not None:
                return _digest(_name(kind), buffer)
            if kind.__repr__ is not object.__repr__ and isinstance(kind.__repr__, types.WrapperDescriptorType):
                return self._leaf(kind, _ADDRESS.sub("0x", repr(value)))  # a repr written in C: re.Pattern, deque
            if kind is not object and not _is_python(kind):
                return self._refuse()
        return _digest(_name(kind), held)

    def _attributes(self, value: Any, kind: type, depth: int) -> list[bytes]:
        """Return digests of an object's own attributes, by name, read past its own ways of getting them."""
        found: dict[str, Any] = {}
        for base in kind.__mro__:
            for name, slot in list(vars(base).items()):
                if isinstance(slot, types.MemberDescriptorType) and _is_python(base):
                    try:
                        found.setdefault(name, slot.__get__(value))
                    except AttributeError:
                        continue
        try:
            found.update(object.__getattribute__(value, "__dict__"))
        except AttributeError:
            pass
        return [_digest(name, [self.tell(found[name], depth)]) for name in sorted(found)]

    def _buffer(self, value: Any) -> list[bytes] | None:
        """Return what an array is and a digest of its bytes; None where a value shows none."""
        try:
            view = memoryview(value)
        except TypeError:
            return None
        with view:
            if "O" in view.format or view.nbytes > (MOST_BUFFER if view.c_contiguous else MOST_BYTES):
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

    @staticmethod
    def _refuse() -> Any:
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
    """Tell whether a class was made by a class statement: its instances hold nothing but their attributes."""
    return bool(kind.__flags__ & (1 << 9))  # Py_TPFLAGS_HEAPTYPE

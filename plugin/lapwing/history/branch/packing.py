"""What is in the file of a run? Its run document (:mod:`lapwing.history.schema`), compressed with xz, numbers apart.

Most of a document is digits, and those of a measured value are chance: a byte packer spends 7.5 bytes on each, which as
a float has 6.5 that are not known. So the file is the xz of

    the document, with the byte 1 in the place of each of its floats;  a byte 0;  the floats, big-endian doubles, first
    all their first bytes, then all their second ones, and so on.

No JSON that we write has a byte 0 or 1 in it, and a float is only taken out where it stands in the form that it will be
written in again. So the document comes back byte for byte. Measured on 50 benchmarks, 5 processes with one value of
full precision each (24 kB), 600 runs in a branch after ``git gc``; and on one run of 1,000 benchmarks with 2 metrics
and 7 values a process (2.1 MB):

    bytes                        50 benchmarks   in git, with its commit    1,000 benchmarks
    plain JSON (git packs it)           23,597                    3,181           2,068,505
    xz of the JSON                       2,993                    3,354             538,884
    zlib, level 9, floats apart          2,898                    3,127             452,828
    xz, floats apart                     2,522                    2,862             436,224

zstd is in no Python before 3.14.
"""

from __future__ import annotations

import re
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from lapwing.errors import LapwingError, RecordError, StoreDamaged, UsageError
from lapwing.history.record import damaged_run
from lapwing.history.schema import decode, encode

if TYPE_CHECKING:
    from lapwing.model import Run

MAX_FILE: Final = 32 * 2**20
"""Bytes of a run's file. GitHub takes no file above 100 MB, and one of 1,000 benchmarks has 0.5 MB."""

MAX_DOCUMENT: Final = 64 * 2**20
"""Bytes of a run's document here: 15 times a run of 1,000 benchmarks with 200 values each."""

MAX_FLOATS: Final = 2_000_000
"""Floats in one document, 100 bytes of memory each while it is put together."""

_LARGE: Final = 4 * 2**20
"""From here on speed counts for more: 4 MB take 1 s to compress well, and 0.3 s for 3 % more bytes."""

_MEMORY: Final = 64 * 2**20
"""Bytes that unpacking may take beside its result; what is written here asks for less than 1 MB."""

_FLOAT: Final = re.compile(rb"(?<=[\[,:])-?\d+(?:\.\d+)?(?:e-?\d+)?(?=[\],}])")
_HERE: Final = b"\1"
_END: Final = b"\0"
_encode: Final = msgspec.json.Encoder().encode


def pack_file(run: Run) -> bytes:
    """Return the content of the run's file; the same run gives the same bytes.

    Raises:
        LapwingError: what :func:`~lapwing.history.schema.encode` raises, and ``run-too-large``.
    """
    document = encode(run)
    text, floats = _apart(document)
    parted = text + _END + floats
    lzma = _lzma()
    # lc, lp and pb are all 0: neither the byte before nor the place of a byte tells anything about it.
    filters: list[dict[str, Any]] = [
        {
            "id": lzma.FILTER_LZMA2,
            "preset": 6 if len(parted) < _LARGE else 0,
            "dict_size": 2**18,
            "lc": 0,
            "lp": 0,
            "pb": 0,
        }
    ]
    content: bytes = lzma.compress(parted, check=lzma.CHECK_CRC32, filters=filters)
    if len(document) > MAX_DOCUMENT or len(content) > MAX_FILE or len(floats) > 8 * MAX_FLOATS:
        raise RecordError(
            "run-too-large",
            f"Run {run.id[:60]} has {len(document)} bytes, {len(content)} compressed; a branch takes {MAX_DOCUMENT} "
            f"and {MAX_FILE}.",
            remedy="record the suite in several runs.",
        )
    return content


def unpack_file(run_id: str, content: bytes) -> Run:
    """Return the run in the file of ``run_id``; the inverse of :func:`pack_file`, whatever the bytes.

    Raises:
        StoreDamaged: ``run-damaged``.
        StoreTooNew: ``run-too-new``.
    """
    try:
        run = decode(unpack_document(run_id, content))
    except StoreDamaged as error:
        raise _about(run_id, error) from None
    except LapwingError as error:
        raise type(error)(error.slug, f"Run {run_id} cannot be read. {error.message}", remedy=error.remedy) from None
    if run.id != run_id:
        raise damaged_run(run_id, f"the document says it is run {run.id[:60]!r}")
    return run


def unpack_document(run_id: str, content: bytes) -> bytes:
    """Return the run document in the file, byte for byte as it was packed. Raises ``run-damaged``."""
    parted = _unpacked(run_id, content)
    text, end, floats = parted.partition(_END)
    count = text.count(_HERE)
    if not end or len(floats) != 8 * count:
        raise damaged_run(run_id, "it does not have as many numbers as it says")
    if count > MAX_FLOATS:
        raise damaged_run(run_id, f"it has {count} numbers, and {MAX_FLOATS} are the most")
    if not count:
        return text
    values = np.frombuffer(floats, dtype=np.uint8).reshape(8, count).T.copy().view(">f8").ravel()
    numbers = _encode(values.tolist())[1:-1].split(b",")
    document = b"".join(chain.from_iterable(zip_longest(text.split(_HERE), numbers, fillvalue=b"")))
    if len(document) > MAX_DOCUMENT:
        raise damaged_run(run_id, f"it unpacks to more than {MAX_DOCUMENT} bytes")
    return document


def _apart(document: bytes) -> tuple[bytes, bytes]:
    """Return the document with a mark for each float, and the floats as bytes in planes."""
    found = _FLOAT.findall(document)
    values = [float(number) for number in found]
    # An integer, or something in a name that only looks like a float of ours ("[1.50]"), stays text.
    again = _encode(values)[1:-1].split(b",")
    kept = iter([number if number != same else _HERE for number, same in zip(found, again, strict=False)])
    apart = np.array([v for v, number, same in zip(values, found, again, strict=False) if number == same], dtype=">f8")
    if _HERE in document or _END in document:
        return document, b""
    return _FLOAT.sub(lambda _: next(kept), document), apart.view(np.uint8).reshape(-1, 8).T.tobytes()


def _about(run_id: str, error: StoreDamaged) -> StoreDamaged:
    named = error.message if run_id in error.message else f"Run {run_id} cannot be read. {error.message}"
    return StoreDamaged(error.slug, named, remedy=error.remedy)


def _unpacked(run_id: str, content: bytes) -> bytes:
    """Unpack, bounded: a few kilobytes may unpack to gigabytes."""
    lzma = _lzma()
    try:
        unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
        parted: bytes = unpacker.decompress(content, max_length=MAX_DOCUMENT + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise damaged_run(run_id, f"it cannot be unpacked, {error}") from None
    if len(parted) > MAX_DOCUMENT:
        raise damaged_run(run_id, f"it unpacks to more than {MAX_DOCUMENT} bytes")
    if not unpacker.eof:
        raise damaged_run(run_id, "it is cut off")
    if unpacker.unused_data:
        raise damaged_run(run_id, "there is something behind its end")
    return parted


def _lzma() -> Any:
    try:
        import lzma  # noqa: PLC0415 - a Python that was built without it has no such module
    except ImportError:
        raise UsageError(
            "no-xz",
            "This Python was built without lzma, and the files of a history branch are xz.",
            remedy="install a Python with lzma (liblzma was missing when it was built), or use another store.",
        ) from None
    return lzma

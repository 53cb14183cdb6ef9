"""What is in the file of a run? Its run document (:mod:`lapwing.history.schema`), compressed with xz.

Chosen by measuring, on documents of 50 benchmarks with 5 processes of one value each (25 kB) and of four (37 kB):

    bytes                     one     four      in git after gc, 1,000 runs
    plain JSON             25,340   37,128      2,215     6,041    (git compresses it against its neighbours)
    zlib, level 9           2,649    6,298      3,036     6,708
    xz, as set below        2,288    5,144      2,670     5,560

Digits are most of it, and xz's range coder packs digits better than git's zlib does with all other runs at hand; real
runs have 30 values a process. It does not depend on when a server collects its garbage either. zstd is in no Python
before 3.14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import LapwingError, RecordError, StoreDamaged, UsageError
from lapwing.history.record import damaged_run
from lapwing.history.schema import decode, encode

if TYPE_CHECKING:
    from typing import Any

    from lapwing.model import Run

MAX_FILE: Final = 32 * 2**20
"""Bytes of a run's file. GitHub takes no file above 100 MB, and one of 1,000 benchmarks has 0.6 MB."""

MAX_DOCUMENT: Final = 64 * 2**20
"""Bytes of a run's document here: 15 times a run of 1,000 benchmarks with 200 values each."""

_SMALL: Final = 256 * 2**10
"""Up to here, at most 0.2 s are well spent. 2 MB take 4.5 s that way, and 0.12 s for 17 % more bytes the other way."""

_MEMORY: Final = 64 * 2**20
"""Bytes that unpacking may take beside its result; what is written here asks for less than 1 MB."""


def pack_file(run: Run) -> bytes:
    """Return the content of the run's file; the same run gives the same bytes.

    Raises:
        LapwingError: what :func:`~lapwing.history.schema.encode` raises, and ``run-too-large``.
    """
    document = encode(run)
    lzma = _lzma()
    small = len(document) <= _SMALL
    # lc, lp and pb are all 0: neither the byte before nor the place of a digit tells anything about it.
    filters: list[dict[str, Any]] = [
        {
            "id": lzma.FILTER_LZMA2,
            "preset": 6 if small else 0,
            "dict_size": 2**18,
            "lc": 0,
            "lp": 0,
            "pb": 0,
        }
    ]
    content: bytes = lzma.compress(document, check=lzma.CHECK_CRC32, filters=filters)
    if len(document) > MAX_DOCUMENT or len(content) > MAX_FILE:
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
        run = decode(_unpacked(run_id, content))
    except StoreDamaged as error:
        raise _about(run_id, error) from None
    except LapwingError as error:
        raise type(error)(error.slug, f"Run {run_id} cannot be read. {error.message}", remedy=error.remedy) from None
    if run.id != run_id:
        raise damaged_run(run_id, f"the document says it is run {run.id[:60]!r}")
    return run


def _about(run_id: str, error: StoreDamaged) -> StoreDamaged:
    named = error.message if run_id in error.message else f"Run {run_id} cannot be read. {error.message}"
    return StoreDamaged(error.slug, named, remedy=error.remedy)


def _unpacked(run_id: str, content: bytes) -> bytes:
    """Unpack, bounded: a few kilobytes may unpack to gigabytes."""
    lzma = _lzma()
    try:
        unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
        document: bytes = unpacker.decompress(content, max_length=MAX_DOCUMENT + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise damaged_run(run_id, f"it cannot be unpacked, {error}") from None
    if len(document) > MAX_DOCUMENT:
        raise damaged_run(run_id, f"it unpacks to more than {MAX_DOCUMENT} bytes")
    if not unpacker.eof:
        raise damaged_run(run_id, "it is cut off")
    if unpacker.unused_data:
        raise damaged_run(run_id, "there is something behind its end")
    return document


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

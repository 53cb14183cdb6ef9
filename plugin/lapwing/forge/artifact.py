"""What is in the archive that an untrusted job handed over? One JSON document, or a refusal; nothing touches a disk.

Whoever made it may have made it to harm: it may lie about sizes, unfold without end, nest a million deep, or say one
thing twice so that two readers understand two things. Each of these is refused before any of it is believed.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
import zlib
from typing import Any, Final

from lapwing.errors import HandoverRefused

MEMBER: Final = "lapwing-report.json"

MAX_ARCHIVE: Final = 16 * 2**20
"""Bytes of the archive; 500 benchmarks make half a megabyte."""

MAX_DOCUMENT: Final = 48 * 2**20
"""Bytes of the document: 5,000 benchmarks, screened and a tenth confirmed, are 30 million."""

MAX_DEPTH: Final = 16
MAX_PARTS: Final = 6_000_000
"""Numbers, texts, lists and objects: a list of a hundred million noughts is small as text, and fills the memory."""

MAX_DIGITS: Final = 40
_CHUNK: Final = 2**16
_ENCRYPTED: Final = 0x1
_DIRECTORY: Final = 0x10
_LINK: Final = 0o120000
_KIND: Final = 0o170000
# A text that never ends is one too: were it none, it would be gone through anew from each quote in it.
_TEXTS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_PARTS: Final = re.compile(r"[\[{,]")
_HALF: Final = re.compile("[\ud800-\udfff]")


def read_artifact(archive: bytes) -> dict[str, Any]:
    """Return the one document in ``archive``, as JSON has it: objects, lists, texts, finite numbers.

    Raises:
        HandoverRefused: it is anything else (``artifact-too-large``, ``artifact-no-zip``, ``artifact-odd-member``,
            ``artifact-damaged``, ``artifact-no-json``).
    """
    return read_document(_unzipped(archive))


def read_document(data: bytes) -> dict[str, Any]:
    """Return the document in ``data``. Raises what :func:`read_artifact` raises."""
    if len(data) > MAX_DOCUMENT:
        raise _too_large(f"more than {MAX_DOCUMENT:,} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _no_json("is not UTF-8") from None
    _refuse_shape(text)
    try:
        document = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except (ValueError, RecursionError):
        raise _no_json("is not JSON") from None
    if not isinstance(document, dict):
        raise _no_json("is no object")
    # Half a character may be written as an escape; neither UTF-8 nor a comment can hold it.
    if "\\u" in text and _has_halves(document):
        raise _no_json("holds half a character")
    return document


def _unzipped(archive: bytes) -> bytes:
    if len(archive) > MAX_ARCHIVE:
        raise _too_large(f"more than {MAX_ARCHIVE:,} bytes as an archive")
    if not archive.startswith(b"PK\x03\x04"):  # what has something before it is two files in one
        raise HandoverRefused("artifact-no-zip", "The artifact is no zip archive.", remedy=_REMEDY)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _member(opened)
    except HandoverRefused:
        raise
    # A hostile archive gives almost any of Python's errors: of struct, zlib, unknown methods, wrong passwords, names.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError, RuntimeError, OverflowError):
        raise HandoverRefused("artifact-damaged", "The artifact's archive is damaged.", remedy=_REMEDY) from None


def _member(opened: zipfile.ZipFile) -> bytes:
    inside = opened.infolist()
    if len(inside) != 1 or inside[0].filename != MEMBER or inside[0].orig_filename != MEMBER:
        raise _odd(f"holds something else than {MEMBER}")
    one = inside[0]
    if one.flag_bits & _ENCRYPTED or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _odd("is encrypted or packed in an unusual way")
    if one.is_dir() or one.external_attr & _DIRECTORY or (one.external_attr >> 16) & _KIND == _LINK:
        raise _odd("holds a folder or a link")
    data = bytearray()
    with opened.open(one) as file:
        # What the header says of the size is whatever its author wanted: what comes out is counted.
        while chunk := file.read(_CHUNK):
            data += chunk
            if len(data) > MAX_DOCUMENT:
                raise _too_large(f"more than {MAX_DOCUMENT:,} bytes unpacked")
    return bytes(data)


def _refuse_shape(text: str) -> None:
    """Refuse what would cost too much to parse: too deep, or of too many parts."""
    bare = _TEXTS.sub("", text)
    if sum(1 for _ in _PARTS.finditer(bare)) > MAX_PARTS:
        raise _too_large(f"more than {MAX_PARTS:,} parts")
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", bare):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise _no_json(f"is nested deeper than {MAX_DEPTH}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _no_json("says one thing twice")
    return found


def _constant(_: str) -> float:
    raise _no_json("holds NaN or infinity")


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_DIGITS else math.inf
    if not math.isfinite(number):
        raise _no_json("holds a number that is none")
    return number


def _int(digits: str) -> int:
    number = int(digits) if len(digits) <= MAX_DIGITS else 2**64
    if not -(2**63) <= number < 2**64:
        raise _no_json("holds a number that is too large")
    return number


def _has_halves(value: Any) -> bool:
    if isinstance(value, str):
        return _HALF.search(value) is not None
    if isinstance(value, dict):
        return any(_has_halves(key) or _has_halves(one) for key, one in value.items())
    return isinstance(value, list) and any(map(_has_halves, value))


_REMEDY: Final = "upload the file that 'lapwing compare --artifact' wrote, as it is."


def _no_json(what: str) -> HandoverRefused:
    return HandoverRefused("artifact-no-json", f"The report that was handed over {what}.", remedy=_REMEDY)


def _odd(what: str) -> HandoverRefused:
    return HandoverRefused("artifact-odd-member", f"The artifact {what}.", remedy=_REMEDY)


def _too_large(what: str) -> HandoverRefused:
    remedy = "compare the suite in several parts."
    return HandoverRefused("artifact-too-large", f"What was handed over has {what}.", remedy=remedy)

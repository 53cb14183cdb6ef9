"""How is a file read that someone else wrote? In bounded pieces, packed or not, and never further than it should be."""

from __future__ import annotations

import gzip
import json
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final, cast

from lapwing.errors import ImportRefused
from lapwing.history.importers.telling import refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.importers.telling import Telling

MAX_FILE: Final = 2 * 2**30
"""Bytes of a file of lines, unpacked. A history of 10 million points as CSV has 1 GB."""

MAX_JSON: Final = 256 * 2**20
"""Bytes of a file that is one JSON value, which is held in memory ten times over."""

MAX_CONTAINERS: Final = 5_000_000
"""Lists and objects of one JSON value. An empty one takes 56 bytes where its file has 3, so that a hostile file of
256 MB would be 5 GB in memory; a result of 1,000 benchmarks has some 10,000."""

MAX_LINE: Final = 64 * 2**20
"""Bytes of a line: a series of 2 million points."""

MAX_FILES: Final = 100_000
"""Files of a folder."""

_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 64 * 2**10


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes], int]]:
    """Give the unpacked stream, the raw one below it and the raw one's size; what goes wrong inside is refused."""
    try:
        # Opened, a pipe would wait for its writer for ever, and a device has no end.
        if not path.is_file() and path.exists():
            raise refused(path, "is a folder, a pipe or a device, not a file", slug="unreadable-import")
        with path.open("rb") as raw:
            size = path.stat().st_size
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            if packed:
                with gzip.open(raw, "rb") as unpacked:
                    yield cast("IO[bytes]", unpacked), raw, size
            else:
                yield raw, raw, size
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refused(path, f"is packed with gzip and damaged: {error}", slug="damaged-import") from None
    except OSError as error:
        raise refused(path, f"cannot be read: {error.strerror or error}", slug="unreadable-import") from None


def read_head(path: Path) -> bytes:
    """Return the first 64 KiB, unpacked. Raises :class:`~lapwing.errors.ImportRefused`."""
    with _opened(path) as (stream, _, _):
        return stream.read(_HEAD)


def json_files(folder: Path) -> list[Path]:
    """Return the JSON files below a folder, packed ones too. Raises :class:`~lapwing.errors.ImportRefused`."""
    found = sorted(file for pattern in ("*.json", "*.json.gz") for file in folder.rglob(pattern) if file.is_file())
    if len(found) > MAX_FILES:
        raise refused(folder, f"has more than {MAX_FILES:,} files", slug="import-too-large")
    return found


def first_head(folder: Path) -> bytes:
    """Return the first 64 KiB of the first JSON file below a folder; nothing where there is none to read."""
    try:
        first = next(iter(json_files(folder)), None)
        return b"" if first is None else read_head(first)
    except ImportRefused:
        return b""


def read_lines(path: Path, telling: Telling) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, each with its number from 1.

    A line that is not UTF-8 is left out and told. Raises :class:`~lapwing.errors.ImportRefused`.
    """
    with _opened(path) as (stream, raw, size):
        for number, text in lines_of(stream, path, telling):
            yield number, text
            if number % 64 == 0:
                telling.progress(raw.tell(), size, path.name)
        telling.progress(size, size, path.name)


def lines_of(stream: IO[bytes], path: Path, telling: Telling) -> Iterator[tuple[int, str]]:
    """Yield the lines of a stream as :func:`read_lines` does; ``path`` is what messages call it."""
    number = total = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        total += len(line)
        if len(line) > MAX_LINE or total > MAX_FILE:
            raise refused(path, f"is too long at line {number}", slug="import-too-large")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            telling.left_out(path, "it is not UTF-8", line=number)
            continue
        if text.strip():
            yield number, text


def read_json(path: Path) -> Any:
    """Return the one JSON value of a file; NaN and Infinity are taken, since asv writes them.

    Raises :class:`~lapwing.errors.ImportRefused`.
    """
    try:
        return parse_json(read_whole(path))
    except ValueError as error:
        raise refused(path, f"is {error}") from None


def read_whole(path: Path) -> bytes:
    """Return the content of a file that is one value, unpacked. Raises :class:`~lapwing.errors.ImportRefused`."""
    with _opened(path) as (stream, _, _):
        content = stream.read(MAX_JSON + 1)
    if len(content) > MAX_JSON:
        raise refused(path, f"is larger than {MAX_JSON} bytes", slug="import-too-large")
    return content


def unicode_text(value: Any) -> str:
    """Return a text of a parsed file, empty for null.

    JSON can write half a surrogate pair, which no store can. Raises :class:`ValueError`, also where it is no text.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.60} is no text")  # noqa: TRY004 - one error for whatever a file gets wrong
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{value[:60]!a} is no Unicode text") from None
    return value


def parse_json(content: bytes | str) -> Any:
    """Return a JSON value. Raises :class:`ValueError`, whatever is wrong with it.

    An object that has a key twice is refused: the parser would drop the first value without a word.
    """
    if isinstance(content, str):
        containers = content.count("[") + content.count("{")
    else:
        containers = content.count(b"[") + content.count(b"{")
    if containers > MAX_CONTAINERS:
        raise ValueError(f"no JSON that can be held: it has more than {MAX_CONTAINERS:,} lists and objects")
    try:
        return json.loads(content, object_pairs_hook=_unique)
    except RecursionError:
        raise ValueError("no JSON: it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:60]!r} is there twice")
    return found

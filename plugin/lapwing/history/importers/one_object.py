"""How is a file read that is one JSON object? Whatever is wrong with it is said in one sentence, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lapwing.errors import ImportRefused, LapwingError
from lapwing.history.importers.files import read_json
from lapwing.history.importers.telling import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from lapwing.history.importers.points import Point
    from lapwing.history.importers.telling import Telling

WRONG = (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError, LapwingError)
"""What reading an entry of an unknown file raises where it is not what it should be."""


def read_object(path: Path, tool: str) -> dict[str, Any]:
    """Return the object of a file. Raises :class:`~lapwing.errors.ImportRefused`."""
    data = read_json(path)
    if not isinstance(data, dict):
        raise refused(path, f"is no file of {tool}: it holds no JSON object")
    return data


def read_list(data: dict[str, Any], key: str, path: Path, tool: str) -> list[Any]:
    """Return the list ``key`` of a file. Raises :class:`~lapwing.errors.ImportRefused`."""
    found = data.get(key)
    if not isinstance(found, list):
        raise refused(path, f"is no file of {tool}: it has no list {key!r}")
    return found


def told(error: Exception) -> str:
    """Return what an entry's error says, on one line."""
    said = error.message if isinstance(error, LapwingError) else f"{type(error).__name__}: {error}"
    return said.rstrip(".")


def entries(
    found: Iterable[tuple[object, Any]], points: Callable[[Any], Iterable[Point]], path: Path, telling: Telling
) -> Iterator[Point]:
    """Yield the points of each entry, given with its name; an entry that cannot be read is left out whole and told."""
    for name, entry in found:
        try:
            read = tuple(points(entry))
        except ImportRefused:
            raise
        except WRONG as error:
            telling.left_out(path, f"its {name!s:.80} ({told(error)})")
            continue
        yield from read

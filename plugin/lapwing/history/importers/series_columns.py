"""Which columns of a file of rows hold the numbers, and what do the others say of them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError
from lapwing.history.importers.csv_file import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

UNNAMED: Final = "values"
"""What a series is called that has no name."""

NAMES: Final = ("benchmark", "series")
_SAYS: Final = ("commit", "date", *NAMES, "metric", "unit", "better", "machine")
_HOLES: Final = ("", "null", "none", "na", "n/a", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """``titles`` are the columns as written, ``known`` as they are called here; ``chosen`` are those with numbers."""

    titles: tuple[str, ...]
    known: tuple[str, ...]
    chosen: tuple[int, ...]

    def points(self, cells: Sequence[str]) -> list[dict[str, str]]:
        """Return the fields of each point in a row, which has as many ``cells`` as there are columns."""
        said = [cell.strip() for cell in cells]
        about = {
            name: said[place] for place, name in enumerate(self.known) if name in _SAYS and place not in self.chosen
        }
        return [{**self._name(about, place), "value": _number(said[place])} for place in self.chosen]

    def _name(self, about: Mapping[str, str], place: int) -> dict[str, str]:
        title = self.titles[place]
        if not any(about.get(name) for name in NAMES):
            return {**about, "benchmark": UNNAMED if title.lower() == "value" else title}
        return {**about, "metric": about.get("metric") or title} if len(self.chosen) > 1 else dict(about)


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether the first row names the columns: it is one if any of its cells is neither a number nor a hole."""
    return not all(_is_number(cell.strip()) for cell in cells)


def columns(path: Path, first: str, cells: Sequence[str], *, delimiter: str, wanted: str) -> Columns:
    """Return the columns of a file whose ``first`` line has ``cells``; numbers are in the ``wanted`` one, if any.

    Else they are in the column ``value``, or in each that says nothing else.

    Raises:
        UsageError: ``unknown-column`` or ``no-numbers``.
    """
    if is_header(cells):
        titles, known = tuple(cell.strip() for cell in cells), tuple(columns_of(first, delimiter))
    else:
        known = tuple("" for _ in cells)
        titles = (UNNAMED,) if len(cells) == 1 else tuple(f"column {number}" for number in range(1, len(cells) + 1))
    chosen = _chosen(titles, known, wanted)
    told = ", ".join(titles)[:200]
    if not chosen and wanted:
        raise UsageError("unknown-column", f"{path} has no column {wanted!r:.60}.", remedy=f"name one of: {told}.")
    if not chosen:
        raise UsageError(
            "no-numbers", f"{path} has no column of numbers: {told}.", remedy="name the column with --column."
        )
    return Columns(titles=titles, known=known, chosen=chosen)


def _chosen(titles: Sequence[str], known: Sequence[str], wanted: str) -> tuple[int, ...]:
    if wanted:
        by_name = tuple(place for place, title in enumerate(titles) if title == wanted)[:1]
        by_place = (int(wanted) - 1,) if wanted.isdecimal() and 0 < int(wanted) <= len(titles) else ()
        return by_name or by_place
    if "value" in known:
        return (known.index("value"),)
    others = tuple(place for place, name in enumerate(known) if name not in _SAYS)
    # Of "commit,time" the time is no date: nothing else has the numbers.
    return others or tuple(place for place, title in enumerate(titles) if title.lower() == "time")


def _number(cell: str) -> str:
    return "" if cell.lower() in _HOLES else cell


def _is_number(cell: str) -> bool:
    try:
        float(_number(cell) or "nan")
    except ValueError:
        return False
    return True

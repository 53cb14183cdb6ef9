"""How are the rows of a table laid out: in one line each where there is room, else in two?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.escape import cells
from lapwing.report.sparkline import sparkline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.report.look import Look

SPARK: Final = 20
_GAP: Final = 2
_INDENT: Final = 2
_LEAST_SPARK: Final = 5
# One line a row needs 30 columns for names, and that three quarters of them need no cutting.
_LEAST_NAME: Final = 30
_MOST_FIT: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result: a mark, a name someone else wrote with a tail of ours, its figures, and what there is to say.

    ``figures`` are cells of one line; ``recent`` becomes the sparkline before the last of them, and is None in a table
    that has none. ``notes`` are whole lines below the row.
    """

    mark: Text
    name: str
    tail: str = ""
    figures: tuple[str, ...] = ()
    recent: tuple[float | None, ...] | None = ()
    notes: tuple[Text, ...] = ()


def lay_out(rows: Sequence[Row], heads: Sequence[str], look: Look) -> list[Text]:
    """Return the lines of the table; ``heads`` name the figures, the sparkline included before the last of them."""
    heads = [look.say(head).plain for head in heads]
    rows = [replace(row, figures=tuple(look.say(text).plain for text in row.figures)) for row in rows]
    marks = max((row.mark.cell_len for row in rows), default=0)
    columns = [max(cells(text) for text in column) for column in zip(heads, *(_plain(r) for r in rows), strict=True)]
    room = look.columns - sum(columns) - _GAP * (len(columns) + 2) - marks
    fitting = sum(cells(row.name) + cells(row.tail) <= room for row in rows)
    if room >= _LEAST_NAME and fitting >= _MOST_FIT * len(rows):
        return _wide(rows, heads, look, columns=columns, marks=marks)
    return _narrow(rows, heads, look, columns=columns, marks=marks)


def _plain(row: Row) -> tuple[str, ...]:
    """Return the figures with a stand-in of the sparkline's size, where there is one."""
    return row.figures if row.recent is None else (*row.figures[:-1], " " * SPARK, row.figures[-1])


def _wide(rows: Sequence[Row], heads: Sequence[str], look: Look, *, columns: Sequence[int], marks: int) -> list[Text]:
    room = look.columns - sum(columns) - _GAP * (len(columns) + 1) - marks
    names = [_name(row, look, room) for row in rows]
    # The figures stand close to the names, not at the far edge of a wide screen.
    longest = max((name.cell_len for name in names), default=0)
    lines = [Text(" " * (marks + _GAP + longest)) + look.say(_join(heads, columns), "dim")]
    for row, name in zip(rows, names, strict=True):
        name.pad_right(longest - name.cell_len)
        lines.append(_padded(row.mark, marks) + Text(" " * _GAP) + name + _figures(row, columns, look, SPARK))
        lines += _notes(row, look, marks + _GAP)
    return lines


def _narrow(rows: Sequence[Row], heads: Sequence[str], look: Look, *, columns: Sequence[int], marks: int) -> list[Text]:
    drawn = any(row.recent is not None for row in rows)
    spark = SPARK - max(0, _INDENT - _GAP + sum(columns) + _GAP * len(columns) - look.columns) if drawn else 0
    spark = 0 if spark < _LEAST_SPARK else spark
    sizes, titles = list(columns), list(heads)
    if drawn:
        sizes[-2] = max(spark, len(heads[-2])) if spark else 0
        titles[-2] = heads[-2] if spark else ""
    lines = [look.say(_join(titles, sizes), "dim")]
    for row in rows:
        name = _name(row, look, look.columns - marks - _GAP)
        lines.append(_padded(row.mark, marks) + Text(" " * _GAP) + name)
        lines.append(_figures(row, sizes, look, spark))
        lines += _notes(row, look, _INDENT + _GAP)
    return lines


def _name(row: Row, look: Look, room: int) -> Text:
    tail = look.say(f"  {row.tail}", "dim") if row.tail else Text("")
    return look.quote(row.name, "bold", room=max(10, room - tail.cell_len)) + tail


def _figures(row: Row, columns: Sequence[int], look: Look, spark: int) -> Text:
    line = Text("")
    texts = row.figures
    if row.recent is not None:
        texts = (*texts[:-1], sparkline(row.recent, width=spark, ascii_only=look.ascii_only), texts[-1])
    for text, size in zip(texts, columns, strict=True):
        if not size:
            continue
        line.append(" " * _GAP)
        line.append_text(_padded(Text(text), size))
    return line


def _join(texts: Sequence[str], columns: Sequence[int]) -> str:
    return "".join(" " * _GAP + text.ljust(size) for text, size in zip(texts, columns, strict=True) if size)


def _padded(piece: Text, size: int) -> Text:
    padded = piece.copy()
    padded.pad_right(max(0, size - piece.cell_len))
    return padded


def _notes(row: Row, look: Look, indent: int) -> list[Text]:
    return [line for note in row.notes for line in look.wrap(note, indent=indent)]

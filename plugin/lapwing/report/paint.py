"""How do lines become the characters of a terminal, or a picture of one?"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text


def console(*, width: int, color: bool, record: bool = False) -> Console:
    """Return a console that writes to memory and asks neither the environment nor the terminal anything."""
    return Console(
        file=StringIO(),
        width=width,
        height=100,
        record=record,
        force_terminal=color,
        force_interactive=False,
        force_jupyter=False,
        color_system="standard" if color else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


def paint(lines: Iterable[Text], *, width: int, color: bool) -> str:
    """Return ``lines`` as text with a newline after each and no blanks at their ends.

    With ``color``, in the 16 colours every terminal has; no cursor is moved, so a log keeps it all.
    """
    screen = console(width=width, color=color)
    draw(screen, lines)
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


def draw(screen: Console, lines: Iterable[Text]) -> None:
    """Print ``lines`` as they are: not wrapped and not cropped."""
    for line in lines:
        whole = line.copy()
        whole.rstrip()
        screen.print(whole, soft_wrap=True)

"""What does a terminal get to see, and how? Text in characters it can show, progress while it waits."""

# ruff: noqa: PLC0415 - what a command needs is imported in it
from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[int, int, str], None]

_WIDTH_OF_A_LOG: Final = 100
_PATIENCE: Final = 2.0  # seconds that nobody needs to be told anything for


def plain(text: str) -> str:
    """Return an error's text on one line, in characters that stderr can show."""
    from lapwing.report.escape import escape
    from lapwing.report.look import needs_ascii

    return escape(text, ascii_only=needs_ascii(getattr(sys.stderr, "encoding", None)))


def stream_of() -> dict[str, Any]:
    """Return what a renderer must know of stdout: width, colour, characters."""
    from lapwing.report.look import needs_ascii

    tty = sys.stdout.isatty()
    color = not os.environ.get("NO_COLOR") and (tty or bool(os.environ.get("FORCE_COLOR")))
    return {
        "width": shutil.get_terminal_size((_WIDTH_OF_A_LOG, 24)).columns,
        "color": color,
        "ascii_only": needs_ascii(getattr(sys.stdout, "encoding", None)),
    }


def show_text(text: str, *, color: bool = False) -> None:
    """Write to stdout; a stream that cannot show a character gets its escape, never a crash."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False, color=color or None)


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Show how far long work is on stderr: a bar on a terminal, elsewhere after 2 s a line for every tenth of it."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress as Bar

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("")
            yield lambda done, total, what: bar.update(
                task, completed=done, total=total or None, description=escape(plain(what)[:60])
            )
        return
    told, begun = -1, time.monotonic()

    def line(done: int, total: int, what: str) -> None:
        nonlocal told
        if total and done == 0 and told > 0:  # another part of the work begins
            told = -1
        tenth = 10 * done // total if total else 0
        if tenth > told and time.monotonic() - begun > _PATIENCE:
            told = tenth
            share = f"{done:,} of {total:,} " if total else ""
            click.echo(f"lapwing: {share}{plain(what)[:100]}".rstrip(), err=True)

    yield line

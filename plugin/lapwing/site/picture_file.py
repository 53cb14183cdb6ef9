"""How does a picture get into a file? As it is, or turned into pixels."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_ZOOM: Final = 2
"""Pixels for each of the picture's units: sharp on a screen of today."""


def write_picture(svg: str, path: Path) -> None:
    """Write an SVG document to ``path``, as SVG or as PNG by its name.

    Raises:
        UsageError: another kind of file (``bad-picture``), no resvg for a PNG (``no-png``), or the file cannot be
            written (``unwritable-file``).
    """
    kind = path.suffix.lower()
    if kind not in {".svg", ".png"}:
        raise UsageError("bad-picture", f"{path} is no .svg and no .png.", remedy="name a file of one of the two.")
    content = svg.encode() if kind == ".svg" else _pixels(svg)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(
            "unwritable-file", f"{path} cannot be written: {error.strerror}.", remedy="name a file that can be."
        ) from None


def _pixels(svg: str) -> bytes:
    if find_spec("resvg_py") is None:
        raise UsageError(
            "no-png", "A PNG is made by resvg, which is not installed.", remedy="pip install 'lapwing[png]', or .svg."
        )
    import resvg_py  # noqa: PLC0415 - only who wants pixels has it

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_ZOOM))

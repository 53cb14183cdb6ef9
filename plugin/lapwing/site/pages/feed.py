"""How do people subscribe to changes? An Atom feed (RFC 4287), an entry for each, whose id never changes."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Final

from lapwing.site.pages.changes import is_adjacent
from lapwing.site.pages.index import plain
from lapwing.site.pages.labels import address, entry_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.model import MetricId
    from lapwing.site.pages.changes import Jump
    from lapwing.site.pages.content import Content, Revision, Row

_ATOM: Final = "http://www.w3.org/2005/Atom"
MOST_ENTRIES: Final = 500
"""Readers fetch the feed whole, again and again; the newest are what it is for."""


def feed(content: Content, rows: Iterable[Row], jumps: Mapping[tuple[str, MetricId], Sequence[Jump]]) -> bytes:
    """Return the feed of all changes, newest first.

    An entry's id is of the project, the benchmark, the machine and the two commits, and its date that of the commit:
    a level that is estimated anew is the same entry. Where the site's own address is known, links are whole: not every
    reader knows where a feed came from.
    """
    known = {one.number: one for one in content.revisions}
    found = [
        (known[one.after], known[one.before], row, idx, one)
        for row in rows
        for idx, cell in enumerate(row.shown.cells)
        if cell is not None
        for one in jumps.get((row.machine, cell), ())
    ]
    found.sort(key=lambda each: (-each[0].number, entry_name(each[2].shown, each[3]), each[2].machine))
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    title = f"{content.project}: changes of performance"
    _text(root, "id", _id(content.project, None, "feed"))
    _text(_sub(root, "author"), "name", "Lapwing")
    _text(root, "title", title)
    if content.site_url:
        _sub(root, "link", rel="self", type="application/atom+xml", href=f"{_folder(content)}regressions.xml")
        _sub(root, "link", rel="alternate", type="text/html", href=f"{_folder(content)}index.html#/regressions")
    newest = found[0][0].date if found else 0.0
    _text(root, "updated", _date(newest))
    for after, before, row, idx, one in found[:MOST_ENTRIES]:
        _entry(root, content, after, before, row, idx, one)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(  # noqa: PLR0913, PLR0917 - one row of the list above
    root: ET.Element, content: Content, after: Revision, before: Revision, row: Row, idx: int, one: Jump
) -> None:
    name = entry_name(row.shown, idx)
    ratio = one.change.point.ratio
    share = f"{ratio.estimate - 1:+.1%}"
    range_ = plain(after.sha)[:10] if is_adjacent(one) else f"{plain(before.sha)[:10]}..{plain(after.sha)[:10]}"
    commits = range_.replace("..", "-")
    shown = address(row.shown, idx, machine=content.told_apart(row.machine), commits=commits)
    entry = _sub(root, "entry")
    _text(entry, "id", _id(content.project, after.date, name, row.machine, before.sha, after.sha))
    _text(entry, "title", f"{one.word}: {name} {share}")
    _text(entry, "updated", _date(after.date))
    _sub(entry, "link", rel="alternate", type="text/html", href=f"{_folder(content)}index.html{shown}")
    what = f"changed, as part of a {one.word} and no step," if one.change.shape is not None else one.word
    said = (
        f"{escape(name)} {what} by {share} ({ratio.low - 1:+.1%} to {ratio.high - 1:+.1%}) at {range_}, "
        f"{one.change.point.state}, on {escape(content.names[row.machine])}."
    )
    _text(entry, "content", said, type="html")


def _folder(content: Content) -> str:
    """Return the address of the folder that the site is in; empty where nobody knows."""
    site = content.site_url.rpartition("/")[0] if content.site_url.endswith(".html") else content.site_url.rstrip("/")
    return f"{site}/" if site else ""


def _id(project: str, date: float | None, *what: str) -> str:
    whole = sha256("\0".join(what).encode("utf-8", "surrogatepass")).hexdigest()
    owner = "".join(char for char in plain(project).lower() if char.isalnum() or char in "-.").strip("-.") or "project"
    return f"tag:{owner}.lapwing,{_date(date or 0.0)[:10]}:/{whole}"


def _date(seconds: float) -> str:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=int(seconds))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _sub(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    # XML has no way to write most control characters.
    clean = "".join(char if char.isprintable() or char in "\n\t" else "?" for char in text)
    _sub(parent, name, **attributes).text = clean

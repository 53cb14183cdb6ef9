"""What do people see: asv's own front end, with our page and marks in it, served from the site alone?

The start page asks nothing of any other server: scripts of others are the site's own files, and a content security
policy forbids all else. What asv's start page does inline is moved to files, since the policy forbids that too.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError
from lapwing.site.pages.scripts import served_as

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""asv's pages set widths by style attributes, which cannot run anything."""

STYLE: Final = "lapwing.css"
SCRIPTS: Final = ("lapwing.js", "lapwing-address.js", "lapwing-graph.js", "lapwing-lists.js", "lapwing-verdicts.js")
"""Ours, in the order in which they are loaded."""

_TAKEN: Final = frozenset({".js", ".css", ".html", ".png", ".ico"})
_SCRIPT: Final = re.compile(r'<script\b[^>]*\bsrc="(https?://[^"]+)"[^>]*>\s*</script>')
_STYLE: Final = re.compile(r'<link\b[^>]*\bhref="(https?://[^"]+\.css)"[^>]*/?>')
_INLINE: Final = re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>.*?</script>\s*", re.DOTALL)
_ELSEWHERE: Final = re.compile(r'(?:<script\b[^>]*\bsrc|<link\b[^>]*\brel="stylesheet"[^>]*\bhref)="(?:https?:)?//')


def face(third_party: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return every file that is the same for all histories, by path; ``third_party`` are the scripts of others.

    Raises:
        UsageError: asv is not installed (``asv-missing``), or its start page is not as known (``asv-unknown``).
    """
    found = dict(third_party)
    for path in sorted(asv_files().iterdir()):
        if path.suffix in _TAKEN and path.is_file():
            found[path.name] = path.read_bytes()
    found["index.html"] = start_page(found["index.html"].decode("utf-8")).encode()
    own = files("lapwing.site.pages") / "www"
    for name in (*SCRIPTS, STYLE):
        found[name] = (own / name).read_bytes()
    return found


def asv_files() -> Path:
    """Return the folder of asv's front end, without importing asv (0.3 s).

    Raises:
        UsageError: ``asv-missing``.
    """
    found = find_spec("asv")
    if found is None or found.origin is None:
        raise UsageError(
            "asv-missing",
            "The site shows itself by asv's pages, and asv is not installed.",
            remedy="pip install 'lapwing[site]'.",
        )
    return Path(found.origin).parent / "www"


def start_page(page: str) -> str:
    """Return asv's start page with our policy, our files, and the scripts of others from the site.

    Raises:
        UsageError: it is not as known, so that it would still ask other servers (``asv-unknown``).
    """
    page = _INLINE.sub("", page)
    page = _SCRIPT.sub(lambda found: _local(found, '<script src="{}"></script>'), page)
    page = _STYLE.sub(lambda found: _local(found, '<link rel="stylesheet" href="{}">'), page)
    page = re.sub(r'\s(?:onerror|onload)="[^"]*"', "", page)
    for what, put in (
        ('<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', _HEAD),
        ("</head>", f'    <link href="{STYLE}" rel="stylesheet" type="text/css"/>\n  </head>'),
        ('<li id="nav-li-graphdisplay">', _NAVIGATION),
        ("</body>", _PAGE),
    ):
        if page.count(what) != 1:
            raise _unknown()
        page = page.replace(what, put)
    if _ELSEWHERE.search(page) or _INLINE.search(page):
        raise _unknown()
    return page


_HEAD: Final = (
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
    f'    <meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    '    <meta name="viewport" content="width=device-width, initial-scale=1">'
)
_NAVIGATION: Final = (
    '<li id="nav-li-verdicts"><a href="#/verdicts">Verdicts</a></li>\n        <li id="nav-li-graphdisplay">'
)
# After asv's scripts, which find the page ready when ours has registered with them.
_PAGE: Final = "\n".join(
    (
        '  <div id="verdicts-display" class="lapwing-page"></div>',
        '    <div id="lapwing-display" class="lapwing-page"></div>',
        *(f'    <script src="{name}"></script>' for name in SCRIPTS),
        "  </body>",
    )
)


def _local(found: re.Match[str], tag: str) -> str:
    name = served_as(found.group(1))
    return tag.format(name) if name is not None else found.group(0)


def _unknown() -> UsageError:
    return UsageError(
        "asv-unknown",
        "The start page of the installed asv is not as Lapwing knows it.",
        remedy="pip install 'asv>=0.6.4,<0.7', or a newer Lapwing.",
    )

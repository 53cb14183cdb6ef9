"""Under which address does a published site show a benchmark?

``SITE#/benchmark?id=ID&metric=METRIC&machine=MACHINE&commits=COMMITS``: the site itself looks up which of its graphs
has the benchmark, by its stable id or one that it had before, so an address in a comment stays good when parameters
become an axis, a test moves, or another benchmark takes its name on the site. ``metric`` is left out for the time,
``machine`` (an id) where it does not matter; ``commits`` are marked on the graph: one hash, or the two ends of a range,
``BEFORE-AFTER``. What a site does not know it leaves out; that it does not know a benchmark it says.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

PAGE: Final = "benchmark"
"""The page of the site that looks it up."""

LONGEST: Final = 2_000
"""Characters of an address: what every browser, mail and chat takes for one."""

_SITE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)
_HASHES: Final = re.compile(r"([0-9a-f]{4,64})(?:\.\.([0-9a-f]{4,64}))?")


def of_benchmark(site: str, name: str, *, metric: str = "time", machine: str = "", commit: str | None = None) -> str:
    """Return the address that shows the benchmark with the stable id ``name`` on the site at ``site``.

    ``commit`` is marked there: a hash of git, whole or its beginning, or ``BEFORE..AFTER``; anything else is left out.
    All but the site's own address is percent-encoded, so it holds nothing that Markdown or HTML could take for
    something else. Empty where ``site`` is no plain address of the web, or the whole is longer than :data:`LONGEST`.
    """
    if _SITE.fullmatch(site) is None:
        return ""
    words = [("id", name)]
    words += [("metric", metric)] if metric != "time" else []
    words += [("machine", machine)] if machine else []
    found = _HASHES.fullmatch(commit or "")
    if found is not None:
        words.append(("commits", "-".join(one for one in found.groups() if one)))
    query = "&".join(f"{key}={quote(value, safe='', errors='replace')}" for key, value in words)
    address = f"{site}{'' if site.endswith(('/', '.html')) else '/'}#/{PAGE}?{query}"
    return address if len(address) <= LONGEST else ""

"""What are a benchmark's combinations called on the pages, and in addresses within the site?"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from lapwing.site.names import Shown


def combination(shown: Shown, idx: int) -> tuple[str, ...]:
    """Return the values of the parameters of combination ``idx``."""
    return next(islice(product(*shown.params), idx, None))


def entry_name(shown: Shown, idx: int) -> str:
    """Return what asv calls a combination: the benchmark's name with the values in parentheses."""
    return f"{shown.name}({', '.join(combination(shown, idx))})" if shown.params else shown.name


def address(shown: Shown, idx: int, *, machine: str | None = None, commits: str = "") -> str:
    """Return the fragment that shows a combination's graph: ``#name?p-n=10&machine=...&commits=...``."""
    words: list[tuple[str, str]] = []
    if shown.params:
        words += [(f"p-{name}", value) for name, value in zip(shown.param_names, combination(shown, idx), strict=True)]
    if machine is not None:
        words.append(("machine", machine))
    if commits:
        words.append(("commits", commits))
    return f"#{quote(shown.name)}" + (f"?{urlencode(words, quote_via=quote)}" if words else "")

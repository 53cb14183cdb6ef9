"""What does asv's front end read first: ``index.json`` and ``info.json``?"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from lapwing.site.asv_conf import HASH_DIGITS
from lapwing.site.asv_tree import benchmark_entry, machine_entry
from lapwing.site.pages.content import BRANCH

if TYPE_CHECKING:
    from lapwing.site.pages.content import Content

VERDICTS = ("verdicts", "Verdicts", "The newest verdict on every benchmark, worst first")
"""What asv calls a page: its name, its button, what it shows."""

_PAGES = (
    ("", "Grid view", "Display as a agrid"),
    ("summarylist", "List view", "Display as a list"),
    ("regressions", "Show regressions", "Display information about recent regressions"),
    VERDICTS,
)
"""As asv writes them, to the letter; its front end does not read them."""


def index(content: Content) -> dict[str, object]:
    """Return asv's index: commits, machines, parameters and benchmarks."""
    names = [content.names[machine] for machine in content.series]
    return {
        "project": content.project,
        "project_url": content.project_url,
        "show_commit_url": content.commit_url,
        "hash_length": HASH_DIGITS,
        "revision_to_hash": {str(one.number): plain(one.sha) for one in content.revisions},
        "revision_to_date": {str(one.number): int(one.date * 1000) for one in content.revisions},
        "params": {"machine": sorted(names), "branch": [BRANCH]},
        "graph_param_list": [{"machine": name, "branch": BRANCH} for name in names],
        "benchmarks": {one.name: benchmark_entry(one, content.declared) for one in content.shown},
        "machines": {
            content.names[machine]: machine_entry(content.machines[machine], content.names[machine])
            for machine in content.series
        },
        # asv puts a tag's name into a page as html, and git allows nearly all of it in one.
        "tags": {html.escape(name): place for name, place in content.tags.items()},
        "pages": [list(page) for page in _PAGES],
    }


def plain(sha: str) -> str:
    """Return a commit's own word in characters that XML and addresses can hold; an import may have any token."""
    return re.sub(r"[^0-9A-Za-z_.\-]", "_", sha)

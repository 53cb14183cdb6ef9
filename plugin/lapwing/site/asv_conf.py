"""What does the configuration of an exported history tell asv, and Lapwing's plugin of it?

asv takes any key; ours are under ``lapwing``: what a change is judged by, and the commit that the history ends with, so
that a tree is published as it was exported, whatever is checked out meanwhile.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import LapwingError, UsageError
from lapwing.judge.policy import Policy
from lapwing.site.pages.content import BRANCH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME: Final = "asv.conf.json"
RESULTS: Final = "results"
NOT_SHOWN: Final = "not-shown"
"""The folder of the runs that asv does not see."""

ORDER: Final = "runs.json"
"""The file with the ids of all runs, in the order of storing."""

PLUGIN: Final = ".lapwing.wiring.asv_plugin"
"""With a dot before it, asv imports a module; any other name it looks for among its own, and says nothing."""

BY_GIT: Final = "lapwing"
BY_DATE: Final = "lapwing-dates"
"""What asv calls the two kinds of repository: in the order of git, and of commits that no git here knows."""

HASH_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AsvConf:
    """What an export knows: how the site calls the project, where its repository is, and what to judge by.

    ``head`` is the hash of the newest commit, empty where the history is in the order of dates. ``site_url`` is where
    the site is published, empty where nobody said.
    """

    project: str
    project_url: str
    commit_url: str
    repository: str
    head: str
    policy: Policy
    site_url: str = ""


def write_conf(folder: Path, conf: AsvConf, *, earlier: Mapping[str, Any]) -> None:
    """Write the configuration; what ``earlier`` has besides our own keys stays."""
    plugins = [one for one in earlier.get("plugins") or () if isinstance(one, str) and one != PLUGIN]
    own = {
        "version": 1,
        "project": conf.project,
        "project_url": conf.project_url,
        "repo": conf.repository,
        "dvcs": BY_GIT if conf.head else BY_DATE,
        # asv's own default is git's init.defaultBranch or master, and a traceback where there is no such branch.
        "branches": [BRANCH],
        "show_commit_url": conf.commit_url,
        "hash_length": HASH_DIGITS,
        "results_dir": RESULTS,
        "plugins": [PLUGIN, *plugins],
        "lapwing": {
            "head": conf.head,
            "limit": conf.policy.limit,
            "creep_limit": conf.policy.creep_limit,
            "false_alarms_per_week": conf.policy.false_alarms_per_week,
            "site_url": conf.site_url,
        },
    }
    text = json.dumps({"html_dir": "html", **earlier, **own}, indent=2)
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def conf_in(folder: Path) -> dict[str, Any]:
    """Return what the configuration of an earlier export says; nothing where there is none to read."""
    try:
        said = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def read_conf(said: Mapping[str, Any]) -> AsvConf:
    """Return what a configuration says, given asv's own reading of it.

    Raises:
        UsageError: it is none that an export wrote (``no-export``).
    """
    try:
        own = _mapping(said, "lapwing")
        return AsvConf(
            project=_text(said, "project"),
            project_url=_text(said, "project_url"),
            commit_url=_text(said, "show_commit_url"),
            repository=_text(said, "repo"),
            head=_hash(own["head"]),
            policy=Policy(
                limit=float(own["limit"]),
                creep_limit=float(own["creep_limit"]),
                false_alarms_per_week=float(own["false_alarms_per_week"]),
            ),
            site_url=_address(_text(own, "site_url")),
        )
    except (KeyError, TypeError, ValueError, OverflowError, LapwingError) as error:
        raise UsageError(
            "no-export",
            f"The configuration names Lapwing's plugin and is none that 'lapwing export asv' wrote: {_why(error)}.",
            remedy=f"export again, or take {PLUGIN!r} out of its plugins.",
        ) from None


def _why(error: Exception) -> str:
    return f"it has no {error.args[0]!r}" if isinstance(error, KeyError) else str(error).rstrip(".")[:200]


def _mapping(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = said[key]
    if not isinstance(value, dict):
        raise TypeError(f"its {key!r} has no keys")
    return value


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said[key]
    if not isinstance(value, str):
        raise TypeError(f"its {key!r} is no text")
    return value


def _address(value: str) -> str:
    # It becomes a part of links in a feed: no other scheme.
    if not re.fullmatch(r"|https?://[!-~]+", value):
        raise ValueError("its 'site_url' is no address of the web")
    return value


def _hash(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"|[0-9a-f]{40}(?:[0-9a-f]{24})?", value):
        raise ValueError("its 'head' is no commit")
    return value

"""What did the user ask for: ``[tool.lapwing]``, the environment and the flags, as one frozen :class:`Settings`.

The only parser of settings. A flag beats a variable, a variable beats ``pyproject.toml``, that beats the default.
"""

from __future__ import annotations

import math
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import SettingsError
from lapwing.model import MAX_ATTEMPT, MAX_NAME, MAX_SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_PROCESSES: Final = 64
MAX_LABEL: Final = 50
MAX_ISSUES: Final = 30
_ADDRESS: Final = re.compile(r"[a-z]+://[^\s/:]+:\d{1,5}|[a-z]+://\[[0-9a-f:.]+\]:\d{1,5}")
_PUBLISHED: Final = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~-]+)*/?", re.ASCII)
MAX_PYPROJECT_BYTES: Final = 4 * 2**20

INVOCATIONS: Final = (
    ("GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", 0),
    ("CI_PIPELINE_ID", "CI_JOB_ID", 0),
    ("CIRCLE_WORKFLOW_ID", "CIRCLE_BUILD_NUM", 0),
    ("BUILD_BUILDID", "SYSTEM_JOBATTEMPT", 0),
    ("BUILDKITE_BUILD_ID", "BUILDKITE_RETRY_COUNT", 1),
)
"""What GitHub (Forgejo and Gitea too), GitLab, CircleCI, Azure and Buildkite call the one invocation that all jobs of a
matrix are of, which of them stays when failed jobs are run again, a number that then grows, and what makes it begin at
1. No clock is among them: GitLab and CircleCI number their jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a user can set.

    ``store`` says where the history is kept: a path from the project's root, a URL, or ``none``. ``limit`` is the
    relative change that matters (0.05 is 5 %). ``time_budget`` is seconds for each benchmark, all its processes
    together; ``max_time`` seconds for the suite, None for no end; ``timeout`` seconds for one benchmark in one process.
    ``processes`` is how many fresh processes measure each benchmark. ``fail_on`` may hold ``inconclusive``.
    ``anchor`` is what times are measured against in the same job: ``auto`` for the last release, a tag or a commit,
    None for nothing. ``asv_suite`` is a folder of benchmarks written for asv, measured too. ``compare_limit`` and
    ``compare_max_time`` are the limit and the suite's seconds of
    ``lapwing compare``, which sees smaller changes than two runs of a history can show. ``creep_limit`` is how far a
    level may creep in small steps, and ``false_alarms_per_week`` how many of these ``lapwing check`` may raise.
    ``widest_limit`` is how wide a limit of its own a benchmark of a pull request may have.
    ``jobs`` is how many processes look at a history, ``cluster`` the address of a Dask scheduler that does instead.
    ``shard`` is which part of how many is to be measured of what is collected; ``part`` the same where what is
    collected is that part already. ``shard_group`` names the invocation that the parts are of, ``shard_attempt`` which
    attempt at it this is; both come from the CI's variables (:data:`INVOCATIONS`) unless they are set.
    ``site_url`` is where the site is published, to link to from reports; empty where it is not.
    ``issue_label`` is what the issues of ``lapwing issues`` are labelled with, ``most_issues`` how many it opens in one
    run, and ``mention_author`` whether they mention the author of the pull request that a regression was merged with.
    """

    store: str = ".lapwing/history.db"
    limit: float = 0.05
    time_budget: float = 1.0
    max_time: float | None = None
    processes: int = 5
    timeout: float = 60.0
    fail_on: tuple[str, ...] = ()
    anchor: str | None = None
    asv_suite: str | None = None
    compare_limit: float = 0.03
    compare_max_time: float = 300.0
    creep_limit: float = 0.10
    widest_limit: float = 0.25
    false_alarms_per_week: float = 0.1
    jobs: int = 1
    cluster: str | None = None
    shard: tuple[int, int] | None = None
    part: tuple[int, int] | None = None
    shard_group: str = ""
    shard_attempt: int = 1
    site_url: str = ""
    issue_label: str = "lapwing"
    most_issues: int = 3
    mention_author: bool = False


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value.strip()
    raise ValueError("a path or URL, such as '.lapwing/history.db', or 'none'")


def _number(value: object, wanted: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(wanted)  # noqa: TRY004 - the caller turns it into the one sentence
    try:
        number = float(value)
    except ValueError:
        raise ValueError(wanted) from None
    if not math.isfinite(number):
        raise ValueError(wanted)
    return number


def _limit(value: object) -> float:
    wanted = "a share such as 0.05 or '5 %', above 0 and below 10"
    if isinstance(value, str) and value.strip().endswith("%"):
        number = _number(value.strip()[:-1], wanted) / 100
    else:
        number = _number(value, wanted)
    if not 0 < number < 10:  # noqa: PLR2004 - beyond tenfold a limit limits nothing
        raise ValueError(wanted)
    return number


def _seconds(value: object) -> float:
    wanted = "a number of seconds above 0"
    number = _number(value, wanted)
    if number <= 0:
        raise ValueError(wanted)
    return number


def _alarms(value: object) -> float:
    wanted = "a number of false alarms a week above 0, such as 0.1 for one in ten weeks"
    number = _number(value, wanted)
    if number <= 0:
        raise ValueError(wanted)
    return number


def _cluster(value: object) -> str:
    if isinstance(value, str) and _ADDRESS.fullmatch(value.strip()):
        return value.strip()
    raise ValueError("the address of a Dask scheduler, such as 'tcp://10.0.0.5:8786'")


def _processes(value: object) -> int:
    wanted = f"a whole number from 1 to {MAX_PROCESSES}"
    number = _number(value, wanted)
    if number != int(number) or not 1 <= number <= MAX_PROCESSES:
        raise ValueError(wanted)
    return int(number)


def _fail_on(value: object) -> tuple[str, ...]:
    wanted = "'inconclusive' or nothing"
    if isinstance(value, str):
        value = [word for word in value.replace(",", " ").split() if word]
    if not isinstance(value, (list, tuple)) or any(word != "inconclusive" for word in value):
        raise ValueError(wanted)
    return tuple(dict.fromkeys(str(word) for word in value))


def _folder(value: object) -> str:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value.strip()
    raise ValueError("the folder of an asv suite, such as 'benchmarks'")


def _anchor(value: object) -> str | None:
    # What begins with a dash would be an option of git.
    if isinstance(value, str) and value.strip() and "\0" not in value and not value.strip().startswith("-"):
        return None if value.strip() == "none" else value.strip()
    raise ValueError("'auto' for the last release, a tag, a commit, or 'none'")


def _shard(value: object) -> tuple[int, int]:
    wanted = f"a part of a whole such as '2/4', counted from 1, of at most {MAX_SHARDS}"
    found = re.fullmatch(r"\s*(\d{1,5})\s*/\s*(\d{1,5})\s*", value, re.ASCII) if isinstance(value, str) else None
    if found is None or not 1 <= int(found[1]) <= int(found[2]) <= MAX_SHARDS:
        raise ValueError(wanted)
    return int(found[1]), int(found[2])


def _site(value: object) -> str:
    # It becomes part of a link in what other people read: no other scheme, no name or password, nothing after a # or ?.
    if isinstance(value, str) and len(value) <= MAX_NAME and _PUBLISHED.fullmatch(value.strip()):
        return value.strip()
    raise ValueError("an address such as 'https://octo.github.io/thing/'")


def _label(value: object) -> str:
    # A comma would ask for two labels.
    if isinstance(value, str) and 0 < len(value.strip()) <= MAX_LABEL and value.isprintable() and "," not in value:
        return value.strip()
    raise ValueError(f"the name of a label: on one line, of at most {MAX_LABEL} characters, without a comma")


def _most_issues(value: object) -> int:
    wanted = f"a whole number from 1 to {MAX_ISSUES}"
    number = _number(value, wanted)
    if number != int(number) or not 1 <= number <= MAX_ISSUES:
        raise ValueError(wanted)
    return int(number)


def _switch(value: object) -> bool:
    word = value.strip().lower() if isinstance(value, str) else value
    for said, words in ((True, (True, "true", "yes", "on", "1")), (False, (False, "false", "no", "off", "0"))):
        if isinstance(word, (bool, str)) and word in words:
            return said
    raise ValueError("true or false")


def _group(value: object) -> str:
    if isinstance(value, str) and 0 < len(value.strip()) <= MAX_NAME and value.isprintable():
        return value.strip()
    raise ValueError("a name on one line, such as that of the CI's run")


def _attempt(value: object) -> int:
    wanted = "a whole number of at least 1"
    number = _number(value, wanted)
    if number != int(number) or not 1 <= number <= MAX_ATTEMPT:
        raise ValueError(wanted)
    return int(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    field: str
    key: str
    parse: Callable[[object], object]

    @property
    def variable(self) -> str:
        return "LAPWING_" + self.key.upper().replace("-", "_")


_ALL: Final = (
    _Setting(field="store", key="store", parse=_text),
    _Setting(field="limit", key="limit", parse=_limit),
    _Setting(field="time_budget", key="time", parse=_seconds),
    _Setting(field="max_time", key="max-time", parse=_seconds),
    _Setting(field="processes", key="processes", parse=_processes),
    _Setting(field="timeout", key="timeout", parse=_seconds),
    _Setting(field="fail_on", key="fail-on", parse=_fail_on),
    _Setting(field="anchor", key="anchor", parse=_anchor),
    _Setting(field="asv_suite", key="asv-suite", parse=_folder),
    _Setting(field="compare_limit", key="compare-limit", parse=_limit),
    _Setting(field="compare_max_time", key="compare-max-time", parse=_seconds),
    _Setting(field="creep_limit", key="creep-limit", parse=_limit),
    _Setting(field="widest_limit", key="widest-limit", parse=_limit),
    _Setting(field="false_alarms_per_week", key="false-alarms-per-week", parse=_alarms),
    _Setting(field="jobs", key="jobs", parse=_processes),
    _Setting(field="cluster", key="cluster", parse=_cluster),
    _Setting(field="shard", key="shard", parse=_shard),
    _Setting(field="part", key="part", parse=_shard),
    _Setting(field="shard_group", key="shard-group", parse=_group),
    _Setting(field="shard_attempt", key="shard-attempt", parse=_attempt),
    _Setting(field="site_url", key="site-url", parse=_site),
    _Setting(field="issue_label", key="issue-label", parse=_label),
    _Setting(field="most_issues", key="most-issues", parse=_most_issues),
    _Setting(field="mention_author", key="mention-author", parse=_switch),
)


def load(root: Path, environ: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    """Return the settings of the project at ``root``.

    ``flags`` maps field names to what the command line gave, None where it gave nothing.

    Raises:
        SettingsError: an unknown key, a wrong type or a value out of range, naming where it stands; a shard and a part
            at once (``shard-and-part``).
    """
    return _chosen(_table(root / "pyproject.toml"), environ, flags)


def load_text(pyproject: bytes, environ: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    """Return the settings of a project whose ``pyproject.toml`` is given, not read. Raises what :func:`load` raises."""
    if len(pyproject) > MAX_PYPROJECT_BYTES:
        raise _too_large("pyproject.toml")
    return _chosen(_parsed_table(pyproject, "pyproject.toml"), environ, flags)


def _chosen(table: Mapping[str, object], environ: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    known = {setting.key: setting for setting in _ALL}
    for key in table:
        if key not in known:
            raise _unknown(key, known)
    chosen: dict[str, object] = dict(_invocation(environ))
    for setting in _ALL:
        # The weakest first, and each of them checked: what is wrong is said even where something stronger hides it.
        given = (
            (table.get(setting.key), f"{setting.key} in [tool.lapwing] of pyproject.toml"),
            (environ.get(setting.variable) or None, f"the variable {setting.variable}"),
            (flags.get(setting.field), "the flag for " + setting.key),
        )
        for value, where in given:
            if value is not None:
                chosen[setting.field] = _parsed(setting, value, where)
    if chosen.get("shard") is not None and chosen.get("part") is not None:
        raise SettingsError(
            "shard-and-part",
            "Both a shard and a part are set.",
            remedy="give --perf-shard where Lapwing is to split the suite, --perf-part where it is split already.",
        )
    return Settings(**chosen)  # type: ignore[arg-type]  # each parser returns its field's type


def _invocation(environ: Mapping[str, str]) -> Mapping[str, object]:
    """Return what the CI says of the invocation; another's variables may hold anything, so what is odd is no word."""
    for group, attempt, first in INVOCATIONS:
        with suppress(ValueError):
            # Its own name is part of it: numbers of two CIs that write into one history may be the same.
            found: dict[str, object] = {"shard_group": f"{group}={_group(environ.get(group))}"[:MAX_NAME]}
            with suppress(ValueError):
                found["shard_attempt"] = _attempt(int(environ.get(attempt, "")) + first)
            return found
    return {}


def _parsed(setting: _Setting, value: object, where: str) -> object:
    try:
        return setting.parse(value)
    except ValueError as error:
        shown = " ".join(map(str, value)) if isinstance(value, tuple) else value
        raise SettingsError(
            "bad-setting", f"{where} is {shown!r}, which is not {error}.", remedy=f"set it to {error}."
        ) from None


def _table(path: Path) -> dict[str, object]:
    """Return ``[tool.lapwing]``, empty where there is none."""
    try:
        if path.stat().st_size > MAX_PYPROJECT_BYTES:
            raise _too_large(path)
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            "bad-toml", f"{path} cannot be read: {error.strerror}.", remedy="make it a readable file."
        ) from None
    return _parsed_table(data, path)


def _parsed_table(pyproject: bytes, where: Path | str) -> dict[str, object]:
    try:
        data = tomllib.loads(pyproject.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError("bad-toml", f"{where} is not TOML: {error}.", remedy="mend that line.") from None
    tool = data.get("tool", {})
    table = tool.get("lapwing", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError(
            "bad-setting", "tool.lapwing in pyproject.toml is not a table.", remedy="write it as [tool.lapwing]."
        )
    return table


def _too_large(where: Path | str) -> SettingsError:
    return SettingsError(
        "bad-toml", f"{where} is larger than {MAX_PYPROJECT_BYTES} bytes.", remedy="keep data out of it."
    )


def _unknown(key: str, known: Mapping[str, object]) -> SettingsError:
    """Say which known key was meant."""
    import difflib  # noqa: PLC0415 - only on the way to an error

    near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return SettingsError(
        "unknown-setting",
        f"[tool.lapwing] in pyproject.toml has the unknown key {key!r}.",
        remedy=f"{meant}The keys are {', '.join(known)}.",
    )

"""What does the reviewed file ``.lapwing/accepted.toml`` accept? Who accepted what, why, how much of it, until when.

[[accepted]]
benchmark = "tests/test_codec.py::test_decode*"   # an id; * stands for anything
up-to = "15 %"                                    # how much slower it may be; left out: however much
by = "alice"
reason = "exact rounding costs it"
until = 2027-03-31                                # left out: for good
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Any, Final

from lapwing.errors import SettingsError
from lapwing.judge.waivers import Waiver

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PATH: Final = ".lapwing/accepted.toml"
MOST: Final = 1_000
MAX_BYTES: Final = 2**20
_KEYS: Final = frozenset({"benchmark", "metric", "up-to", "by", "reason", "until"})
_LONGEST: Final = 500


def read_accepted(data: bytes) -> tuple[Waiver, ...]:
    """Return what the file accepts, in its order.

    Raises:
        SettingsError: it is not TOML, or an entry lacks something or says something odd (``bad-accepted``).
    """
    if len(data) > MAX_BYTES:
        raise _bad("it is larger than a megabyte")
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(f"it is not TOML: {error}") from None
    if set(table) - {"accepted"}:
        raise _bad(f"{min(set(table) - {'accepted'})!r} is no key of it")
    entries = table.get("accepted", [])
    if not isinstance(entries, list) or len(entries) > MOST:
        raise _bad(f"accepted is no list of at most {MOST:,} tables, written as [[accepted]]")
    return tuple(_waiver(entry, place) for place, entry in enumerate(entries, start=1))


def _waiver(entry: Any, place: int) -> Waiver:
    if not isinstance(entry, dict):
        raise _bad(f"entry {place} is no table")
    if set(entry) - _KEYS:
        raise _bad(f"entry {place} has the unknown key {min(set(entry) - _KEYS)!r}")
    return Waiver(
        pattern=_text(entry, "benchmark", place),
        metric=_text(entry, "metric", place) if "metric" in entry else "",
        up_to=_up_to(entry["up-to"], place) if "up-to" in entry else None,
        by=_text(entry, "by", place),
        reason=_text(entry, "reason", place),
        until=_day(entry["until"], place) if "until" in entry else None,
        source="file",
    )


def _text(entry: dict[str, Any], key: str, place: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise _bad(f"entry {place} has no {key}, or one that is no short text")
    return value.strip()


def _up_to(value: Any, place: int) -> float:
    wanted = f"entry {place} has an up-to that is not a share such as 0.15 or '15 %'"
    percent = isinstance(value, str) and value.strip().endswith("%")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _bad(wanted)
    try:
        share = float(value.strip()[:-1]) / 100 if isinstance(value, str) and percent else float(value)
    except ValueError:
        raise _bad(wanted) from None
    if not 0 < share < 1_000:  # noqa: PLR2004 - a thousandfold slowdown accepted is a mistake
        raise _bad(wanted)
    return share


def _day(value: Any, place: int) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _bad(f"entry {place} has an until that is no day such as 2027-03-31, without quotes")
    return value


def _bad(what: str) -> SettingsError:
    return SettingsError("bad-accepted", f"In {PATH}, {what}.", remedy="mend it on the default branch.")

"""What does asv write about one benchmark in a result file? The same row from api version 1 and 2."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWEST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One benchmark: ``result`` has a number, NaN or None for each combination of ``params``, or is None for all.

    ``samples`` has the raw values of each combination where asv recorded them, ``loops`` the calls behind each value.
    ``started_at`` is in milliseconds.
    """

    name: str
    result: list[Any] | None
    params: list[list[str]]
    version: str
    started_at: float | None
    samples: list[Any]
    loops: list[Any]


def rows_of(data: Any) -> Iterator[Row]:
    """Yield the rows of one parsed result file; any error (``ValueError``, ``KeyError`` ...) says that it is none."""
    version = data.get("version", 1)
    if not isinstance(version, int) or version > _NEWEST:
        raise ValueError(f"version {version!r:.20} is not known")
    for name, written in data["results"].items():
        yield _row_2(name, written, data["result_columns"]) if version == _NEWEST else _row_1(name, written, data)


def _row_2(name: str, written: Any, columns: list[str]) -> Row:
    # Columns at the end may be missing, so the lengths differ.
    cells = dict(zip(columns, written, strict=False))
    return _row(name, cells | {"loops": cells.get("stats_number")})


def _row_1(name: str, written: Any, data: Any) -> Row:
    """Version 1 writes a number, null or an object; what version 2 has in columns is at the top."""
    cells = written if isinstance(written, dict) else {"result": written}
    result, stats, samples = cells.get("result"), cells.get("stats"), cells.get("samples")
    # Without parameters there are single values where there are lists otherwise.
    alone = not isinstance(result, list)
    stats = [stats] if isinstance(stats, dict) else stats
    return _row(
        name,
        {
            "result": [result] if alone else result,
            "params": cells.get("params"),
            "version": (data.get("benchmark_version") or {}).get(name),
            "started_at": (data.get("started_at") or {}).get(name),
            "samples": [samples] if alone and samples else samples,
            "loops": [one.get("number") if isinstance(one, dict) else None for one in stats or ()],
        },
    )


def _row(name: str, cells: dict[str, Any]) -> Row:
    result, params, version, started = (cells.get(key) for key in ("result", "params", "version", "started_at"))
    if not (result is None or isinstance(result, list)) or not isinstance(params or [], list):
        raise ValueError(f"the result of {name[:60]!r} is no list")
    return Row(
        name=name,
        result=result,
        params=params or [],
        version=version if isinstance(version, str) else "",
        started_at=started if isinstance(started, (int, float)) and math.isfinite(started) else None,
        samples=_listed(cells.get("samples")),
        loops=_listed(cells.get("loops")),
    )


def _listed(cell: Any) -> list[Any]:
    return cell if isinstance(cell, list) else []

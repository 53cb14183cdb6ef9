"""How is a history written as Parquet? The rows of JSONL in typed columns, by pyarrow."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any, Final

from lapwing.errors import UsageError
from lapwing.history.exporters.rows import FIELDS, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.model import Run

_AT_ONCE: Final = 20_000
"""Rows of a group: some 10 MB before packing."""

_TYPES: Final = {
    "date": "float64",
    "started_at": "float64",
    "value": "float64",
    "cpu_count": "int64",
    "loops": "int64",
    "screened": "int64",
    "dirty": "bool_",
    "complete": "bool_",
}


def write(runs: Iterable[Run], stream: IO[bytes]) -> None:
    """Write the runs.

    Raises:
        UsageError: pyarrow is not installed (``pyarrow-missing``).
    """
    if find_spec("pyarrow") is None:
        raise UsageError(
            "pyarrow-missing",
            "Parquet is written by pyarrow, which is not installed.",
            remedy="pip install 'lapwing[parquet]'.",
        )
    import pyarrow as pa  # noqa: PLC0415 - 40 MB that no other command needs
    from pyarrow import parquet  # noqa: PLC0415 - the same

    schema = pa.schema(
        [
            (name, pa.list_(pa.list_(pa.float64())) if name == "values" else getattr(pa, _TYPES.get(name, "string"))())
            for name in FIELDS
        ]
    )
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        waiting: list[dict[str, Any]] = []
        for run in runs:
            waiting += [{**row, "params": _text(row["params"])} for row in rows(run)]
            if len(waiting) >= _AT_ONCE:
                writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
                waiting.clear()
        writer.write_table(pa.Table.from_pylist(waiting, schema=schema))


def _text(params: dict[str, str] | None) -> str | None:
    """Return the parameters as CSV has them: the names differ from row to row, which no typed column can."""
    return json.dumps(params, ensure_ascii=False) if params else None

"""How is a history written as JSONL? A line for each sample, with all of its values by process."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from lapwing.history.exporters.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.model import Run


def write(runs: Iterable[Run], stream: IO[bytes]) -> None:
    """Write the runs. A field that says nothing is left out, except the value, which is null for a hole."""
    for run in runs:
        lines = []
        for row in rows(run):
            said = {name: value for name, value in row.items() if value not in (None, {}) or name == "value"}
            lines.append(json.dumps(said, ensure_ascii=False, separators=(", ", ": ")))
        stream.write("".join(f"{line}\n" for line in lines).encode())

"""Which real histories are there to evaluate on? Those of ``data/``, by name; where they are from is in its README."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

DATA = Path(__file__).with_name("data")

Use = Literal["tune", "evaluate"]
"""What a history may be for. Of a benchmark that is tuned on no series is evaluated on, whatever its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One benchmark's values, oldest first; ``nights`` (days since 1970) and ``machine`` where they are known."""

    source: str
    use: Use
    series: str
    unit: str
    values: tuple[float, ...]
    machine: str = ""
    nights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A series of the Turing Change Point Dataset and the change points that each annotator marked.

    ``values`` is None where the series may not be handed on.
    """

    series: str
    length: int
    labels: dict[str, tuple[int, ...]]
    values: tuple[float | None, ...] | None


def histories(use: Use) -> tuple[History, ...]:
    """Return the histories for this use: of numpy, pandas and OpenTelemetry to tune; of numpy, pandas to evaluate.

    The sandmark histories are for evaluation only and are among them.
    """
    return tuple(
        History(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
        for file in ("histories.jsonl.gz", "sandmark.jsonl.gz")
        for row in _lines(DATA / file)
        if row["use"] == use
    )


def unchanged() -> tuple[History, ...]:
    """Return the histories in which nothing changed: one commit of OCaml, every night on two machines."""
    return tuple(history for history in histories("evaluate") if history.source == "sandmark")


def annotated(folder: Path | None = None) -> tuple[Annotated, ...]:
    """Return the annotated series; ``folder`` has the files of TCPD (`make export` there) for those not copied here."""
    found = []
    for row in _lines(DATA / "tcpd.jsonl.gz"):
        values = row.get("values")
        if values is None and folder and (file := folder / f"{row['series']}.json").exists():
            values = json.loads(file.read_text(encoding="utf-8"))["series"][0]["raw"]
        labels = {person: tuple(marked) for person, marked in row["labels"].items()}
        found.append(
            Annotated(
                series=row["series"],
                length=row["length"],
                labels=labels,
                values=None if values is None else tuple(values),
            )
        )
    return tuple(found)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)

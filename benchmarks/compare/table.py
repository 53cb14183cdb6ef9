"""How are the results said? Rows of a Markdown table, each with its bar, and kept as JSON lines for ``all.py``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from score import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question: the bar in words, what was measured, whether that passes (None where there is no bar).

    ``peers`` is what the peers reached in the same run. Rows of the same ``pool`` are counted together by ``all.py``.
    """

    question: str
    bar: str
    measured: str
    passed: bool | None = None
    peers: dict[str, str] = field(default_factory=dict)
    pool: str = ""
    count: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """At most a share, or with ``least`` at least that."""

    share: float
    least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {100 * self.share:g} %"

    def holds(self, tally: Share) -> bool | None:
        """Tell whether the bar is reached; None where nothing was counted."""
        if not tally.of:
            return None
        return tally.count >= self.share * tally.of if self.least else tally.count <= self.share * tally.of


def counted(question: str, tally: Share, bar: Bar, *, peers: dict[str, str] | None = None, pool: str = "") -> Row:
    """Return the row of a share with its bar."""
    return Row(
        question=question,
        bar=str(bar),
        measured=of_all(tally.count, tally.of),
        passed=bar.holds(tally),
        peers=peers or {},
        pool=pool,
        count=tally.count,
        of=tally.of,
    )


def of_all(count: int, of: int) -> str:
    """Return ``count`` of ``of`` in words, with the share."""
    return f"{count} of {of} ({count / of:.1%})" if of else "–"


def interval(tally: Share) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper and Pearson 1934)."""
    from scipy.stats import binomtest

    found = binomtest(tally.count, tally.of).proportion_ci(confidence_level=0.95, method="exact")
    return float(found.low), float(found.high)


def within(tally: Share, digits: int = 2) -> str:
    """Return the share in words, with its interval."""
    if not tally.of:
        return "–"
    low, high = interval(tally)
    return f"{of_all(tally.count, tally.of)} [{low:.{digits}%}, {high:.{digits}%}]"


def markdown(rows: Sequence[Row]) -> str:
    """Return the table."""
    peers = list(dict.fromkeys(name for row in rows for name in row.peers))
    lines = [_line(["what", "bar", "lapwing", *peers, ""]), _line(["---"] * (4 + len(peers)))]
    for row in rows:
        mark = {True: "PASS", False: "FAIL", None: ""}[row.passed]
        lines.append(_line([row.question, row.bar, row.measured, *(row.peers.get(name, "–") for name in peers), mark]))
    return "\n".join(lines)


def say(rows: Sequence[Row], keep: Path | None) -> int:
    """Print the table, add the rows to ``keep``, and return the exit code: 1 where a bar is missed."""
    print("\n" + markdown(rows), flush=True)
    if keep:
        with keep.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)
    return int(any(row.passed is False for row in rows))


def kept(path: Path) -> list[Row]:
    """Return the rows that scripts added to ``path``."""
    if not path.exists():
        return []
    read: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Row(**one) for one in read]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

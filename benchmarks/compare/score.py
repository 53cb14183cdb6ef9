"""How right was a tool? What it said of benchmarks whose true change is known, added up."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Word = Literal["slower", "faster", "same", "unsure", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a tool said of every benchmark, by name, the seconds it took, and where it has them the ratios.

    ``ratios`` are low, estimate, high.
    """

    words: dict[str, Word]
    seconds: float
    ratios: dict[str, tuple[float, float, float]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Share:
    """So many of so many."""

    count: int = 0
    of: int = 0

    def add(self, *, hit: bool) -> None:
        """Count one."""
        self.count += hit
        self.of += 1

    def __str__(self) -> str:
        return f"{self.count} of {self.of}" if self.of else "–"


@dataclass(slots=True, kw_only=True)
class Score:
    """The sum over repositories. A ``faster`` of unchanged code is an accusation like a ``slower``."""

    slow3: Share = field(default_factory=Share)
    slow5: Share = field(default_factory=Share)
    slow2: Share = field(default_factory=Share)
    fast: Share = field(default_factory=Share)
    accused: Share = field(default_factory=Share)
    wrong: Share = field(default_factory=Share)
    unsure: Share = field(default_factory=Share)
    failed: Share = field(default_factory=Share)
    held: Share = field(default_factory=Share)
    seconds: list[float] = field(default_factory=list)

    def add(self, truth: Mapping[str, float], said: Said) -> list[str]:
        """Count one comparison and return what was wrong in it, a sentence each."""
        self.seconds.append(said.seconds)
        faults = []
        for name, change in truth.items():
            word = said.words.get(name, "failed")
            told = f"{name} ({change:+.0%}): {word}" + _told(said.ratios.get(name))
            self.failed.add(hit=word == "failed")
            self.unsure.add(hit=word == "unsure")
            if name in said.ratios:
                low, _, high = said.ratios[name]
                self.held.add(hit=low <= 1 + change <= high)
            if change == 0:
                self.accused.add(hit=word in ("slower", "faster"))
                faults += [f"accused: {told}"] * (word != "same")
                continue
            self.wrong.add(hit=word == ("faster" if change > 0 else "slower"))
            if change < 0:
                self.fast.add(hit=word == "faster")
            elif change < 0.025:
                self.slow2.add(hit=word == "slower")
            else:
                self.slow3.add(hit=word == "slower")
                if change > 0.045:
                    self.slow5.add(hit=word == "slower")
            faults += [f"missed: {told}"] * (word != ("slower" if change > 0 else "faster"))
        return faults

    def lines(self) -> str:
        """Return everything counted, in one line."""
        return (
            f"slower ≥ 3 %: {self.slow3}; ≥ 5 %: {self.slow5}; + 2 %: {self.slow2}; faster: {self.fast}; "
            f"unchanged accused: {self.accused}; wrong sign: {self.wrong}; inconclusive: {self.unsure}; "
            f"failed: {self.failed}; interval holds the truth: {self.held}; seconds: {self.spent()}"
        )

    def spent(self) -> str:
        """Return the seconds of one comparison: the middle one and the longest."""
        if not self.seconds:
            return "–"
        return f"{statistics.median(self.seconds):.1f} (at most {max(self.seconds):.1f})"


def _told(ratio: tuple[float, float, float] | None) -> str:
    return f" {ratio[1] - 1:+.1%} [{ratio[0] - 1:+.1%}, {ratio[2] - 1:+.1%}]" if ratio else ""

"""How is a verdict one row of a Markdown table?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.figures import change, pair, share
from lapwing.report.markdown_escape import code, figure
from lapwing.report.site_link import of_benchmark
from lapwing.report.sparkline import sparkline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.model import MetricId, Verdict

ICONS: Final = {
    Outcome.REGRESSED: "❌",
    Outcome.FAILED: "⚠️",
    Outcome.MISSING: "⚠️",
    Outcome.INCONCLUSIVE: "❔",
    Outcome.IMPROVED: "🚀",
    Outcome.UNCHANGED: "▫️",
    Outcome.NEW: "🆕",
}
_BOLD: Final = (Outcome.REGRESSED, Outcome.FAILED, Outcome.MISSING)
_RECENT: Final = 20


def table(verdicts: Sequence[Verdict], recent: Mapping[MetricId, tuple[float | None, ...]], *, site: str = "") -> str:
    """Return a table of verdicts; a column that would be empty is left out.

    ``recent`` are the last values on the default branch, oldest first, for those that do not bring their own. With the
    address of a published ``site`` each row links to its chart there.
    """
    drawn = any(_drawn(verdict, recent) for verdict in verdicts)
    on_main = not any(verdict.recent for verdict in verdicts)
    paired = any(verdict.pairs for verdict in verdicts)
    heads = ["", "Benchmark", "base → head", "change (95 % interval)", *(["pairs"] if paired else []), "could see"]
    lines = ["|:-:|:--|--:|--:|" + ("--:|" if paired else "") + "--:|"]
    if drawn:
        heads.append(f"last {_RECENT} on main" if on_main else f"last {_RECENT}")
        lines[0] += ":--|"
    lines.insert(0, "| " + " | ".join(heads) + " |")
    lines += [_row(verdict, recent, _chart(verdict, site), drawn=drawn, paired=paired) for verdict in verdicts]
    return "\n".join(lines)


def _row(
    verdict: Verdict, recent: Mapping[MetricId, tuple[float | None, ...]], chart: str, *, drawn: bool, paired: bool
) -> str:
    bold = "**" if verdict.outcome in _BOLD and verdict.ratio is not None else ""
    said = f"{bold}{change(verdict.ratio)}{bold}" if verdict.ratio is not None else str(verdict.outcome)
    cells = [
        f"{ICONS[verdict.outcome]} {verdict.outcome}",
        name_of(verdict) + chart,
        figure(pair(verdict.base, verdict.head, verdict.unit)),
        said,
        *([f"{verdict.pairs:,}" if verdict.pairs else "–"] if paired else []),
        share(verdict.detectable),
    ]
    if drawn:
        line = _drawn(verdict, recent)
        cells.append(f"`{line}`" if line else "")
    return "| " + " | ".join(cells) + " |"


def _chart(verdict: Verdict, site: str) -> str:
    """Return a link to the chart of a verdict's series, empty where no site can have it.

    All of it is the site's own address and percent-encoded text. A comparison is of no machine of the history.
    """
    if not site or verdict.outcome is Outcome.NEW:
        return ""
    own = verdict.lane != "compare"
    ends = verdict.change.commits if own and verdict.change is not None else None
    address = of_benchmark(
        site,
        verdict.metric.benchmark,
        metric=verdict.metric.name,
        machine=verdict.machine if own else "",
        commit=None if ends is None else "..".join(ends),
    )
    return f" [chart]({address})" if address else ""


def name_of(verdict: Verdict) -> str:
    """Return the name of what a verdict is about, harmless, with its metric where that is not time."""
    name = code(verdict.metric.benchmark)
    name += f" {code(verdict.metric.name, 60)}" if verdict.metric.name != "time" else ""
    return name + (f" ({verdict.lane})" if verdict.lane in ("budget", "creep") else "")


def _drawn(verdict: Verdict, recent: Mapping[MetricId, tuple[float | None, ...]]) -> str:
    values = verdict.recent or recent.get(verdict.metric, ())
    return sparkline(values, width=_RECENT) if len(values) > 1 else ""

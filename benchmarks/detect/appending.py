"""What does the lane that users see say as points arrive, and what does that cost?

    python benchmarks/detect/appending.py [--series 10000] [--tune]

Histories are replayed as ``lapwing check`` sees them: what is confirmed is compared with a scan of the whole history
after every fourth point, which is what a check was before, and with Otava where it is installed. Asked: how much of
what was reported is taken back; how many false changes are confirmed where nothing changed, and how many a scan has in
the end, and ever had; F1, recall and delay on cases with known steps; suspects; the cost of one more point of each of
many series. ``--tune`` asks on the data that is tuned on, which chooses the constants of ``lapwing.detect.online``.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from asked import parser_of, ticking
from cases import Case, make_cases
from histories import histories
from peers import installed
from quiet import quiet, whole
from rows import Bar, Row, Share, say, within

REPLAYED, LONGEST, MARGIN, GRID = 24, 250, 5, 4
SIZE, AFTER = 6.0, 4
MOST_SUSPECTS = 5.0
LEAST_SEEN = Bar(share=0.85, least=True)
MOST_TAKEN_BACK = Bar(share=0.03)
POINTS, APPENDED = 300, 8
MOST_SECONDS, LEAST_RATIO = 1.0, 30.0
ALPHA = 0.01

Reports = list[tuple[int, list[int]]]
"""What was reported as confirmed after so many points, at each look."""


def main() -> int:
    """Replay, count, time, and print the table."""
    parser = parser_of(__doc__, alpha=False)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--tune", action="store_true")
    args = parser.parse_args()
    if args.quick:
        args.series //= 10
    use = "tune" if args.tune else "evaluate"
    peer = "otava" in installed([name for name in args.peers if name == "otava"])
    cases = make_cases(use, 100 if args.quick else 1000)
    rows = [_taken_back(use, quick=args.quick, peer=peer)]
    rows += [_quiet(use, source, quick=args.quick) for source in dict.fromkeys(one.source for one in histories(use))]
    rows += [_found(cases), _suspects(cases), _cost(args)]
    return say(rows, args.rows)


def by_the_lane(rows: list[np.ndarray]) -> list[Reports]:
    """Return what the lane has confirmed of each series after every fourth point."""
    from lapwing.detect.online.advance import advanced
    from lapwing.detect.online.state import NOTHING

    seen, reports = [NOTHING] * len(rows), [Reports() for _ in rows]
    for end in range(GRID, max(row.size for row in rows) + GRID, GRID):
        seen = advanced([row[:end] for row in rows], seen, ALPHA)
        for report, row, one in zip(reports, rows, seen, strict=True):
            if end < row.size + GRID:
                report.append((min(end, row.size), [change.index for change in one.confirmed]))
    return reports


def by_scans(rows: list[np.ndarray]) -> list[Reports]:
    """Return what a scan of the whole history had confirmed at each of the same looks."""
    from lapwing.detect.changes import points_in
    from lapwing.detect.life import CONFIRMED_AFTER

    reports = []
    for row in ticking(rows, "scanned after every fourth point"):
        ends = [min(end, row.size) for end in range(GRID, row.size + GRID, GRID)]
        found = points_in([row[:end] for end in ends], alpha=ALPHA, exact=[False] * len(ends))
        reports.append(
            [
                (end, [point.index for point in points if end - point.index >= CONFIRMED_AFTER])
                for end, points in zip(ends, found, strict=True)
            ]
        )
    return reports


def by_otava(rows: list[np.ndarray]) -> list[Reports]:
    """Return what Otava reports at each of the same looks."""
    from otava.analysis import compute_change_points

    reports = []
    for row in ticking(rows, "otava after every fourth point"):
        ends = [min(end, row.size) for end in range(2 * GRID, row.size + GRID, GRID)]
        asked = [compute_change_points(row[:end].tolist(), window_len=50, max_pvalue=0.001)[0] for end in ends]
        reports.append([(end, [point.index for point in points]) for end, points in zip(ends, asked, strict=True)])
    return reports


def ever(report: Reports) -> list[int]:
    """Return all places ever reported, those within 5 of each other once."""
    found: list[int] = []
    for _, places in report:
        found += [place for place in places if not _near(place, found)]
    return found


def taken_back(reports: list[Reports]) -> Share:
    """Return how many of all places ever reported are not reported in the end."""
    tally = Share()
    for report in reports:
        all_of_them = ever(report)
        tally.of += len(all_of_them)
        tally.count += sum(not _near(place, report[-1][1]) for place in all_of_them)
    return tally


def _near(place: int, others: list[int]) -> bool:
    return any(abs(place - other) <= MARGIN for other in others)


def _taken_back(use: str, *, quick: bool, peer: bool) -> Row:
    sources = [one for one in ("numpy", "pandas") if whole(use, one)]
    share = (4 if quick else REPLAYED) // len(sources)
    replayed: list[np.ndarray] = []
    for source in sources:
        rows = whole(use, source)
        replayed += [row[:LONGEST] for row in rows[:: len(rows) // share][:share]]
    lane = taken_back(by_the_lane(replayed))
    peers = {"a scan each time": within(taken_back(by_scans(replayed)), 0)}
    if peer:
        peers["otava"] = within(taken_back(by_otava(replayed)), 0)
    return Row(
        question=f"confirmed points taken back, {len(replayed)} histories replayed through the lane",
        bar=str(MOST_TAKEN_BACK),
        measured=within(lane, 0),
        passed=MOST_TAKEN_BACK.holds(lane),
        peers=peers,
    )


def _quiet(use: str, source: str, *, quick: bool) -> Row:
    rows = quiet(use, source)[:: 8 if quick else 1]
    total = sum(row.size for row in rows) / 1000
    lane, scans = by_the_lane(rows), by_scans(rows)
    standing = sum(len(report[-1][1]) for report in scans) / total
    told = sum(len(ever(report)) for report in scans) / total
    confirmed = sum(len(report[-1][1]) for report in lane) / total
    return Row(
        question=f"false points confirmed in 1000, {source}, {len(rows)} stretches, {total:.1f} thousand points",
        bar="≤ a scan",
        measured=f"{confirmed:.2f}",
        passed=confirmed <= max(standing, 0.1),
        peers={"a scan each time": f"{standing:.2f} in the end, {told:.2f} ever"},
    )


def _found(cases: tuple[Case, ...]) -> Row:
    rows = [np.array(case.values) for case in cases]
    told = {"lane": by_the_lane(rows), "a scan each time": by_scans(rows)}
    said = {}
    for name, reports in told.items():
        hits, found, truth = 0, 0, 0
        sizes: dict[float, list[float]] = {}
        flagged = sum(bool(report[-1][1]) for report, case in zip(reports, cases, strict=True) if not case.steps)
        for report, case in zip(reports, cases, strict=True):
            found, truth = found + len(report[-1][1]), truth + len(case.steps)
            for step in case.steps:
                first = next((end - step.index for end, places in report if _near(step.index, places)), np.inf)
                hit = _near(step.index, report[-1][1])
                hits += hit
                sizes.setdefault(step.sigma, []).append(first if hit else np.inf)
        recall = ", ".join(f"{np.isfinite(one).mean():.3f}" for _, one in sorted(sizes.items()))
        delays = np.percentile(sizes[max(sizes)], [25, 50, 75], method="lower")
        said[name] = (
            f"F1 {2 * hits / (found + truth):.3f}, found {recall}, "
            f"{flagged} of {sum(not case.steps for case in cases)} quiet flagged, "
            f"5 sigma after {', '.join(f'{one:.0f}' for one in delays)} points"
        )
    return Row(
        question="confirmed in the end, steps of 1, 2, 3, 5 sigma; quartiles of the delay",
        bar="–",
        measured=said.pop("lane"),
        peers=said,
    )


def _suspects(cases: tuple[Case, ...]) -> Row:
    from lapwing.detect.scale import additive
    from lapwing.detect.suspects import suspect

    rng = np.random.default_rng(1)
    raised = points = 0
    seen = Share()
    for case in cases:
        if case.steps:
            continue
        row = np.array(case.values)
        before = False
        for end in range(48, row.size + 1):
            now = suspect(additive(row[max(0, end - 48) : end])) is not None
            raised += now and not before
            before = now
        points += row.size
        place = int(rng.integers(48, row.size - 8))
        step = row.copy()
        step[place:] *= np.exp(rng.choice((1, -1)) * SIZE * case.sigma)
        seen.of += 1
        seen.count += any(
            suspect(additive(step[max(0, end - 48) : end])) is not None for end in range(place + 2, place + AFTER + 1)
        )
    rate = 1000 * raised / points
    return Row(
        question=f"step of {SIZE:g} sigma seen as a suspect after {AFTER} points, and suspects per 1000 quiet points",
        bar=f"{LEAST_SEEN} at ≤ {MOST_SUSPECTS:g}",
        measured=f"{within(seen, 1)} at {rate:.2f}",
        passed=bool(LEAST_SEEN.holds(seen)) and rate <= MOST_SUSPECTS,
    )


def _cost(args: argparse.Namespace) -> Row:
    from lapwing.detect.changes import points_in
    from lapwing.detect.online.advance import advanced
    from lapwing.detect.online.state import NOTHING

    rng = np.random.default_rng(3)
    values = 1e-3 * np.exp(0.02 * rng.standard_t(4, (args.series, POINTS + APPENDED)))
    for row, place in enumerate(rng.integers(20, POINTS + APPENDED, args.series)):
        if row % 20 == 0:
            values[row, place:] *= 1.1
    began = time.perf_counter()
    seen = advanced(list(values[:, :POINTS]), [NOTHING] * args.series, ALPHA)
    replayed = time.perf_counter() - began
    taken = []
    for end in range(POINTS + 1, POINTS + APPENDED + 1):
        began = time.perf_counter()
        seen = advanced(list(values[:, :end]), seen, ALPHA)
        taken.append(time.perf_counter() - began)
    began = time.perf_counter()
    points_in(list(values), alpha=ALPHA, exact=[False] * args.series)
    scanned = time.perf_counter() - began
    mean = sum(taken) / len(taken)
    return Row(
        question=f"one point to each of {args.series} series of {POINTS}, judged; against all from scratch",
        bar=f"< {MOST_SECONDS:g} s, ≥ {LEAST_RATIO:g}x",
        measured=f"{mean:.3f} s (at worst {max(taken):.3f}), {replayed / mean:.0f}x",
        passed=mean < MOST_SECONDS and replayed / mean >= LEAST_RATIO,
        peers={"a scan each time": f"{scanned:.2f} s, {scanned / mean:.0f}x"},
    )


if __name__ == "__main__":
    sys.exit(main())

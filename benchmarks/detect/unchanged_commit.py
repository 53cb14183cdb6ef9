"""Who cries wolf where nothing changed? One commit of OCaml, measured every night for two months on two machines.

    python benchmarks/detect/unchanged_commit.py [--alpha A] [--each]

Every alarm is false, but for one event of the whole machine `turing` on 7 and 8 October 2021, which the common-mode
filter is to name as one. Before it the series are judged each for itself, as the peers judge them. Of what Lapwing
finds only changes whose interval lies beyond the limit of 5 % would alert anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from asked import parser_of
from histories import History, unchanged
from lapwing import change_points
from lapwing.model import ChangePoint
from peers import installed
from rows import Row, say

MOST = 1.0
LIMIT = 0.05

Points = tuple[ChangePoint, ...]


def main() -> int:
    """Count everybody's alarms and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--each", action="store_true", help="print each alarm")
    args = parser.parse_args()
    series = unchanged()
    points = sum(len(one.values) for one in series)
    detectors = installed(args.peers)
    ours = [_points(one.values, args.alpha) for one in series]
    found = {name: [detect(one.values) for one in series] for name, detect in detectors.items()}
    alarms = {"lapwing": sum(map(len, ours)), **{name: sum(map(len, each)) for name, each in found.items()}}
    peers = {name: _told(count, points) for name, count in alarms.items() if name != "lapwing"}
    about = f"alarms per 1000 points on one unchanged commit, {len(series)} series"
    rows = [Row(question=about, bar="–", measured=_told(alarms["lapwing"], points) + _beyond(ours), peers=peers)]
    if args.each:
        _print(series, ours, "each for itself")
    filtered = after_common_mode(series, ours, args.alpha)
    if filtered is None:
        rows.append(Row(question=f"{about}, after common mode", bar=f"≤ {MOST:g}", measured="no filter yet"))
        return say(rows, args.rows)
    left, events = filtered
    if args.each:
        _print(series, left, "after common mode")
    count = sum(map(len, left))
    rows.append(
        Row(
            question=f"{about}, after common mode",
            bar=f"≤ {MOST:g}",
            measured=f"{_told(count, points)}{_beyond(left)}; events: {', '.join(events) or 'none'}",
            passed=1000 * count <= MOST * points,
            peers=peers,
        )
    )
    return say(rows, args.rows)


def after_common_mode(
    series: Sequence[History], found: Sequence[Points], alpha: float | None
) -> tuple[list[Points], list[str]] | None:
    """Return what is found in the series of each machine once its common events are taken out, and these events.

    None where this Lapwing has no such filter.
    """
    if not find_spec("lapwing.detect.common_mode"):
        return None
    from lapwing.detect.common_mode import Track, common_events, rebased

    left, told = list(found), []
    for machine in sorted({one.machine for one in series}):
        members = [i for i, one in enumerate(series) if one.machine == machine]
        length = max(len(series[i].values) for i in members)
        tracks = [
            Track(
                values=np.log(np.array(series[i].values)),
                places=np.arange(len(series[i].values)),
                splits=tuple((point.index, point.earliest, point.latest) for point in found[i]),
                family=series[i].series.split(" ")[0],
            )
            for i in members
        ]
        events = common_events(tracks, length)
        for order, i in enumerate(members):
            values = np.array(series[i].values)
            for event in events:
                values = rebased(values, tracks[order].places, event.place, event.moves[order])
            left[i] = _points(values.tolist(), alpha) if events else found[i]
        nights = series[members[0]].nights
        told += [f"{machine} {np.datetime64(nights[event.place], 'D')} ({len(event.moved)} series)" for event in events]
    return left, told


def _points(values: Sequence[float], alpha: float | None) -> Points:
    return change_points(values) if alpha is None else change_points(values, alpha=alpha)


def _beyond(found: Sequence[Points]) -> str:
    """Return how many of the changes are certainly larger than the limit, in words."""
    edge = 1 + LIMIT
    count = sum(point.ratio.low > edge or point.ratio.high < 1 / edge for points in found for point in points)
    return f", {count} of them beyond {LIMIT:.0%}"


def _told(count: int, points: int) -> str:
    return f"{1000 * count / points:.2f} ({count} of {points} points)"


def _print(series: Sequence[History], found: Sequence[Points], about: str) -> None:
    print(about)
    for one, points in zip(series, found, strict=True):
        for point in points:
            night = np.datetime64(one.nights[point.index], "D")
            print(f"  {one.machine} {night} {point.ratio.estimate - 1:+.1%} {one.series}")


if __name__ == "__main__":
    sys.exit(main())

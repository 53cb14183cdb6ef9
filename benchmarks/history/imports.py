"""How long does importing a real asv tree take? ``python benchmarks/history/imports.py SERIES.jsonl.gz [WHAT]``.

The tree is rebuilt in a temporary folder from the series of that file, of the form ``lapwing import jsonl`` reads,
with names as ``BENCH(PARAMS) @ MACHINE / environment / v=VERSION``: a result file for each machine, environment and
commit, in asv's api version 2, with the columns that asv itself writes. Then, each in a process of its own: our import
into a new SQLite history, and asv's own loader over the tree (``asv.results.iter_results``), which only reads. Best of
three. Exits with 1 where a value is missing, or the import takes longer than 20 s.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from time import perf_counter

LIMIT = 20.0
TIMES = 3
COLUMNS = ["result", "params", "version", "started_at", "duration"]
COLUMNS += ["stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75", "stats_number", "stats_repeat"]
NAME = re.compile(r"(?P<bench>.+?) @ (?P<machine>.+?) / (?P<env>.+?)(?: / v=(?P<version>\w+))?$")


def rebuild(source: Path, root: Path) -> int:
    """Write the tree below ``root`` and return how many values it has."""
    files: dict[tuple[str, str, str, float], dict[str, list]] = defaultdict(dict)
    benchmarks: dict[str, dict] = {}
    values = 0
    with gzip.open(source, "rt", encoding="utf-8") as stream:
        for line in stream:
            series = json.loads(line)
            said = NAME.match(series["series"])
            name, _, params = said["bench"].partition("(")
            axes = [[params.removesuffix(")")]] if params else []
            benchmarks[name] = {
                "name": name,
                "unit": series["unit"],
                "type": series.get("type", "time"),
                "params": axes,
                "param_names": ["param"] * len(axes),
                "version": said["version"] or "1",
            }
            for commit, time, value in zip(series["commit"], series["time"], series["value"], strict=True):
                if value is None:
                    continue
                values += 1
                row = files[said["machine"], said["env"], commit, time].setdefault(name, [{}, said["version"] or "1"])
                row[0][params.removesuffix(")")] = value
    for (machine, env, commit, time), rows in files.items():
        folder = root / machine
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "machine.json").write_text(json.dumps({"machine": machine, "version": 1}))
        results = {}
        for name, (cells, version) in rows.items():
            numbers, count = list(cells.values()), len(cells)
            statistics = [[value] * count for value in (1e-3, 1.1e-3, 1e-3, 1.1e-3, 10, 5)]
            params = [] if list(cells) == [""] else [list(cells)]
            results[name] = [numbers, params, version, int(time * 1000), 1.5, *statistics]
        document = {
            "commit_hash": commit,
            "env_name": env,
            "date": int(time * 1000),
            "params": {"machine": machine},
            "python": "3.7",
            "requirements": {},
            "env_vars": {},
            "result_columns": COLUMNS,
            "results": results,
            "durations": {},
            "version": 2,
        }
        (folder / f"{commit[:8]}-{env}-{int(time)}.json").write_text(json.dumps(document))
    (root / "benchmarks.json").write_text(json.dumps({**benchmarks, "version": 2}))
    return values


def ours(root: Path) -> int:
    """Import the tree into a new history and return how many values that has."""
    from lapwing.history import open_store
    from lapwing.history.importers import read

    with tempfile.TemporaryDirectory() as folder:
        store = open_store("history.db", Path(folder))
        found = read(root)
        store.append(found.runs)
        assert not found.warnings, found.warnings[0]
        return sum(len(one.values) for one in store.recorded())


def asvs(root: Path) -> int:
    """Load every result file as ``asv publish`` does, and return how many values there are."""
    from asv import results

    count = 0
    for one in results.iter_results(str(root)):
        for name in one.get_all_result_keys():
            params = one.get_result_params(name)
            count += sum(not math.isnan(value) for value in one.get_result_value(name, params))
    return count


def measured(what: str, root: Path) -> tuple[int, float, float]:
    """Run a part in a process of its own: how many values, the seconds of the work, the peak memory in MB."""
    done = subprocess.run([sys.executable, __file__, str(root), what], capture_output=True, text=True, check=True)
    count, seconds, peak = done.stdout.split()
    return int(count), float(seconds), float(peak)


def main(source: Path) -> int:
    """Print what both take."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "results"
        values = rebuild(source, root)
        files = sum(1 for _ in root.glob("*/*.json"))
        size = sum(path.stat().st_size for path in root.rglob("*.json"))
        print(f"a tree of {files} files, {size / 1e6:.1f} MB, {values} values")
        best = {}
        for what in ("ours", "asvs") * TIMES:
            got = measured(what, root)
            best[what] = min(best.get(what, got), got, key=lambda one: one[1])
        for what, (count, seconds, peak) in best.items():
            print(f"{what}: {count} values in {seconds:.2f} s, peak memory {peak:.0f} MB")
        print(f"ratio to asv's loader, which stores nothing: {best['ours'][1] / best['asvs'][1]:.2f}")
        return int(best["ours"][0] != values or best["ours"][1] > LIMIT)


def part(what: str, root: Path) -> int:
    """Do one part, for :func:`measured`."""
    work = {"ours": ours, "asvs": asvs}[what]
    begin = perf_counter()
    count = work(root)
    seconds = perf_counter() - begin
    print(count, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0


if __name__ == "__main__":
    sys.exit(part(sys.argv[2], Path(sys.argv[1])) if len(sys.argv) > 2 else main(Path(sys.argv[1])))

"""Are the files of ``lapwing site`` those of ``asv publish`` on the exported history? Of a real history, file by file.

    python benchmarks/site/same_as_asv.py [HISTORY] [--keep DIR]

HISTORY is anything that ``lapwing import auto`` reads; without it numpy's, as the browser tests have it. Times are of
whole processes, the start of Python among them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

NUMPY = Path(__file__).parents[2] / "tests/browser/data/numpy.jsonl.gz"
BY_TIME = frozenset({"info.json"})
"""Says when a site was made."""


def timed(*words: str, cwd: Path) -> float:
    """Return the seconds that a process took; whatever it said is shown where it fails."""
    begin = perf_counter()
    done = subprocess.run([sys.executable, "-m", *words], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return perf_counter() - begin


def files_of(folder: Path) -> dict[str, Path]:
    """Return the files of a site by name, but for what our own next build goes by."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path for name, path in found.items() if name != "lapwing.json"}


def is_same(one: Path, other: Path) -> bool:
    """Tell whether two files say the same: JSON by value, to the last bit of each number."""
    if one.suffix != ".json":
        return one.read_bytes() == other.read_bytes()
    return json.loads(one.read_bytes()) == json.loads(other.read_bytes())


def measure(history: Path, folder: Path) -> int:
    """Import, build, export and publish below ``folder``; print the table; return 1 where a file differs."""
    root = folder / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    if history.suffix == ".gz":
        plain = folder / history.stem
        plain.write_bytes(gzip.decompress(history.read_bytes()))
        history = plain
    times = {
        "lapwing import": timed("lapwing.cli", "import", "auto", str(history), cwd=root),
        "lapwing site, first": timed("lapwing.cli", "site", "--out", "site", cwd=root),
        "lapwing export asv": timed("lapwing.cli", "export", "asv", "tree", cwd=root),
        "lapwing export asv, again": timed("lapwing.cli", "export", "asv", "tree", cwd=root),
        "asv publish, with our plugin": timed("asv", "publish", cwd=root / "tree"),
        "asv publish, again": timed("asv", "publish", cwd=root / "tree"),
    }
    for what, seconds in times.items():
        print(f"{what:30} {seconds:7.2f} s")
    ours, asvs = files_of(root / "site"), files_of(root / "tree" / "html")
    alone = sorted(ours.keys() ^ asvs.keys())
    wrong = [name for name in sorted(ours.keys() & asvs.keys() - BY_TIME) if not is_same(ours[name], asvs[name])]
    data = [name for name in ours if name.endswith(".json")]
    print(f"{len(ours):,} files, {len(data):,} of them data; {len(alone)} in one site alone, {len(wrong)} differ")
    for name in (*alone, *wrong)[:20]:
        print(f"  {name}")
    return int(bool(alone or wrong))


def main() -> int:
    """Measure in a folder that goes again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("history", nargs="?", type=Path, default=NUMPY)
    parser.add_argument("--keep", type=Path, help="work here, and leave everything")
    args = parser.parse_args()
    if args.keep is not None:
        args.keep.mkdir(parents=True)
        return measure(args.history.resolve(), args.keep.resolve())
    with tempfile.TemporaryDirectory(prefix="lapwing-same-as-asv-") as folder:
        return measure(args.history.resolve(), Path(folder))


if __name__ == "__main__":
    sys.exit(main())

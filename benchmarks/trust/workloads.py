"""Forty small real workloads of the standard library, as a project that a script can make anywhere.

``make_project(root)`` writes a git repository with ``worklib`` and ``test_perf.py``; ``plant(root, {name: 1.5})`` makes
workloads slower by a factor and commits that.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

# name: (set-up of the module, the unit of work). Each benchmark runs UNITS units, so +x % is UNITS * (1 + x) units.
CORES = {
    "json": "json.loads(json.dumps(DOC))",
    "sort": "sorted(NUMS)",
    "dict": "{k: k + 1 for k in NUMS}",
    "join": "','.join(map(str, NUMS[:80]))",
    "regex": "RX.findall(TEXT)",
    "loop": "sum(k * k for k in NUMS[:120])",
    "hash": "hashlib.sha256(TEXT.encode()).hexdigest()",
    "fib": "_fib(9)",
    "copy": "copy.deepcopy(DOC['a'][:4])",
    "csv": "list(csv.reader(ROWS))",
    "sets": "set(NUMS) & set(NUMS[50:]) | {1, 2}",
    "heap": "heapq.nsmallest(10, NUMS)",
    "struct": "struct.unpack('<40i', struct.pack('<40i', *NUMS[:40]))",
    "decimal": "sum(DECS, decimal.Decimal(0))",
    "dates": "[datetime.datetime.fromisoformat(d) for d in DATES]",
    "object": "[P(k, k) for k in range(40)]",
    "split": "TEXT.split()",
    "format": "[f'{k:08.3f}' for k in NUMS[:40]]",
    "bisect": "[bisect.bisect(SORTED, k) for k in NUMS[:60]]",
    "zlib": "zlib.compress(TEXT.encode())",
}
SIZES = {"small": 20, "large": 200}
_HEADER = """
import bisect, copy, csv, datetime, decimal, hashlib, heapq, json, re, struct, zlib

DOC = {"a": [{"id": i, "name": f"n{i}", "tags": ["x", "y"]} for i in range(12)]}
NUMS = [(i * 7919) % 1009 for i in range(200)]
SORTED = sorted(NUMS)
TEXT = "the quick brown fox jumps over the lazy dog 12345 " * 20
RX = re.compile(r"\\b[a-z]{5}\\b")
ROWS = [f"a,b,c,{i}" for i in range(30)]
DECS = [decimal.Decimal(i) / 7 for i in range(60)]
DATES = [f"2024-01-{d:02d}T10:00:00" for d in range(1, 29)]


class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def _fib(n):
    return n if n < 2 else _fib(n - 1) + _fib(n - 2)

"""


def git(root: Path, *words: str) -> str:
    """Run git in ``root`` and return what it printed."""
    done = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _library(slower: dict[str, float]) -> str:
    text = _HEADER
    for kind, core in CORES.items():
        for size, units in SIZES.items():
            name = f"{kind}_{size}"
            text += f"def {name}():\n    for _ in range({round(units * slower.get(name, 1.0))}):\n        {core}\n\n\n"
    return text


def names() -> list[str]:
    """Return the names of the forty workloads."""
    return [f"{kind}_{size}" for kind in CORES for size in SIZES]


def make_project(root: Path) -> None:
    """Write the project and commit it."""
    root.mkdir(parents=True)
    tests = "\n\n".join(f"@perf\ndef test_{name}():\n    worklib.{name}()\n" for name in names())
    (root / "test_perf.py").write_text(f"import worklib\nfrom lapwing import perf\n\n\n{tests}")
    (root / "worklib.py").write_text(_library({}))
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    (root / ".gitignore").write_text("__pycache__/\n.lapwing/\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.email", "bench@example.invalid")
    git(root, "config", "user.name", "Benchmark")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")


def plant(root: Path, slower: dict[str, float], message: str) -> str:
    """Make the workloads of ``slower`` slower by its factors (only those), commit, and return the commit."""
    (root / "worklib.py").write_text(_library(slower) + f"# {message}\n")
    git(root, "commit", "-qam", message)
    return git(root, "rev-parse", "HEAD")

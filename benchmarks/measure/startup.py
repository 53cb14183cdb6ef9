"""What does the plugin cost a plain pytest run? An empty directory with and without it, interleaved, medians of 20.

Run: python benchmarks/measure/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

TIMES = 20


def seconds(*arguments: str, cwd: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - start


def main() -> None:
    cases = {
        "pytest without lapwing": ("-m", "pytest", "-q", "-p", "no:lapwing"),
        "pytest with lapwing": ("-m", "pytest", "-q"),
        "python alone": ("-c", "pass"),
        "import lapwing": ("-c", "import lapwing"),
        "from lapwing import perf": ("-c", "from lapwing import perf"),
    }
    took: dict[str, list[float]] = {name: [] for name in cases}
    with tempfile.TemporaryDirectory() as cwd:
        for _ in range(TIMES):
            for name, arguments in cases.items():
                took[name].append(seconds(*arguments, cwd=cwd))
    median = {name: statistics.median(values) * 1e3 for name, values in took.items()}
    for name, value in median.items():
        print(f"{name:28} {value:8.1f} ms")
    print(f"plugin: {median['pytest with lapwing'] - median['pytest without lapwing']:+.1f} ms (must be below 15)")
    print(f"import: {median['from lapwing import perf'] - median['python alone']:+.1f} ms (must be below 20)")


if __name__ == "__main__":
    main()

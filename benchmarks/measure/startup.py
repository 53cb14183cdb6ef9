"""What does the plugin cost a plain pytest run? An empty directory with and without it, interleaved, medians of 40.

Other plugins are left out: on a machine with ten of them a run takes a second, and the noise of a second hides the 5 ms
that are looked for. Run: python benchmarks/measure/startup.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

TIMES = 40
CASES = {
    "pytest without lapwing": ("-m", "pytest", "-q"),
    "pytest with lapwing": ("-m", "pytest", "-q", "-p", "lapwing.plugin"),
    "python alone": ("-c", "pass"),
    "from lapwing import perf": ("-c", "from lapwing import perf"),
}


def seconds(arguments: tuple[str, ...], cwd: str) -> float:
    environ = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    start = spent()
    subprocess.run([sys.executable, *arguments], cwd=cwd, env=environ, capture_output=True, check=False)
    return spent() - start


def spent() -> float:
    """Processor seconds of all children so far: other work on the machine moves them less than the wall's."""
    if sys.platform == "win32":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    took: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as cwd:
        for turn in range(TIMES):
            for name in list(CASES)[:: 1 if turn % 2 else -1]:
                took[name].append(seconds(CASES[name], cwd))
    median = {name: statistics.median(values) * 1e3 for name, values in took.items()}
    for name, value in median.items():
        print(f"{name:28} {value:8.1f} ms")
    print(f"plugin: {median['pytest with lapwing'] - median['pytest without lapwing']:+.1f} ms (must be below 15)")
    print(f"import: {median['from lapwing import perf'] - median['python alone']:+.1f} ms (must be below 20)")


if __name__ == "__main__":
    main()

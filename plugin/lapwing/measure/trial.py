"""How are the reference works measured, outside of any project's pytest session?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from lapwing.measure import reference
from lapwing.measure.clock import system_stopwatch
from lapwing.measure.process import Launch
from lapwing.measure.workers import Workers
from lapwing.model import Declared

SEED: Final = 1
TIME_BUDGET: Final = 0.5


def trial_sampler(*, processes: int, timeout: float, folder: Path) -> tuple[Workers, tuple[Declared, ...]]:
    """Return a sampler of the reference works, and the works; ``folder`` is an empty one to run in.

    Only pytest's own plugins and ours are loaded: what is asked is how noisy the machine is, not the project.
    """
    file = Path(reference.__file__)
    arguments = ("-p", "lapwing.plugin", "-p", "lapwing.measure.worker", "-p", "no:cacheprovider", "--perf", "-c")
    launch = Launch(
        arguments=(*arguments, os.devnull, "--rootdir", str(file.parent), "--import-mode=importlib", str(file)),
        path=tuple(sys.path),
        argv=("pytest",),
        cwd=str(folder),
        environ=(*os.environ.items(), ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")),
    )
    names = [name for name in vars(reference) if name.startswith("test_")]
    works = tuple(Declared(benchmark=name, node_id=f"{file.name}::{name}") for name in names)
    sampler = Workers(
        launch=launch,
        options={},
        time_budget=TIME_BUDGET,
        processes=processes,
        timeout=timeout,
        max_time=None,
        seed=SEED,
        clock=system_stopwatch().wall,
    )
    return sampler, works

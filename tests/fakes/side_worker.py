"""A worker of a side that says where its modules came from."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from lapwing.measure.sides import origin

WORKER = """
import importlib, json, runpy, sys
told = json.loads(sys.stdin.readline())
sys.path[:] = told["path"]
origin = runpy.run_path(told["origin"])
removed = origin["neutralise"](told["rule"])
found = {}
for name in told["modules"]:
    try:
        module = importlib.import_module(name)
        found[name] = getattr(module, "WHAT", "no WHAT")
    except Exception as error:
        found[name] = type(error).__name__
print(json.dumps({"found": found, "strays": origin["strays"](told["rule"]), "removed": removed}))
"""


def imported(side, *modules):
    """Return what ``WHAT`` is in each module, in a worker of that side; nothing may stray."""
    answer = worker(side, *modules)
    assert [] == answer["strays"]
    return answer["found"]


def worker(side, *modules, path=None):
    told = {
        "path": list(side.path if path is None else path),
        "origin": str(Path(origin.__file__)),
        "rule": side.rule(),
        "modules": modules,
    }
    done = subprocess.run(
        [side.python, "-c", WORKER],
        input=json.dumps(told),
        env=dict(side.environ),
        cwd=side.project,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def listing(side):
    """Return the files of a side, without bytecode."""
    return sorted(
        path.relative_to(side.root).as_posix()
        for path in side.root.rglob("*")
        if not path.is_dir() and "__pycache__" not in path.parts
    )

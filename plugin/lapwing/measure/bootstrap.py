"""How does a worker process begin? It takes its channel away from stdin and stdout and becomes a pytest session.

Run by its path and not as a module, and it imports nothing of Lapwing: pytest must be there first to load the plugin
like any other. Commands come on what was stdin, answers go to what was stdout; the tests of the session have
``/dev/null`` to read and the worker's log to print to.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> int:
    """Read how to start (one line of JSON), hide the channel, run pytest."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)  # one at a time: what follows belongs to the channel
        if not byte:
            return 1
        line += byte
    start = json.loads(line)
    commands, answers, log = os.dup(0), os.dup(1), os.dup(2)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    os.environ.update(start.get("private", {}))
    os.environ["LAPWING_CHANNEL"] = f"{commands},{answers},{log}"
    sys.path[:] = start["path"]
    sys.argv[:] = start["argv"]

    import pytest  # noqa: PLC0415 - found on the path of the session, set above

    return int(pytest.main(start["args"]))


if __name__ == "__main__":
    sys.exit(main())

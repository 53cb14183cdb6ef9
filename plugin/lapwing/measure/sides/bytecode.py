"""Is all code compiled before anything is measured? On both sides alike, by the interpreter that will run it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lapwing.measure.sides.janitor import Janitor


def compile_all(
    jobs: Sequence[tuple[str, Sequence[str]]], *, environ: Mapping[str, str], janitor: Janitor, log: Path
) -> None:
    """Compile what can be compiled of the files of each job by its interpreter, all jobs at once.

    The optimisation is that of this process. What cannot be compiled (templates, syntax of another Python) stays as it
    is; whoever imports it is told.
    """
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001 - as multiprocessing does
    with log.open("ab") as output, ExitStack() as stack:
        started = []
        for number, (python, files) in enumerate(jobs):
            listed = log.with_name(f"compile-{number}")
            listed.write_bytes(b"".join(os.fsencode(file) + b"\n" for file in files if "\n" not in file))
            if files:
                # -S: no .pth file and no hook of anybody's is needed to compile, and each costs its time.
                process = subprocess.Popen(  # noqa: S603 - this Python, our own folders
                    [python, *flags, "-S", "-m", "compileall", "-qq", "-i", str(listed)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=dict(environ),
                    start_new_session=sys.platform != "win32",
                )
                stack.callback(_end, process)
                stack.enter_context(janitor.watching(process.pid))
                started.append(process)
        for process in started:
            process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()

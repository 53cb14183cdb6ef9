"""Which file is a recording in, which is the last, and how many are kept?"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import TYPE_CHECKING, Final

from lapwing.history.own_folder import make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.recording import Recording

KEPT: Final = 10
"""Earlier recordings that are kept: enough to look at what a day of work compared, at some MB each."""

_NAME: Final = re.compile(r"(\d{8}T\d{6})-([0-9A-Za-z_-]+)(?:\.(\d{1,6}))?\.jsonl", re.ASCII)


def new_file(folder: Path, recording: Recording) -> Path:
    """Make an empty file for a recording that nobody else has, whoever else asks at the same time."""
    make_folder(folder)
    stem = _stem(recording)
    for number in count(1):
        path = folder / (f"{stem}.jsonl" if number == 1 else f"{stem}.{number}.jsonl")
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            break
    return path


def name_last(path: Path, last: Path) -> bool:
    """Make ``last`` another name of ``path``, at once or not at all; False where it could only be a copy."""
    temporary = _temporary(path)
    temporary.unlink(missing_ok=True)
    try:
        os.link(path, temporary)
        linked = True
    except (OSError, NotImplementedError):  # FAT and some network drives have no hard links
        shutil.copyfile(path, temporary)
        linked = False
    _replace(temporary, last)
    return linked


def _replace(temporary: Path, last: Path) -> None:
    # On Windows a file cannot be replaced while another process has it open, which is a millisecond for each pair.
    for _ in range(50 if os.name == "nt" else 0):
        with suppress(PermissionError):
            temporary.replace(last)
            return
        time.sleep(0.02)
    temporary.replace(last)


def forget_old(folder: Path, *, besides: Path) -> None:
    """Remove all but the newest recordings; what cannot be removed stays."""
    found = filter(None, (_NAME.fullmatch(path.name) for path in folder.iterdir()))
    in_order = sorted((match[1], match[2], int(match[3] or 1), match[0]) for match in found)
    earlier = [folder / name for *_, name in in_order if name != besides.name]
    for path in earlier[:-KEPT]:
        with suppress(OSError):
            path.unlink()
            _temporary(path).unlink(missing_ok=True)


def _stem(recording: Recording) -> str:
    began = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=recording.started_at)
    return f"{began:%Y%m%dT%H%M%S}-{recording.id}"


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")

"""Which format is this, and what does it say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import ImportRefused
from lapwing.history.importers import asv_tree, csv_file, jsonl_file, pytest_benchmark_json, run_document
from lapwing.history.importers.files import read_head
from lapwing.history.importers.telling import Imported, Telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: how it is told from the others by its first 64 KiB, and how it is read."""

    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, Telling], tuple[Run, ...]]


# In the order of asking: the most particular first.
FORMATS: Final[dict[str, Format]] = {
    module.FORM: Format(recognises=module.recognises, read=module.read)
    for module in (asv_tree, run_document, pytest_benchmark_json, jsonl_file, csv_file)
}


def _silent(done: int, total: int, what: str) -> None:
    """Tell nobody."""


def read(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word users write
    progress: Callable[[int, int, str], None] = _silent,
) -> Imported:
    """Return the runs of ``path``, a file or a folder; without ``format`` by what the path looks like.

    The same content gives runs of the same ids. What cannot be read is left out and among the warnings.

    Raises:
        ImportRefused: ``unknown-format``, ``unreadable-import``, ``bad-import``, ``damaged-import``,
            ``import-too-large``, ``too-many-bad-lines`` or ``nothing-to-import``.
    """
    telling = Telling(progress)
    found = _chosen(path, format).read(path, telling)
    if not any(run.declared for run in found):
        first = f" ({telling.warnings[0].message})" if telling.warnings else ""
        raise ImportRefused(
            "nothing-to-import",
            f"There is no benchmark with a value in {path}{first}.",
            remedy=f"check that it is one of: {', '.join(FORMATS)}.",
        )
    return Imported(runs=found, warnings=telling.warnings)


def _chosen(path: Path, name: str | None) -> Format:
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise ImportRefused(
                "unknown-format", f"{name[:60]!r} is no format that can be imported.", remedy=f"name one of: {known}."
            )
        return FORMATS[name]
    if not path.exists():
        raise ImportRefused("unreadable-import", f"There is no {path}.", remedy="check the path.")
    head = b"" if path.is_dir() else read_head(path)
    for form in FORMATS.values():
        if form.recognises(path, head):
            return form
    raise ImportRefused(
        "unknown-format", f"{path} looks like no format that can be imported.", remedy=f"these can: {known}."
    )

"""Which format is this, and what does it say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import ImportRefused
from lapwing.history.importers import (
    asv_tree,
    bencher_json,
    csv_file,
    github_action_js,
    google_benchmark_json,
    hyperfine_json,
    jsonl_file,
    pyperf_json,
    pytest_benchmark_json,
    run_document,
)
from lapwing.history.importers.files import read_head
from lapwing.history.importers.given import NOTHING, commit_is_known
from lapwing.history.importers.telling import Imported, Telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: how it is told from the others by its first 64 KiB, and how it is read.

    ``asks`` tells whether there are results in it that do not say their commit, so that the user can.
    """

    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, Telling, Given], tuple[Run, ...]]
    asks: bool


# In the order of asking: the most particular first.
FORMATS: Final[dict[str, Format]] = {
    module.FORM: Format(recognises=module.recognises, read=module.read, asks=module.ASKS)
    for module in (
        asv_tree,
        run_document,
        pytest_benchmark_json,
        github_action_js,
        google_benchmark_json,
        hyperfine_json,
        pyperf_json,
        jsonl_file,
        csv_file,
        bencher_json,
    )
}


def _silent(done: int, total: int, what: str) -> None:
    """Tell nobody."""


def read(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the word users write
    given: Given = NOTHING,
    progress: Callable[[int, int, str], None] = _silent,
) -> Imported:
    """Return the runs of ``path``, a file or a folder; without ``format`` by what the path looks like.

    The same content gives runs of the same ids. What cannot be read is left out and among the warnings. What is
    ``given`` holds where the file does not say it.

    Raises:
        ImportRefused: ``unknown-format``, ``unreadable-import``, ``bad-import``, ``damaged-import``,
            ``import-too-large``, ``too-many-bad-lines``, ``nothing-to-import``, ``no-commit``, ``commit-is-known``, or
            what a run document is refused for.
    """
    telling = Telling(progress)
    name, form = _chosen(path, format)
    if given.commit is not None and not form.asks:
        raise commit_is_known(path, f"the format {name} says itself which commits it measured")
    found = form.read(path, telling, given)
    if not any(run.declared for run in found):
        first = f" ({telling.warnings[0].message})" if telling.warnings else ""
        raise ImportRefused(
            "nothing-to-import",
            f"There is no benchmark with a value in {path}{first}.",
            remedy=f"check that it is one of: {', '.join(FORMATS)}.",
        )
    return Imported(runs=found, warnings=telling.warnings)


def _chosen(path: Path, name: str | None) -> tuple[str, Format]:
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise ImportRefused(
                "unknown-format", f"{name[:60]!r} is no format that can be imported.", remedy=f"name one of: {known}."
            )
        return name, FORMATS[name]
    if not path.exists():
        raise ImportRefused("unreadable-import", f"There is no {path}.", remedy="check the path.")
    head = b"" if path.is_dir() else read_head(path)
    for form_name, form in FORMATS.items():
        if form.recognises(path, head):
            return form_name, form
    raise ImportRefused(
        "unknown-format", f"{path} looks like no format that can be imported.", remedy=f"these can: {known}."
    )

"""Who writes the history in another format?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lapwing.errors import UsageError
from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lapwing.history.exporters import Exported, Selection
    from lapwing.model import Run
    from lapwing.pipeline.reading import Reading
    from lapwing.ports import Commits, HistoryStore, Tags
    from lapwing.settings import Settings
    from lapwing.site.plan import Plan

    Progress = Callable[[int, int, str], None]


def export(  # noqa: PLR0913 - what, of what, in which format, where to
    store: HistoryStore,
    selection: Selection,
    form: str,
    target: Path | IO[bytes],
    *,
    force: bool,
    progress: Progress,
) -> Exported:
    """Write what is selected of the history in the format ``form``, any but asv's, to a path or a stream."""
    from lapwing.history import exporters

    if not isinstance(target, Path):
        return exporters.export_to_stream(store, selection, form, target, progress=progress)
    return exporters.export(store, selection, form, target, force=force, progress=progress)


def export_asv(  # noqa: PLR0913 - of what, where to, and what the site needs to know
    store: HistoryStore, selection: Selection, target: Path, *, settings: Settings, root: Path, progress: Progress
) -> Exported:
    """Write a folder that asv publishes as the site is.

    Raises:
        UsageError: there is nothing to write (``nothing-to-export``), nothing that the site would show
            (``empty-history``), or the folder is not to be had (``export-target``, ``unwritable-file``).
        StoreError: the history cannot be read.
    """
    from lapwing.history.exporters import Exported
    from lapwing.history.exporters.target import whole_entries
    from lapwing.history.schema import encode
    from lapwing.site.asv_conf import NOT_SHOWN, AsvConf, conf_in, write_conf
    from lapwing.site.asv_export import AsvExport
    from lapwing.site.pages.gathered import gathered
    from lapwing.site.repository import remote_address, top_of
    from lapwing.site.web_address import web_address
    from lapwing.wiring.accepted import hand_on

    commits = adapters.commits(root)
    with _selected(store, selection) as part:
        shown, reading, plan = _plan(part, commits, adapters.tags(root))
        project = root.resolve().name or "project"
        web = web_address(remote_address(root))
        content = gathered(plan, reading, shown, commits, project=project, web=web)
        conf = AsvConf(
            project=content.project,
            project_url=content.project_url,
            commit_url=content.commit_url,
            repository=top_of(root) or ".",
            # Where dates alone order the history, no repository is needed.
            head="" if all(order.by_date for order in plan.orders.values()) else plan.head,
            policy=adapters.policy(settings),
            site_url=settings.site_url,
        )
        with whole_entries(target) as folder:
            writer = AsvExport(
                plan=plan, content=content, store=part, document=encode, earlier=target, progress=progress
            )
            done = writer.write(folder)
            write_conf(folder, conf, earlier=conf_in(target))
            hand_on(root, folder)
    beside = (
        f"{done.beside:,} {'run is' if done.beside == 1 else 'runs are'} in {NOT_SHOWN}, which asv does not look at"
    )
    why = "no commit of this branch's history holds what they measured"
    return Exported(
        runs=done.shown + done.beside,
        left_out={"run that is damaged": done.damaged} if done.damaged else {},
        notes=(f"{beside}: {why}.",) if done.beside else (),
    )


@contextmanager
def trial(form: str, target: Path | IO[bytes], *, force: bool) -> Iterator[Path | IO[bytes]]:
    """Give a place that goes again, for an export that only tells what it would do; what the true one refuses is said.

    Raises:
        UsageError: ``export-target``.
    """
    from lapwing.history.exporters import require_target

    with tempfile.TemporaryDirectory(prefix="lapwing-export-") as scratch:
        place = Path(scratch, "out")
        if isinstance(target, Path):
            require_target(form, target, force=force)
            yield place
        else:
            with place.open("wb") as stream:
                yield stream


def _plan(store: HistoryStore, commits: Commits, tags: Tags) -> tuple[HistoryStore, Reading, Plan]:
    """Return what the site shows; of a history that git here does not know, all of it by its dates."""
    from lapwing.pipeline.reading import read_history
    from lapwing.site.dated import Dated
    from lapwing.site.plan import plan_of

    reading = read_history(store=store, commits=commits, tags=tags)
    try:
        return store, reading, plan_of(reading.runs, reading.order)
    except UsageError:
        dated = Dated(store=store)
        runs = dated.runs()
        return dated, replace(reading, runs=runs), plan_of(runs, reading.order)


@contextmanager
def _selected(store: HistoryStore, selection: Selection) -> Iterator[HistoryStore]:
    """Give a history of what is selected alone: an export of a part is one of a history that holds no more."""
    from lapwing.history import open_store
    from lapwing.history.exporters import Selection as Choice

    if selection == Choice():
        yield _required(store)
        return
    with tempfile.TemporaryDirectory(prefix="lapwing-export-") as scratch:
        part = open_store("part.db", Path(scratch))
        with closing(part):
            part.append(_parts(store, selection))
            yield _required(part)


def _parts(store: HistoryStore, selection: Selection) -> Iterator[Run]:
    from lapwing.errors import StoreDamaged

    for summary in store.runs():
        with suppress(StoreDamaged):
            run = selection.of(store.load(summary.id))
            if run is not None:
                yield run


def _required(store: HistoryStore) -> HistoryStore:
    if not store.runs():
        raise UsageError(
            "nothing-to-export",
            "The history has nothing of what was asked for.",
            remedy="'lapwing history list' shows the runs, 'lapwing check -v' the benchmarks.",
        )
    return store

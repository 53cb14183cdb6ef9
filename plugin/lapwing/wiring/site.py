"""Who builds, pushes and serves the site?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.detect.batches import Spread
    from lapwing.history.looks import LooksFile
    from lapwing.ports import Site
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]


def build_site(settings: Settings, root: Path, out: Path, progress: Progress, *, by_asv: bool = False) -> Path:
    """Build the site of the history, looked at here, in processes of this machine or on a cluster; return its start."""
    from lapwing.fleet import workers

    store = adapters.open_store(settings, root)
    spreading = workers(jobs=settings.jobs, cluster=settings.cluster, progress=progress)
    with closing(store), closing(adapters.memory(root)) as memory, spreading as spread:
        site = _site_of_asv(root) if by_asv else _site(settings, root, progress, memory, spread)
        return site.build(store, adapters.commits(root), out)


def _site_of_asv(root: Path) -> Site:
    from lapwing.site.publish import AsvSite

    return AsvSite(root=root)


def _site(settings: Settings, root: Path, progress: Progress, memory: LooksFile, spread: Spread) -> Site:
    from lapwing.history.tags import GitTags
    from lapwing.measure.clock import SystemClock
    from lapwing.site.pages.publish import PagesSite
    from lapwing.site.repository import remote_address
    from lapwing.site.web_address import web_address
    from lapwing.wiring.accepted import accepted_here

    return PagesSite(
        project=root.resolve().name or "project",
        web=web_address(remote_address(root)),
        policy=adapters.policy(settings),
        tags=GitTags(root),
        clock=SystemClock(),
        progress=progress,
        site_url=settings.site_url,
        waivers=accepted_here(root),
        memory=memory,
        spread=spread,
    )


def push_site(site: Path, branch: str, root: Path) -> str:
    """Make a site the content of a branch of origin and return the commit."""
    import tempfile
    from pathlib import Path

    from lapwing.site.push import push

    with tempfile.TemporaryDirectory(prefix="lapwing-push-") as scratch:
        return push(site, branch, project=root, scratch=Path(scratch))


def serve_site(site: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve a site until Ctrl-C."""
    from lapwing.site.serve import serve

    serve(site, port=port, say=say)

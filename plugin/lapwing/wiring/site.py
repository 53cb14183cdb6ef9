"""Who builds, pushes and serves the site?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.history.looks import LooksFile
    from lapwing.ports import Site
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]


def build_site(settings: Settings, root: Path, out: Path, progress: Progress, *, by_asv: bool = False) -> Path:
    """Build the site of the history and return its start page."""
    store = adapters.open_store(settings, root)
    with closing(store), closing(adapters.memory(root)) as memory:
        return _site(settings, root, progress, memory, by_asv=by_asv).build(store, adapters.commits(root), out)


def _site(settings: Settings, root: Path, progress: Progress, memory: LooksFile, *, by_asv: bool) -> Site:
    from lapwing.history.tags import GitTags
    from lapwing.measure.clock import SystemClock
    from lapwing.site.pages.publish import PagesSite
    from lapwing.site.publish import AsvSite
    from lapwing.site.repository import remote_address
    from lapwing.site.web_address import web_address

    if by_asv:
        return AsvSite(root=root)
    return PagesSite(
        project=root.resolve().name or "project",
        web=web_address(remote_address(root)),
        policy=adapters.policy(settings),
        tags=GitTags(root),
        clock=SystemClock(),
        progress=progress,
        memory=memory,
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

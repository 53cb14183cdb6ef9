"""What does asv do otherwise where its configuration names Lapwing's plugin?

``asv publish`` reads the results, and makes graphs, thumbnails, lists and the index as ever. From the site that Lapwing
makes of the same folder it takes what asv does not know or tells by its own detection: the order of the commits, the
change points, the pages of changes and verdicts, and a start page that asks nothing of other servers. asv has hooks for
repositories and pages; for what it has none, its own functions are wrapped, and are asv's again outside of publishing.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

import asv.results
from asv.commands.publish import Publish
from asv.console import log
from asv.graph import GraphSet
from asv.plugins.git import Git
from asv.plugins.regressions import Regressions
from asv.publishing import OutputPublisher
from asv.repo import NoSuchNameError, Repo, get_repo
from asv.util import UserError, is_na

from lapwing.errors import LapwingError
from lapwing.site.asv_conf import BY_DATE, BY_GIT, NAME
from lapwing.site.asv_steps import steps
from lapwing.site.pages.index import VERDICTS
from lapwing.site.pages.tree import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

_ASVS: Final = frozenset({"index.json", "info.json", MANIFEST})
"""What asv writes itself, and what only our own next build looks at."""


class Build(Protocol):
    """Makes the site of an exported folder."""

    def __call__(  # noqa: PLR0913 - what asv knows
        self,
        said: Mapping[str, Any],
        *,
        results: Path,
        repository: Path | None,
        only: Sequence[str] | None,
        target: Path,
        say: Callable[[str], None],
    ) -> None:
        """Build it at ``target``.

        ``said`` is the configuration, ``repository`` the project's, None where dates order the history; ``only`` are
        the commits asked for, None for all.

        Raises:
            LapwingError: it cannot be built.
        """


@dataclass(slots=True, kw_only=True)
class _Site:
    """The site of what is being published, at ``folder``."""

    folder: Path
    index: dict[str, Any] = field(init=False)
    numbers: dict[str, int] = field(init=False)
    dates: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.index = self.read("index.json")
        self.numbers = {sha: int(number) for number, sha in self.index["revision_to_hash"].items()}
        dates = self.index["revision_to_date"]
        self.dates = {sha: dates[str(number)] for sha, number in self.numbers.items()}

    def read(self, path: str) -> Any:
        return json.loads((self.folder / path).read_bytes())

    @property
    def machines(self) -> list[str]:
        """The machines in the order of the site."""
        return [one["machine"] for one in self.index["graph_param_list"]]

    def steps(self, graph: Any) -> list[list[tuple[int, int, float, float, float]]] | None:
        """Return our levels of each line of one of asv's graphs; None where the site has no such graph."""
        machine = graph.params.get("machine")
        if machine not in self.machines or not (self.folder / f"{graph.path}.json").is_file():
            return None
        lines = self.read(f"marks/{graph.benchmark_name}.json")["machines"][machine]
        return steps(self.read(f"{graph.path}.json"), lines)


class _Now:
    """What is being published; nothing where asv does anything else."""

    site: ClassVar[_Site | None] = None


def join(build: Build) -> None:
    """Have asv publish with what ``build`` gives; once in a process."""
    if getattr(Publish.run, "lapwing", False):
        return
    publish, paths, detect = Publish.run.__func__, asv.results.iter_results_paths, GraphSet.detect_steps
    regressions = Regressions.publish.__func__

    def published(cls: Any, conf: Any, range_spec: Any = None, pull: bool = True) -> Any:  # noqa: FBT001, FBT002 - asv's own signature
        with tempfile.TemporaryDirectory(prefix="lapwing-asv-") as scratch:
            _Now.site = _site(build, conf, range_spec, Path(scratch), pull=pull)
            try:
                return publish(cls, conf, range_spec, False)
            finally:
                _Now.site = None

    published.lapwing = True  # type: ignore[attr-defined]
    Publish.run = classmethod(published)
    asv.results.iter_results_paths = partial(_ordered_paths, paths)
    GraphSet.detect_steps = lambda self, pool=None, dots=None: _detected(detect, self, pool, dots)
    # asv's own knows one direction, and reads all results once more for it; the file that the page reads is ours.
    Regressions.publish = classmethod(lambda cls, *given: None if _Now.site is not None else regressions(cls, *given))


def _site(build: Build, conf: Any, range_spec: Any, scratch: Path, *, pull: bool) -> _Site:
    """Build the site before asv removes what it published last."""
    repo = get_repo(conf)
    if not isinstance(repo, (History, Dates)):
        # asv's own counts the commits of all branches; our changes would be at other commits.
        raise UserError(f'{NAME} needs "dvcs": {BY_GIT!r}, or {BY_DATE!r}, for the history that Lapwing exported.')
    if pull:
        repo.pull()
    only = None
    if range_spec is not None:
        only = range_spec if isinstance(range_spec, list) else repo.get_hashes_from_range(range_spec)
    log.info("Judging the history")
    try:
        build(
            vars(conf),
            results=Path(conf.results_dir),
            repository=Path(repo._path) if isinstance(repo, Git) else None,  # noqa: SLF001 - asv has no other word for it
            only=only,
            target=scratch / "site",
            say=log.warning,
        )
    except LapwingError as error:
        raise UserError(f"{error.message} {error.remedy}") from None
    return _Site(folder=scratch / "site")


def _ordered_paths(paths: Callable[[str], Iterator[tuple[str, str, str]]], results: str) -> Iterator[Any]:
    """Yield the result files, while publishing machine by machine as the site has them and not as the disk does."""
    if _Now.site is None:
        return paths(results)
    rank = {name: at for at, name in enumerate(_Now.site.machines)}
    return iter(sorted(paths(results), key=lambda found: (rank.get(found[2], len(rank)), found[0], found[1])))


def _detected(detect: Callable[..., None], graphs: Any, pool: Any, dots: Any) -> None:
    """Give each graph our levels; one that the site does not have has asv's."""
    site = _Now.site
    for path, graph in list(graphs._graphs.items()) if site is not None else ():  # noqa: SLF001 - no other way
        _without_holes(graph)
        if not graph.data_points:
            del graphs._graphs[path]  # noqa: SLF001 - the same
            graphs._groups[graph.benchmark_name].remove(graph)  # noqa: SLF001 - the same
        elif site is not None and (found := site.steps(graph)) is not None:
            graph._steps = found  # noqa: SLF001 - the same
    detect(graphs, pool, dots)


def _without_holes(graph: Any) -> None:
    """Take out the commits at which nothing has a value, as where all failed."""
    for revision, values in list(graph.data_points.items()):
        if all(is_na(value) for row in values for value in row):
            del graph.data_points[revision], graph.data_weights[revision]


class Verdicts(OutputPublisher):  # type: ignore[misc]  # asv has no types
    """Our pages; the last of all, since some are in the place of asv's."""

    name, button_label, description = VERDICTS
    order = 10

    @classmethod
    def publish(cls, conf: Any, *_: Any) -> None:
        """Copy what asv does not write."""
        if _Now.site is None:
            return
        source, html = _Now.site.folder, Path(conf.html_dir)
        for path in source.rglob("*"):
            name = path.relative_to(source)
            if path.is_file() and name.parts[0] != "graphs" and name.as_posix() not in _ASVS:
                (html / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, html / name)


class _Order:
    """What asv asks a repository about the order of commits, answered by the site."""

    def get_revisions(self, commits: Collection[str]) -> dict[str, int]:
        return {sha: number for sha, number in _site_now().numbers.items() if sha in commits}

    def get_tags(self) -> dict[str, str]:
        site = _site_now()
        hashes = site.index["revision_to_hash"]
        return {tag: hashes[str(number)] for tag, number in site.index["tags"].items()}

    def get_date_from_name(self, name: str) -> int:
        return _site_now().dates[name]

    def get_branch_commits(self, branch: str) -> list[str]:  # noqa: ARG002 - there is one
        numbers = _site_now().numbers
        return sorted(numbers, key=lambda sha: -numbers[sha])


def _site_now() -> _Site:
    if _Now.site is None:
        raise UserError("Only 'asv publish', 'asv show' and 'asv compare' work on an exported history.")
    return _Now.site


class History(_Order, Git):  # type: ignore[misc]  # asv has no types
    """The project's repository, in the order of the history that was exported."""

    dvcs = BY_GIT

    def __init__(self, url: str, mirror_path: str) -> None:
        if "://" not in url and not self.is_local_repo(url) and not (":" in url and "@" in url):
            raise UserError(
                f"{NAME} names the repository {url!r}, which is not there. Put the path of a clone of the project "
                'after "repo" in it, or the address that git clones it from, or export again.'
            )
        super().__init__(url, mirror_path)

    @classmethod
    def url_match(cls, url: str) -> bool:  # noqa: ARG003 - asv's own signature
        """Match nothing: it is named."""
        return False


class Dates(_Order, Repo):  # type: ignore[misc]  # asv has no types
    """No repository: the history is in the order of its dates."""

    dvcs = BY_DATE
    _default_branch = "main"

    def __init__(self, url: str, mirror_path: str) -> None:
        """Need nothing."""

    @classmethod
    def url_match(cls, url: str) -> bool:  # noqa: ARG003 - asv's own signature
        """Match nothing: it is named."""
        return False

    def pull(self) -> None:
        """Fetch nothing."""

    def get_hash_from_name(self, name: str) -> str:
        """Know no names: asv then takes what it was given for a hash."""
        raise NoSuchNameError(name)

    def get_name_from_hash(self, commit: str) -> None:
        """Know no names."""

    def get_hashes_from_range(self, range_spec: str) -> list[str]:
        """Know no ranges."""
        raise UserError(f"No repository knows the commits of this history, so there is no range {range_spec!r}.")

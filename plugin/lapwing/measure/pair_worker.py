"""What does a worker of a pair do? It collects its side, and takes slices of a benchmark when it is told to.

A pytest plugin, loaded by ``-p lapwing.measure.pair_worker``: the worker of ``pytest --perf``, whose plan of calls is
the orders that come over the channel. Fixtures are set up when a benchmark is opened and torn down when it is closed,
by pytest's own protocol.
"""

from __future__ import annotations

import json
import os
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from lapwing.errors import LapwingError
from lapwing.measure.declare import declare, options_of
from lapwing.measure.driven import Opened, Order, SliceTaken, driven
from lapwing.measure.observed import after, observed
from lapwing.measure.processors import keep_to
from lapwing.measure.sampler import Rules
from lapwing.measure.sides.origin import neutralise, strays
from lapwing.measure.spare import lacks_plugins, spare_plugins
from lapwing.measure.told_in_private import RULE, WATCHED
from lapwing.measure.worker import Ways, Worker, channel

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager

    from lapwing.measure.acquittal.watch import Watch
    from lapwing.measure.callgrind import Counter
    from lapwing.measure.looking import Looker
    from lapwing.measure.observed import Watching
    from lapwing.measure.sides.origin import Rule


class PairWorker(Worker):
    """One side of a pair."""

    def __init__(self, commands: int, answers: int, log: int, *, rule: Rule, watch: Watch | None = None) -> None:
        super().__init__(commands, answers, log)
        self._rule = rule
        self._watch = watch
        self._looking: Looker | None = None
        self._counter: Counter | None = None
        self._unfit: list[list[str]] = []

    def obey(self, command: dict[str, Any], items: dict[str, Any]) -> dict[str, Any]:
        """Do what a command says and return the answer."""
        if command["do"] == "declare":
            return self._declare(items)
        if command["do"] == "pin":
            cpu = command["cpu"]
            return {"say": "pinned", "cpu": cpu if cpu is not None and keep_to({cpu}) else None}
        item = items.get(command["item"])
        if item is None:
            return {"say": "unknown"}
        following = items.get(command["next"] or "")
        match command["do"]:
            case "open":
                ways = Ways(rules=_RULES, planner=partial(driven, orders=_Channel(self)))
                answer = self.measure(item, following, command["timeout"], ways)
            case "look":
                answer = self._looker(command).look(item, command["timeout"])
            case "count":
                answer = self._count(item, command["folder"])
            case _:
                answer = self._profile(item, following)
        return answer

    def _looker(self, command: dict[str, Any]) -> Looker:
        if self._looking is None:
            # In one session of fifty: it takes 50 ms to load what looks.
            from lapwing.measure.looking import Looker  # noqa: PLC0415

            assert self._watch is not None
            self._looking = Looker(self, self._rule["side"], self._watch, command["changed"])
        return self._looking

    def _count(self, item: Any, folder: str) -> dict[str, Any]:
        """Say how many instructions one call executes; nothing where that cannot be told."""
        from lapwing.measure.callgrind import Counter  # noqa: PLC0415 - one session of fifty counts

        counted: list[int] = []
        # One for the session: valgrind numbers what it writes from its own beginning.
        self._counter = counter = self._counter or Counter(folder)

        def look(call: Callable[[], Any]) -> Any:
            counted.append(counter.count(call))
            return call()

        ways = Ways(rules=_RULES, planner=partial(observed, calls=1, seconds=0.0), look=look)
        self.measure(item, None, _LOOK_SECONDS, ways)
        return {"say": "counted", "count": counted[0] if counted else None}

    def _profile(self, item: Any, following: Any) -> dict[str, Any]:
        """Say in which functions the time of a call goes, and on which stacks."""
        # Here, since one session of fifty profiles.
        from lapwing.measure import sampling  # noqa: PLC0415
        from lapwing.measure.profiler import CALLS, SECONDS, Profiler  # noqa: PLC0415

        profiler = Profiler((self._rule["side"],))
        planner = partial(observed, calls=CALLS + 1, seconds=SECONDS)
        for watching in (profiler.counting, profiler.stacking):
            answer = self._watched(item, following, planner, watching)
            if answer["failure"] is not None:
                return answer
        if profiler.can_sample:
            planner = partial(
                observed, calls=sampling.MOST_CALLS, seconds=sampling.CALLS_SECONDS, going_on=profiler.samples
            )
            # A benchmark that fails after so many calls has what was seen before all the same.
            self._watched(item, following, planner, profiler.sampling)
        seen = profiler.profiled()
        return {
            "say": "profiled",
            "frames": [[one.file, one.line, one.name, one.calls, one.own] for one in seen.frames],
            "stacks": [[one.frames, one.own] for one in seen.stacks],
        }

    def _watched(self, item: Any, following: Any, planner: Callable[..., Any], watching: Watching) -> dict[str, Any]:
        """Measure with somebody watching each call after the first; the first too, where the test makes no other."""
        seen = 0

        def one() -> AbstractContextManager[None]:
            nonlocal seen
            seen += 1
            return watching()

        for warm in (1, 0):
            ways = Ways(rules=_RULES, planner=partial(planner, least=warm + 1), watching=after(warm, one))
            answer = self.measure(item, following, _LOOK_SECONDS, ways)
            if seen or answer["failure"] is not None:
                break
        return answer

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected: its benchmarks are missing for a reason."""
        if report.failed:
            self._unfit.append([report.nodeid, report.longreprtext[-4_000:]])

    def _declare(self, items: dict[str, Any]) -> dict[str, Any]:
        """Say which benchmarks there are, what could not be collected, and what was imported from elsewhere."""
        try:
            found = declare(items.values())
        except LapwingError as error:
            return {"say": "refused", "slug": error.slug, "message": error.message, "remedy": error.remedy}
        return {
            "say": "declared",
            "benchmarks": [_plain(one.declared) for one in found],
            "timeouts": {one.declared.benchmark: options_of(one.item).timeout for one in found},
            "unfit": self._unfit,
            "strays": strays(self._rule),
            "spare": spare_plugins([one.item for one in found]),
            "lacks": lacks_plugins(one.item for one in found),
        }


_RULES = Rules(share=0.0)
_LOOK_SECONDS = 300.0


class _Channel:
    """The orders of a slice, as lines of the worker's channel."""

    def __init__(self, worker: PairWorker) -> None:
        self._worker = worker

    def opened(self, opened: Opened) -> None:
        self._worker.answer({"say": "open", "call": opened.call, "loops": opened.loops, "most": opened.most})

    def next(self) -> Order | None:
        command = json.loads(self._worker.commands.readline() or '{"do": "close"}')
        if command["do"] != "slice":
            return None
        return Order(readings=command["readings"], loops=command["loops"])

    def taken(self, taken: SliceTaken) -> None:
        self._worker.answer({"say": "slice", "value": taken.value, "cpu": taken.cpu, "waited": taken.waited})


def _plain(noun: Any) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in type(noun).__slots__}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Before pytest-cov looks whether it was asked to measure: it was not. A traced loop is 2 to 30 times slower."""
    known = early_config.known_args_namespace
    if hasattr(known, "cov_source"):
        known.cov_source = []
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to be loaded by hand."""
    if not hasattr(config, "workerinput"):
        raise pytest.UsageError("lapwing.measure.pair_worker is loaded by 'lapwing compare' in processes of its own.")


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Take the channel out of the environment, where the tests would see it, and register the worker."""
    found = channel()
    if found is not None:
        rule: Rule = json.loads(os.environ.pop(RULE))
        neutralise(rule)  # before a conftest or a plugin imports anything of the project
        watch = _watching(rule) if os.environ.pop(WATCHED, "") else None
        pluginmanager.register(PairWorker(*found, rule=rule, watch=watch), "lapwing-worker")


def _watching(rule: Rule) -> Watch:
    from lapwing.measure.acquittal.watch import Watch  # noqa: PLC0415 - one session of fifty is watched

    watch = Watch(rule["side"])
    watch.__enter__()  # for as long as the session lasts
    return watch

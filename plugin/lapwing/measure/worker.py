"""What does a worker process do? It collects like the session that started it, and measures what it is told to.

A pytest plugin, loaded by ``-p lapwing.measure.worker`` in a session of its own. The session says it is a worker of
pytest-xdist, which is what plugins that write files (junitxml, html, the cache, coverage) look for before they write.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from lapwing.measure.asv_suite import suite_of
from lapwing.measure.body import measuring
from lapwing.measure.clock import system_stopwatch
from lapwing.measure.declare import options_of, style_of
from lapwing.measure.fixtures import Fixtures
from lapwing.measure.leaks import Leak, find, look
from lapwing.measure.meter import FORKED, Meter
from lapwing.measure.neighbours import settle
from lapwing.measure.perf_fixture import MeasuringPerf
from lapwing.measure.prepare import filled
from lapwing.measure.quiet import settle_heap
from lapwing.measure.reports import bounded
from lapwing.measure.sampler import Rules, plan

if TYPE_CHECKING:
    from collections.abc import Generator

    from lapwing.measure.leaks import World
    from lapwing.measure.meter import Look, Planner
    from lapwing.measure.observed import Watching

_MESSAGE: Final = 1_000
_ENCODE: Final = json.JSONEncoder(default=repr).encode
"""Made once: ``json.dumps`` with a default makes a new encoder for every answer, and there are 100,000 slices."""


class Worker:
    """Measures the session's benchmarks one by one, on command."""

    def __init__(self, commands: int, answers: int, log: int) -> None:
        self.commands = os.fdopen(commands, "rb")
        self.answers = os.fdopen(answers, "wb")
        self._log = log
        self.home = os.getpid()
        self.stopwatch = system_stopwatch()
        self._current: _Current | None = None
        self.last: Meter | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Become a quiet worker before any plugin is configured."""
        settle(config)
        if config.option.perf_asv_suite is not None:
            config.pluginmanager.register(suite_of(config, config.option.perf_asv_suite), "lapwing-asv-suite")
        config.pluginmanager.register(Fixtures(self._now), "lapwing-fixtures")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take commands until there are no more."""
        items = {item.nodeid: item for item in session.items}
        settle_heap()
        session.config.option.no_summary = True  # what failed is told by the session that asked
        self.answer({"say": "ready", "items": len(items)})
        for line in self.commands:
            command = json.loads(line)
            if command["do"] == "quit":
                break
            self.answer(self.obey(command, items))
        return True

    def obey(self, command: dict[str, Any], items: dict[str, Any]) -> dict[str, Any]:
        """Do what a command says and return the answer."""
        item = items.get(command["item"])
        if item is None:
            return {"say": "unknown"}
        rules = Rules(share=command["share"], near=command["near"], single=command["single"])
        return self.measure(item, items.get(command["next"] or ""), command["timeout"], Ways(rules=rules))

    def measure(self, item: Any, following: Any, timeout: float, ways: Ways) -> dict[str, Any]:
        """Run one test as pytest does, its call in the way that ``ways`` says, and return what came of it."""
        self._current = current = _Current(item, ways, self.stopwatch)
        faulthandler.dump_traceback_later(timeout, exit=True, file=self._log)
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            faulthandler.cancel_dump_traceback_later()
            self._current = None
        # What would end a session (-x, pytest.exit in a fixture) is the controller's business.
        item.session.shouldfail = item.session.shouldstop = False
        leaks = find(current.before, current.after) if current.before and current.after else []
        self.last = current.meter
        return current.answer(leaks)

    @pytest.hookimpl(tryfirst=True, hookwrapper=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, Any, None]:
        """Put the measuring function in the place of the test's own, for the time of the call."""
        current = self._current
        if current is None or current.item is not item:
            yield
            return
        original = item.obj
        current.before = look()
        if current.style is not None:
            current.fill_setup()
            item.obj = measuring(original, style=current.style, meter=current.meter, block=current.perf.block)
            _tell_unittest(item)
        try:
            outcome = yield
        finally:
            item.obj = original
            if os.getpid() != self.home:
                self._disown()
            current.after = look()
        if outcome.excinfo is None and not current.has_something():
            outcome.force_exception(pytest.fail.Exception(_unmeasured(current.style), pytrace=False))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the reports of what is measured, to be told in the session that started this one."""
        if self._current is not None:
            self._current.reports.append(report)

    def _now(self) -> tuple[Meter, MeasuringPerf] | None:
        return (self._current.meter, self._current.perf) if self._current is not None else None

    def _disown(self) -> None:
        """In a child that the test forked and did not end: say so for the parent, and end them both.

        It would tear the fixtures down a second time, and answer after the parent, for another benchmark.
        """
        forked = f"[forked] {FORKED} Remedy: end the child in the test, with os._exit()."
        nothing: dict[str, Any] = {"taken": None, "records": [], "warnings": [], "reports": []}
        self.answer({"say": "measured", "failure": ["raised", forked], "stale": True} | nothing)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    def answer(self, message: dict[str, Any]) -> None:
        """Send an answer."""
        self.answers.write(_ENCODE(message).encode("ascii") + b"\n")
        self.answers.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a test's call is made: by which rules, at whose word, and who looks on where it is not timed."""

    rules: Rules
    planner: Planner = plan
    watching: Watching | None = None
    look: Look | None = None


class _Current:
    """The benchmark that is being measured."""

    def __init__(self, item: Any, ways: Ways, stopwatch: Any) -> None:
        self.item = item
        self.style = style_of(item)
        self.options = options_of(item)
        rules = replace(
            ways.rules, loops=self.options.loops, warmup=self.options.warmup, per_call=self.options.per_call
        )
        self.meter = Meter(
            rules=rules,
            stopwatch=stopwatch,
            collector=self.options.gc == "on",
            planner=ways.planner,
            watching=ways.watching,
            look=ways.look,
        )
        self.perf = MeasuringPerf(self.meter)
        self.reports: list[pytest.TestReport] = []
        self.before: World | None = None
        self.after: World | None = None

    def fill_setup(self) -> None:
        if self.options.setup is not None:
            self.meter.prepare = filled(self.options.setup, self.item)

    def has_something(self) -> bool:
        return self.meter.taken is not None or bool(self.meter.records)

    def answer(self, leaks: list[Leak]) -> dict[str, Any]:
        """Return everything that came of it, as plain data."""
        config = self.item.config
        taken = self.meter.taken
        return {
            "say": "measured",
            "taken": None
            if taken is None
            else {
                "time": taken.time,
                "cpu_time": taken.cpu_time,
                "loops": taken.loops,
                "spent": taken.spent,
                "single": taken.single,
                "longest": taken.longest,
            },
            "records": [
                {
                    "name": name,
                    "values": [record.value for record in records],
                    "unit": [records[0].unit.symbol, records[0].unit.better, records[0].unit.noise],
                }
                for name, records in self.meter.records.items()
            ],
            "warnings": [
                [one.slug, one.message, one.remedy]
                for one in (*(taken.warnings if taken is not None else ()), *(leak.warning() for leak in leaks))
            ],
            "stale": any(not leak.mended for leak in leaks),
            "failure": self._failure(),
            "reports": [
                config.hook.pytest_report_to_serializable(config=config, report=bounded(report))
                for report in self.reports  # after the failure was read from them
            ],
        }

    def _failure(self) -> list[str] | None:
        """Return the kind and the message of what kept this from being a sample."""
        for report in self.reports:
            if report.failed:
                return ["raised" if self.has_something() or not _is_ours(report) else "unmeasured", _crash(report)]
        for report in self.reports:
            if report.skipped:
                reason = getattr(report, "wasxfail", None)
                return ["skipped", f"expected to fail: {reason}" if reason is not None else _skip_reason(report)]
        if not self.has_something():
            return ["unmeasured", _unmeasured(self.style)]
        return None


def _tell_unittest(item: Any) -> None:
    """Put the measuring function where unittest looks: pytest does so for plain methods, not for coroutines."""
    unittest = sys.modules.get("unittest")
    if unittest is not None and isinstance(item.instance, unittest.TestCase):
        setattr(item.instance, item.name, item.obj)


def _unmeasured(style: str | None) -> str:
    if style == "body":
        return (
            "[unmeasured] Whoever runs this test did not call it. Remedy: measure a part of it, with the perf fixture."
        )
    how = "benchmark(...)" if style == "benchmark" else "perf(...), 'with perf:' or perf.record(...)"
    return f"[unmeasured] The test asks for the {style} fixture and measures nothing. Remedy: call {how} in it."


def _is_ours(report: pytest.TestReport) -> bool:
    text = _crash(report)
    return "[unmeasured]" in text or "[too-fast]" in text or "[block-not-reached]" in text


def _crash(report: pytest.TestReport) -> str:
    """Return what was raised and where, in a line or two."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return report.longreprtext.strip()[-_MESSAGE:] or f"{report.when} failed"
    message = str(crash.message)[:_MESSAGE]
    if message.startswith("Failed: ["):  # said by us, not raised at a place of the test's
        return message.removeprefix("Failed: ")
    return f"{message} ({crash.path}:{crash.lineno})"


def _skip_reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")[:_MESSAGE]
    return "skipped"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to be loaded by hand."""
    if not hasattr(config, "workerinput"):
        raise pytest.UsageError("lapwing.measure.worker is loaded by 'pytest --perf' in processes of its own.")


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Take the channel out of the environment, where the tests would see it, and register the worker."""
    found = channel()
    if found is not None:
        pluginmanager.register(Worker(*found), "lapwing-worker")


def channel() -> tuple[int, int, int] | None:
    """Take the channel out of the environment: where commands come from, where answers go, where to log."""
    described = os.environ.pop("LAPWING_CHANNEL", "")
    if not described:
        return None
    commands, answers, log = map(int, described.split(","))
    return commands, answers, log

"""pytest's hooks, and nothing else: every pytest run loads this, so it imports nothing that only ``--perf`` needs.

Its assertions are not for pytest to rewrite (PYTEST_DONT_REWRITE): where no bytecode is kept that costs 7 ms a run.
"""

# ruff: noqa: PLC0415 - the reason is above
from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from lapwing.errors import LapwingError
    from lapwing.measure.declare import Benchmark
    from lapwing.measure.perf_fixture import PlainPerf
    from lapwing.measure.workers import Workers
    from lapwing.model import Report, Run, Shard
    from lapwing.settings import Settings
    from lapwing.wiring.anchor import Invocation


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flags; what they mean and their defaults is the business of :mod:`lapwing.settings`."""
    group = parser.getgroup("lapwing", "Lapwing: measure the tests marked @perf")
    group.addoption("--perf", action="store_true", help="measure the @perf tests, record them and judge them")
    values = (
        ("store", "URL", "where the history is kept: a path, a URL, or 'none'"),
        ("json", "FILE", "also write the report to FILE, as JSON"),
        ("max-time", "SECONDS", "end measuring after this time, whatever is left"),
        ("time", "SECONDS", "time for each benchmark, over all its processes (default 1)"),
        ("processes", "N", "fresh processes to measure each benchmark in (default 5)"),
        ("limit", "X", "the relative change that matters (default 0.05)"),
        ("timeout", "SECONDS", "give a benchmark up after this time in one process (default 60)"),
        ("anchor", "TAG", "also measure against TAG, a commit, or 'auto' for the last release, and judge the ratios"),
        ("asv-suite", "DIR", "also measure the benchmarks written for asv in this folder"),
        ("fail-on", "OUTCOME", "'inconclusive': exit with 3 where nothing could be told"),
        ("shard", "I/N", "measure part I of N of the benchmarks; 'lapwing check' judges all parts together"),
        ("part", "I/N", "what is collected is part I of N already: say so, and take nothing away"),
        ("shard-group", "NAME", "the invocation that all parts are of (default: the CI's own name of its run)"),
    )
    for name, metavar, text in values:
        group.addoption(f"--perf-{name}", metavar=metavar, default=None, help=text)


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Before plugins are configured: take pytest-xdist and pytest-benchmark out of a session that measures."""
    if _measures(config):
        from lapwing.measure.neighbours import step_aside, stop_distributing

        session = PerfSession(config, was_distributed=stop_distributing(config))
        step_aside(config)
        config.pluginmanager.register(session, "lapwing-session")


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker is."""
    config.addinivalue_line(
        "markers",
        "perf(limit, budget, setup, id, was, loops, warmup, gc, time_budget, processes, timeout, metric): "
        "a benchmark; 'pytest --perf' measures it.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a mark that --perf would refuse, in every run: whoever writes it wants to know at once."""
    if _measures(config) or hasattr(config, "workerinput"):
        return
    marked = [item for item in items if item.get_closest_marker("perf") is not None]
    if marked:
        from lapwing.errors import LapwingError
        from lapwing.measure.declare import options_of

        try:
            for item in marked:
                options_of(item)
        except LapwingError as error:
            _exit(error)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Run a benchmark's ``setup`` before its one call in an ordinary run."""
    if item.get_closest_marker("perf") is None or item.config.pluginmanager.hasplugin("lapwing-worker"):
        return
    from lapwing.measure.declare import options_of

    setup = options_of(item).setup
    if setup is not None and isinstance(item, pytest.Function):
        from lapwing.measure.prepare import prepared_once

        item.obj = prepared_once(item, setup)


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an async benchmark that no plugin for async tests has taken."""
    function = pyfuncitem.obj
    if not inspect.iscoroutinefunction(function):
        return None
    if pyfuncitem.get_closest_marker("perf") is None and "perf" not in pyfuncitem.fixturenames:
        return None
    import asyncio

    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest's own hook reads them
    asyncio.run(function(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def perf() -> PlainPerf:
    """Measure a part of a test under --perf, by a call of perf or in its with block, or record a number."""
    from lapwing.measure.perf_fixture import PlainPerf

    return PlainPerf()


def _measures(config: pytest.Config) -> bool:
    """Tell whether this session is the one that was asked to measure, and no worker of anybody's."""
    return bool(config.option.perf) and not hasattr(config, "workerinput")


def _exit(error: LapwingError) -> None:
    """End the session with the error's one sentence and its exit code."""
    raise pytest.exit.Exception(f"lapwing: {_escaped(str(error))}", returncode=error.exit_code) from None


def _escaped(text: str) -> str:
    from lapwing.report.escape import escape

    return "\n".join(escape(line) for line in text.splitlines())


class PerfSession:
    """The hooks of a session that measures."""

    def __init__(self, config: pytest.Config, *, was_distributed: bool) -> None:
        self._config = config
        self._was_distributed = was_distributed
        self._settings: Settings | None = None
        self._benchmarks: list[Benchmark] = []
        self._suite: tuple[str, ...] = ()
        self._collected = False
        self._result: tuple[Run, Report] | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Read the settings, and offer the fixtures of a measuring session so that tests can be collected."""
        from os import environ

        from lapwing.errors import LapwingError
        from lapwing.measure.fixtures import Fixtures
        from lapwing.settings import load

        option = config.option
        flags = {
            "store": option.perf_store,
            "limit": option.perf_limit,
            "time_budget": option.perf_time,
            "max_time": option.perf_max_time,
            "processes": option.perf_processes,
            "timeout": option.perf_timeout,
            "fail_on": option.perf_fail_on,
            "anchor": option.perf_anchor,
            "shard": option.perf_shard,
            "part": option.perf_part,
            "shard_group": option.perf_shard_group,
            "asv_suite": option.perf_asv_suite,
        }
        try:
            self._settings = load(config.rootpath, environ, flags)
            if self._settings.asv_suite is not None:
                from lapwing.measure.asv_suite import suite_of

                config.pluginmanager.register(suite_of(config, self._settings.asv_suite), "lapwing-asv-suite")
        except LapwingError as error:
            _exit(error)
        config.pluginmanager.register(Fixtures(lambda: None), "lapwing-fixtures")

    def pytest_report_header(self) -> list[str]:
        """Say how it is measured, and what was switched off for it."""
        from lapwing.measure.clock import system_stopwatch

        settings = self._settings
        assert settings is not None
        timer = system_stopwatch().reading_cost() * 1e9
        share = f"{settings.time_budget:g} s for each benchmark, over {settings.processes} fresh processes"
        lines = [f"lapwing: {share}; the timer's own {timer:.0f} ns are subtracted"]
        if settings.shard is not None:
            lines.append("lapwing: shard {} of {}; 'lapwing check' judges all of them together".format(*settings.shard))
        if self._was_distributed:
            lines.append("lapwing: pytest-xdist is off, since two benchmarks at once would measure each other")
        return lines

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the benchmarks, of a shard its own; everything else is deselected."""
        from lapwing.errors import LapwingError
        from lapwing.measure.declare import declare
        from lapwing.measure.shards import dealt

        try:
            self._benchmarks = declare(items)
        except LapwingError as error:
            _exit(error)
        self._suite = tuple(benchmark.declared.benchmark for benchmark in self._benchmarks)
        if self._settings is not None and self._settings.shard is not None:
            mine = dealt(self._suite, *self._settings.shard)
            self._benchmarks = [one for one in self._benchmarks if one.declared.benchmark in mine]
        kept = {id(benchmark.item) for benchmark in self._benchmarks}
        ordinary = [item for item in items if id(item) not in kept]
        if ordinary:
            config.hook.pytest_deselected(items=ordinary)
        items[:] = [benchmark.item for benchmark in self._benchmarks]
        self._collected = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Measure instead of running."""
        if session.config.option.collectonly or not session.items:
            return None
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            return None  # pytest's own loop says so
        from lapwing.errors import LapwingError

        # Who deselects after us, as pytest-split does, has taken them away from here as well.
        selected = {id(item) for item in session.items}
        self._benchmarks = [one for one in self._benchmarks if id(one.item) in selected]
        try:
            self._measure(session)
        except LapwingError as error:
            _exit(error)
        return True

    def _measure(self, session: pytest.Session) -> None:
        from lapwing.measure.telling import progress_on, tell_reports
        from lapwing.wiring import adapters, told
        from lapwing.wiring.main_job import MainJob

        settings, target = self._settings, self._json_target()
        assert settings is not None
        workers = self._workers(settings)
        job = MainJob(
            settings=settings,
            root=self._config.rootpath,
            sampler=workers,
            invocation=self._invocation(),
            shard=self._shard(settings),
        )
        reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        for doubt in job.preflight():
            if reporter is not None:
                reporter.write_line(_escaped(f"lapwing: [{doubt.slug}] {doubt.message} Remedy: {doubt.remedy}"))
        if self._config.get_verbosity() < 0:
            reporter = None
        try:
            with progress_on(reporter) as progress:
                run, report = job.run([benchmark.declared for benchmark in self._benchmarks], progress)
        except KeyboardInterrupt:
            if not job.rescued:
                raise
            ways = ", ".join(job.rescued)
            raise session.Interrupted(f"Ctrl-C; what was measured is kept and not judged, send it by: {ways}") from None
        self._result = run, report
        tell_reports(session.items, workers.reports, workers.failed)
        if target is not None:
            told.write_json(report, target)
        if workers.interrupted or job.interrupted:
            kept = "what was measured is shown only" if settings.store == adapters.NO_STORE else "the run is kept"
            raise session.Interrupted(f"Ctrl-C; {kept}, marked incomplete")
        if session.shouldfail:
            raise session.Failed(session.shouldfail)

    def _shard(self, settings: Settings) -> Shard | None:
        from lapwing.measure.neighbours import split_by
        from lapwing.measure.shards import shard_of

        return shard_of(
            settings.shard or settings.part or split_by(self._config),
            suite=self._suite,
            kept=[benchmark.declared.benchmark for benchmark in self._benchmarks],
            dealt_here=settings.shard is not None,
            group=settings.shard_group,
            attempt=settings.shard_attempt,
        )

    def _invocation(self) -> Invocation:
        from lapwing.wiring.anchor import Invocation

        given = self._config.invocation_params
        return Invocation(arguments=tuple(map(str, given.args)), cwd=given.dir)

    @property
    def _is_empty_shard(self) -> bool:
        """Whether there are fewer benchmarks than shards, so that nothing was left for this one, which is fine."""
        sharded = self._settings is not None and self._settings.shard is not None
        return sharded and bool(self._suite) and not self._benchmarks

    def _json_target(self) -> Path | None:
        """Return the file the report goes to as well; refuse one that cannot be before anything is measured."""
        from pathlib import Path

        from lapwing.errors import UsageError

        if not self._config.option.perf_json:
            return None
        target = Path(self._config.invocation_params.dir, self._config.option.perf_json)
        if target.is_dir() or not target.parent.is_dir():
            raise UsageError(
                "unwritable-file",
                f"{target} cannot be written: {'it is a folder' if target.is_dir() else 'its folder does not exist'}.",
                remedy="name a file that can be.",
            )
        return target

    def _workers(self, settings: Settings) -> Workers:
        from random import SystemRandom

        from lapwing.measure.clock import system_stopwatch
        from lapwing.measure.neighbours import worker_arguments
        from lapwing.measure.process import launch_like_this
        from lapwing.measure.workers import Workers

        config = self._config
        return Workers(
            launch=launch_like_this(
                worker_arguments(config, asv_suite=settings.asv_suite), str(config.invocation_params.dir)
            ),
            options={benchmark.declared.node_id: benchmark.options for benchmark in self._benchmarks},
            time_budget=settings.time_budget,
            processes=settings.processes,
            timeout=settings.timeout,
            max_time=settings.max_time,
            seed=SystemRandom().getrandbits(64),
            clock=system_stopwatch().wall,
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Exit with what the verdict says, unless pytest itself has a reason to stop."""
        if self._is_empty_shard and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
        if self._result is None or self._settings is None:
            return
        if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            from lapwing.wiring.told import exit_code

            session.exitstatus = exit_code(self._result[1], self._settings) or session.exitstatus

    @pytest.hookimpl(wrapper=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, Any, Any]:
        """Print the report, after the failures."""
        outcome = yield
        if self._result is not None:
            from lapwing.report.look import needs_ascii
            from lapwing.wiring.told import render

            assert self._settings is not None
            writer = terminalreporter._tw  # noqa: SLF001 - only it knows the width it prints to
            text = render(
                self._result[1],
                self._settings,
                width=writer.fullwidth,
                color=bool(writer.hasmarkup),
                verbosity=self._config.get_verbosity(),
                ascii_only=needs_ascii(getattr(writer._file, "encoding", None)),  # noqa: SLF001 - the same
            )
            terminalreporter.ensure_newline()
            terminalreporter.write(text.rstrip("\n") + "\n")
        elif self._is_empty_shard:
            count = len(self._suite)
            terminalreporter.write_line(f"lapwing: nothing is left for this shard; the suite has {count} in all.")
        elif self._collected and not self._benchmarks:
            terminalreporter.write_line("lapwing: no benchmark was collected; mark a test with @perf to make it one.")
        return outcome

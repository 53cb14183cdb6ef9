"""How do other plugins live in a session that measures? Who writes files or distributes tests is told not to.

Names of plugins and of their options stand here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

# Unregistered before they are configured: they stand between a test and its one call. pytest-benchmark refuses any
# `benchmark` fixture but its own; pytest-rerunfailures runs protocols of its own and expects a server.
_AWAY: Final = ("pytest_benchmark.plugin", "pytest_rerunfailures")

# Options of pytest and pytest-xdist that a session of ours cannot have, where they exist.
_WORKER_OPTIONS: Final[Mapping[str, Any]] = {
    "usepdb": False,
    "usepdb_cls": None,
    "trace": False,
    "maxfail": 0,
    "lf": False,
    "failedfirst": False,
    "newfirst": False,
    "stepwise": False,
    "stepwise_skip": False,
    "stepwise_reset": False,
    "cacheclear": False,
    "collectonly": False,
    "setuponly": False,
    "setupplan": False,
    "durations": None,
    "tbstyle": "auto",
}
_XDIST_OPTIONS: Final[Mapping[str, Any]] = {
    "dist": "no",
    "distload": False,
    "tx": [],
    "numprocesses": None,
    "maxprocesses": None,
    "looponfail": False,
}
_COVERAGE: Final = ("_cov", "pytest_cov")

# Variables through which coverage starts itself in every Python process; a traced loop is 2 to 30 times slower.
SCRUBBED: Final = ("COV_CORE_SOURCE", "COV_CORE_CONFIG", "COV_CORE_DATAFILE", "COV_CORE_CONTEXT", "COV_CORE_BRANCH",
                   "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "PYTEST_XDIST_WORKER",
                   "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID", "PYTEST_CURRENT_TEST")  # fmt: skip


def step_aside(config: pytest.Config) -> None:
    """Unregister the plugins that cannot share a measured test, and say for them what their marks are."""
    for plugin in list(config.pluginmanager.get_plugins()):
        if getattr(plugin, "__name__", "") in _AWAY:
            config.pluginmanager.unregister(plugin)
    config.addinivalue_line("markers", "benchmark: a benchmark's options, as of pytest-benchmark.")
    config.addinivalue_line("markers", "flaky: reruns, as of pytest-rerunfailures; a benchmark is not rerun.")


def stop_distributing(config: pytest.Config) -> bool:
    """Switch pytest-xdist off, if it is on; tell whether it was."""
    option = config.option
    was_on = getattr(option, "dist", "no") != "no" or bool(getattr(option, "numprocesses", None))
    _set(option, _XDIST_OPTIONS)
    return was_on


def split_by(config: pytest.Config) -> tuple[int, int] | None:
    """Return the part of how many that pytest-split was asked for; None where it was not."""
    count, index = getattr(config.option, "splits", None), getattr(config.option, "group", None)
    if isinstance(count, int) and isinstance(index, int) and 1 <= index <= count and count > 1:
        return index, count
    return None


def settle(config: pytest.Config) -> None:
    """Make this session a worker: nothing is written, nothing stops it, every test can be found."""
    _set(config.option, _WORKER_OPTIONS)
    _set(config.option, _XDIST_OPTIONS)
    described: dict[str, Any] = {
        "workerid": "lapwing",
        "workercount": 1,
        "testrunuid": "lapwing",
        "mainargv": ["pytest"],
    }
    seed = getattr(config.option, "randomly_seed", None)
    if seed is not None:  # pytest-randomly takes its seed from there
        described["randomly_seed"] = seed if isinstance(seed, int) else 0
    config.workerinput = described  # type: ignore[attr-defined]  # what pytest-xdist calls it
    config.workeroutput = {}  # type: ignore[attr-defined]  # the same
    step_aside(config)


def worker_arguments(config: pytest.Config) -> list[str]:
    """Return the arguments of a worker's session: those of this one, without coverage, and the worker."""
    arguments = [str(argument) for argument in config.invocation_params.args]
    ours = ["-p", "lapwing.measure.worker"]
    if any(config.pluginmanager.hasplugin(name) for name in _COVERAGE):
        ours.append("--no-cov")  # behind --cov, or pytest-cov warns
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:place], *ours, *arguments[place:]]


def _set(option: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if hasattr(option, name):
            setattr(option, name, value)

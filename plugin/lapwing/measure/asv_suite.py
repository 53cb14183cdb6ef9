"""How does a suite written for asv become pytest items? Its files are collected through asv_runner, as asv itself does.

Each benchmark, with each combination of its parameters, is one item, under the id that an import of asv's results gives
it. What is timed is the benchmark's own function; ``setup`` and ``teardown`` are the item's.
"""

from __future__ import annotations

import functools
import itertools
import os
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import pytest

from lapwing.errors import UsageError
from lapwing.measure.peak_memory import peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__tracebackhide__ = True  # a failing benchmark shows its own lines, not ours
_CACHES: Final[pytest.StashKey[dict[str, Any]]] = pytest.StashKey()
_SECONDS_OF_A_YEAR: Final = 3.15e7


class AsvSuite:
    """The hooks of a session that measures an asv suite, the package in the folder ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[Path, list[Any]] | None = None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Take the files of the suite; everything else is pytest's own business."""
        if file_path.suffix != ".py" or self._root not in file_path.parents:
            return None
        module: AsvModule = AsvModule.from_parent(parent, path=file_path)
        module.suite = self
        return module

    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Take the suite's folders for folders: of a package pytest imports ``__init__.py`` by its own way.

        That way puts the folder that the package is in on ``sys.path``, which asv does not.
        """
        if path != self._root and self._root not in path.parents:
            return None
        folder: pytest.Dir = pytest.Dir.from_parent(parent, path=path)
        return folder

    def benchmarks(self, path: Path) -> list[Any]:
        """Return the benchmarks of one file; the suite is discovered whole, once, as asv_runner has it."""
        if self._found is None:
            self._found = {}
            for benchmark in _discovered(self._root):
                module = benchmark._attr_sources[-1]  # noqa: SLF001 - where asv_runner itself looks for attributes
                self._found.setdefault(Path(module.__file__), []).append(benchmark)
        return self._found.get(path, [])


def suite_of(config: pytest.Config, given: str) -> AsvSuite:
    """Return the suite in the folder ``given``, and have the session collect it where no argument says what to collect.

    Raises:
        UsageError: there is no such package (``no-asv-suite``), or asv_runner is not installed (``no-asv-runner``).
    """
    root = Path(os.path.abspath(config.rootpath / given))  # noqa: PTH100 - a link is where it is, as pytest has it
    if not (root / "__init__.py").is_file():
        raise UsageError(
            "no-asv-suite",
            f"{given!r:.200} is no asv suite: there is no package in it.",
            remedy="name the folder that asv.conf.json calls benchmark_dir.",
        )
    if find_spec("asv_runner") is None:
        raise UsageError(
            "no-asv-runner",
            "An asv suite is collected by asv_runner, which is not installed.",
            remedy="pip install asv_runner.",
        )
    if config.args_source is not pytest.Config.ArgsSource.ARGS and str(root) not in config.args:
        config.args.append(str(root))
    return AsvSuite(root)


def _discovered(root: Path) -> Iterator[Any]:
    from asv_runner._aux import update_sys_path  # noqa: PLC0415 - only where there is such a suite
    from asv_runner.discovery import disc_benchmarks  # noqa: PLC0415 - the same

    # The package alone can be imported, as asv has it: the folder it is in may well hold a copy of the project that is
    # not the one installed.
    update_sys_path(str(root))
    # A function that another module imports is found there too, as asv finds it; the first is the one.
    seen: set[str] = set()
    for benchmark in disc_benchmarks(str(root)):
        if benchmark.name not in seen:
            seen.add(benchmark.name)
            yield benchmark


class AsvModule(pytest.Module):
    """A file of an asv suite."""

    suite: AsvSuite

    def _getobj(self) -> Any:
        """Import nothing: asv_runner has, under the name by which the suite's files know each other."""
        found = self.suite.benchmarks(self.path)
        return found[0]._attr_sources[-1] if found else SimpleNamespace(__name__=self.path.stem)  # noqa: SLF001

    def collect(self) -> Iterator[AsvItem]:
        """Yield an item for each combination of each benchmark's parameters."""
        for benchmark in self.suite.benchmarks(self.path):
            texts, values = (itertools.product(*some) for some in (benchmark.params, benchmark._params))  # noqa: SLF001
            for place, (shown, given) in enumerate(zip(texts, values, strict=True)):
                yield _item(self, benchmark, place, shown, given)


def _item(parent: AsvModule, benchmark: Any, place: int, shown: Sequence[str], values: Sequence[Any]) -> AsvItem:
    stable = f"{benchmark.name}({', '.join(shown)})" if shown else benchmark.name
    label = benchmark.name.rpartition(".")[2]
    # As pytest names its own: within the file, parameters in brackets.
    module = parent.obj.__name__.partition(".")[2]
    name = benchmark.name.removeprefix(f"{module}.") + (f"[{'-'.join(shown)}]" if shown else "")
    given: dict[str, Any] = {"id": stable}
    if isinstance(benchmark.timeout, (int, float)) and 0 < benchmark.timeout < _SECONDS_OF_A_YEAR:
        given["timeout"] = float(benchmark.timeout)
    if _is_timed(benchmark) and benchmark.number == 1 and benchmark._setups:  # noqa: SLF001 - asv's word for it
        # asv's promise to who sets number = 1: each call finds what setup made.
        given |= {"setup": benchmark.redo_setup, "loops": 1}
    item: AsvItem = AsvItem.from_parent(parent, name=name, callobj=_called(benchmark, label))
    item.benchmark, item.place = benchmark, place
    mark = pytest.mark.perf(**given)
    item.add_marker(mark)
    if shown:
        _tell_parameters(item, dict(zip(benchmark.param_names, values, strict=False)), "-".join(shown), mark.mark)
    return item


def _tell_parameters(item: Any, names: dict[str, Any], label: str, mark: pytest.Mark) -> None:
    """Tell what reads parameters off an item those of this one; no fixture has them, so no scope is theirs."""
    item.callspec = SimpleNamespace(params=names, id=label, marks=[mark], indices={}, _arg2scope=dict.fromkeys(names))


class AsvItem(pytest.Function):
    """One benchmark of an asv suite with one combination of its parameters."""

    benchmark: Any
    place: int
    is_set_up: bool = False

    def setup(self) -> None:
        """Do what asv does before a benchmark; its way to skip one is ours to skip it."""
        super().setup()
        if self.benchmark._params:  # noqa: SLF001 - no public way to ask
            self.benchmark.set_param_idx(self.place)
        self.benchmark._redo_setup_next = False  # noqa: SLF001 - another combination may have left it set
        self.benchmark.set_cache(self._cache())
        if self.benchmark.do_setup():
            pytest.skip("asv: skipped by setup or skip_params")
        self.is_set_up = True
        if _is_timed(self.benchmark):
            self.obj = _timed(self.benchmark)

    def teardown(self) -> None:
        """Do what asv does after it, and not where it was skipped."""
        try:
            if self.is_set_up:
                self.is_set_up = False
                self.benchmark.do_teardown()
        finally:
            super().teardown()

    def _cache(self) -> Any:
        """Return what ``setup_cache`` made; it is called once in a process for all benchmarks that share it."""
        key = self.benchmark.setup_cache_key
        if key is None:
            return None
        caches = self.session.stash.setdefault(_CACHES, {})
        if key not in caches:
            caches[key] = self.benchmark.do_setup_cache()
        return caches[key]


def _is_timed(benchmark: Any) -> bool:
    """Tell whether a call is timed here; ``timeraw`` is timed by asv in a process of its own."""
    return benchmark.type == "time" and not type(benchmark).name_regex.match("timeraw_x")


def _timed(benchmark: Any) -> Callable[[], Any]:
    """Return the call that is timed: the benchmark's own function with its arguments."""
    arguments = benchmark._build_params()  # noqa: SLF001 - the arguments that asv calls it with
    return functools.partial(benchmark.func, *arguments) if arguments else benchmark.func


def _called(benchmark: Any, label: str) -> Callable[..., Any]:
    """Return the item's function: of what is no time, one that records the number."""
    if _is_timed(benchmark):
        return lambda: None
    if benchmark.type == "time":
        return _recording(benchmark, label, "raw_time", "s", _raw_time)
    if benchmark.type == "peakmemory":
        return _recording(benchmark, label, "peak_memory", "B", _peak)
    if benchmark.type == "memory":
        return _recording(benchmark, label, "memory", "B", _value)
    unit = _unit(benchmark.unit)
    return _recording(benchmark, label, unit if unit is not None and unit != "s" else "value", unit, _value)


def _recording(
    benchmark: Any, label: str, name: str, unit: str | None, measure: Callable[[Any], Any]
) -> Callable[..., None]:
    def record(perf: Any) -> None:
        perf.record(name, measure(benchmark), unit=unit)

    record.__name__ = record.__qualname__ = label
    return record


def _value(benchmark: Any) -> Any:
    return benchmark.do_run()


def _peak(benchmark: Any) -> int:
    return peak_memory(lambda: benchmark.func(*benchmark._build_params()))  # noqa: SLF001 - as asv calls it


def _raw_time(benchmark: Any) -> float:
    """Return the least time of a call in a process of its own, as asv measures it."""
    taken = benchmark.do_run()
    return float(min(taken["samples"]))


def _unit(unit: Any) -> str | None:
    known = {"seconds": "s", "bytes": "B", "unit": None}
    return known.get(unit, unit) if isinstance(unit, str) else None

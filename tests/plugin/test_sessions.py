"""How --perf lives with everything else a pytest session has: other plugins, flags, Ctrl-C, broken collections."""

from __future__ import annotations

import json
import re
import sys

import pytest

SIMPLE = """
from lapwing import perf
@perf
def test_one(): sum(range(50))
@perf
def test_two(): sum(range(60))
def test_ordinary(): pass
"""


def test_xdist_is_switched_off_with_a_sentence(project):
    project.write("pytest.ini", "[pytest]\naddopts = -n 2\n")
    project.write("test_simple.py", SIMPLE)
    result = project.perf(plugins=("xdist.plugin", "xdist.looponfail"))
    assert 0 == result.code, result.said
    assert "pytest-xdist is off" in result.out
    assert 2 == len(result.samples["test_one", "time"])


def test_xdist_runs_benchmarks_as_tests_without_perf(project):
    project.write("test_simple.py", SIMPLE)
    result = project.run("-n", "2", plugins=("xdist.plugin", "xdist.looponfail"))
    assert 0 == result.code, result.said
    assert "3 passed" in result.out


def test_coverage_and_junitxml_in_addopts_are_no_hindrance(project):
    pytest.importorskip("pytest_cov")
    project.write("pytest.ini", "[pytest]\naddopts = --cov=test_simple --junitxml=out.xml\n")
    project.write(
        "test_simple.py", SIMPLE + "\nimport sys\n@perf\ndef test_untraced(): assert sys.gettrace() is None\n"
    )
    result = project.perf(plugins=("pytest_cov.plugin",))
    assert 0 == result.code, result.said
    assert {} == result.failures
    assert 'tests="3"' in (project.root / "out.xml").read_text()


@pytest.mark.parametrize("flags", [("-x", "--lf", "-s", "--tb=short", "-vv", "--", "."), ("-p", "no:cacheprovider")])
def test_flags_of_pytest_are_no_hindrance(project, flags):
    project.write("test_simple.py", SIMPLE)
    result = project.perf(*flags)
    assert 0 == result.code, result.said
    assert {("test_one", "time"), ("test_two", "time")} <= set(result.samples)


def test_a_selection_measures_what_it_selects(project):
    project.write("test_simple.py", SIMPLE)
    result = project.perf("test_simple.py::test_two")
    assert {("test_two", "time"), ("test_two", "cpu_time")} == set(result.samples)


def test_collect_only_lists_the_benchmarks(project):
    project.write("test_simple.py", SIMPLE)
    result = project.perf("--collect-only", "-q")
    assert "test_one" in result.out
    assert "test_ordinary" not in result.out
    assert {} == result.samples


@pytest.mark.parametrize("text", ["import no_such_module_here", "from lapwing import perf\n@perf(\n"])
def test_a_broken_test_file_is_told_as_pytest_tells_it(project, text):
    project.write("test_simple.py", SIMPLE)
    project.write("test_broken.py", text)
    result = project.perf()
    assert 2 == result.code
    assert "test_broken.py" in result.out
    assert {} == result.samples


def test_a_worker_that_cannot_collect_is_one_sentence_with_its_output(project):
    project.write("test_simple.py", SIMPLE)
    project.write(
        "conftest.py", "import os\nif 'LAPWING_PADDING' in os.environ: raise RuntimeError('only in workers')\n"
    )
    result = project.perf()
    assert 2 == result.code
    assert "[no-worker]" in result.said
    assert "only in workers" in result.said


def test_a_test_that_workers_do_not_collect_is_failed(project):
    project.write("test_simple.py", SIMPLE)
    project.write(
        "test_shy.py",
        """
        import os
        from lapwing import perf
        if 'LAPWING_PADDING' not in os.environ:
            @perf
            def test_shy(): pass
        """,
    )
    result = project.perf()
    assert "unmeasured" == result.failures["test_shy"][0]
    assert 1 == result.code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@perf(limt=0.1)", ("[unknown-option]", "did you mean 'limit'?")),
        ("@perf(limit=20)", ("[bad-option]", "limit=20")),
        ("@perf(budget='p99 ! 2')", ("p99 ! 2",)),
        ("@perf(loops=0)", ("[bad-option]", "loops=0")),
        ("@pytest.mark.perf(0.1)", ("[mark-argument]", "0.1")),
    ],
)
@pytest.mark.parametrize("how", ["with perf", "without"])
def test_a_wrong_option_is_one_sentence(project, text, words, how):
    project.write("test_simple.py", f"import pytest\nfrom lapwing import perf\n{text}\ndef test_one(): pass\n")
    result = project.perf() if how == "with perf" else project.run()
    assert 2 == result.code, result.said
    assert all(word in result.said for word in words)
    assert "Traceback" not in result.said


def test_two_benchmarks_with_one_id_are_refused_by_both_names(project):
    project.write("test_a.py", "from lapwing import perf\n@perf(id='same')\ndef test_a(): pass\n")
    project.write("test_b.py", "from lapwing import perf\n@perf(id='same')\ndef test_b(): pass\n")
    result = project.perf()
    assert 2 == result.code
    assert "[duplicate-id]" in result.said
    assert "test_a.py::test_a" in result.said
    assert "test_b.py::test_b" in result.said


@pytest.mark.parametrize("flag", ["--perf-time=0", "--perf-processes=many", "--perf-limit=-1", "--perf-fail-on=luck"])
def test_a_wrong_setting_is_one_sentence(project, flag):
    project.write("test_simple.py", SIMPLE)
    result = project.run("--perf", "--perf-store=none", flag)
    assert 2 == result.code, result.said
    assert "[bad-setting]" in result.said
    assert "Traceback" not in result.said


def test_no_benchmark_is_said(project):
    project.write("test_simple.py", "def test_ordinary(): pass\n")
    result = project.perf()
    assert 5 == result.code
    assert "no benchmark was collected" in result.out


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_keeps_what_is_measured(project):
    project.write(
        "test_slow.py",
        """
        import pathlib, time
        from lapwing import perf
        @perf
        def test_quick(): sum(range(50))
        @perf
        def test_slow():
            pathlib.Path("reached").touch()
            time.sleep(30)
        """,
    )
    process = project.start("--perf", "--perf-store=none", "--perf-time=0.04", "--perf-processes=3")
    result = project.interrupt(process, when=project.root / "reached")
    assert 2 == result.code, result.said
    assert result.complete is False
    assert 1 == len(result.samples["test_quick", "time"])
    assert "Interrupted: Ctrl-C" in result.out
    assert "marked incomplete" in result.out
    assert "Traceback" not in result.said
    assert "plugin.py" not in result.said


def test_the_suites_time_scales_budgets_down_and_says_so(project):
    project.write("test_simple.py", SIMPLE)
    result = project.perf("--perf-max-time=1", budget="30")
    assert "scaled-budgets" in result.warnings
    assert {} == result.failures


def test_a_json_file_that_cannot_be_is_refused_before_anything_is_measured(project):
    project.write("test_simple.py", SIMPLE)
    for wrong in ("nowhere/report.json", "."):
        result = project.perf(f"--perf-json={wrong}")
        assert 2 == result.code
        assert "[unwritable-file]" in result.said
        assert {} == result.samples


def test_it_measures_where_pytest_has_no_terminal_to_report_to(project):
    project.write("test_simple.py", SIMPLE + "\n@perf\ndef test_three(): assert 0\n")
    result = project.perf("-p", "no:terminal", "--perf-json=report.json")
    assert 1 == result.code, result.said
    assert {"test_one", "test_two"} == {name for name, _ in result.samples}
    assert "INTERNALERROR" not in result.said


def test_the_header_says_what_the_timer_costs(project):
    project.write("test_simple.py", SIMPLE)
    assert re.search(r"the timer's own \d+ ns are subtracted", project.perf("--collect-only").out)


def test_a_suite_out_of_time_is_incomplete(project):
    project.write("test_simple.py", SIMPLE + "\nimport time\n@perf\ndef test_slow(): time.sleep(0.5)\n")
    result = project.perf("--perf-max-time=0.6", processes="3")
    assert result.complete is False
    assert "out-of-time" in result.warnings


def test_a_call_longer_than_its_share_is_made_once_in_each_of_three_processes(project):
    project.write("test_long.py", "import time\nfrom lapwing import perf\n@perf\ndef test_long(): time.sleep(0.03)\n")
    result = project.perf(processes="5")
    assert [1, 1, 1] == [len(process) for process in result.samples["test_long", "time"]]
    assert ["over-budget"] == result.doubts["test_long", "time"]


def test_the_report_goes_to_the_json_file_too(project):
    project.write("test_simple.py", SIMPLE)
    project.perf("--perf-json=report.json")
    assert 2 <= len(json.loads((project.root / "report.json").read_text())["verdicts"])


@pytest.mark.parametrize("asyncio_plugin", [(), ("pytest_asyncio.plugin",)], ids=["none", "pytest-asyncio"])
@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_coroutines_are_measured_in_the_loop_of_whoever_runs_them(project, asyncio_plugin, mode):
    if mode == "auto" and not asyncio_plugin:
        pytest.skip("there is no mode without the plugin")
    if asyncio_plugin:
        project.write("pytest.ini", f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\n")
    marker = "@pytest.mark.asyncio" if asyncio_plugin and mode == "strict" else ""
    fixture = "@pytest_asyncio.fixture" if asyncio_plugin else "@pytest.fixture"
    project.write(
        "test_async.py",
        f"""
        import asyncio, pytest
        from lapwing import perf
        {"import pytest_asyncio" if asyncio_plugin else ""}
        {fixture}
        {"async def" if asyncio_plugin else "def"} resource():
            return {"asyncio.get_running_loop()" if asyncio_plugin else "None"}
        {marker}
        @perf
        async def test_coroutine(resource):
            assert resource in (None, asyncio.get_running_loop())
            await asyncio.sleep(0)
        """,
    )
    result = project.perf(plugins=asyncio_plugin)
    assert {} == result.failures
    assert 2 == len(result.samples["test_coroutine", "time"])
    ordinary = project.run(plugins=asyncio_plugin)
    assert "1 passed" in ordinary.out, ordinary.said


def test_pytest_and_python_m_pytest_find_the_same_modules(project):
    project.write("local_module.py", "VALUE = 1\n")
    project.write("pytest.ini", "[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n")
    project.write("tests/test_simple.py", "import local_module\n" + SIMPLE)
    main = ("-c", "import sys; sys.path.pop(0); import pytest; sys.exit(pytest.main())")
    assert {} == project.perf(main=main).failures


HEAVY = ("numpy", "scipy", "github3", "asv", "rich", "sqlalchemy", "msgspec", "psutil")


def test_a_plain_run_imports_nothing_heavy(project):
    project.write(
        "conftest.py",
        f"""
        import sys
        def pytest_unconfigure():
            found = [name for name in {HEAVY!r} if name in sys.modules]
            open("heavy", "w").write(" ".join(found))
        """,
    )
    project.write(
        "test_simple.py",
        SIMPLE + "\ndef test_part(perf):\n    assert perf(int) == 0\n    with perf: pass\n    perf.record('x', 1)\n",
    )
    result = project.run(seen=False)
    assert "heavy" in {path.name for path in project.root.iterdir()}, result.said
    assert "" == (project.root / "heavy").read_text()

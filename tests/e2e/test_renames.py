"""A benchmark that got another name, file, class and parameter goes on where it was."""

from __future__ import annotations

OLD = """
import pytest
from lapwing import perf

@perf
@pytest.mark.parametrize("n", [pytest.param(1, id="old-1"), pytest.param(2, id="old-2")])
def test_old(n): sum(range(2_000))

@perf
def test_stays(): sum(range(2_000))
"""

NEW = """
import pytest
from lapwing import perf

WAS = "test_old.py::test_old[old-%d]"

class TestIt:
    @perf
    @pytest.mark.parametrize("n", [
        pytest.param(1, id="new-1", marks=perf(was=WAS % 1)), pytest.param(2, id="new-2", marks=perf(was=WAS % 2))
    ])
    def test_new(self, n): sum(range(2_000))

@perf(was="test_old.py::test_stays")
def test_moved(): sum(range(2_000))

@perf(was="test_new.py::test_moved")
def test_copy(): sum(range(2_000))
"""


def test_renamed_parameters_functions_files_and_classes_keep_their_history(project):
    project.write("test_it.py", "")
    project.write("test_old.py", OLD)
    project.commit("Old names")
    assert 0 == project.measure(budget="0.02", processes="2").code
    (project.root / "test_old.py").unlink()
    project.write("test_new.py", NEW)
    project.commit("New names")
    result = project.measure(budget="0.02", processes="2")
    bases = {verdict["benchmark"]: verdict["base"] is not None for verdict in result.report["verdicts"]}
    assert {
        "test_new.py::TestIt::test_new[new-1]": True,
        "test_new.py::TestIt::test_new[new-2]": True,
        "test_new.py::test_moved": True,
        "test_new.py::test_copy": False,
    } == bases
    assert "alias-in-use" in [warning["slug"] for warning in result.report["warnings"]]
    log = project.lapwing("log", "new-1")
    assert 0 == log.code, log.err
    assert "2 values" in log.out
    assert "old-1" not in log.out
    assert "new-2" in project.lapwing("log", "old-2").out

"""Which installed plugins a session can do without, asked of real sessions with the plugins loaded."""

from __future__ import annotations

import json

import pytest

from fakes.project import Project

PRINT = """
    import json, pytest

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items):
        from lapwing.measure.spare import lacks_plugins, spare_plugins
        with open("said.json", "w") as file:
            json.dump({"spare": spare_plugins(items), "lacks": lacks_plugins(items)}, file)
"""
NAMES = {
    "asyncio": "pytest_asyncio.plugin",
    "hypothesispytest": "_hypothesis_pytestplugin",
    "pytest_cov": "pytest_cov.plugin",
    "xdist": "xdist.plugin",
}


@pytest.fixture
def said(tmp_path):
    """Collect ``text`` in a session with the named plugins, and return what it says of them."""
    project = Project(tmp_path)
    project.write("conftest.py", PRINT)

    def collect(text, *plugins):
        project.write("test_it.py", text)
        loaded = [part for name in plugins for part in ("-p", name)]
        result = project.run("--collect-only", "-q", *loaded, seen=False)
        assert 0 == result.code, result.said
        return json.loads((project.root / "said.json").read_text())

    return collect


def test_plugins_that_nobody_uses_are_spare(said):
    assert ["asyncio", "hypothesispytest", "pytest_cov", "xdist"] == said("def test_it(): pass", *NAMES)["spare"]


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("async def test_it(): pass", "asyncio"),
        ("import pytest\n@pytest.mark.asyncio\nasync def test_it(): pass", "asyncio"),
        ("import pytest\n@pytest.fixture\nasync def one(): yield 1\ndef test_it(one): pass", "asyncio"),
        ("def test_it(unused_tcp_port): pass", "asyncio"),
        (
            "from hypothesis import given, strategies as st\n@given(st.integers())\ndef test_it(n): pass",
            "hypothesispytest",
        ),
        ("def test_it(cov): pass", "pytest_cov"),
        ("import pytest\n@pytest.fixture\ndef one(worker_id): return 1\ndef test_it(one): pass", "xdist"),
        ("import pytest\n@pytest.mark.usefixtures('worker_id')\ndef test_it(): pass", "xdist"),
    ],
)
def test_a_plugin_that_a_benchmark_uses_is_not_spare(said, text, needed):
    assert sorted({*NAMES} - {needed}) == said(text, *NAMES)["spare"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("def test_it(tmp_path, request): pass", False),
        ("def test_it(unused_tcp_port): pass", True),
        ("async def test_it(): pass", True),
        ("from hypothesis import given, strategies as st\n@given(st.integers())\ndef test_it(n): pass", True),
    ],
)
def test_what_a_session_without_them_lacks_is_said(said, text, lacks):
    assert lacks is said(text)["lacks"]


def test_without_a_benchmark_nothing_is_said(said):
    from lapwing.measure.spare import spare_plugins

    assert [] == spare_plugins([])

"""What goes wrong around a run is one clear sentence with a remedy, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest


def one_sentence(result, slug, code):
    """The refusal: its code, its slug, its remedy, and no traceback."""
    said = result.said if hasattr(result, "said") else result.out + result.err

    assert code == result.code, said
    assert f"[{slug}]" in said
    assert "Remedy: " in said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said


@pytest.fixture
def quick(project):
    """A project of one benchmark, measured in no time."""
    project.write("test_it.py", "from lapwing import perf\n\n@perf\ndef test_it():\n    sum(range(1000))\n")
    project.quick = lambda *flags: project.measure(*flags, budget="0.02", processes="1")
    return project


def test_no_repository(quick):
    quick.repository.git("status")
    (quick.root / ".git").rename(quick.root.parent / "gone")

    one_sentence(quick.quick(), "no-repository", 2)


def test_no_repository_is_fine_where_nothing_is_kept(quick):
    (quick.root / ".git").rename(quick.root.parent / "gone")
    result = quick.quick("--perf-store=none")

    assert 0 == result.code, result.said
    assert ["new"] == [verdict["outcome"] for verdict in result.report["verdicts"]]


def test_no_commits(quick):
    one_sentence(quick.quick(), "no-commits", 2)


def test_a_shallow_clone_is_measured_and_said(quick):
    for number in range(3):
        quick.commit(f"commit {number}")
    assert 0 == quick.quick().code
    quick.commit("one more")
    copy = quick.root.parent / "copy"
    quick.repository.git("clone", "-q", "--depth", "1", quick.root.as_uri(), str(copy))
    shutil.copytree(quick.root / ".lapwing", copy / ".lapwing")
    quick.root = copy
    result = quick.quick()

    assert 0 == result.code, result.said
    assert "shallow" in [warning["slug"] for warning in result.report["warnings"]]
    assert "fetch-depth: 0" in result.out


def test_a_detached_head_is_measured_on_its_first_parents(quick):
    first = quick.commit("one")
    quick.quick()
    quick.commit("two")
    quick.repository.git("checkout", "-q", "--detach")
    result = quick.quick()

    assert 0 == result.code, result.said
    assert first == result.report["base"]["commit"]
    assert "" == result.report["head"]["branch"]


def test_an_unwritable_store_is_found_out_before_anything_is_measured(quick):
    quick.commit("one")
    (quick.root / "taken").write_text("a file, not a folder")
    result = quick.quick("--perf-store=taken/history.db")

    one_sentence(result, "store-unwritable", 4)
    assert "measured" not in result.out


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(quick):
    quick.commit("one")
    (quick.root / "closed").mkdir(mode=0o500)

    one_sentence(quick.quick("--perf-store=closed/history.db"), "store-unwritable", 4)


def test_a_store_of_a_newer_version_is_left_alone(quick):
    quick.commit("one")
    quick.quick()
    path = quick.root / ".lapwing" / "history.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE lapwing_state SET schema = 99")
    before = path.read_bytes()

    one_sentence(quick.quick(), "store-too-new", 4)
    one_sentence(quick.lapwing("check"), "store-too-new", 4)
    assert before == path.read_bytes()


def test_a_damaged_store_is_never_no_history(quick):
    quick.commit("one")
    quick.quick()
    path = quick.root / ".lapwing" / "history.db"
    path.write_bytes(path.read_bytes()[:3000])
    before = path.read_bytes()

    for result in (quick.quick(), quick.lapwing("check"), quick.lapwing("history", "list")):
        assert 4 == result.code
        assert "Traceback" not in result.out + result.err
    assert before == path.read_bytes()


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ("limits = 0.1", "unknown-setting"),
        ("limit = 'much'", "bad-setting"),
        ("processes = [1]", "bad-setting"),
        ("limit = ", "bad-toml"),
    ],
)
def test_a_wrong_setting(quick, line, slug):
    quick.commit("one")
    (quick.root / "pytest.ini").unlink()
    head = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
    quick.write("pyproject.toml", f"{head if slug != 'bad-toml' else ''}[tool.lapwing]\n{line}\n")

    if slug != "bad-toml":  # pytest itself refuses a file that is no TOML, in its own words
        one_sentence(quick.quick(), slug, 2)
    one_sentence(quick.lapwing("check"), slug, 2)


def test_a_wrong_flag(quick):
    quick.commit("one")

    one_sentence(quick.quick("--perf-limit=much"), "bad-setting", 2)


def test_two_benchmarks_with_one_id(quick):
    quick.commit("one")
    quick.write(
        "test_it.py",
        """
        from lapwing import perf

        @perf(id="same")
        def test_a(): pass

        @perf(id="same")
        def test_b(): pass
        """,
    )
    result = quick.quick()

    one_sentence(result, "duplicate-id", 2)
    assert "test_it.py::test_a" in result.said
    assert "test_it.py::test_b" in result.said


def test_numbers_that_are_none(quick):
    quick.commit("one")
    values = ("float('nan')", "float('inf')", "'12'", "None")
    text = "def test_{}(perf):\n    perf.record('rows/s', {}, better='higher')\n"
    quick.write("test_it.py", "\n".join(text.format(number, value) for number, value in enumerate(values)))
    result = quick.quick()

    assert 1 == result.code
    assert ["failed"] * 4 == [verdict["outcome"] for verdict in result.report["verdicts"]]
    assert 4 <= result.out.count("Remedy: ")


ODD = [
    "a/b::c|d<e>",
    "\"quotes' and spaces",
    "é 日本 ñ",
    "[brackets] (parens) {braces}",
    "back\\slash ?*:",
    "<script>alert(1)</script>",
    "[bold red]markup[/]",
    "line\nbreak\ttab\x1b[31m",
    "-",
    "%s %d {0}",
]


def test_ids_of_every_odd_character_are_measured_kept_judged_and_shown(quick):
    quick.write(
        "test_it.py",
        f"""
        import pytest
        from lapwing import perf

        @perf
        @pytest.mark.parametrize("n", range({len(ODD)}), ids={ODD!r})
        def test_it(n):
            sum(range(500))
        """,
    )
    quick.commit("one")
    first = quick.quick()
    quick.commit("two")
    second = quick.quick("-v")

    assert (0, 0) == (first.code, second.code), second.said
    assert len(ODD) == len(second.report["verdicts"])
    assert {"new"} != {verdict["outcome"] for verdict in second.report["verdicts"]}
    assert "\x1b[31m" not in second.out
    for odd in ("\\u65e5", "<script>"):  # pytest writes other letters as escapes
        told = quick.lapwing("log", odd)
        assert 0 == told.code, told.err
    built = quick.lapwing("site", "--out", "public")
    assert 0 == built.code, built.err


def test_a_store_that_fails_after_measuring_loses_nothing(quick):
    quick.commit("one")
    quick.quick()
    quick.write(
        "conftest.py",
        """
        from lapwing.wiring import adapters
        from lapwing.errors import StoreUnwritable

        made = adapters.open_store

        def open_store(settings, root):
            store = made(settings, root)
            append = store.append

            def refuse(runs):
                if runs:
                    raise StoreUnwritable("disk-full", "The disk is full.", remedy="free some space.")
                return append(runs)

            store.append = refuse
            return store

        adapters.open_store = open_store
        """,
    )
    quick.commit("two")
    result = quick.quick()

    assert 4 == result.code, result.said
    assert "not-stored" in [warning["slug"] for warning in result.report["warnings"]]
    (kept,) = quick.root.glob(".lapwing/outbox/*.json")
    back = quick.lapwing("sync")
    assert 0 == back.code, back.err
    assert "1 run sent to the history." in back.out
    assert not kept.exists()
    assert 2 == quick.lapwing("history", "list", "--json").out.count('"source": "pytest"')


def test_nothing_heavy_is_loaded_by_a_plain_run(quick):
    program = (
        "import sys, pytest\n"
        "code = pytest.main(['-q', '-p', 'no:cacheprovider'])\n"
        "heavy = {'numpy', 'scipy', 'github3', 'asv', 'rich', 'sqlalchemy', 'sqlite3', 'msgspec', 'psutil', 'click'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)), int(code))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=quick.root,
        env=quick.environ({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "lapwing.plugin"}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "LOADED [] 0" in done.stdout, done.stdout + done.stderr

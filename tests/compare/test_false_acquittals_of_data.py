"""What a benchmark reads though it looks like documentation: each reads a page of its own, all of which changed.

The project lies in a folder called pytest, whose reads are not those of pytest.
"""

from __future__ import annotations

import pytest

from fakes.acquitted import is_acquitted, looked

WAYS = {
    "open": "open(PAGE).read()",
    "path": "pathlib.Path(PAGE).read_bytes()",
    "descriptor": "os.read(os.open(PAGE, os.O_RDONLY), 9)",
    "resources": "importlib.resources.files('pages').joinpath('resources.md').read_text()",
    "get_data": "pkgutil.get_data('pages', 'get_data.md')",
    "mmap": "mmap.mmap(os.open(PAGE, os.O_RDWR), 0)[:3]",
    "numpy": "np.fromfile(PAGE, dtype='u1')",
    "memmap": "np.memmap(PAGE, dtype='u1', mode='r')[:1]",
    "sqlite": "sqlite3.connect(PAGE)",
    "relative": "open('pages/relative.md').read()",
    "bytes": "open(os.fsencode(PAGE)).read()",
    "thread": "ThreadPoolExecutor(1).submit(lambda: open(PAGE).read()).result()",
    "program": "subprocess.run(['true', PAGE])",
    "shell": "os.system('true ' + PAGE)",
    "copied": "shutil.copyfile(PAGE, os.devnull)",
    "source": "linecache.getlines(PAGE)",
}
TEST = """
    import importlib.resources, linecache, mmap, os, pathlib, pkgutil, shutil, sqlite3, subprocess
    from concurrent.futures import ThreadPoolExecutor
    import numpy as np
    from lapwing import perf
    PAGE = os.path.join(os.path.dirname(__file__), "pages", "{name}.md")

    @perf
    def test_{name}(): {way}
"""
OTHERS = """
    import os, project
    from lapwing import perf

    @perf
    def test_control(): project.work()

    @perf
    def test_listing(): os.listdir("notes")

    @perf
    def test_starts(): os.system("true")
"""
PROJECT = '"""{word}."""\ndef work():\n    """{word}."""  # {word}\n    return 1\n'


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    files = [
        ("pages/__init__.py", "", ""),
        ("notes/a.md", None, "new"),
        ("notes/b.md", "", ""),
        ("README.md", "one", "two"),
    ]
    files += [("docs/a.txt", "one", "two")]
    files.append(("project.py", PROJECT.format(word="one"), "\n\n" + PROJECT.format(word="two")))
    files.append(("test_others.py", OTHERS, OTHERS))
    for name, way in WAYS.items():
        test = TEST.format(name=name, way=way)
        files += [(f"test_{name}.py", test, test), (f"pages/{name}.md", "one", "three")]
    return looked(tmp_path_factory.mktemp("data") / "pytest", files)


def test_words_comments_and_lines_that_moved_acquit_who_reads_nothing(found):
    assert is_acquitted(found["test_control"])


@pytest.mark.parametrize("name", WAYS)
def test_who_reads_what_changed_is_measured(found, name):
    assert not is_acquitted(found[f"test_{name}"])
    assert f"pages/{name}.md (read) differs" in "".join(found[f"test_{name}"][1].voids)


def test_who_lists_a_folder_that_has_another_file_is_measured(found):
    assert not is_acquitted(found["test_listing"])


def test_who_starts_a_program_in_a_folder_called_pytest_is_measured(found):
    assert "It starts a program" in "".join(found["test_starts"][0].voids)

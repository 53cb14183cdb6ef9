"""What of a module's text counts for a benchmark that executes ``used`` of it, and what does not."""

from __future__ import annotations

import pytest

from lapwing.measure.acquittal.shape import Keep, Shape

MODULE = '''"""A module."""
import functools

SIZE = 50
TABLE = [number for number in range(SIZE)]

def used(count=3):
    """Do it."""
    def nested(): return lambda: 1
    return sum(range(count)) + nested()()

def unused(count=3):
    return count

@functools.lru_cache
def decorated():
    return 1

class Thing(dict):
    width = 2
    def area(self):
        return self.width ** 2
    def __len__(self):
        return 0

if SIZE > 3:
    def depends(): return 1
else:
    def depends(): return 2
'''


def digest(text, **keep):
    shape = Shape.parse(text.encode())
    firsts = {unit.first for unit in shape.units if unit.path == "used"}
    return shape.digest(Keep(firsts=frozenset(firsts), **keep))


def replaced(old, new):
    assert old in MODULE
    return MODULE.replace(old, new)


@pytest.mark.parametrize(
    "other",
    [
        replaced('"""A module."""', '"""Another text."""'),
        replaced('    """Do it."""\n', ""),
        replaced("SIZE = 50", "SIZE  =  (50)  # fifty"),
        "# coding: utf-8\n\n\n" + MODULE,
        MODULE.replace("\n", "\r\n"),
        replaced("    return count\n", "    return count * 2\n"),
        replaced("unused(count=3)", "unused(count=4)"),
        replaced("def unused(count=3):\n    return count\n\n", ""),
        MODULE + "\ndef more(): pass\n",
        replaced("@functools.lru_cache\ndef decorated():\n    return 1", "@functools.lru_cache\ndef decorated(): pass"),
        replaced("return self.width ** 2", "return 0"),
        replaced("def depends(): return 2", "def depends(): return 3"),
    ],
    ids=[
        *("module's docstring", "docstring gone", "layout", "lines moved", "line ends", "another's body"),
        *("another's default", "another gone", "one more", "decorated body", "method", "in a block"),
    ],
)
def test_does_not_count(other):
    assert digest(MODULE) == digest(other)


@pytest.mark.parametrize(
    "other",
    [
        replaced("SIZE = 50", "SIZE = 60"),
        replaced("range(SIZE)", "range(SIZE + 1)"),
        replaced("used(count=3)", "used(count=4)"),
        replaced("lambda: 1", "lambda: 2"),
        replaced("+ nested", "- nested"),
        replaced("@functools.lru_cache", "@functools.lru_cache(None)"),
        replaced("width = 2", "width = 3"),
        replaced("Thing(dict)", "Thing(list)"),
        replaced("    def __len__(self):\n        return 0\n", ""),
        replaced("if SIZE > 3", "if SIZE > 4"),
        replaced("import functools", "import functools, json"),
        MODULE + "\nTABLE.sort()\n",
        MODULE + "\nunused = used\n",
        MODULE + "\n@TABLE.append\ndef more(): pass\n",
        MODULE + "\ndef more(count=TABLE.pop()): pass\n",
        replaced("SIZE = 50", "SIZE = 50.0"),
        replaced("import functools", "from __future__ import annotations\nimport functools"),
    ],
    ids=[
        *("constant", "table", "default", "lambda", "body", "decorator", "class attribute", "base", "special method"),
        *(
            "condition",
            "import",
            "statement",
            "name bound again",
            "more decorated",
            "more with a call",
            "type",
            "future",
        ),
    ],
)
def test_counts(other):
    assert digest(MODULE) != digest(other)


def test_docstrings_count_where_they_are_kept():
    assert digest(MODULE, docs=True) != digest(replaced("Do it.", "Do it well."), docs=True)


def test_every_body_counts_where_the_module_is_kept_whole():
    other = replaced("    return count\n", "    return count * 2\n")
    assert digest(MODULE, whole=True) != digest(other, whole=True)
    assert digest(MODULE, whole=True) == digest(replaced("Do it.", "Do it well."), whole=True)


def test_code_is_known_by_its_name_and_its_first_line():
    shape = Shape.parse(MODULE.encode())
    line = MODULE[: MODULE.index("@functools")].count("\n") + 1
    assert (True, False, False) == (
        shape.has("decorated", line),
        shape.has("decorated", line + 1),
        shape.has("unknown", line),
    )
    assert "decorated" == shape.unit_at(line + 2).path
    assert None is shape.unit_at(4)

"""Which functions are reached from one that ran: by name, by table, by whom they were given to."""

from __future__ import annotations

import textwrap

import pytest

from lapwing.measure.acquittal.imports import imported
from lapwing.measure.acquittal.reachable import Definitions
from lapwing.measure.acquittal.readers import computes_names, imports_computed, reads_docs


def compiled(text):
    return compile(textwrap.dedent(text), "module.py", "exec")


def function(module, name):
    found = [one for one in module.co_consts if getattr(one, "co_name", "") == name]
    return found[0]


def reached(text, *, early=()):
    """Return the names of the functions that ``work`` of a module reaches, itself left out."""
    module = compiled(text)
    definitions = Definitions()
    definitions.add([("module.py", module)])
    found, _ = definitions.reached([function(module, "work")], [function(module, name) for name in early])
    return {code.co_name for _, code in found} - {"work"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def a(): b()\ndef b(): pass\ndef c(): pass\ndef work(): a()", {"a", "b"}),
        ("def a(): pass\ndef b(): pass\nT = [a]\nU = [b]\ndef work(): T", {"a"}),
        ("def a(): pass\nT = U = [a]\ndef work(): U", {"a"}),
        ("def a(): pass\nT, U = a, 1\ndef work(): U", {"a"}),
        ("def a(): pass\nfrom x import a as b\ndef work(): b", {"a"}),
        ("def a(): pass\nT = {}\nT['x'] = a\ndef work(): T", {"a"}),
        ("def a(): pass\nimport m\nm.do = a\ndef work(): m.do", {"a"}),
        ("def a(): pass\nT = 1\nU = a\ndef work(): T", set()),
        ("def a(): pass\ndef b(f): T.append(f)\nT = []\nb(a)\ndef work(): T", {"a", "b"}),
        ("T = []\ndef b(f): T.append(f)\n@b\ndef a(): pass\ndef work(): T", {"a", "b"}),
        ("import pytest\n@pytest.mark.parametrize('x', [1])\ndef a(): pass\ndef work(): pytest, 1", set()),
        ("import functools\n@functools.wraps\ndef a(): pass\ndef work(): functools.wraps", set()),
        ("class A:\n def __len__(self): pass\n def f(self): pass\ndef work(): A", {"__len__"}),
        ("import b\nclass A(b.B):\n def f(self): pass\ndef work(): A", {"f"}),
        ("import b\nclass C(b.B): pass\nclass A(C):\n def f(self): pass\ndef work(): A", {"f"}),
        ("class A(ValueError):\n def f(self): pass\ndef work(): A", set()),
        ("class A:\n def __f(self): pass\n def g(self): self.__f()\ndef work(): x.g", {"g", "__f"}),
        ("def a(): pass\ndef work(): getattr(x, 'a')", {"a"}),
        ("T = lambda: a()\ndef a(): pass\ndef work(): T", {"a", "<lambda>"}),
    ],
)
def test_reaches(text, names):
    assert names == reached(text)


def test_what_ran_early_leads_on_only_where_it_mentions_the_same():
    text = "def a(): pass\ndef b(): global T; T = a\ndef c(): global U; U = d\ndef d(): pass\nb()\nc()\ndef work(): T"
    assert {"a", "b"} == reached(text, early=["b", "c"])


def test_what_comes_later_is_found_too():
    definitions = Definitions()
    first, second = compiled("def work(): other"), compiled("def a(): pass\nother = a")
    definitions.add([("first.py", first)])
    definitions.add([("first.py", first), ("second.py", second)])
    found, names = definitions.reached([function(first, "work")])
    assert [("second.py", "a")] == [(file, code.co_name) for file, code in found]
    assert {"other", "a"} <= names


@pytest.mark.parametrize(
    ("body", "computes"),
    [
        ("getattr(x, 'a')", False),
        ("getattr(x.y, 'a', None)", False),
        ("getattr(x, name)", True),
        ("getattr(x, 'a' + name)", True),
        ("getattr(x['a'], name)", True),
        ("getattr(x, f'a{name}')", True),
        ("globals()[name]", True),
        ("self.__dict__['x']", False),
        ("kind.__dict__['x']", True),
        ("eval(name)", True),
        ("model.eval()", False),
        ("Base.__subclasses__()", True),
        ("operator.attrgetter('a')", False),
        ("operator.attrgetter(name)", True),
        ("len(x)", False),
    ],
)
def test_computing_names(body, computes):
    assert computes == computes_names(function(compiled(f"def f(self, x, name): {body}"), "f"))


def test_what_python_asks_for_an_attribute_is_told_the_name():
    assert not computes_names(function(compiled("def __getattr__(name): return getattr(x, name)"), "__getattr__"))


def test_importing_by_computed_names():
    assert imports_computed(function(compiled("def f(x): importlib.import_module(x)"), "f"))
    assert not imports_computed(function(compiled("def f(x): getattr(y, x)"), "f"))
    assert not imports_computed(function(compiled("def f(x): importlib.import_module('x')"), "f"))


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("print(f.__doc__)", True),
        ("g.__doc__ = f.__doc__", False),
        ("inspect.getdoc(f)", True),
        ("getattr(f, '__doc__')", True),
        ("import ply.yacc", True),
        ("len(f)", False),
    ],
)
def test_reading_docstrings(body, reads):
    assert reads == reads_docs(function(compiled(f"def f(g): {body}"), "f"))


@pytest.mark.parametrize(
    ("statement", "files"),
    [
        ("import a.b", {"a.py", "a/__init__.py", "a/b.py", "a/b/__init__.py"}),
        ("from a import b", {"a.py", "a/__init__.py", "a/b.py", "a/b/__init__.py"}),
        ("from . import b", {"p/q.py", "p/q/__init__.py", "p/q/b.py", "p/q/b/__init__.py"}),
        ("from ..c import *", {"p.py", "p/__init__.py", "p/c.py", "p/c/__init__.py"}),
        ("x = 1", set()),
    ],
)
def test_files_that_may_be_imported(statement, files):
    inside = compiled(f"def f():\n  def g():\n    {statement if '*' not in statement else 'from ..c import d'}")
    found = set(imported(inside, "p/q/module.py", ["."]))
    assert files <= found


def test_imports_search_every_place():
    assert {"src/a.py", "a.py"} <= set(imported(compiled("import a"), "m.py", [".", "src"]))

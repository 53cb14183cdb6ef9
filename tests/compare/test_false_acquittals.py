"""What changed and is easily overlooked: each benchmark here has a change that its first calls do not come to.

All are looked at in one pair of sessions, for each has modules of its own and only bodies of functions changed.
"""

from __future__ import annotations

import re
import sys
import textwrap

import pytest

from fakes.acquitted import is_acquitted, looked

RARE = """
def rare(*_):
    return {}
"""
"""The function that changed, which nobody calls when it is looked at."""

LATER = """
COUNT = 0
def is_time():
    global COUNT
    COUNT += 1
    return COUNT > 50
"""

OWN = re.compile(
    r"\b(rare|work|is_time|COUNT|TABLE|KNOWN|STEPS|THING|AFTER|Thing|Base|Derived|Encoder|often|other|enlist|one|take"
    r"|perform|steps|known|go)\b"
)

SUSPECTS = {
    "named": "def work(): return rare() if is_time() else 0",
    "table": "def often(): pass\nTABLE = [often, rare]\ndef work(): return TABLE[is_time()]()",
    "mapping": "TABLE = {}\nTABLE['x'] = rare\ndef work(): return TABLE['x']() if is_time() else 0",
    "alias": "other = rare\ndef work(): return other() if is_time() else 0",
    "default": "def work(do=rare): return do() if is_time() else 0",
    "lambda": "AFTER = (lambda: rare(),)\ndef work(): return AFTER[0]() if is_time() else 0",
    "registered": """
        KNOWN = []
        def enlist(fn): KNOWN.append(fn); return fn
        @enlist
        def one(): return rare()
        def work(): return KNOWN[0]() if is_time() else 0
    """,
    "dispatched": """
        import functools
        @functools.singledispatch
        def take(value): pass
        @take.register
        def _(value: int): return rare()
        def work(): return take(1) if is_time() else take("")
    """,
    "private": """
        class Thing:
            def __hidden(self): return rare()
            def perform(self): return self.__hidden() if is_time() else 0
        def work(): return Thing().perform()
    """,
    "property": """
        class Thing:
            def _get(self): return rare()
            width = property(_get)
            def perform(self): return self.width if is_time() else 0
        def work(): return Thing().perform()
    """,
    "computed": """
        class Thing:
            def do_it(self): return rare()
            def perform(self, what): return getattr(self, "do_" + what)() if is_time() else 0
        def work(): return Thing().perform("it")
    """,
    "globals": "def work(): return globals()['ra' + 're_globals']() if is_time() else 0",
    "evaluated": "def work(): return eval('ra' + 're_evaluated()') if is_time() else 0",
    "special": """
        class Thing:
            def __enter__(self): return rare()
            def __exit__(self, *_): pass
        THING = Thing()
        def work():
            if is_time():
                with THING: pass
    """,
    "subclass": """
        class Base:
            def __len__(self): return 0
        class Derived(Base):
            def __len__(self): return len(rare())
        def work(): return len(Base.__subclasses__()[0]()) if is_time() else 0
    """,
    "announced": """
        class Base:
            known = []
            def __init_subclass__(cls): Base.known.append(cls)
        class Derived(Base):
            def __len__(self): return len(rare())
        def work(): return len(Base.known[0]()) if is_time() else 0
    """,
    "library": """
        import json
        class Encoder(json.JSONEncoder):
            def default(self, _): return rare()
        def work(): return json.dumps(object() if is_time() else 1, cls=Encoder)
    """,
    "generator": """
        def steps():
            while True:
                yield rare() if is_time() else 0
        STEPS = steps()
        def work(): return next(STEPS)
    """,
    "random": "import random\nrandom.seed(3)\ndef work(): return random.choice([int] * 99 + [rare])()",
}
"""Who may call ``rare`` another time. Each is a module of its own."""

SEEN = {
    "thread": """
        import threading
        def work():
            one = threading.Thread(target=rare); one.start(); one.join()
    """,
    "pool": """
        from concurrent.futures import ThreadPoolExecutor
        def work():
            with ThreadPoolExecutor(1) as pool: return list(pool.map(lambda _: rare(), [1]))
    """,
    "raw_thread": """
        import _thread
        def begin(lock):
            getattr(sys.modules[__name__], "ra" + "re_raw_thread")(); lock.release()
        import sys
        def work():
            lock = _thread.allocate_lock(); lock.acquire()
            _thread.start_new_thread(begin, (lock,)); lock.acquire()
    """,
    "coroutine": """
        import asyncio
        async def go(): return rare()
        def work(): return asyncio.run(go())
    """,
    "spawned": """
        import multiprocessing
        def work():
            one = multiprocessing.get_context("spawn").Process(target=print); one.start(); one.join()
    """,
    "executed": "def work(): exec(compile('rare_executed()', '<made>', 'exec'))",
    "dataclass": """
        from dataclasses import dataclass, field
        @dataclass
        class Thing:
            value: dict = field(default_factory=rare)
        def work(): return Thing()
    """,
}
"""Who calls it at once, in a way that is easily not seen."""

TESTS = {
    "fixture": """
        import pytest
        @pytest.fixture
        def ready(): return m_fixture.rare()
        @perf
        def test_fixture(ready): pass
    """,
    "setup": """
        def ready(): m_setup.rare()
        @perf(setup=ready)
        def test_setup(): pass
    """,
    "patched": """
        @perf
        def test_patched(monkeypatch):
            monkeypatch.setattr(m_patched, "work", m_patched.rare)
            m_patched.work()
    """,
    "parameter": """
        import pytest
        @perf
        @pytest.mark.parametrize("do", [m_parameter.rare, len], ids=["rare", "len"])
        def test_parameter(do): do("")
    """,
}
"""Who calls it in a way of the test's own."""

LAZY = """
    from lazy import start
    from lapwing import perf

    @perf
    def test_lazy(): start()
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    head = RARE.replace("{}", "dict([(n, n) for n in range(1000)])")
    files = []
    for name, source in (SUSPECTS | SEEN).items():
        # No name is in two modules, or one suspect would be found by what another mentions.
        both = [OWN.sub(rf"\1_{name}", text + LATER + textwrap.dedent(source).strip() + "\n") for text in (RARE, head)]
        files.append((f"m_{name}.py", *both))
        test = f"import m_{name}\nfrom lapwing import perf\n@perf\ndef test_{name}(): m_{name}.work_{name}()\n"
        files.append((f"test_{name}.py", test, test))
    for name, source in TESTS.items():
        both = [OWN.sub(rf"\1_{name}", text + "def work(): pass\n") for text in (RARE, head)]
        body = re.sub(r"\.(rare|work)\b", rf".\1_{name}", textwrap.dedent(source)).replace('"work"', f'"work_{name}"')
        test = f"import m_{name}\nfrom lapwing import perf\n{body}"
        files += [(f"m_{name}.py", *both), (f"test_{name}.py", test, test)]
    files += [
        ("test_lazy.py", LAZY, LAZY),
        ("lazy/__init__.py", LATER + "def start():\n    if is_time(): from . import between\n", None),
        ("lazy/between.py", "from lazy import deep\n", None),
        ("lazy/deep.py", "VALUE = 1\n", "VALUE = 2\n"),
    ]
    files = [(name, base, base if after is None else after) for name, base, after in files]
    control = "from lapwing import perf\n@perf\ndef test_control(): sorted([2, 1])\n"
    return looked(tmp_path_factory.mktemp("attacks"), [*files, ("test_control.py", control, control)])


def test_who_executes_the_same_is_acquitted_though_much_changed(found):
    assert is_acquitted(found["test_control"])


def test_a_parameter_is_held_against_the_test_that_is_given_it_alone(found):
    assert (False, True) == (is_acquitted(found["test_parameter[rare]"]), is_acquitted(found["test_parameter[len]"]))


@pytest.mark.parametrize("name", [*SUSPECTS, *SEEN, "fixture", "setup", "patched", "lazy"])
def test_what_may_execute_something_else_is_measured(found, name):
    assert not is_acquitted(found[f"test_{name}"])


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="sys.monitoring sees every thread")
def test_why_it_is_measured_is_said(found):
    assert "past the threading module" in "".join(found["test_raw_thread"][0].voids)
    assert "starts a process" in "".join(found["test_spawned"][0].voids)

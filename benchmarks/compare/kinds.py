"""Which units of work are the benchmarks made of? Forty kinds, each at three sizes, and a benchmark runs many.

A change of x % is exactly ``units * (1 + x)`` units: real work of the same sort, not a sleep and not a spin. ``cost``
is what one unit took here (microseconds, CPython 3.11, one core of an AMD EPYC); it only serves to choose how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Each unit must cost the same as the one before it, so nothing here keeps a state.
PARTS: Final = '''"""What the workloads work on."""

import collections
import dataclasses
import decimal
import re

NUMS = [(i * 7919) % 1009 for i in range(1000)]
SORTED = sorted(NUMS)
FLOATS = [n / 7 for n in NUMS]
TEXT = "the quick brown fox jumps over the lazy dog 12345 " * 40
DATA = TEXT.encode()
WORDS = TEXT.split()
DOC = [{"id": i, "name": f"n{i}", "tags": ["x", "y"]} for i in range(60)]
DECIMALS = [decimal.Decimal(i) / 7 for i in range(200)]
DATES = [f"2024-01-{1 + d % 28:02d}T10:00:00" for d in range(200)]
ROWS = [f"a,b,c,{i}" for i in range(200)]
FIVE = re.compile(r"\\b[a-z]{5}\\b")
NOTHING = {}


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, by):
        return Point(self.x + by, self.y)


@dataclasses.dataclass(frozen=True)
class Edge:
    start: int
    end: int


Spot = collections.namedtuple("Spot", "x y")


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def count_up(n):
    for k in range(n):
        yield k * k


def collatz(n):
    steps = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def guarded(n):
    try:
        return NOTHING[n]
    except KeyError:
        return n


def sieve(n):
    left = [True] * n
    for k in range(2, n):
        if left[k]:
            for m in range(k * k, n, k):
                left[m] = False
    return left


def spell(n):
    out = ""
    for k in NUMS[:n]:
        out += chr(97 + k % 26)
    return out


def tally(n):
    seen = {}
    for k in NUMS[:n]:
        seen[k % 17] = seen.get(k % 17, 0) + 1
    return seen


def matrix(n):
    rows = range(n)
    return [[sum(NUMS[i + k] * NUMS[k + j] for k in rows) for j in rows] for i in rows]


def rising(n):
    return [(a, b) for a, b in zip(NUMS[:n], NUMS[1 : n + 1]) if a < b]


def bubble(n):
    left = NUMS[:n]
    for i in range(n):
        for j in range(n - 1 - i):
            if left[j] > left[j + 1]:
                left[j], left[j + 1] = left[j + 1], left[j]
    return left


def tree(n):
    return None if n == 0 else (tree(n - 1), n, tree(n - 1))


def adder(by):
    return lambda k: k + by


def by_length(n):
    groups = collections.defaultdict(list)
    for word in WORDS[:n]:
        groups[len(word)].append(word)
    return groups


def edits(n):
    row = list(range(n + 1))
    for i, a in enumerate(TEXT[:n]):
        last, row[0] = row[0], i + 1
        for j, b in enumerate(TEXT[7 : 7 + n]):
            last, row[j + 1] = row[j + 1], min(row[j] + 1, row[j + 1] + 1, last + (a != b))
    return row
'''
MODULES: Final = (
    "base64",
    "bisect",
    "collections",
    "copy",
    "csv",
    "datetime",
    "decimal",
    "fractions",
    "hashlib",
    "heapq",
    "json",
    "pickle",
    "struct",
    "textwrap",
    "zlib",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of work: an expression with ``{n}`` for its size, three sizes, and the µs of one unit at each."""

    core: str
    sizes: tuple[int, int, int]
    cost: tuple[float, float, float]


def _kind(core: str, *sizes_and_costs: tuple[int, float]) -> Kind:
    small, medium, large = sizes_and_costs
    return Kind(core=core, sizes=(small[0], medium[0], large[0]), cost=(small[1], medium[1], large[1]))


LIBRARY: Final = {
    "json": _kind("json.loads(json.dumps(DOC[:{n}]))", (1, 5.2), (4, 9.6), (10, 18.7)),
    "sort": _kind("sorted(NUMS[:{n}])", (20, 0.6), (150, 4.8), (300, 10.3)),
    "dict": _kind("{{k: k + 1 for k in NUMS[:{n}]}}", (30, 2.0), (200, 11.7), (500, 27.8)),
    "join": _kind("','.join(map(str, NUMS[:{n}]))", (20, 2.5), (80, 9.1), (250, 29.4)),
    "regex": _kind("FIVE.findall(TEXT[:{n}])", (60, 2.5), (500, 11.8), (1500, 36.2)),
    "hash": _kind("hashlib.sha256(DATA[:{n}]).hexdigest()", (200, 0.8), (1000, 1.3), (2000, 1.8)),
    "copy": _kind("copy.deepcopy(DOC[:{n}])", (1, 4.4), (2, 7.7), (3, 10.9)),
    "csv": _kind("list(csv.reader(ROWS[:{n}]))", (5, 1.3), (30, 4.5), (100, 14.3)),
    "sets": _kind("set(NUMS[:{n}]) & set(NUMS[50:{n}]) | {{1, 2}}", (60, 2.1), (200, 10.7), (600, 33.9)),
    "heap": _kind("heapq.nsmallest(5, NUMS[:{n}])", (20, 3.3), (100, 5.6), (400, 11.4)),
    "struct": _kind("struct.unpack('<{n}i', struct.pack('<{n}i', *NUMS[:{n}]))", (20, 0.8), (100, 4.7), (500, 12.4)),
    "decimal": _kind("sum(DECIMALS[:{n}], decimal.Decimal(0))", (10, 0.9), (60, 4.8), (200, 16.2)),
    "dates": _kind("[datetime.datetime.fromisoformat(d) for d in DATES[:{n}]]", (10, 1.9), (30, 4.8), (200, 37.0)),
    "split": _kind("TEXT[:{n}].split()", (300, 2.0), (1000, 6.5), (2000, 12.5)),
    "format": _kind("[f'{{k:08.3f}}' for k in FLOATS[:{n}]]", (8, 3.4), (40, 15.4), (80, 31.4)),
    "bisect": _kind("[bisect.bisect(SORTED, k) for k in NUMS[:{n}]]", (15, 3.0), (60, 11.1), (250, 54.1)),
    "zlib": _kind("zlib.crc32(zlib.compress(DATA[:{n}], 1))", (50, 4.6), (500, 5.0), (2000, 6.0)),
    "pickle": _kind("pickle.loads(pickle.dumps(DOC[:{n}]))", (1, 1.8), (6, 4.5), (20, 11.7)),
    "base64": _kind("base64.b64decode(base64.b64encode(DATA[:{n}]))", (500, 2.7), (1500, 6.7), (2000, 8.6)),
    "wrap": _kind("textwrap.wrap(TEXT[:{n}], 40)", (20, 7.2), (100, 23.7), (200, 43.4)),
}
LANGUAGE: Final = {
    "object": _kind("[Point(k, k).moved(1) for k in range({n})]", (5, 2.8), (25, 11.3), (60, 26.7)),
    "frozen": _kind("[Edge(k, k) for k in range({n})]", (3, 3.4), (15, 7.6), (40, 19.2)),
    "spots": _kind("[Spot(k, k).x for k in range({n})]", (6, 2.4), (25, 8.6), (80, 26.8)),
    "loop": _kind("sum(k * k for k in NUMS[:{n}])", (30, 1.7), (120, 5.1), (500, 20.6)),
    "fib": _kind("fib({n})", (5, 0.8), (8, 3.4), (11, 15.0)),
    "generator": _kind("sum(count_up({n}))", (25, 1.2), (120, 5.2), (400, 18.7)),
    "collatz": _kind("collatz({n})", (7, 1.2), (27, 8.3), (97, 9.0)),
    "guarded": _kind("[guarded(k) for k in NUMS[:{n}]]", (6, 2.3), (20, 6.6), (60, 18.6)),
    "sieve": _kind("sieve({n})", (35, 2.7), (150, 9.9), (300, 20.1)),
    "spell": _kind("spell({n})", (20, 1.5), (80, 5.5), (200, 14.0)),
    "tally": _kind("tally({n})", (15, 1.6), (80, 7.3), (200, 17.2)),
    "matrix": _kind("matrix({n})", (2, 2.9), (4, 12.0), (5, 19.7)),
    "rising": _kind("rising({n})", (25, 1.4), (100, 4.0), (300, 11.5)),
    "bubble": _kind("bubble({n})", (7, 2.7), (14, 8.4), (25, 22.3)),
    "tree": _kind("tree({n})", (3, 1.0), (6, 8.1), (8, 33.3)),
    "closure": _kind("[adder(k)(1) for k in range({n})]", (15, 3.4), (60, 12.3), (160, 32.5)),
    "groups": _kind("by_length({n})", (10, 1.3), (60, 3.4), (200, 10.2)),
    "edits": _kind("edits({n})", (3, 3.8), (6, 12.0), (8, 19.6)),
    "counter": _kind("collections.Counter(WORDS[:{n}])", (8, 1.6), (100, 5.2), (360, 15.5)),
    "fractions": _kind(
        "sum((fractions.Fraction(k, 7) for k in NUMS[:{n}]), fractions.Fraction(0))", (1, 3.0), (3, 7.2), (8, 17.6)
    ),
}
KINDS: Final = LIBRARY | LANGUAGE

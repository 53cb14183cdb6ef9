"""What code does a benchmark execute? As one hash, equal on both sides only if the code is.

It covers the functions that ran and those that they might call another time (:mod:`~.reachable`), also in modules
that they might import another time (:mod:`~.imports`); of each loaded module everything at its own level and that of
its classes (constants, defaults, decorators, bases); which code objects ran, the bytes of compiled modules, and the
surroundings (:mod:`~.surroundings`). It does not cover comments, layout, docstrings (unless code that ran reads
``__doc__``), places, nor functions that are not called (unless code that ran computes names).

Why equal hashes mean equal speed: a process does what its code makes of its inputs. Up to the first difference between
the sides both run the same code on the same inputs, so the first difference is in code that ran or in what was read.
The former is in the hash, the latter is what :mod:`~.voids` looks for. Code without a file (``exec``,
``eval``, ``dataclass``, ``namedtuple``) was made by code that has one, from inputs, and is no third thing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from lapwing.measure.acquittal.imports import imported
from lapwing.measure.acquittal.reachable import Definitions
from lapwing.measure.acquittal.readers import computes_names, imports_computed, reads_docs
from lapwing.measure.acquittal.shape import Keep, Shape
from lapwing.measure.acquittal.statements import is_function

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from types import CodeType

    from lapwing.measure.acquittal.watch import Ran, Seen

    _Placed = tuple[str, CodeType]
    """A code object and the file that it is in."""

_MODULE: Final = "<module>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """A hash of the code; empty where it cannot be known, and then ``voids`` says why."""

    code: str
    voids: tuple[str, ...] = ()


class Unknown(Exception):  # noqa: N818 - says what the code is
    """Code that cannot be known; ``str()`` is the sentence."""


@dataclass(slots=True)
class CodeHasher:
    """Hashes what was seen on one side, whose files are below ``root``.

    ``changed`` are the paths that differ between the sides (all might, where it is None): the others are hashed as they
    are, which takes a tenth of the time. ``surroundings`` is a hash of what is not the project's, ``places`` the
    folders that imports search, below the root. Files are read once, so a hasher that has hashed the collected session
    is quick in the processes forked from it.
    """

    root: str
    changed: Collection[str] | None = None
    surroundings: str = ""
    places: Sequence[str] = (".",)
    read: Callable[[str], bytes] | None = None
    _definitions: Definitions = field(default_factory=Definitions)
    _sources: dict[str, CodeType | None] = field(default_factory=dict)
    _imports: dict[int, tuple[CodeType, frozenset[str]]] = field(default_factory=dict)
    _known: dict[int, tuple[CodeType, _Traits]] = field(default_factory=dict)
    _raw: dict[str, str] = field(default_factory=dict)
    _shapes: dict[str, Shape] = field(default_factory=dict)

    def hash(self, seen: Seen) -> Hashed:
        """Return the hash of everything that was seen."""
        try:
            return Hashed(code=self._hash(seen))
        except Unknown as why:
            return Hashed(code="", voids=(str(why),))

    def _hash(self, seen: Seen) -> str:
        said = blake2b(self.surroundings.encode(), digest_size=16)
        for path in seen.extensions:
            said.update(f"compiled {path} {self._bytes(path)}\0".encode())
        around = self._around(seen)
        ran: dict[str, list[Ran]] = {path: [] for path in (*seen.loaded, *around.whole)}
        for one in seen.ran:
            ran.setdefault(one.file, []).append(one)
        for path, codes in sorted(ran.items()):
            said.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            for text in self._file(path, codes, around):
                said.update(text.encode("utf-8", "surrogateescape") + b"\0")
        return said.hexdigest()

    def _around(self, seen: Seen) -> _Around:
        """Find out what concerns all files: who is reached by name, who reads docstrings, who computes names."""
        if self.changed is not None and not any(path.endswith(".py") for path in self.changed):
            return _Around()  # whatever is called, it is the same
        early = [(one.file, one.code) for one in seen.ran if one.early]
        found = self._followed(seen, early)
        lines: dict[str, set[int]] = {}
        for path, code in found.reached:
            lines.setdefault(path, set()).add(code.co_firstlineno)
        # Who merely may be called does not count here, or a name as common as "get" would reach everything.
        prepared = {id(code) for _, code in found.reached}.intersection(id(code) for _, code in early)
        return _Around(
            reached=lines,
            whole=found.whole,
            docs=any(self._traits(code).docs for _, code in (*early, *found.certain)),
            anything=self._definitions.lists(found.names)
            or any(self._traits(code).names for _, code in found.certain)
            or any(self._traits(code).names for _, code in early if id(code) in prepared),
        )

    def _followed(self, seen: Seen, early: Sequence[_Placed]) -> _Followed:
        """Follow names from what ran to what they reach, and imports to files that bring names of their own."""
        ran = [(one.file, one.code) for one in seen.ran if not one.early]
        modules = [(one.file, one.code) for one in seen.ran if one.name == _MODULE]
        loaded = {*seen.loaded, *(file for file, _ in modules)}
        whole: set[str] = set()
        fresh = [path for path in seen.unwatched if path.endswith(".py")]
        certain: tuple[_Placed, ...] = ()
        while True:
            for path in fresh:
                module = self._source(path)
                if module is None:
                    raise Unknown(f"The source of {path} cannot be read.")
                whole.add(path)
                modules.append((path, module))
                ran += [(path, code) for code in (module, *_all_in(module))]
            certain = certain or tuple(ran)  # and not what may be imported yet
            self._definitions.add(modules)
            reached, names = self._definitions.reached((code for _, code in ran), (code for _, code in early))
            fresh = sorted(self._importable([*ran, *reached], loaded, whole))
            if not fresh:
                break
        self._mind_other_imports([code for _, code in (*ran, *reached)], names, loaded | whole)
        return _Followed(reached=tuple(reached), names=names, whole=frozenset(whole), certain=certain)

    def _traits(self, code: CodeType) -> _Traits:
        if id(code) not in self._known:
            imports = is_function(code) and imports_computed(code)
            traits = _Traits(docs=reads_docs(code), names=computes_names(code), imports=imports)
            self._known[id(code)] = (code, traits)  # kept, so that no other code gets its identity
        return self._known[id(code)][1]

    def _importable(self, codes: Iterable[tuple[str, CodeType]], loaded: set[str], whole: set[str]) -> set[str]:
        """Return the files that are there and that code may import yet; a module that ran has imported its own."""
        found: set[str] = set()
        for file, code in codes:
            if code.co_name == _MODULE and file not in whole:
                continue
            if id(code) not in self._imports:
                self._imports[id(code)] = (code, frozenset(imported(code, file, self.places)))
            for path in self._imports[id(code)][1]:
                if path not in loaded and path not in whole and self._source(path) is not None:
                    found.add(path)
        return found

    def _mind_other_imports(self, codes: Collection[CodeType], names: Collection[str], known: Collection[str]) -> None:
        """Look for changed modules that nobody imported, and that may be imported in another way than by ``import``.

        Raises:
            Unknown: there is one, whose name is mentioned, or names are computed.
        """
        others = [path for path in sorted(self.changed or ()) if path.endswith(".py") and path not in known]
        computed = bool(others) and any(self._traits(code).imports for code in codes)
        for path in others:
            name = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
            if computed or name in names:
                raise Unknown(f"It may import {path}, which differs.")

    def _file(self, path: str, codes: list[Ran], around: _Around) -> Iterator[str]:
        """Return what counts of one file and which code objects of it ran."""
        if self.changed is not None and path not in self.changed:
            yield self._bytes(path)
            yield from sorted({f"{one.line} {one.name}" for one in codes})
            return
        shape = self._shape(path)
        firsts, names = set(), set()
        for one in codes:
            if not shape.has(one.name, one.line):
                raise Unknown(f"The code of {one.name} that ran is not what {path} has in line {one.line}.")
            unit = None if one.name == _MODULE else shape.unit_at(one.line)
            names.add(f"{unit.path if unit is not None else ''} {one.name}")
            if unit is not None:
                firsts.add(unit.first)
        for line in around.reached.get(path, ()):
            unit = shape.unit_at(line)
            if unit is not None:
                firsts.add(unit.first)
        whole = around.anything or path in around.whole
        yield shape.digest(Keep(firsts=frozenset(firsts), docs=around.docs, whole=whole))
        yield from sorted(names)

    def _bytes(self, path: str) -> str:
        if path not in self._raw:
            self._raw[path] = blake2b(self._read(path), digest_size=16).hexdigest()
        return self._raw[path]

    def _shape(self, path: str) -> Shape:
        if path not in self._shapes:
            if not path.endswith(".py"):
                raise Unknown(f"It executes code of {path}, which is no Python source.")
            try:
                self._shapes[path] = Shape.parse(self._read(path))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                raise Unknown(f"The source of {path} cannot be read as Python.") from None
        return self._shapes[path]

    def _source(self, path: str) -> CodeType | None:
        """Return a file of source, compiled; None where there is none."""
        if path not in self._sources:
            try:
                content = self._read(path)
            except Unknown:
                self._sources[path] = None
                return None
            try:
                self._sources[path] = compile(content, path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                raise Unknown(f"The source of {path} cannot be read as Python.") from None
        return self._sources[path]

    def _read(self, path: str) -> bytes:
        try:
            if self.read is not None:
                return self.read(path)
            with open(os.path.join(self.root, *path.split("/")), "rb") as file:  # noqa: PTH118, PTH123 - strings
                return file.read()
        except OSError:
            raise Unknown(f"The source of {path} cannot be read.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    """Whether code reads docstrings, computes names, imports by them."""

    docs: bool
    names: bool
    imports: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What concerns all files of one hash."""

    reached: dict[str, set[int]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    docs: bool = False
    anything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """What names lead to: functions ``reached``, all ``names``, files taken ``whole``; what is ``certain`` to run."""

    reached: tuple[_Placed, ...]
    names: set[str]
    whole: frozenset[str]
    certain: tuple[_Placed, ...]


def _all_in(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield constant
            yield from _all_in(constant)

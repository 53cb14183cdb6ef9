"""Does what the sides depend on differ so that one environment cannot serve both?

A declaration that both sides have says nothing, whatever is installed. One that changed matters where what is installed
does not fit it: ``>=1.25`` that became ``>=1.26`` is no difference where 2.0 is installed, ``==1.0`` that became
``==2.0`` is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

from lapwing.measure.sides.requirements import fits, installed_version, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement

    from lapwing.measure.sides.declared_dependencies import Dependencies


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyChanges:
    """``listed`` are the differences as people read them; ``base`` and ``head`` what has to be installed there."""

    listed: tuple[str, ...]
    base: tuple[str, ...]
    head: tuple[str, ...]


def dependency_changes(base: Dependencies, head: Dependencies) -> DependencyChanges:
    """Compare what the two sides declare with each other and with what is installed here."""
    listed: dict[str, str] = {}
    wanted: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    for kind in ("running", "beside", "locked"):
        old, new = getattr(base, kind), getattr(head, kind)
        for name in sorted({*old, *new}):
            if old.get(name) == new.get(name):
                continue
            here = installed_version(name)
            if here is None and kind != "running":  # an extra or a group that this environment does without
                continue
            listed[name] = f"{_words(old, name)} → {_words(new, name)} ({here or 'not'} installed)"
            for needed, side in zip(wanted, (old, new), strict=True):
                if name in side and not _is_served(side[name]):
                    needed.setdefault(name, []).extend(_asked_for(side[name]))
    chosen = [tuple(text for texts in needed.values() for text in dict.fromkeys(texts)) for needed in wanted]
    return DependencyChanges(
        listed=tuple(f"{name}: {text}" for name, text in sorted(listed.items())), base=chosen[0], head=chosen[1]
    )


def _asked_for(written: frozenset[str]) -> list[str]:
    """Return what to install: everything that is written, but of several pinned versions the newest."""
    pins = _pins(parsed(text) for text in written)
    newest = max(pins, key=_pinned_version, default=None)
    return sorted({*written}.difference(str(one) for one in pins if one is not newest))


def _pins(requirements: Iterable[Requirement | None]) -> list[Requirement]:
    return [one for one in requirements if one is not None and str(one.specifier).startswith("==")]


def _pinned_version(pin: Requirement) -> Version:
    try:
        return Version(str(pin.specifier)[2:].removesuffix(".*"))
    except ValueError:  # a version that is none
        return Version("0")


def _is_served(written: frozenset[str]) -> bool:
    requirements = [parsed(text) for text in written]
    # A lock file may pin several versions for several machines: one of them is here.
    pins = _pins(requirements)
    if len(pins) > 1:
        return any(fits(one) for one in pins)
    return all(fits(one) for one in requirements if one is not None)


def _words(side: dict[str, frozenset[str]], name: str) -> str:
    return " and ".join(sorted(side[name])) if name in side else "none"

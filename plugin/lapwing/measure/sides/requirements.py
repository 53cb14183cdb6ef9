"""Does what is installed fit what is asked for?"""

from __future__ import annotations

import sys
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def parsed(text: str) -> Requirement | None:
    """Return a requirement, None where it is none or is not for this machine (by its marker)."""
    try:
        requirement = Requirement(text.split(" #", 1)[0].strip())
    except InvalidRequirement:
        return None
    marker = requirement.marker
    try:
        # An extra is asked for by whoever lists it: its marker names it, and must not exclude it.
        wanted = marker is None or marker.evaluate({"extra": ""}) or "extra" in str(marker)
    except Exception:  # noqa: BLE001 - markers compare what versions they like
        wanted = True
    return requirement if wanted else None


def name_of(requirement: Requirement) -> str:
    """Return the name under which everybody knows the distribution."""
    return canonicalize_name(requirement.name)


def installed_version(name: str) -> str | None:
    """Return the version of an installed distribution."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def fits(requirement: Requirement) -> bool:
    """Tell whether what is installed fits; a requirement by address fits if something of that name is there."""
    version = installed_version(requirement.name)
    if version is None:
        return False
    try:
        return requirement.specifier.contains(Version(version), prereleases=True)
    except ValueError:  # a version that is none, or of more digits than Python reads
        return True


def all_fit(texts: Iterable[str]) -> bool:
    """Tell whether what is installed fits every requirement that is for this machine."""
    found = (parsed(text) for text in texts)
    return all(fits(requirement) for requirement in found if requirement is not None)


def installed(folders: Sequence[str] | None = None) -> dict[str, str]:
    """Return the version of every installed distribution that comes from an index, by its name.

    ``folders`` are where to look instead of ``sys.path``.
    """
    found: dict[str, str] = {}
    for distribution in metadata.distributions(path=list(sys.path if folders is None else folders)):
        name = distribution.metadata["Name"]
        # What was installed from a folder or an address cannot be asked for by its version.
        if name and distribution.read_text("direct_url.json") is None:
            found.setdefault(canonicalize_name(name), distribution.version)
    return found

"""Which token is there to speak to the forge with?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKENS: Final = ("LAPWING_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
"""Where it may be, the one that is meant for us first."""


def token_of(environ: Mapping[str, str]) -> str:
    """Return the token, empty where there is none."""
    return next((environ[name].strip() for name in TOKENS if environ.get(name, "").strip()), "")

"""GitHub, and GitHub on a server of one's own, as a :class:`~lapwing.ports.Forge`."""

from __future__ import annotations

from lapwing.forge.github.client import GitHub
from lapwing.forge.github.opened import open_github

__all__ = ["GitHub", "open_github"]

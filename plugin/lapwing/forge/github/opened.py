"""Which GitHub is it, and who are we there? As the environment of a workflow says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lapwing.errors import UsageError
from lapwing.forge.github.client import BOT, GitHub
from lapwing.forge.github.session import Session
from lapwing.forge.token import token_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}", re.ASCII)


def open_github(environ: Mapping[str, str]) -> GitHub | None:
    """Return the repository that the environment names, None where there is no token for it.

    ``GITHUB_API_URL`` is where its API is, a server of an enterprise's own included; ``GITHUB_REPOSITORY`` which it is.
    ``LAPWING_LOGIN`` is who the token speaks as, where that cannot be asked (an App's own token).

    Raises:
        UsageError: there is a token, and no repository or no API (``no-forge``).
    """
    token = token_of(environ)
    if not token:
        return None
    repository = environ.get("GITHUB_REPOSITORY", "")
    base = environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    parts = urlsplit(base)
    if not _REPOSITORY.fullmatch(repository) or parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(
            "no-forge",
            f"GITHUB_REPOSITORY={repository[:100]!r} with GITHUB_API_URL={base[:100]!r} names no repository.",
            remedy="run this in a workflow, or set both as a workflow has them.",
        )
    login = environ.get("LAPWING_LOGIN", "") or (BOT if _is_workflows_own(token, environ) else "")
    return GitHub(Session(token, base), repository, login=login)


def _is_workflows_own(token: str, environ: Mapping[str, str]) -> bool:
    """Tell whether a token is surely the workflow's: an installation's, in a workflow, under the workflow's name."""
    return token.startswith("ghs_") and environ.get("GITHUB_ACTIONS") == "true" and not environ.get("LAPWING_TOKEN")

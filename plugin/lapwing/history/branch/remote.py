"""Where is the remote, and how does git get in? Asked of the user's repository, which is read and never written.

Credentials travel to git as environment variables, and no further: a password in a URL, also one that the user's
``insteadOf`` puts there, is taken out of it, since git hands URLs to its helpers as arguments. Tokens come from, in
this order: ``LAPWING_REMOTE_TOKEN``; the URL; in GitHub Actions ``GITHUB_TOKEN``, for that server alone. What
``actions/checkout`` left in the repository's configuration (an extra header) and git's own credential helpers work as
they do in the user's repository.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from lapwing.errors import RepositoryError, StoreError
from lapwing.history.git import Git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lapwing.history.branch.address import Address
    from lapwing.history.branch.running import Config

NAME: Final = "history"
"""What the remote is called in the branch's own repository."""

TOKEN: Final = "LAPWING_REMOTE_TOKEN"  # noqa: S105 - the name of a variable

_USERNAME, _PASSWORD = "LAPWING_GIT_USERNAME", "LAPWING_GIT_PASSWORD"
# git runs it with sh, which it brings along on Windows; echo is the shell's own, so nothing becomes an argument.
_HELPER: Final = f'!f() {{ test "$1" = get && echo "username=${_USERNAME}" && echo "password=${_PASSWORD}"; }}; f'

_WANTED: Final = r"^(http|credential|ssh)\.|^core\.(sshcommand|askpass|gitproxy)$"
"""Settings of the user's repository on how remotes are reached."""

_REMOTE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_SCP: Final = re.compile(r"([^/@:\s]+@)?[^/:\s]{2,}:(?!//)")
"""``user@host:path``, as ssh has it; one letter before the colon is a disk of Windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A remote that git can be sent to.

    ``url`` and ``push_url`` are without credentials. ``config`` and ``variables`` go into the environment of commands
    that talk with it, ``secrets`` are texts that no message may hold.
    """

    url: str
    push_url: str
    config: Config = ()
    variables: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Digits that tell this remote from others, for a folder's name."""
        return blake2s(self.url.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


def resolve(address: Address, root: Path, environ: Mapping[str, str]) -> Remote:
    """Find the remote of ``address`` from the project at ``root``.

    Raises:
        StoreError: ``no-such-remote``.
        RepositoryError: a remote's name was given, and ``root`` is in no git repository.
    """
    git = Git(root)
    url, push_url = _urls(address.remote, root, git)
    there, password = _without_credentials(url)
    push_there, push_password = _without_credentials(push_url)
    login = _login(environ, there, push_password or password)
    config: list[tuple[str, str]] = [(f"remote.{NAME}.url", there)]
    if push_there != there:
        config.append((f"remote.{NAME}.pushurl", push_there))
    # The longest match wins: these keep the user's insteadOf from being applied again, with the credentials it adds.
    config += [(f"url.{one}.insteadOf", one) for one in dict.fromkeys((there, push_there))]
    config += [(f"url.{one}.pushInsteadOf", one) for one in dict.fromkeys((there, push_there))]
    config += _how_to_reach(git)
    variables: dict[str, str] = {}
    if login is not None:
        variables = {_USERNAME: login[0], _PASSWORD: login[1]}
        for server in dict.fromkeys((_server(there), _server(push_there))):
            # Empty: the user's helpers neither answer in its place nor are given it to keep.
            config += [(f"credential.{server}.helper", ""), (f"credential.{server}.helper", _HELPER)]
    return Remote(
        url=there,
        push_url=push_there,
        config=tuple(config),
        variables=variables,
        secrets=tuple(_secrets([login, password, push_password], config)),
    )


def _urls(remote: str, root: Path, git: Git) -> tuple[str, str]:
    """Return where to fetch from and where to push to, with the user's ``insteadOf`` applied."""
    if _is_url(remote):
        answer = _asked(git, "ls-remote", "--get-url", "--", remote) or remote
        return answer, answer
    if _REMOTE_NAME.fullmatch(remote) and not (root / remote).is_dir():
        try:
            fetch = git.ask("remote", "get-url", "--", remote, none_at=2)
            push = git.ask("remote", "get-url", "--push", "--", remote, none_at=2)
        except RepositoryError as error:
            if error.slug == "no-repository":
                raise
            fetch = push = None
        if fetch and push:
            top = _asked(git, "rev-parse", "--show-toplevel")
            return _absolute(_text(fetch), root / top), _absolute(_text(push), root / top)
        raise StoreError(
            "no-such-remote",
            f"This repository has no remote called {remote[:60]!r}, and there is no such folder.",
            remedy="name one that 'git remote -v' shows, or a URL: git+branch://lapwing-history?remote=NAME.",
        )
    path = _absolute(remote, root)
    return path, path


def _asked(git: Git, *arguments: str) -> str:
    """Return git's answer, empty where the project is in no repository: a URL needs none."""
    try:
        return _text(git.ask(*arguments) or b"")
    except RepositoryError:
        return ""


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "surrogateescape").splitlines()[0] if answer.strip() else ""


def _is_url(text: str) -> bool:
    return "://" in text or bool(_SCP.match(text))


def _absolute(where: str, root: Path) -> str:
    return where if _is_url(where) else os.path.abspath(root / os.path.expanduser(where))  # noqa: PTH100, PTH111 - text


def _without_credentials(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return the URL without user and password, and these; ssh's user stays, it is no secret and part of the place."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, None
    if parts.scheme not in {"http", "https"} or "@" not in parts.netloc:
        return url, None
    userinfo, _, host = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    return urlunsplit(parts._replace(netloc=host)), (unquote(user), unquote(password))


def _login(environ: Mapping[str, str], url: str, in_url: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return user and password for an http remote, None where git's own ways shall do."""
    if not url.startswith(("http://", "https://")):
        return None
    token = environ.get(TOKEN, "").strip()
    if token:
        return "x-access-token", token
    if in_url is not None:
        return in_url
    github = environ.get("GITHUB_SERVER_URL", "https://github.com")
    token = environ.get("GITHUB_TOKEN", "").strip()
    if token and environ.get("GITHUB_ACTIONS") == "true" and _server(url) == _server(github):
        return "x-access-token", token
    return None


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _how_to_reach(git: Git) -> Config:
    """Return the settings of the user's repository itself, with what it includes.

    Those of the system, the user and the environment hold for ours anyway; an extra header that is given twice is sent
    twice, and GitHub answers that with 400.
    """
    try:
        answer = git.ask("config", "--local", "--includes", "--null", "--get-regexp", _WANTED, none_at=1)
    except RepositoryError:
        return ()
    return tuple(_settings(answer))


def _settings(answer: bytes | None) -> list[tuple[str, str]]:
    lines = (answer or b"").decode("utf-8", "surrogateescape").split("\0")
    pairs = (line.partition("\n") for line in lines if line)
    return [(key, value) for key, _, value in pairs]


def _secrets(logins: list[tuple[str, str] | None], config: list[tuple[str, str]]) -> list[str]:
    """Return what must not be said: passwords, and what stands in headers, plain and in base64."""
    found: list[str] = []
    for login in logins:
        if login is not None:
            user, password = login
            found += [password, base64.b64encode(f"{user}:{password}".encode()).decode("ascii")]
            # A token may stand in the place of the user, and then there is no password.
            found += [] if password else [user]
    for key, value in config:
        if key.lower().endswith(".extraheader"):
            last = value.split(" ")[-1]
            found += [value, last]
            try:
                found.append(base64.b64decode(last, validate=True).decode().partition(":")[2])
            except ValueError:
                continue
    # The longest first, so that none leaves a piece of another; a short word would take letters out of sentences.
    return sorted({one for one in found if len(one) >= 4}, key=len, reverse=True)  # noqa: PLR2004

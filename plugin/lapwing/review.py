"""The nouns of a pull request, frozen: where it is from, what is said on it, what gates it; the same on every forge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from lapwing.errors import UsageError

GateState = Literal["success", "failure", "pending", "error"]

MOST_TOLD: Final = 140
"""Characters of a gate's description; no forge shows more."""

_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}", re.ASCII)
_SUITE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)


def check_suite(name: str) -> str:
    """Return the name of a suite: it is part of a marker and of a gate's name.

    Raises :class:`~lapwing.errors.UsageError` (slug ``bad-suite``).
    """
    if not _SUITE.fullmatch(name):
        raise UsageError(
            "bad-suite",
            f"{name[:60]!r} is no name of a suite.",
            remedy="use at most 60 letters, digits, dots, - and _, a letter or digit first.",
        )
    return name


def is_sha(text: str) -> bool:
    """Tell whether a text is the full hash of a commit."""
    return _SHA.fullmatch(text) is not None


def is_login(text: str) -> bool:
    """Tell whether a text is the name of a person's account, which can be mentioned; no program's is."""
    return _LOGIN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where measured code is from, as the forge itself says: whose repository, which branch, exactly which commit."""

    owner: str
    branch: str
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """An open pull request, at the commit that is its head now."""

    number: int
    sha: str
    base: str
    author: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A comment on a pull request; ``author`` is empty where the account is gone, ``mine`` says who wrote it."""

    id: int
    author: str
    body: str
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The run of a workflow that measured: its number, which attempt of it, and where a person finds it."""

    id: int
    attempt: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a commit's status says under one name; ``description`` has at most 140 characters."""

    name: str
    state: GateState
    description: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said of one line of a file that the pull request changes."""

    path: str
    line: int
    title: str
    message: str
    blocks: bool


IssueState = Literal["open", "done", "dropped"]
"""What an issue is to be: ``done`` is closed as completed, ``dropped`` as not planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue, open or closed; ``mine`` says who wrote it."""

    number: int
    title: str
    body: str
    is_open: bool
    mine: bool

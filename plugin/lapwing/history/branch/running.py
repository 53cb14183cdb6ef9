"""How does git run in the branch's own repository? Without a terminal, and ended with all it started where it is late.

Only commands that talk with the remote get the remote's address and credentials, and those through the environment:
an argument can be read by every user of the machine, a configuration file outlives the job.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

from lapwing.errors import StoreError
from lapwing.history.git import OTHERS_REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Config = tuple[tuple[str, str], ...]

TIMEOUT: Final = 900.0
"""Seconds for one command with the network; a transfer that has stalled for 60 s ends before."""

QUICK: Final = 60.0
"""The same where what comes is wanted and not needed: a report is written without it."""

OLDEST: Final = (2, 31)
"""The first git that takes settings from the environment (GIT_CONFIG_COUNT)."""

PROTOCOLS: Final = "file:ssh:http:https:git"
"""Never ext::, which would run what a URL says."""

# Nothing of the user's own settings may run a program, sign, or begin a clean-up that outlives us. What comes is
# looked at by us, and never checked out; git's own check would refuse all of a branch for one bad record.
_SETTINGS: Final = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("fetch.fsckObjects", "false"),
    ("fetch.unpackLimit", "1"),
    ("fetch.recurseSubmodules", "false"),
    ("push.gpgSign", "false"),
    ("push.followTags", "false"),
    ("push.recurseSubmodules", "no"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "60"),
    ("pack.threads", "1"),
    ("core.fsync", "none"),
)
_USERINFO: Final = re.compile(r"(?<=://)[^/@\s'\"]+@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended, and what it said; ``error`` without the secrets that were in the environment."""

    code: int
    out: bytes
    error: str


class Late(Exception):  # noqa: N818 - reads as what the command was
    """The command took too long and was ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs git in the bare repository ``folder``.

    ``remote`` are settings for commands that talk with the remote, ``variables`` what credential helpers read, and
    ``secrets`` what no message may hold.
    """

    folder: Path
    remote: Config = ()
    variables: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    timeout: float = TIMEOUT

    def run(self, *arguments: str, given: bytes = b"", network: bool = False) -> Said:
        """Run a command to its end.

        Raises:
            Late: it took too long.
            StoreError: ``no-git``.
        """
        process = self._start(arguments, network=network)
        try:
            out, error = process.communicate(given, timeout=self.timeout)
        except subprocess.TimeoutExpired:
            _end(process)
            raise Late(arguments[0]) from None
        except BaseException:
            _end(process)
            raise
        return Said(code=process.returncode, out=out, error=self.without_secrets(error.decode("utf-8", "replace")))

    @contextmanager
    def talking(self, *arguments: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """Start a command without a network and give its ends to write to and to read from; then end it."""
        process = self._start(arguments, network=False, errors=subprocess.DEVNULL)
        try:
            yield process.stdin, process.stdout
            with suppress(BrokenPipeError):
                process.stdin.close()
        finally:
            _end(process)

    def without_secrets(self, said: str) -> str:
        """Return ``said`` without user names and passwords of URLs and without the secrets that we know."""
        said = _USERINFO.sub("", said)
        for secret in self.secrets:
            said = said.replace(secret, "***")
        return said

    def _start(self, arguments: tuple[str, ...], *, network: bool, errors: int = subprocess.PIPE) -> Any:
        program = shutil.which("git")
        if program is None:
            raise StoreError("no-git", "There is no git on this machine's PATH.", remedy="install git.")
        # A session of its own: it has no terminal that anything could ask on, and it can be ended as a whole.
        apart: dict[str, Any] = (
            {"creationflags": 0x200}  # CREATE_NEW_PROCESS_GROUP
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        return subprocess.Popen(  # noqa: S603 - no shell, and every argument is ours or checked
            [program, "--no-pager", "--no-replace-objects", *arguments],
            cwd=self.folder,
            env=self._environment(network=network),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            **apart,
        )

    def _environment(self, *, network: bool) -> dict[str, str]:
        environment = base_environment()
        settings = _SETTINGS + (self.remote if network else ())
        first = int(environment.get("GIT_CONFIG_COUNT") or 0)
        for number, (key, value) in enumerate(settings, first):
            environment[f"GIT_CONFIG_KEY_{number}"] = key
            environment[f"GIT_CONFIG_VALUE_{number}"] = value
        environment |= {"GIT_CONFIG_COUNT": str(first + len(settings)), "GIT_DIR": str(self.folder)}
        if network:
            environment |= self.variables | {"GIT_ALLOW_PROTOCOL": PROTOCOLS}
        return environment


def base_environment() -> dict[str, str]:
    """Return our environment without what would lead git elsewhere, have it ask a person, or trace secrets."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OTHERS_REPOSITORY and not name.startswith(("GIT_TRACE", "GIT_CURL_VERBOSE"))
    }
    count = kept.get("GIT_CONFIG_COUNT", "")
    if not count.isdigit():
        kept.pop("GIT_CONFIG_COUNT", None)
    if "GIT_ASKPASS" not in kept:
        # Else git would start what core.askPass or SSH_ASKPASS names, a window as a rule. This one has no answer.
        kept["GIT_ASKPASS"] = "true"
    if "GIT_SSH_COMMAND" not in kept and "GIT_SSH" not in kept:
        kept["SSH_ASKPASS_REQUIRE"] = "never"
    return kept | {
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GCM_INTERACTIVE": "never",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def require_git(folder: Path) -> None:
    """Find out whether git is new enough.

    Raises:
        StoreError: ``no-git`` or ``git-too-old``.
    """
    said = Runner(folder=folder).run("version")
    found = re.search(r"(\d+)\.(\d+)", said.out.decode("ascii", "replace"))
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        shown = said.out.decode("ascii", "replace").strip()[:60] or "a git that says nothing"
        raise StoreError(
            "git-too-old",
            f"The history branch needs git {OLDEST[0]}.{OLDEST[1]} or newer, and this is {shown}.",
            remedy="install a newer git, or use another store.",
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and whatever it started."""
    if process.poll() is None:
        with suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()

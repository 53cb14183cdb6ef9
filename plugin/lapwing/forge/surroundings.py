"""Where does this process run: in which workflow, after which event, and where does its summary go?

The only reader of a workflow's environment. Outside of one, nothing happened and there is no summary.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import UsageError
from lapwing.forge.activity import Task, task_of
from lapwing.forge.token import token_of
from lapwing.review import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.ports import Forge

WORKFLOW: Final = ".github/workflows/lapwing.yml"
"""The workflow that measures, as ``lapwing init`` writes it."""

MAX_PAYLOAD: Final = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a process knows of the workflow that it is part of.

    ``task`` is what the event asks for; ``forge`` is None without a token. ``summary`` is the file of the job's
    summary, None where there is none. ``job`` is this very run. ``annotates`` says that the log takes commands.
    ``address`` is where the repository is on the web, empty where nobody says. ``in_workflow`` says that some event
    began this.
    """

    task: Task
    forge: Forge | None
    summary: Path | None
    job: Job | None
    annotates: bool
    address: str = ""
    in_workflow: bool = True

    @property
    def compare(self) -> str:
        """The address that shows what is between two commits, ``{old}`` and ``{new}`` in their places."""
        return f"{self.address}/compare/{{old}}...{{new}}" if self.address and "{" not in self.address else ""


def surroundings(environ: Mapping[str, str], *, workflow: str = WORKFLOW) -> Surroundings:
    """Return where this process runs; ``workflow`` is the path of the workflow that measures.

    Raises:
        UsageError: the event cannot be read (``bad-event``), a token is for no repository (``no-forge``), or what is
            needed to use it is not installed (``no-github3``).
    """
    event = environ.get("GITHUB_EVENT_NAME", "")
    place = environ.get("GITHUB_EVENT_PATH", "")
    if event and place:
        task = task_of(event, _payload(Path(place)), workflow=workflow)
    else:
        task = Task(do="nothing", why="no event happened: this is no job of a workflow")
    summary = environ.get("GITHUB_STEP_SUMMARY", "")
    return Surroundings(
        task=task,
        forge=_forge(environ),
        summary=Path(summary) if summary else None,
        job=_job(environ),
        annotates=environ.get("GITHUB_ACTIONS") == "true",
        address=_address(environ),
        in_workflow=bool(event),
    )


def _forge(environ: Mapping[str, str]) -> Forge | None:
    if not token_of(environ):
        return None
    try:
        from lapwing.forge.github import open_github  # noqa: PLC0415 - who has no token needs no github3
    except ImportError as error:
        raise UsageError(
            "no-github3",
            f"There is a token, and {error.name or 'github3'} to use it with is not installed.",
            remedy="pip install 'lapwing[github]'",
        ) from None
    return open_github(environ)


def _payload(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_PAYLOAD:
            raise _bad(path, "is too large")
        payload = json.loads(path.read_bytes())
    except OSError as error:
        raise _bad(path, f"cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise _bad(path, "is not JSON") from None
    return payload if isinstance(payload, dict) else {}


def _bad(path: Path, what: str) -> UsageError:
    return UsageError("bad-event", f"The event in {path} {what}.", remedy="run this as a job of a workflow.")


def _job(environ: Mapping[str, str]) -> Job | None:
    number, attempt = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_RUN_ATTEMPT", "1")
    if not (number.isascii() and number.isdigit() and attempt.isascii() and attempt.isdigit() and len(number) < 20):  # noqa: PLR2004 - a number of 64 bits
        return None
    return Job(id=int(number), attempt=int(attempt), url=f"{_address(environ)}/actions/runs/{number}")


def _address(environ: Mapping[str, str]) -> str:
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    return f"{server}/{repository}" if server and repository else ""

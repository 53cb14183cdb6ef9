"""What is there to be told on a pull request? A settled report and where it is from, or what went wrong instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.judge.waivers import Settled
    from lapwing.model import MetricId
    from lapwing.report.marker import Stamp
    from lapwing.review import Job

DEFAULT_SUITE: Final = "default"
LABEL: Final = "lapwing-accepted"
ACCEPTED_FILE: Final = ".lapwing/accepted.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A report to be told.

    ``stamp`` says what it is of; ``job`` measured it, None where this very job did. ``claimed`` says that the code
    under judgement measured itself, as on every pull request and on no push. ``recent`` are the last values on the
    default branch, oldest first. ``sentences`` are ours, on how it was judged. ``accept`` says that a comment can
    accept a regression here. ``site`` is the address of the project's published history, empty where it has none.
    """

    suite: str
    stamp: Stamp
    settled: Settled
    fail_on: tuple[str, ...] = ()
    job: Job | None = None
    claimed: bool = False
    recent: Mapping[MetricId, tuple[float | None, ...]] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    accept: bool = True
    site: str = ""

    @property
    def gate(self) -> str:
        """The name of the status that gates."""
        return gate_name(self.suite)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A measurement that brought no report: in one sentence what is wrong, and in one what to do."""

    suite: str
    stamp: Stamp
    what: str
    remedy: str
    job: Job | None = None

    @property
    def gate(self) -> str:
        """The name of the status that gates."""
        return gate_name(self.suite)


def gate_name(suite: str) -> str:
    """Return the name of the status of a suite."""
    return f"lapwing/{suite}"

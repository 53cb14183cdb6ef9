"""Everything Lapwing refuses to do, as one tree: a slug, a sentence and a remedy each.

    LapwingError
    ├── UsageError            exit 2   the command, the marker or the settings are wrong
    │   ├── SettingsError              a key or a type in pyproject.toml, the environment or a flag
    │   ├── MarkError                  an option of @perf
    │   ├── BudgetError                a budget that cannot be read
    │   ├── IdentityError              two benchmarks with one id
    │   ├── RecordError                a number perf.record cannot take
    │   ├── RepositoryError            git cannot tell the commit or its order
    │   └── ImportRefused              a file to import that is not what it should be
    ├── MeasureError          exit 2   nothing could be measured at all
    ├── FleetError            exit 2   the processes or the cluster that were to work cannot
    ├── StoreError            exit 4   the history cannot be read or written
    │   ├── StoreUnwritable
    │   ├── StoreTooNew
    │   └── StoreDamaged
    ├── HandoverRefused       exit 2   what an untrusted job handed over is not what it should be
    └── ForgeError            exit 6   where pull requests are cannot be reached, or will not
        ├── ForgeRefused               the token may not do it
        ├── ForgeBusy                  too much was asked, and waiting would take too long
        └── ForgeUnsure                a write of which nobody knows whether it happened

The slug is stable and may be searched for and scripted against; the sentence may change.
"""

from __future__ import annotations

from typing import ClassVar


class LapwingError(Exception):
    """Base of all errors a user can meet.

    ``slug`` names the error for good, ``message`` is one sentence that says what is wrong, ``remedy`` one
    sentence that says what to do.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, slug: str, message: str, *, remedy: str) -> None:
        """Keep the three parts; ``str()`` joins them in the one form users see."""
        super().__init__(f"[{slug}] {message} Remedy: {remedy}")
        self.slug = slug
        self.message = message
        self.remedy = remedy


class UsageError(LapwingError):
    """The user asked for something that cannot be done as asked."""


class SettingsError(UsageError):
    """A setting has an unknown name, a wrong type or a value out of range."""


class MarkError(UsageError):
    """An option of ``@perf`` is unknown or has a wrong value."""


class BudgetError(UsageError):
    """A budget such as ``p99 < 2 ms`` cannot be read."""


class IdentityError(UsageError):
    """Two benchmarks claim one id."""


class RecordError(UsageError):
    """``perf.record`` was given something that is not a finite number with a name."""


class RepositoryError(UsageError):
    """Git cannot tell which commit this is or where it stands."""


class ImportRefused(UsageError):  # noqa: N818 - reads as what happened to the file
    """A file to import is not what its format says."""


class MeasureError(LapwingError):
    """Nothing could be measured: the workers do not start or do not collect."""


class FleetError(LapwingError):
    """The processes or the cluster that were to do the work cannot be reached, differ or died; nothing was judged."""


class StoreError(LapwingError):
    """The history cannot be read or written; nothing of it was changed."""

    exit_code: ClassVar[int] = 4


class StoreUnwritable(StoreError):  # noqa: N818 - reads as the state of the store
    """The store's file or folder refuses writing."""


class StoreTooNew(StoreError):  # noqa: N818 - reads as the state of the store
    """The store was written by a newer Lapwing."""


class StoreDamaged(StoreError):  # noqa: N818 - reads as the state of the store
    """A record is damaged; it is kept as it is and never read as 'no history'."""


class HandoverRefused(LapwingError):  # noqa: N818 - reads as what happened to it
    """What an untrusted job handed over is not what it should be; nothing of it was used."""


class ForgeError(LapwingError):
    """Where pull requests are cannot be reached, or its answer cannot be understood."""

    exit_code: ClassVar[int] = 6


class ForgeRefused(ForgeError):  # noqa: N818 - reads as what happened
    """The token may not do what was asked."""


class ForgeBusy(ForgeError):  # noqa: N818 - reads as the state of the forge
    """Too much was asked of it lately, and waiting for it would take too long."""


class ForgeUnsure(ForgeError):  # noqa: N818 - reads as what is known
    """The connection broke after something was sent: it may have been written or not."""

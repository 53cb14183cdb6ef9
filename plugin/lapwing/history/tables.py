"""Which tables does a history have? Documents are the truth; all that follows ``document`` is their index.

A document is one run whole, compressed. The index has one value for each metric of a run, so that every value of a
history is read without opening a document: once by run, as it was appended, and once by series, in stretches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

SCHEMA: Final = 2
"""Version history of the tables; ``migrations.py`` says how to add one.

    1   2026-11   the first.
    2   2026-11   ``gathering`` and ``stretch``: one series is read without all the others.
"""


class Words(TypeDecorator[str]):
    """Text. PostgreSQL holds no NUL, so its index shows the picture of one; the document has it as it was."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what the database is given."""
        return value.replace("\0", "␀") if value and dialect.name == "postgresql" else value


metadata: Final = MetaData()

# One row: which version of these tables this is.
state: Final = Table("lapwing_state", metadata, Column("schema", Integer, primary_key=True))

machine: Final = Table(
    "machine",
    metadata,
    Column("id", Words, primary_key=True),
    Column("cpu", Words, nullable=False),
    Column("cpu_count", BigInteger, nullable=False),
    Column("os", Words, nullable=False),
    Column("arch", Words, nullable=False),
    Column("interpreter", Words, nullable=False),
    Column("label", Words, nullable=False),
)

# `sequence` is the order of storing; it is given within the one transaction that writes at a time, so it has no races.
run: Final = Table(
    "run",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("machine", Words, ForeignKey("machine.id"), nullable=False),
    Column("sha", Words, nullable=False),
    Column("dirty", Boolean, nullable=False),
    Column("date", Double),
    Column("subject", Words, nullable=False),
    Column("branch", Words, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("benchmarks", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("source", Words, nullable=False),
    sqlite_autoincrement=True,
)

# Apart from `run`, so that listing runs does not wade through megabytes. `digest` is the SHA-256 of `body`, the
# compressed document; `length` is its size before compression.
document: Final = Table(
    "document",
    metadata,
    Column("run", Integer, ForeignKey("run.sequence"), primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# The fingerprint belongs to the series and not to the point: it hardly ever changes, and a point stays three numbers.
series: Final = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("benchmark", Words, nullable=False),
    Column("metric", Words, nullable=False),
    Column("symbol", Words, nullable=False),
    Column("better", Words, nullable=False),
    Column("noise", Words, nullable=False),
    Column("machine", Words, ForeignKey("machine.id"), nullable=False),
    Column("fingerprint", Words, nullable=False),
    UniqueConstraint("benchmark", "metric", "symbol", "better", "noise", "machine", "fingerprint"),
)

# All values of one run as one block (see ``blocks.py``), with its CRC-32. A row for each value was tried first: 400,000
# rows took 0.35 s to read and group where 200 blocks take 0.09 s, and an append wrote 2,000 rows.
values: Final = Table(
    "run_values",
    metadata,
    Column("run", Integer, ForeignKey("run.sequence"), primary_key=True, autoincrement=False),
    Column("check", BigInteger, nullable=False),
    Column("block", LargeBinary, nullable=False),
)

# The same values once more, by series: a stretch holds those of one series in up to 64 runs of its machine, laid out
# like the others but for the number, which is the run's. A gathering says that the runs of the machine after the
# gathering before, and up to that number, are in stretches, which have its number; those after the last one still wait.
# Either has a CRC-32 over its whole row, since a wrong number would hide values and not only spoil one.
gathering: Final = Table(
    "gathering",
    metadata,
    Column("machine", Words, ForeignKey("machine.id"), primary_key=True),
    Column("last", Integer, primary_key=True, autoincrement=False),
    Column("check", BigInteger, nullable=False),
)

stretch: Final = Table(
    "stretch",
    metadata,
    Column("series", Integer, ForeignKey("series.id"), primary_key=True, autoincrement=False),
    Column("last", Integer, primary_key=True, autoincrement=False),
    Column("check", BigInteger, nullable=False),
    Column("block", LargeBinary, nullable=False),
)

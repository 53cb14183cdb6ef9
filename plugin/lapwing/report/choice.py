"""Which benchmark, run or machine did the reader mean by a few characters of its name?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError
from lapwing.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.model import Machine, RunSummary

_MOST_NAMED: Final = 10


def choose_benchmark(wanted: str, names: Mapping[str, str], *, collected: str = "") -> str:
    """Return the stable id that ``wanted`` means: an id, a node id, or a part of exactly one of them.

    ``names`` maps each stable id to its node id; they are the history's, unless ``collected`` says of what they are.

    Raises:
        UsageError: none is meant (``no-such-benchmark``), or several (``ambiguous-benchmark``); the nearest are named.
    """
    if wanted in names:
        return wanted
    exact = [key for key, node_id in names.items() if node_id == wanted]
    if len(exact) == 1:
        return exact[0]
    hits = [key for key, node_id in names.items() if wanted in key or wanted in node_id]
    hits.sort(key=lambda key: (len(key), key))  # the less there is around it, the nearer it is
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise UsageError(
            "ambiguous-benchmark",
            f"{_shown(wanted)} is part of the names of {len(hits):,} benchmarks.",
            remedy=f"name one of them: {_listed(hits)}.",
        )
    near = difflib.get_close_matches(wanted, list(names)[:20_000], n=5, cutoff=0.3)
    if not names:
        remedy = "mark a test with @perf." if collected else "the history is empty: measure with 'pytest --perf' first."
    elif near or len(names) <= _MOST_NAMED:
        remedy = f"the nearest are {_listed(near)}." if near else f"it has {_listed(sorted(names))}."
    else:
        remedy = (
            "'pytest --collect-only' lists the tests."
            if collected
            else "'lapwing check -v' lists the benchmarks there are."
        )
    raise UsageError(
        "no-such-benchmark",
        f"{collected or 'The history'} has no benchmark whose name holds {_shown(wanted)}.",
        remedy=remedy,
    )


def choose_runs(wanted: str, runs: Sequence[RunSummary]) -> tuple[str, ...]:
    """Return the ids of the runs meant by the beginning of a run's id or of a commit, the last stored first.

    Raises:
        UsageError: none is meant (``no-such-run``), or a run's id is not unique (``ambiguous-run``).
    """
    exact = [run.id for run in runs if run.id == wanted]
    by_id = exact or [run.id for run in runs if run.id.startswith(wanted)]
    if len(by_id) == 1:
        return tuple(by_id)
    by_commit = [run for run in runs if run.commit.sha.startswith(wanted)]
    if by_commit and not by_id and len({run.commit.sha for run in by_commit}) == 1:
        return tuple(run.id for run in by_commit[::-1])
    if by_id or by_commit:
        hits = sorted({*by_id, *(run.id for run in by_commit)})
        raise UsageError(
            "ambiguous-run",
            f"{_shown(wanted)} begins the ids or commits of {len(hits):,} runs.",
            remedy=f"give more characters: {_listed(hits)}.",
        )
    raise UsageError(
        "no-such-run",
        f"The history has no run and no commit that begins with {_shown(wanted)}.",
        remedy="lapwing history list shows the runs there are.",
    )


def choose_machine(wanted: str, machines: Iterable[Machine]) -> str:
    """Return the id of the machine meant by the beginning of its id or a part of its title.

    Raises:
        UsageError: none is meant (``no-such-machine``), or several (``ambiguous-machine``).
    """
    known = {machine.id: machine.title for machine in machines}
    hits = [key for key, title in known.items() if key.startswith(wanted) or wanted == title]
    hits = hits or [key for key, title in known.items() if wanted.casefold() in title.casefold()]
    if len(hits) == 1:
        return hits[0]
    described = _listed([f"{key} ({known[key]})" for key in hits or known])
    if hits:
        raise UsageError(
            "ambiguous-machine", f"{_shown(wanted)} means {len(hits)} machines.", remedy=f"name one: {described}."
        )
    raise UsageError(
        "no-such-machine",
        f"The history has no machine {_shown(wanted)}.",
        remedy=f"it has {described}." if known else "the history is empty: measure with 'pytest --perf' first.",
    )


def _shown(wanted: str) -> str:
    return f"'{escape(wanted[:100])}'"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(escape(name[:200]) for name in names[:_MOST_NAMED]) + more

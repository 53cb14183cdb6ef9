"""What of head's run is there to judge, and against which values?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.centre import centre, process_centres, relative_error
from lapwing.detect.order import same_commit
from lapwing.detect.pool import pooled_value
from lapwing.judge.case import Case
from lapwing.judge.written import RECENT, limit_of, recent_values

if TYPE_CHECKING:
    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.past import Past
    from lapwing.judge.policy import Policy
    from lapwing.model import Commit, Declared, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where head stands in its machine's past: positions below ``cut`` are earlier commits.

    ``own`` is the position of earlier clean runs of the very same code, None where there are none. ``sha`` is head's.
    """

    sha: str
    cut: int
    own: int | None


def stand(past: Past, head: Commit, first_parents: FirstParents) -> Standing:
    """Return where ``head`` stands: after all earlier commits, and a dirty head after its own commit's clean runs."""
    commits = past.order.commits
    place = first_parents.place(head.sha)
    own = next((i for i, sha in enumerate(commits) if same_commit(sha, head.sha)), None)
    if past.order.by_date or place is None:
        cut = len(commits) if own is None else own
    else:
        places = [first_parents.place(sha) for sha in commits]
        cut = sum(at is not None and at < place for at in places)
    if head.dirty and own is not None:
        return Standing(sha=head.sha, cut=own + 1, own=None)
    return Standing(sha=head.sha, cut=cut, own=own)


def case_of(sample: Sample, one: Declared, past: Past, standing: Standing, policy: Policy) -> Case | str:
    """Return what there is to judge of ``sample``, or, where it has nothing to be compared with, why."""
    series = past.series.get(sample.metric)
    if series is None:
        return "There is no earlier value on this machine; this one begins the series."
    if series.unit.symbol != sample.unit.symbol:
        return f"Earlier values are in {series.unit.symbol or 'no unit'}; this one begins a new series."
    earlier, known = _earlier(series, standing, one.fingerprint)
    own = _own(series, standing, one.fingerprint)
    same_code = earlier.shape[0] == 0
    if same_code and not own:
        return (
            "The sampling settings changed, so earlier values cannot be compared; this one begins a new series."
            if known
            else "There is no value of an earlier commit on this machine; this one begins the series."
        )
    # Where only the same code is there to compare with, head is compared with it; else both are one commit's runs.
    head = centre(sample) if same_code else pooled_value((centre(sample), *own))
    # As one, however many there were: what counts is the process nearest to the level, and of 50 re-runs one always is.
    processes = (*process_centres(sample), *((pooled_value(own),) if own else ()))
    places = np.array([standing.own if standing.own is not None else 0]) if same_code else earlier
    return Case(
        metric=sample.metric,
        node_id=one.node_id,
        unit=sample.unit,
        machine=past.machine,
        limit=limit_of(one, policy),
        values=np.append(series.values[places], head),
        commits=(*_at(places, series.commits), standing.sha),
        errors=np.append(series.errors[places], relative_error(sample)),
        head=head,
        processes=processes,
        confirmed=sample.screened > 0,
        same_code=same_code,
        recent=(*recent_values(series.values[: standing.cut])[1 - RECENT :], head),
        warnings=sample.warnings,
    )


def _at(places: np.ndarray, commits: tuple[str, ...]) -> tuple[str, ...]:
    """Return the commits at ``places``, which rise; without a hole between them, as most are, at once."""
    first, last = int(places[0]), int(places[-1])
    if last - first + 1 == places.shape[0]:
        return commits[first : last + 1]
    return tuple(commits[place] for place in places.tolist())


def _own(series: Series, standing: Standing, fingerprint: str) -> tuple[float, ...]:
    """Return the values of earlier runs of the very same code, measured under the same settings."""
    if standing.own is None or (standing.own >= series.current and fingerprint != series.fingerprint):
        return ()
    return series.runs_at(standing.own)


def _earlier(series: Series, standing: Standing, fingerprint: str) -> tuple[np.ndarray, bool]:
    """Return the positions of the comparable earlier values, and whether there are any earlier values at all."""
    filled = np.flatnonzero(~np.isnan(series.values[: standing.cut]))
    if fingerprint != series.fingerprint:
        return filled[:0], bool(filled.size)
    return filled[filled >= series.current], bool(filled.size)

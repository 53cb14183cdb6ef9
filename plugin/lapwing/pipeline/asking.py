"""How is a question about two commits answered? By pairs of processes of one benchmark, as many as it wants.

Over a :class:`~lapwing.ports.SidesMaker` alone. A commit that does not answer in time *hangs*, which is an answer too;
one that cannot be made, built, collected or run is no answer at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from lapwing.errors import LapwingError
from lapwing.judge.compare.replay import MOST_MISSED
from lapwing.judge.compare.values import CPU_TIME, TIME, pair_values
from lapwing.recording import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lapwing.model import Commit
    from lapwing.ports import PairSampler, SidesMaker
    from lapwing.recording import Found, Pair, SideFailure

    Progress = Callable[[int, int, str], None]

MOST_HUNG: Final = 2
"""Pairs in which a commit does not answer before it counts as hanging: a machine may stand still once."""

_AT_ONCE: Final = 2
"""Pairs that are asked for at once: of every question, one at most is measured in vain."""

_HUNG: Final = "timed-out"
_MOST_WORDS: Final = 300


class Question(Protocol):
    """Wants values, one for each pair, until it is done."""

    def feed(self, value: float) -> None:
        """Take in log(later / earlier) of one more pair."""

    @property
    def done(self) -> bool:
        """Whether no more pairs are wanted."""


class Cannot(Exception):  # noqa: N818 - says what is the matter
    """Two commits cannot be measured against each other; ``reason`` is a sentence, ``error`` what it comes from."""

    def __init__(self, reason: str, error: LapwingError | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


class TimeOver(Exception):  # noqa: N818 - the same
    """There is no time for another pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """What is measured (``benchmark`` is its id) and by what.

    ``going_on`` tells before each pair whether there is time, ``tell`` is told what is being done.
    """

    benchmark: str
    sides: SidesMaker
    going_on: Callable[[], bool]
    tell: Callable[[str], None]

    def ask(self, question: Question, earlier: Commit, later: Commit) -> bool:
        """Feed pairs to ``question`` until it is done, and return True; or False where ``later`` hangs.

        Raises:
            Cannot: they cannot be measured against each other.
            TimeOver: there is no time for another pair.
        """

        def progress(_: int, __: int, what: str) -> None:
            self.tell(f"{later.short}: {what}")

        try:
            with self.sides.between(earlier.sha, later.sha, progress=progress) as sampler:
                if self._hangs_at_once(sampler, progress, earlier, later):
                    return False
                return self._feed(question, sampler, earlier, later)
        except LapwingError as error:
            raise Cannot(_in_short(error.message), error) from error

    def _hangs_at_once(self, sampler: PairSampler, progress: Progress, earlier: Commit, later: Commit) -> bool:
        """Tell whether the untimed run of ``later`` hung; and find out whether both sides have the benchmark."""
        found = sampler.discover(progress=progress)
        for commit, side in ((earlier, found.base), (later, found.head)):
            one = next((one for one in side if one.benchmark == self.benchmark), None)
            if one is None:
                raise Cannot(f"{commit.short} does not have the benchmark.")
            if _hangs(one, commit is later):
                return True
            if one.failure is not None:
                raise Cannot(_failed(commit, one.failure))
        return False

    def _feed(self, question: Question, sampler: PairSampler, earlier: Commit, later: Commit) -> bool:
        hung = missed = 0
        for pair in self._pairs(sampler, earlier, later):
            value, failure = _value_of(pair), _failure_of(pair)
            if value is not None:
                question.feed(value)
            elif failure is not None and failure.side == "head" and failure.kind == _HUNG:
                hung += 1
            else:
                missed += 1
            if question.done:
                return True
            if hung == MOST_HUNG:
                return False
            if missed == MOST_MISSED:
                commit = earlier if failure is not None and failure.side == "base" else later
                raise Cannot("It times nothing." if failure is None else _failed(commit, failure))
        raise TimeOver

    def _pairs(self, sampler: PairSampler, earlier: Commit, later: Commit) -> Iterator[Pair]:
        """Yield one pair after the other for as long as there is time."""
        step, pairs = Step(stage="confirm", benchmarks=(self.benchmark,)), 0
        while self.going_on():
            self.tell(f"{later.short} against {earlier.short}, pair {pairs + 1}")
            found = sampler.pairs(step, most=_AT_ONCE, progress=_quietly)
            pairs += len(found)
            yield from found


def _quietly(_: int, __: int, ___: str) -> None:
    """Pairs of one benchmark have nothing to tell that is not told before them."""


def _hangs(found: Found, is_later: bool) -> bool:  # noqa: FBT001 - one of two sides
    return is_later and found.failure is not None and found.failure.kind == _HUNG


def _value_of(pair: Pair) -> float | None:
    """Return log(later / earlier) of the time, None where a pair brought none."""
    values = pair_values(_One(pairs=(pair,)), leave={CPU_TIME})
    times = (i for i, metric in enumerate(values.metrics) if metric.name == TIME)
    return next((float(values.ratios[i, 0]) for i in times), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _One:
    pairs: tuple[Pair, ...]


def _failure_of(pair: Pair) -> SideFailure | None:
    return next((one.failure for one in pair.paired if one.failure is not None), None)


def _failed(commit: Commit, failure: SideFailure) -> str:
    return _in_short(f"{commit.short} {failure.kind}: {failure.message}")


def _in_short(message: str) -> str:
    """Return the first line of a message and the last, where what was wrong is said."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    said = lines[0] if len(lines) < 2 else f"{lines[0]} {lines[-1].removeprefix('E ').strip()}"  # noqa: PLR2004
    return said if len(said) <= _MOST_WORDS else said[: _MOST_WORDS - 3] + "..."

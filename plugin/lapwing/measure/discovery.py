"""What is there on both sides? Which benchmarks, what cannot be collected, and what each executes and answers.

A module that cannot be collected is a benchmark that cannot be measured: it is declared under the module's name, so
that nothing silently absent is green.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lapwing.errors import MeasureError
from lapwing.model import MAX_NAME, Declared, RunWarning
from lapwing.recording import Discovery, Found, SideFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.measure.process import WorkerProcess
    from lapwing.recording import SideName

_COLLECT_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one side collected: its benchmarks in order, their node ids and timeouts by id, what would not collect.

    ``strays`` are modules that came from elsewhere, ``spare`` names of plugins that no benchmark needs, and
    ``lacks`` whether one needs a plugin that was left out.
    ``failure`` says why nothing was collected at all, empty where something was.
    """

    declared: tuple[Declared, ...] = ()
    nodes: dict[str, str] = field(default_factory=dict)
    timeouts: dict[str, float] = field(default_factory=dict)
    unfit: tuple[tuple[str, str], ...] = ()
    strays: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    lacks: bool = False
    failure: str = ""


def collected(worker: WorkerProcess) -> Collected:
    """Ask a worker that is ready what it collected.

    Raises:
        MeasureError: a mark or an id that cannot be (its own slug).
        WorkerLost, WorkerLate: it does not answer.
    """
    answer = worker.ask({"do": "declare"}, seconds=_COLLECT_SECONDS)
    if answer["say"] == "refused":
        raise MeasureError(answer["slug"], answer["message"], remedy=answer["remedy"])
    declared = tuple(_declared(fields) for fields in answer["benchmarks"])
    return Collected(
        declared=declared,
        nodes={one.benchmark: one.node_id for one in declared},
        timeouts={name: float(seconds) for name, seconds in answer["timeouts"].items() if seconds is not None},
        unfit=tuple((str(node), str(text)) for node, text in answer["unfit"]),
        strays=tuple(answer["strays"]),
        spare=tuple(answer["spare"]),
        lacks=bool(answer["lacks"]),
    )


def _declared(fields: dict[str, Any]) -> Declared:
    return Declared(**{name: _frozen(value) for name, value in fields.items()})


def _frozen(value: Any) -> Any:
    """Return a list of JSON as the tuple it was."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def declared_set(base: Collected, head: Collected) -> tuple[Declared, ...]:
    """Return the declared set: head's benchmarks, modules that head cannot collect, then what base alone has."""
    known = {one.benchmark for one in head.declared}
    gone = tuple(one for one in base.declared if one.benchmark not in known)
    lost = {_module(one.node_id) for one in gone}
    unfit = tuple(
        Declared(benchmark=node[:MAX_NAME], node_id=node[:MAX_NAME], location=f"{node}:0"[:MAX_NAME])
        for node, _ in head.unfit
        if node and node not in lost and node not in known
    )
    return (*head.declared, *unfit, *gone)


def absent(declared: Sequence[Declared], here: Collected, side: SideName) -> tuple[Found, ...]:
    """Return an entry for each declared benchmark that ``side`` could not collect, with the reason."""
    reasons = dict(here.unfit)
    found = []
    for one in declared:
        if one.benchmark in here.nodes:
            continue
        reason = here.failure or reasons.get(_module(one.node_id)) or reasons.get(one.node_id)
        if reason:
            failure = SideFailure(side=side, kind="raised", message=_last(reason))
            found.append(Found(benchmark=one.benchmark, failure=failure))
    return tuple(found)


def doubts(base: Collected) -> tuple[RunWarning, ...]:
    """Return what is to be said of a base that could not be collected."""
    if not base.failure and not base.unfit:
        return ()
    what = "Base" if base.failure else f"{base.unfit[0][0] or 'A module'} on base"
    more = f" (and {len(base.unfit) - 1} more)" if not base.failure and len(base.unfit) > 1 else ""
    why = _last(base.failure or base.unfit[0][1])
    return (
        RunWarning(
            slug="base-not-collected",
            message=f"{what}{more} cannot be collected, so there is nothing to compare with. {why}",
            remedy="compare with a commit whose benchmarks run: lapwing compare COMMIT.",
        ),
    )


def _module(node_id: str) -> str:
    return node_id.partition("::")[0]


def _last(text: str) -> str:
    """Return the line of a traceback that says what was wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line.removeprefix("E ").strip() for line in lines if line.startswith("E ")]
    return " ".join((said or lines)[-3:])[-1_000:]


def discovery(base: Collected, head: Collected, watched: dict[SideName, dict[str, Found]]) -> Discovery:
    """Put together what was collected and what was seen of each benchmark when it ran."""
    declared = declared_set(base, head)

    def side(name: SideName, here: Collected) -> tuple[Found, ...]:
        seen = watched.get(name, {})
        present = tuple(seen.get(one, Found(benchmark=one)) for one in here.nodes)
        return (*present, *absent(declared, here, name))

    return Discovery(declared=declared, base=side("base", base), head=side("head", head), warnings=doubts(base))

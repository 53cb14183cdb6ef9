"""What do series do that looks like a change, and is no step?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.shape import sentence_by_commits
from lapwing.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import SeriesShape, ShapeKind
    from lapwing.report.look import Look

NAMES: Final[dict[ShapeKind, str]] = {
    "transient": "transient",
    "drift": "drift",
    "variance": "change of the noise",
    "bimodal": "pair of states",
}


def shape_lines(shapes: Sequence[SeriesShape], look: Look, *, several: bool) -> list[Text]:
    """Return one line that counts the shapes; with -v a sentence for each."""
    if not shapes or look.verbosity < 0:
        return []
    kinds = Counter(shape.kind for shape in shapes)
    said = ", ".join(_number(kinds[kind], name) for kind, name in NAMES.items() if kinds[kind])
    if look.verbosity < 1:
        return [Text(""), *look.wrap(look.say(f"No steps, and nobody accused: {said} (-v lists them)", "dim"))]
    lines = [Text(""), look.say("No steps", "bold") + look.say(" (nobody is accused of them)")]
    for shape in shapes:
        name = look.quote(shape.metric.benchmark, "bold", room=look.columns - 4)
        tail = [shape.metric.name] if shape.metric.name != "time" else []
        tail += [f"on {shape.machine}"] if several else []
        lines += look.wrap(name + look.say("".join(f"  {word}" for word in tail), "dim"), indent=2)
        lines += look.wrap(look.say(sentence_by_commits(shape), "dim"), indent=4)
    return lines


def _number(number: int, name: str) -> str:
    return count(number, name) if not name.startswith("change") or number == 1 else f"{number:,} changes of the noise"

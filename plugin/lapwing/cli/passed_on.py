"""Which options of a command line are for pytest and not for us?

click takes a word of short options apart, letter by letter, and keeps those it knows: of ``-pno:cov`` it takes the
``v`` and leaves ``-pno:co``, of ``-kquick`` it leaves ``-kuick``. A word is ours only if all its letters are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Collection

_MARK: Final = "\0"  # which no word of a command line can hold


class PassingOn(click.Command):
    """A command that passes on, as ``words``, the options that it does not know."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as ever, with pytest's short options hidden meanwhile."""
        ours = {name for one in self.get_params(ctx) for name in one.opts}
        rest = super().parse_args(ctx, [_MARK + one if _is_passed_on(one, ours) else one for one in args])
        ctx.params["words"] = tuple(one.removeprefix(_MARK) for one in ctx.params["words"])
        return rest


def _is_passed_on(word: str, ours: Collection[str]) -> bool:
    """Tell whether a word is several short options, or one and its value, and not only ours."""
    return len(word) > 2 and word[0] == "-" != word[1] and any("-" + letter not in ours for letter in word[1:])  # noqa: PLR2004

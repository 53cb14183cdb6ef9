"""What does ``setup`` get? The test's fixtures, by the names of its parameters."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


__tracebackhide__ = True  # a failing test shows its own lines, not ours


def filled(setup: Callable[..., Any], item: Any) -> Callable[[], Any]:
    """Return ``setup`` with its parameters filled from the fixtures of ``item``, ``self`` with its test's instance.

    A parameter with a default that is no fixture of the test keeps its default. Any other that is none is pytest's
    error "fixture not found".
    """
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(setup).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if name == "self" and item.instance is not None:
            given[name] = item.instance
        elif name in item.funcargs:
            given[name] = item.funcargs[name]
        elif parameter.default is parameter.empty:
            given[name] = item._request.getfixturevalue(name)  # noqa: SLF001 - an item has no public way to ask
    return functools.partial(setup, **given)


def prepared_once(item: Any, setup: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function of ``item`` with ``setup`` before it: what an ordinary run of the test calls, once."""
    original = item.obj

    def call(arguments: dict[str, Any], returned: Any) -> Any:
        return original(**arguments) if returned is None else _call(original, arguments, returned)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def awaited(**arguments: Any) -> None:
            returned = filled(setup, item)()
            await call(arguments, await returned if inspect.isawaitable(returned) else returned)

        return awaited

    @functools.wraps(original)
    def plain(**arguments: Any) -> None:
        call(arguments, filled(setup, item)())

    return plain


def _call(original: Callable[..., Any], arguments: dict[str, Any], returned: Any) -> Any:
    from lapwing.measure.loop import call_by_name  # noqa: PLC0415 - only where setup returned arguments
    from lapwing.measure.meter import replaced  # noqa: PLC0415 - the same

    call = replaced(call_by_name(original, arguments), returned)
    return call.fn(*call.args, **dict(call.named))

"""What can go wrong between a client and GitHub? A fault strikes one call, before or after that call has its effect."""

from __future__ import annotations

from dataclasses import dataclass

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass(frozen=True)
class Fault:
    """A fault: an answer with a ``status`` in place of the true one, a connection reset, or silence.

    ``after`` says that the call has had its effect when it strikes. ``headers`` and ``message`` go with the status.
    """

    status: int = 0
    message: str = ""
    headers: tuple = ()
    reset: bool = False
    silent: bool = False
    cut: bool = False
    after: bool = False


FAULTS = {
    "429": Fault(status=429, message="API rate limit exceeded", headers=(("Retry-After", "1"),)),
    "429-without-a-time": Fault(status=429, message="Too many requests"),
    "403-secondary": Fault(status=403, message=SECONDARY, headers=(("Retry-After", "60"),)),
    "403-secondary-without-a-time": Fault(status=403, message=SECONDARY),
    "403-primary": Fault(
        status=403,
        message="API rate limit exceeded for installation.",
        headers=(("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1")),
    ),
    "500": Fault(status=500, message="Server Error"),
    "500-after": Fault(status=500, message="Server Error", after=True),
    "502": Fault(status=502, message="Bad Gateway"),
    "502-after": Fault(status=502, message="Bad Gateway", after=True),
    "503": Fault(status=503, message="Service unavailable", headers=(("Retry-After", "2"),)),
    "reset": Fault(reset=True),
    "reset-after": Fault(reset=True, after=True),
    "silence": Fault(silent=True),
    "silence-after": Fault(silent=True, after=True),
    "cut-after": Fault(cut=True, after=True),
}

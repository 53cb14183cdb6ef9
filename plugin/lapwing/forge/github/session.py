"""How is GitHub asked, so that what goes wrong on the way is put right or said?

github3.py's session waits 10 seconds and tries once. This one tries again where that cannot do harm: whatever was
refused for its rate, at the time GitHub names; reading and replacing after a broken connection or a server's error. A
POST that may have arrived is never sent again: :class:`~lapwing.errors.ForgeUnsure`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import requests
from github3.session import GitHubSession, TokenAuth
from urllib3.exceptions import NewConnectionError

from lapwing import __version__
from lapwing.errors import ForgeBusy, ForgeError, ForgeRefused, ForgeUnsure

if TYPE_CHECKING:
    from collections.abc import Callable

API_VERSION: Final = "2022-11-28"
"""Pinned: 2026-03-10 takes fields away; GitHub keeps this one for at least two years after that."""

MOST_TRIES: Final = 5
MOST_WAITING: Final = 300.0
"""Seconds that one request may wait in all; a workflow's job has ten minutes."""

_SECONDARY: Final = 60.0  # GitHub's advice where it names no time, doubled each time
_HARMLESS: Final = frozenset({"GET", "PATCH", "DELETE"})
_GATEWAY: Final = 500
_LIMITED: Final = (403, 429)


class Session(GitHubSession):  # type: ignore[misc]  # github3.py has no types
    """A session with GitHub: pinned version, patient, and counting its ``requests``."""

    def __init__(
        self,
        token: str,
        base: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        timeout: float = 30.0,
    ) -> None:
        """Begin a session with the API at ``base``."""
        super().__init__(default_connect_timeout=min(10.0, timeout), default_read_timeout=timeout)
        self.base_url = base
        self.auth = TokenAuth(token)
        self.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": API_VERSION,
                "User-Agent": f"lapwing/{__version__}",
            }
        )
        self._sleep = sleep
        self._now = now

    def ask(self, method: str, *path: str, **more: Any) -> requests.Response:
        """Send a request below the base and return its answer. Raises what :meth:`look` raises."""
        answer = self.look(method, *path, gone=(), **more)
        assert answer is not None  # nothing counts as gone
        return answer

    def look(self, method: str, *path: str, gone: tuple[int, ...] = (404,), **more: Any) -> requests.Response | None:
        """Send a request below the base and return its answer, None where its status is among ``gone``.

        Raises:
            ForgeRefused: the token may not do it, or is none.
            ForgeBusy: its rate is used up for longer than can be waited for.
            ForgeUnsure: something was sent and nobody knows whether it had an effect.
            ForgeError: everything else that is no success.
        """
        place = "/".join((self.base_url, *path))
        waited = 0.0
        for tries in range(1, MOST_TRIES + 1):
            found = self._once(method, place, more)
            if isinstance(found, requests.Response):
                if found.status_code < 400 or found.status_code in gone:  # noqa: PLR2004 - what is no error
                    if found.is_redirect and method != "GET":
                        raise _moved(method, place, found)
                    return None if found.status_code in gone else found
                pause = self._pause(found, tries)
                if pause is None or (found.status_code >= _GATEWAY and method not in _HARMLESS):
                    raise _refusal(method, place, found)
            else:
                pause = 2.0 ** (tries - 1)
                if method not in _HARMLESS and not _never_sent(found):
                    raise _unsure(method, place, found)
            if tries == MOST_TRIES or waited + pause > MOST_WAITING:
                raise _given_up(method, place, found, pause)
            self._sleep(pause)
            waited += pause
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _once(self, method: str, place: str, more: dict[str, Any]) -> requests.Response | requests.RequestException:
        try:
            response: requests.Response = self.request(method, place, **({"allow_redirects": False} | more))
        except requests.RequestException as error:
            return error
        return response

    def _pause(self, answer: requests.Response, tries: int) -> float | None:
        """Return for how many seconds to wait before this is asked again, None where asking again helps nothing."""
        if answer.status_code >= _GATEWAY:
            return _seconds(answer.headers.get("Retry-After")) or 2.0 ** (tries - 1)
        if answer.status_code not in _LIMITED:
            return None
        named = _seconds(answer.headers.get("Retry-After"))
        if named is not None:
            return named
        reset = _seconds(answer.headers.get("X-RateLimit-Reset"))
        if answer.headers.get("X-RateLimit-Remaining") == "0" and reset is not None:
            return max(1.0, reset - self._now() + 1)
        # 403 is also "you may not", which no waiting mends.
        if answer.status_code == 429 or "rate limit" in _said(answer).lower():  # noqa: PLR2004 - too many requests
            return float(_SECONDARY * 2 ** (tries - 1))
        return None


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004 - a date in seconds has ten digits


def _never_sent(error: requests.RequestException) -> bool:
    """Tell whether no connection was made at all, so that nothing can have had an effect."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectionError) and isinstance(reason, NewConnectionError)


def _said(answer: requests.Response) -> str:
    """Return what GitHub says of a refusal, in its own words, short."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    message = body.get("message") if isinstance(body, dict) else None
    return " ".join(message.split())[:300] if isinstance(message, str) else ""


def _refusal(method: str, place: str, answer: requests.Response) -> ForgeError:
    status = answer.status_code
    said = f"{method} {place} was answered with {status}: {_said(answer) or 'no reason given'}."
    if status >= _GATEWAY:
        return ForgeUnsure(
            "forge-unsure", f"{said} It may have been done.", remedy="run lapwing report again; it looks first."
        )
    if status in (401, 403):
        wanted = answer.headers.get("X-Accepted-GitHub-Permissions", "")
        needs = f"it needs {wanted[:100]}" if wanted else "the token must be one of this repository"
        return ForgeRefused("forge-refused", said, remedy=f"give the job's token the permission: {needs}.")
    return ForgeError("forge-said-no", said, remedy="see what it says; a newer Lapwing may ask in another way.")


def _moved(method: str, place: str, answer: requests.Response) -> ForgeError:
    """Return the error for a repository or an issue that is elsewhere now: what was sent had no effect."""
    return ForgeError(
        "forge-moved",
        f"{method} {place} was answered with {answer.status_code}: it is somewhere else now, and nothing was done.",
        remedy="run it again where GITHUB_REPOSITORY has the repository's present name.",
    )


def _unsure(method: str, place: str, error: requests.RequestException) -> ForgeUnsure:
    return ForgeUnsure(
        "forge-unsure",
        f"The connection broke during {method} {place} ({type(error).__name__}): it may have been done.",
        remedy="run lapwing report again; it looks first.",
    )


def _given_up(
    method: str, place: str, found: requests.Response | requests.RequestException, pause: float
) -> ForgeError:
    if isinstance(found, requests.Response) and found.status_code in _LIMITED:
        return ForgeBusy(
            "forge-busy",
            f"{method} {place} is refused for {pause:,.0f} seconds more: {_said(found) or 'too many requests'}.",
            remedy="run lapwing report again later; nothing is lost.",
        )
    why = f"answered with {found.status_code}" if isinstance(found, requests.Response) else type(found).__name__
    return ForgeError(
        "forge-unreachable",
        f"{method} {place} failed {MOST_TRIES} times, at last with {why}.",
        remedy="see whether the forge is up, and run lapwing report again.",
    )

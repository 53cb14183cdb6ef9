"""A fake GitHub for each test, on github.com's prefix and an enterprise's; nothing may be asked or answered wrongly."""

import pytest
import requests

from fakes.github import serving
from lapwing.forge.github import GitHub
from lapwing.forge.github.session import Session

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"


@pytest.fixture
def prefix():
    """Where the API begins; tests of every request say it is also elsewhere."""
    return ""


@pytest.fixture
def hub(prefix):
    with serving(prefix=prefix) as served:
        served.add_pull(7, SHA)
        yield served
    assert [] == served.violations


@pytest.fixture
def slept():
    """How long the client waited, each time."""
    return []


@pytest.fixture
def github(hub, slept):
    return make_github(hub, slept)


def make_github(hub, slept=None, *, timeout=None, **more):
    """Return a client that knows when nothing will be said, or one that waits ``timeout`` seconds for an answer."""
    slept = [] if slept is None else slept
    known = {"sleep": slept.append, "now": lambda: 0.0}
    session = (
        _Hasty("ghs_x", hub.base, **known) if timeout is None else Session("ghs_x", hub.base, **known, timeout=timeout)
    )
    session.hub = hub
    return GitHub(session, "octo/thing", **({"login": hub.login, "sleep": slept.append} | more))


class _Hasty(Session):
    """Gives a server up at once that says nothing, and one that is only slow never: 0.3 s were too little in CI."""

    def request(self, *arguments, **more):
        fault = self.hub.faults.get(self.hub.calls)
        self.hub.hasty = fault is not None and fault.silent
        try:
            return super().request(*arguments, **more)
        except requests.ConnectionError as error:
            if self.hub.hasty:
                raise requests.ReadTimeout("nothing was said") from error
            raise
        finally:
            self.hub.hasty = False

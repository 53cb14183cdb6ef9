"""A fake GitHub for each test, on github.com's prefix and an enterprise's; nothing may be asked or answered wrongly."""

import pytest

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


def make_github(hub, slept=None, **more):
    slept = [] if slept is None else slept
    session = Session("ghs_x", hub.base, sleep=slept.append, now=lambda: 0.0, timeout=0.3)
    return GitHub(session, "octo/thing", **({"login": hub.login, "sleep": slept.append} | more))

"""The PostgreSQL server that this folder's tests share: one for each process that runs tests."""

from __future__ import annotations

from itertools import count

import pytest

from fakes.postgres import Cluster, why_not

_NUMBERS = count()


@pytest.fixture(scope="session")
def cluster():
    """A server of its own, stopped and gone afterwards."""
    if reason := why_not():
        pytest.skip(reason)
    made = Cluster()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def shared_database(cluster):
    return cluster.new_database()


@pytest.fixture
def postgres_place(cluster, shared_database):
    """The URL of a schema of its own, which is made sooner than a database."""
    return f"{cluster.url(shared_database)}&schema=s{next(_NUMBERS)}"


@pytest.fixture(scope="session")
def database_to_clean(cluster):
    return cluster.new_database()


@pytest.fixture
def database(cluster, database_to_clean):
    """The name of an empty database: one and the same, emptied, which takes a tenth of the time of a new one."""
    yield database_to_clean
    cluster.empty(database_to_clean)


@pytest.fixture
def postgres_url(cluster, database):
    """The URL of an empty database, by the socket."""
    return cluster.url(database)

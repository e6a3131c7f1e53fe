"""Real processes on real databases, of the kind that the suite runs on."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.services.person import ADD_ORG_ADMIN
from tests.services.postgresql import PostgreSQL
from tests.services.server import Installation


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The PostgreSQL of all tests, who give it back as they have found it."""
    with PostgreSQL() as postgresql:
        yield postgresql


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the kind that the suite runs on, for the servers of all tests.

    It is migrated, and there is an org admin who can sign in.
    """
    if connection.vendor == "postgresql":
        url: str = request.getfixturevalue("postgresql").url
    else:
        directory = request.getfixturevalue("tmp_path_factory").mktemp("database")
        url = f"sqlite:///{directory / 'db.sqlite3'}"
    installation = Installation(url)
    installation.migrate()
    installation.shell(ADD_ORG_ADMIN)
    return url

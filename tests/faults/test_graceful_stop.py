"""A server that is told to stop finishes what it is at."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from tests.services.person import Person
from tests.services.postgresql import PostgreSQL
from tests.services.server import Server

REVOKED = """
from apikeys.models import APIKey
print(APIKey.objects.get(pk={}).revoked_at is not None)
"""


@contextmanager
def nobody_can_write(request: pytest.FixtureRequest, url: str) -> Iterator[None]:
    """Hold the lock that every change of a key waits for."""
    if connection.vendor == "postgresql":
        postgresql: PostgreSQL = request.getfixturevalue("postgresql")
        with postgresql.connect() as database, database.transaction():
            database.execute("LOCK TABLE apikeys_auditchain")
            yield
    else:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.rollback()


def test_a_revoke_under_way_is_finished(
    request: pytest.FixtureRequest, database_url: str
) -> None:
    with Server(database_url, workers=2) as server, ThreadPoolExecutor() as threads:
        person = Person(server)
        key_id, _ = person.generate()
        with nobody_can_write(request, database_url):
            revoke = threads.submit(person.revoke, key_id)
            time.sleep(0.3)
            stop = threads.submit(server.stop)
            time.sleep(0.3)
            assert not revoke.done()
            assert not stop.done()
        assert revoke.result().status == 302
        stop.result()
        assert server.process.returncode == 0
        assert server.shell(REVOKED.format(key_id)) == "True\n"

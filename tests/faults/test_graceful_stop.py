"""A server that is told to stop finishes what it is at."""

import http.client
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from tests.services.person import Person
from tests.services.postgresql import PostgreSQL
from tests.services.server import SECONDS, Server

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


def test_a_form_that_comes_in_slowly_is_read_to_its_end(database_url: str) -> None:
    with Server(database_url) as server, ThreadPoolExecutor() as threads:
        person = Person(server)
        key_id, _ = person.generate()
        browser = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        with closing(browser):
            browser.putrequest("POST", f"/settings/api-keys/{key_id}/revoke/")
            for name, value in (person.headers() | {"Content-Length": "10"}).items():
                browser.putheader(name, value)
            browser.endheaders(b"confirm")
            time.sleep(0.3)
            stop = threads.submit(server.stop)
            time.sleep(2)
            assert not stop.done()
            browser.send(b"=on")
            assert browser.getresponse().status == 302
        stop.result()
        assert server.process.returncode == 0
        assert server.shell(REVOKED.format(key_id)) == "True\n"


def test_workers_leave_ctrl_c_to_the_server(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        workers = server.worker_pids()
        for pid in workers:
            os.kill(pid, signal.SIGINT)
        time.sleep(1)
        assert server.worker_pids() == workers
        assert server.get("/livez").status == 200

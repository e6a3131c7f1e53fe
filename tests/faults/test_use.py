"""No use of a key is lost that needn't be: several workers, stops, outages."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.services.postgresql import PostgreSQL
from tests.services.server import Server

CLIENTS = 4
SECONDS = 10
"""Within which everything is written (issue 4, point 1)."""

COUNT = """
from apikeys.models import KeyUse
print(sum(KeyUse.objects.values_list("requests", flat=True)))
"""

EVENTS = """
from apikeys.models import AuditEvent
print(AuditEvent.objects.filter(action="refused").count())
"""


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """An empty database of the kind that the suite runs on."""
    if connection.vendor == "postgresql":
        with PostgreSQL() as postgresql:
            yield postgresql.url
    else:
        yield f"sqlite:///{tmp_path / 'db.sqlite3'}"


def counted(server: Server) -> int:
    """Return how many requests the database knows of."""
    return int(server.manage("shell", "--verbosity=0", f"--command={COUNT}"))


def use(server: Server, value: str, requests: int, status: int = 200) -> None:
    """Make so many requests, by several clients at once."""

    def ask() -> None:
        for _ in range(requests // CLIENTS):
            assert server.get("/api/external/key", value).status == status

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def workers_of(server: Server) -> list[int]:
    """Return the process ids of a server's workers."""
    found = subprocess.run(
        ["pgrep", f"--parent={server.process.pid}"],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return [int(pid) for pid in found.stdout.split()]


def test_all_is_written_within_seconds_and_survives_a_kill(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        _, value = server.generate()
        use(server, value, 200)
        deadline = time.monotonic() + SECONDS
        while counted(server) < 200:
            assert time.monotonic() < deadline
        use(server, value, 40)
        for pid in (server.process.pid, *workers_of(server)):
            os.kill(pid, signal.SIGKILL)
        server.process.wait()
        assert 200 <= counted(server) <= 240


def test_a_graceful_stop_under_load_loses_nothing(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        _, value = server.generate()
        answered = []

        def hammer() -> None:
            while True:
                try:
                    answer = server.get("/api/external/key", value)
                except OSError:
                    return
                answered.append(answer.status == 200)

        clients = [threading.Thread(target=hammer) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(0.3)
    for client in clients:
        client.join()
    assert any(answered)
    # The last answers may have been counted and not arrived.
    assert 0 <= counted(server) - sum(answered) <= CLIENTS


def test_a_flood_is_one_event_whatever_the_number_of_workers(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        key_id, value = server.generate()
        server.manage("revoke_api_key", str(key_id))
        for _ in range(3):
            use(server, value, 100, status=401)
            time.sleep(2.5)
    assert counted(server) == 300
    assert server.manage("shell", "--verbosity=0", f"--command={EVENTS}") == "1\n"


def test_without_a_database_the_counts_wait_for_it() -> None:
    with PostgreSQL() as postgresql, Server(postgresql.url) as server:
        _, value = server.generate()
        use(server, value, 20)
        postgresql.stop("immediate")
        time.sleep(6)  # in which it tries in vain
        postgresql.start()
        use(server, value, 20)
        deadline = time.monotonic() + SECONDS
        while counted(server) < 40:
            assert time.monotonic() < deadline
        assert counted(server) == 40

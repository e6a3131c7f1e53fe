"""No use of a key is lost that needn't be: several workers, stops, outages."""

import threading
import time

import pytest

from tests.services.person import Person
from tests.services.postgresql import PostgreSQL
from tests.services.server import Server

CLIENTS = 4
SECONDS = 10
"""Within which everything is written (issue 4, point 1)."""

COUNT = """
from apikeys.models import APIKey
print(sum(APIKey.objects.latest("pk").uses.values_list("requests", flat=True)))
"""

EVENTS = """
from apikeys.models import APIKey
print(APIKey.objects.latest("pk").events.filter(action="refused").count())
"""


def counted(server: Server) -> int:
    """Return how many requests with the newest key the database knows of."""
    return int(server.shell(COUNT))


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


def test_all_is_written_within_seconds_and_survives_a_kill(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        _, value = Person(server).generate()
        use(server, value, 200)
        deadline = time.monotonic() + SECONDS
        while counted(server) < 200:
            assert time.monotonic() < deadline
        use(server, value, 40)
        server.kill()
        assert 200 <= counted(server) <= 240


def test_a_graceful_stop_under_load_loses_nothing(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        _, value = Person(server).generate()
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
        person = Person(server)
        key_id, value = person.generate()
        person.revoke(key_id)
        for _ in range(3):
            use(server, value, 100, status=401)
            time.sleep(2.5)
    assert counted(server) == 300
    assert server.shell(EVENTS) == "1\n"


@pytest.mark.only_on("postgresql")
def test_without_a_database_the_counts_wait_for_it(
    postgresql: PostgreSQL, database_url: str
) -> None:
    with Server(database_url) as server:
        _, value = Person(server).generate()
        use(server, value, 20)
        postgresql.stop("immediate")
        time.sleep(6)  # in which it tries in vain
        postgresql.start()
        use(server, value, 20)
        deadline = time.monotonic() + SECONDS
        while counted(server) < 40:
            assert time.monotonic() < deadline
        assert counted(server) == 40

"""PostgreSQL goes away, or stands still, and comes back."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple

import pytest

from hrtoolkit.postgresql.patience import LITTLE_SECONDS
from tests.services.person import ADD_ORG_ADMIN, Person
from tests.services.postgresql import PostgreSQL
from tests.services.server import Answer, Server

SECONDS = 2
"""Within which everyone is told (issue 5, point 8)."""

EVERY_WORKER = 12
"""Requests of which each of two workers surely gets one."""

CLIENTS = 8
CONNECTIONS = 12
KEYS = "/settings/api-keys/"

pytestmark = pytest.mark.only_on("postgresql")


class Product(NamedTuple):
    """Two workers on a PostgreSQL, an integration's key and an org admin."""

    postgresql: PostgreSQL
    server: Server
    key_id: int
    value: str
    person: Person

    def works(self) -> None:
        """See that the first request to each worker succeeds, and everything else."""
        for _ in range(EVERY_WORKER):
            answer = self.server.get("/api/external/employees", self.value)
            assert answer.status == 200
        for _ in range(EVERY_WORKER // 2):
            assert self.person.get(KEYS).status == 200
        assert self.server.get("/readyz").status == 200


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with PostgreSQL(max_connections=str(CONNECTIONS)) as postgresql:
        server = Server(postgresql.url, workers=2)
        server.migrate()
        server.shell(ADD_ORG_ADMIN)
        with server:
            person = Person(server)
            yield Product(postgresql, server, *person.generate(), person)


@contextmanager
def stopped(postgresql: PostgreSQL) -> Iterator[None]:
    postgresql.stop("immediate")
    yield
    postgresql.start()


@contextmanager
def out_of_connections(postgresql: PostgreSQL) -> Iterator[None]:
    """Restart it, and be first to take every connection there is."""
    with ExitStack() as connections:
        postgresql.stop("immediate")
        postgresql.start()
        for _ in range(CONNECTIONS):
            connections.enter_context(postgresql.connect())
        yield


@contextmanager
def locked(postgresql: PostgreSQL) -> Iterator[None]:
    with postgresql.connect() as connection, connection.transaction():
        connection.execute("LOCK TABLE apikeys_apikey")
        yield


Outage = Callable[[PostgreSQL], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("outage", "ready"),
    [
        (stopped, 503),
        (PostgreSQL.frozen, 503),
        (out_of_connections, 503),
        (locked, 200),
    ],
)
def test_everyone_is_told_in_time_and_the_first_request_afterwards_succeeds(
    outage: Outage, ready: int, product: Product
) -> None:
    product.works()
    with outage(product.postgresql):
        for _ in range(3):
            answer = in_time(
                lambda: product.server.get("/api/external/employees", product.value)
            )
            assert answer.json()["title"] == "Temporarily unavailable"
            assert b"Back in a moment" in in_time(lambda: product.person.get(KEYS)).body
        begun = time.monotonic()
        assert product.server.get("/readyz").status == ready
        assert time.monotonic() - begun < SECONDS
        assert product.server.get("/livez").status == 200
    product.works()
    assert "Traceback" not in product.server.said()


def test_who_queues_for_a_frozen_server_does_not_wait_one_by_one(
    product: Product,
) -> None:
    with product.postgresql.frozen(), ThreadPoolExecutor(CLIENTS) as clients:
        begun = time.monotonic()
        answers = [
            clients.submit(product.server.get, "/api/external/key", product.value)
            for _ in range(CLIENTS)
        ]
        assert {answer.result().status for answer in answers} == {503}
        # The first to each worker is patient, and all may come to one of them.
        assert time.monotonic() - begun < SECONDS + CLIENTS * LITTLE_SECONDS
    product.works()


def test_a_restart_between_two_requests_is_not_noticed(product: Product) -> None:
    product.works()
    product.postgresql.stop("fast")
    product.postgresql.start()
    product.works()


def test_of_a_read_only_database_everything_can_be_read(product: Product) -> None:
    revoke = f"{KEYS}{product.key_id}/revoke/"
    product.postgresql.set_read_only(True)
    product.works()
    for _ in range(EVERY_WORKER // 2):
        page = in_time(lambda: product.person.post(revoke))
        assert b"Back in a moment" in page.body
    product.postgresql.set_read_only(False)
    product.works()
    assert product.person.post(revoke).status == 302
    assert product.server.get("/api/external/key", product.value).status == 401


def in_time(ask: Callable[[], Answer]) -> Answer:
    """Return the answer, after checking that it says when to ask again."""
    begun = time.monotonic()
    answer = ask()
    assert time.monotonic() - begun < SECONDS
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    return answer

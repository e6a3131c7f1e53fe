"""A revoke holds on every worker process, from its commit on."""

import socket
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from apikeys.services import Generated, revoke
from tests.factories import OrganisationFactory, generated_key
from tests.factories.api_keys import OPERATOR
from tests.services import database
from tests.services.server import Server

CLIENTS = 8
KEYS = 1_000
REQUEST = (
    "HEAD /api/external/key HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\n"
    "Authorization: Bearer {}\r\n\r\n"
)


@dataclass
class Storm:
    """The keys, how many of the first are revoked, and how requests ended."""

    keys: list[Generated]
    revoked: int = 0
    early: Counter[bytes] = field(default_factory=Counter)
    late: Counter[bytes] = field(default_factory=Counter)
    """Of requests that began after the revoke of their key had returned."""


class Client(threading.Thread):
    """Asks with the key that is being revoked and the one before, on and on."""

    def __init__(self, port: int, storm: Storm) -> None:
        super().__init__()
        self.storm = storm
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=10)

    def run(self) -> None:
        with self.connection:
            while self.storm.revoked < KEYS:
                number = self.storm.revoked
                self.ask(number)
                self.ask(max(0, number - 1))

    def ask(self, number: int) -> None:
        """Send a request and note the status of the answer, which has no body."""
        request = REQUEST.format(self.storm.keys[number].token.reveal())
        ended = self.storm.late if number < self.storm.revoked else self.storm.early
        self.connection.sendall(request.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self.connection.recv(10_000)
        ended[answer.split(maxsplit=2)[1]] += 1


@pytest.mark.django_db(transaction=True)
def test_no_request_that_begins_after_a_revoke_is_answered() -> None:
    organisation = OrganisationFactory()
    with transaction.atomic():
        keys = [generated_key(organisation=organisation) for _ in range(KEYS)]
    storm = Storm(keys)
    with Server(database.address(), workers=2) as server:
        clients = [Client(server.port, storm) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for generated in keys:
            revoke(generated.api_key, actor=OPERATOR)
            storm.revoked += 1
        for client in clients:
            client.join()
    assert storm.early[b"200"]
    assert storm.late.keys() == {b"401"}
    assert storm.late.total() > KEYS

"""A revoke holds on every worker process, from its commit on."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.services.server import Server

CLIENTS = 4


@pytest.fixture(scope="module")
def server(database_url: str) -> Iterator[Server]:
    with Server(database_url, workers=2) as server:
        yield server


def hammer(
    server: Server,
    value: str,
    requests: list[tuple[float, int]],
    stop: threading.Event,
) -> None:
    """Ask again and again, and note when each request began and how it ended."""
    while not stop.is_set():
        begun = time.monotonic()
        requests.append((begun, server.get("/api/external/key", value).status))


def test_no_request_that_begins_after_a_revoke_is_answered(server: Server) -> None:
    key_id, value = server.generate()
    requests: list[tuple[float, int]] = []
    stop = threading.Event()
    arguments = (server, value, requests, stop)
    clients = [threading.Thread(target=hammer, args=arguments) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(0.2)
    server.manage("revoke_api_key", str(key_id))
    revoked = time.monotonic()
    time.sleep(0.2)
    stop.set()
    for client in clients:
        client.join()
    before = {status for begun, status in requests if begun < revoked}
    after = {status for begun, status in requests if begun >= revoked}
    assert 200 in before
    assert after == {401}

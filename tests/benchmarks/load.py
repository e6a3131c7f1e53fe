"""The client: few keep-alive connections, and as little work as can be.

Several requests are always on their way, so that the server never waits for
the client.
"""

import os
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from typing import NamedTuple

CONNECTIONS = 4
TIMEOUT_SECONDS = 30
RECEIVE_BYTES = 256 * 1024
SETTLING_SECONDS = 1
"""Until the other client asks, and the server has had enough of it."""
LOWEST_PRIORITY = 19
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """What is asked, by which keys in turn, and the status of the answer.

    ``meanwhile`` is what another client asks beside it, whatever the answers.
    """

    name: str
    path: str
    keys: Sequence[str] = ("",)
    status: int | None = 200
    meanwhile: "Case | None" = None

    def requests(self) -> list[bytes]:
        """Return the requests, one a key."""
        return [
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
            f"Authorization: Bearer {key}\r\n\r\n".encode()
            for key in self.keys
        ]


class Load(NamedTuple):
    """How many requests were answered, in which time, and what it cost the client."""

    requests: int
    seconds: float
    client_seconds: float


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self) -> int:
        """Receive one answer and return its status. Raises ConnectionError."""
        answer = self.more()
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.more()
        length = CONTENT_LENGTH.search(answer, 0, end + 2)
        if length is None:
            raise ConnectionError("An answer doesn't say how long it is.")
        missing = end + 4 + int(length[1]) - len(answer)
        while missing > 0:
            missing -= len(self.more())
        return int(answer[9:12])

    def more(self) -> bytes:
        received = self.socket.recv(RECEIVE_BYTES)
        if not received:
            raise ConnectionError("The server closed a connection.")
        return received


def run(port: int, case: Case, *, seconds: float = 3600, requests: int = 10**9) -> Load:
    """Ask until so much time is over, or so many requests are answered."""
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    try:
        return ask(connections, case, seconds, requests)
    finally:
        for connection in connections:
            connection.socket.close()


@contextmanager
def asking(port: int, case: Case | None) -> Iterator[None]:
    """Have another client ask without end, if there is something to ask."""
    if case is None:
        yield
        return
    client = get_context("spawn").Process(target=ask_without_end, args=(port, case))
    client.start()
    try:
        time.sleep(SETTLING_SECONDS)
        yield
        assert client.is_alive(), "The other client has stopped asking."
    finally:
        client.kill()
        client.join()


def ask_without_end(port: int, case: Case) -> None:
    """Ask, in a process that leaves the machine to the others."""
    os.nice(LOWEST_PRIORITY)
    run(port, case)


def ask(
    connections: list[Connection], case: Case, seconds: float, requests: int
) -> Load:
    """Ask on all connections in turn. Raises ValueError for another status."""
    source = cycle(case.requests())
    answered = 0
    client_started, started = time.process_time(), time.perf_counter()
    waiting = []
    for connection in connections:
        connection.socket.sendall(next(source))
        waiting.append(connection)
    while waiting:
        more = (
            time.perf_counter() - started < seconds
            and answered + 2 * len(waiting) <= requests
        )
        for connection in waiting:
            status = connection.receive()
            if case.status and status != case.status:
                raise ValueError(f"{case.name}: {case.path} answered {status}.")
            if more:
                connection.socket.sendall(next(source))
        answered += len(waiting)
        if not more:
            waiting = []
    return Load(
        answered,
        time.perf_counter() - started,
        time.process_time() - client_started,
    )

"""Workers and the whole server are killed while keys come and go."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException

import pytest

from tests.faults.soundness import assert_sound
from tests.services.person import Person, Revealed
from tests.services.server import Server

CLIENTS = 3
SECONDS = 0.7
PATIENCE_SECONDS = 30


class Loop(threading.Thread):
    """A person who generates, rotates and revokes, whatever is answered."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.person = Person(server)
        self.ended = threading.Event()
        self.revealed: list[Revealed] = []
        self.asked_to_revoke: set[int] = set()
        self.revoked: set[int] = set()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self.once()
            except (OSError, HTTPException):
                time.sleep(0.02)

    def once(self) -> None:
        """Generate a key, rotate it, and revoke it."""
        old = self.person.generate()
        self.revealed.append(old)
        self.revealed.append(self.person.rotate(old.key_id))
        self.asked_to_revoke.add(old.key_id)
        if self.person.revoke(old.key_id).status == 302:
            self.revoked.add(old.key_id)


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    with Server(database_url, workers=2) as server:
        yield server


def work(people: list[Loop]) -> None:
    """Let people do what they do for a while in which each gets a key revoked.

    It ends at no particular point of what they do. Raises TimeoutError.
    """
    before = [len(person.revoked) for person in people]
    deadline = time.monotonic() + PATIENCE_SECONDS
    time.sleep(SECONDS)
    while any(
        len(person.revoked) == count
        for person, count in zip(people, before, strict=True)
    ):
        if time.monotonic() > deadline:
            raise TimeoutError("Somebody gets nothing done.")
        time.sleep(0.05)


def kill_a_worker(server: Server) -> None:
    """Kill one of two, and wait until another has come in its place."""
    before = set(server.worker_pids())
    os.kill(min(before), signal.SIGKILL)
    while len(before | set(server.worker_pids())) == len(before):
        time.sleep(0.05)
    server.wait_until_live()


def kill_all(server: Server) -> None:
    """Kill the server with its workers, and start it again."""
    server.kill()
    server.start()


def test_what_was_answered_is_done_and_nothing_is_half_done(server: Server) -> None:
    people = [Loop(server) for _ in range(CLIENTS)]
    for person in people:
        person.start()
    for kill in (kill_a_worker, kill_all):
        work(people)
        kill(server)
    work(people)
    for person in people:
        person.ended.set()
    for person in people:
        person.join()

    assert_sound(server)
    for person in people:
        for key_id, value in person.revealed:
            status = server.get("/api/external/key", value).status
            if key_id in person.revoked:
                assert status == 401
            elif key_id not in person.asked_to_revoke:
                assert status == 200

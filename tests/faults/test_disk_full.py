"""The disk under SQLite is full, and then no more."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.soundness import assert_sound
from tests.services.person import Person
from tests.services.server import Server

pytestmark = pytest.mark.only_on("sqlite")

KEYS = "/settings/api-keys/"
EVERY_WORKER = 8


@contextmanager
def disk_full(server: Server) -> Iterator[None]:
    """Let the workers write to no file, which anyone may forbid their processes."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pid in server.worker_pids():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    for pid in server.worker_pids():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


def test_reads_go_on_and_writes_fail_clean(database_url: str) -> None:
    with Server(database_url, workers=2) as server:
        person = Person(server)
        key_id, value = person.generate()
        with disk_full(server):
            for _ in range(EVERY_WORKER):
                assert server.get("/api/external/employees", value).status == 200
                assert person.get(f"{KEYS}{key_id}/").status == 200
                answer = person.revoke(key_id)
                assert answer.status == 503
                assert answer.headers["Retry-After"] == "5"
                assert b"Back in a moment" in answer.body
            with pytest.raises(ValueError, match="unpack"):
                person.generate()
        for _ in range(EVERY_WORKER):
            assert server.get("/api/external/key", value).status == 200
        person.generate()
        assert person.revoke(key_id).status == 302
        assert server.get("/api/external/key", value).status == 401
        assert_sound(server)

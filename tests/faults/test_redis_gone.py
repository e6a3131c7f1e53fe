"""Redis stands still, and is gone."""

import time

from tests.services.person import Person
from tests.services.redis import Redis
from tests.services.server import Server

EVERY_WORKER = 8


def test_the_limits_fall_back_and_requests_go_on(database_url: str) -> None:
    with (
        Redis() as redis,
        Server(database_url, workers=2, REDIS_URL=redis.url) as server,
    ):
        _, value = Person(server).generate()

        def limits() -> set[str]:
            """Return the limits that requests to each worker meet, in 2 seconds."""
            met = set()
            for _ in range(EVERY_WORKER):
                begun = time.monotonic()
                answer = server.get("/api/external/key", value)
                assert time.monotonic() - begun < 2
                assert answer.status == 200
                met.add(answer.headers["RateLimit-Policy"])
            return met

        assert limits() == {'"key";q=600;w=60'}
        with redis.frozen():
            assert limits() == {'"key";q=300;w=60'}
        redis.stop()
        assert limits() == {'"key";q=300;w=60'}
        assert server.said().count("Redis can't be reached") == 2

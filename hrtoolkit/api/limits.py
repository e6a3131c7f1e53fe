"""Each key's own limit of requests a minute, which begins with its first."""

import logging
import math
import time
from functools import cache
from typing import NamedTuple

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from hrtoolkit.api import problems

REQUESTS_PER_MINUTE = 600
WINDOW_SECONDS = 60
WINDOWS_KEPT = 10_000
REDIS_TIMEOUT_SECONDS = 0.5
REDIS_PAUSE_SECONDS = 5

logger = logging.getLogger(__name__)

Who = int | str
"""Whose requests are counted: a key's by its id, an address's as text."""


class Window(NamedTuple):
    """How many requests a key may make and has made, and when it may make more."""

    limit: int
    requests: int
    seconds: float


class OwnCounter:
    """Counts in this process alone, which grants its share of the limit."""

    def __init__(self) -> None:
        self.limit = -(-REQUESTS_PER_MINUTE // settings.WORKERS)
        self.kept: dict[Who, tuple[int, float]] = {}
        """The requests of each key, and when its window ends."""
        self.room = WINDOWS_KEPT
        self.closed: dict[Who, float] = {}
        """Who is over the limit, and until when, whoever counted it."""

    def hit(self, who: Who) -> Window:
        """Count a request."""
        now = time.monotonic()
        requests, end = self.kept.get(who, (0, now))
        if end <= now:
            requests, end = 0, now + WINDOW_SECONDS
            if len(self.kept) >= self.room:
                self.kept = {k: kept for k, kept in self.kept.items() if kept[1] > now}
                # However many there are, not each new one sweeps again.
                self.room = max(WINDOWS_KEPT, 2 * len(self.kept))
        self.kept[who] = requests + 1, end
        return Window(self.limit, requests + 1, end - now)

    def close(self, who: Who, seconds: float) -> None:
        """Remember that someone is over the limit."""
        now = time.monotonic()
        self.closed = {k: end for k, end in self.closed.items() if end > now}
        self.closed[who] = now + seconds

    def seconds_closed(self, who: Who) -> float:
        """Return for how long someone is still over the limit."""
        return max(self.closed.get(who, 0.0) - time.monotonic(), 0.0)


class RedisCounter:
    """Counts in Redis, for all workers."""

    def __init__(self, url: str) -> None:
        self.limit = REQUESTS_PER_MINUTE
        self.redis = Redis.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
            # A connection that was closed meanwhile is opened again at once.
            retry=Retry(NoBackoff(), 1),
        )
        self.away_until = 0.0

    def hit(self, who: Who) -> Window | None:
        """Count a request, or return None while Redis can't be reached.

        Whoever finds it gone says so once, and nobody waits for it for a while.
        """
        if time.monotonic() < self.away_until:
            return None
        name = f"requests:{who}"
        pipeline = self.redis.pipeline()
        pipeline.set(name, 0, ex=WINDOW_SECONDS, nx=True)
        pipeline.incr(name)
        pipeline.pttl(name)
        try:
            _, requests, milliseconds = pipeline.execute()
        except RedisError:
            logger.warning("Redis can't be reached: each worker counts its share.")
            self.away_until = time.monotonic() + REDIS_PAUSE_SECONDS
            return None
        return Window(self.limit, requests, milliseconds / 1000)


def count(key_id: int) -> dict[str, str]:
    """Count a request of a key and return the ``RateLimit`` headers.

    With Redis all workers count together; without, or while it is gone, each
    counts its share. Raises the 429 when the limit is reached.
    """
    limit, requests, seconds = hit(key_id)
    reset = max(1, math.ceil(seconds))
    headers = {
        "RateLimit-Policy": f'"key";q={limit};w={WINDOW_SECONDS}',
        "RateLimit": f'"key";r={max(0, limit - requests)};t={reset}',
    }
    if requests > limit:
        problem = problems.too_many_requests(limit, reset)
        problem.headers |= headers
        raise problem
    return headers


def hit(who: Who) -> Window:
    """Count a request, by Redis if there is one within reach, else by ourselves."""
    window = redis_counter().hit(who) if settings.REDIS_URL else None
    return window or own_counter().hit(who)


@cache
def own_counter() -> OwnCounter:
    """Return what counts in this process."""
    return OwnCounter()


@cache
def redis_counter() -> RedisCounter:
    """Return what counts for all workers."""
    return RedisCounter(settings.REDIS_URL)

"""Each key's own limit of requests."""

import logging
import time
from functools import cache

from django.conf import settings
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from hrtoolkit.api import problems

REQUESTS_PER_MINUTE = 600
REDIS_TIMEOUT_SECONDS = 0.5

logger = logging.getLogger(__name__)


def count(key_id: int) -> dict[str, str]:
    """Count a request of a key and return the ``RateLimit`` headers.

    With Redis all workers count together; without, or while it is gone, each
    counts its share. Raises the 429 when the limit is reached.
    """
    limiter, limit = shared_limiter()
    try:
        return count_with(limiter, limit, key_id)
    except StorageError:
        logger.warning("Redis can't be reached: each worker counts its share.")
        return count_with(own_limiter(), own_share(), key_id)


def count_with(
    limiter: FixedWindowRateLimiter, limit: RateLimitItemPerMinute, key_id: int
) -> dict[str, str]:
    """Count one request and return the headers, or raise the 429 with them."""
    allowed = limiter.hit(limit, str(key_id))
    window = limiter.get_window_stats(limit, str(key_id))
    seconds = max(1, round(window.reset_time - time.time()))
    headers = {
        "RateLimit-Policy": f'"key";q={limit.amount};w={limit.get_expiry()}',
        "RateLimit": f'"key";r={max(0, window.remaining)};t={seconds}',
    }
    if not allowed:
        problem = problems.too_many_requests(limit.amount, seconds)
        problem.headers |= headers
        raise problem
    return headers


@cache
def shared_limiter() -> tuple[FixedWindowRateLimiter, RateLimitItemPerMinute]:
    """Return what counts for all workers, or for this one where there is no Redis."""
    if not settings.REDIS_URL:
        return own_limiter(), own_share()
    storage = storage_from_string(
        settings.REDIS_URL,
        wrap_exceptions=True,
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
    )
    return FixedWindowRateLimiter(storage), RateLimitItemPerMinute(REQUESTS_PER_MINUTE)


@cache
def own_limiter() -> FixedWindowRateLimiter:
    """Return what counts in this process."""
    return FixedWindowRateLimiter(MemoryStorage())


@cache
def own_share() -> RateLimitItemPerMinute:
    """Return the part of the limit that falls to one worker."""
    return RateLimitItemPerMinute(-(-REQUESTS_PER_MINUTE // settings.WORKERS))

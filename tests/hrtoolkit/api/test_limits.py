"""Each key's own limit, with Redis and without."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from hrtoolkit.api import limits
from hrtoolkit.api.problems import Problem
from tests.services.redis import Redis


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    with Redis() as redis:
        settings.REDIS_URL = redis.url
        yield redis


def remaining(headers: dict[str, str]) -> int:
    return int(headers["RateLimit"].split(";")[1].removeprefix("r="))


def another_worker() -> None:
    """Forget what this process has counted, as a fresh one knows nothing."""
    for kept in (limits.shared_limiter, limits.own_limiter, limits.own_share):
        kept.cache_clear()


def test_without_redis_each_worker_counts_its_share(settings: Settings) -> None:
    settings.WORKERS = 4
    assert remaining(limits.count(1)) == 149
    another_worker()
    assert remaining(limits.count(1)) == 149


def test_with_redis_all_workers_count_together(
    redis: Redis, settings: Settings
) -> None:
    settings.WORKERS = 4
    assert remaining(limits.count(1)) == 599
    another_worker()
    assert remaining(limits.count(1)) == 598
    assert remaining(limits.count(2)) == 599


def test_the_limit_holds_with_redis(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 2)
    limits.count(1)
    another_worker()
    limits.count(1)
    with pytest.raises(Problem) as refusal:
        limits.count(1)
    assert refusal.value.status == 429


def test_without_redis_for_a_while_requests_go_on(
    redis: Redis, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.WORKERS = 2
    assert remaining(limits.count(1)) == 599
    redis.stop()
    assert remaining(limits.count(1)) == 299
    assert "Redis can't be reached" in caplog.text

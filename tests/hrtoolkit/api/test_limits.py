"""Each key's own limit, with Redis and without."""

import time
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
    limits.redis_counter.cache_clear()
    limits.own_counter.cache_clear()


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


@pytest.mark.parametrize("with_redis", [False, True])
def test_a_minute_later_a_key_begins_anew(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, with_redis: bool
) -> None:
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 1)
    if with_redis:
        request.getfixturevalue("redis")
    assert remaining(limits.count(1)) == 599
    assert remaining(limits.count(1)) == 598
    time.sleep(1.1)
    assert remaining(limits.count(1)) == 599


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WINDOWS_KEPT", 2)
    counter = limits.OwnCounter()
    now = time.monotonic()
    counter.kept = {1: (7, now - 1), 2: (7, now + 30)}
    assert counter.hit(3).requests == 1
    assert counter.kept.keys() == {2, 3}


def test_without_redis_for_a_while_requests_go_on(
    redis: Redis,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.WORKERS = 2
    assert remaining(limits.count(1)) == 599
    redis.stop()
    assert remaining(limits.count(1)) == 299
    assert remaining(limits.count(1)) == 298
    assert caplog.text.count("Redis can't be reached") == 1
    monkeypatch.setattr(limits.redis_counter(), "away_until", 0.0)
    limits.count(1)
    assert caplog.text.count("Redis can't be reached") == 2

"""A flood of bad keys: each address may fail so often, and good keys go on."""

import time
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from apikeys import backends, services
from apikeys.actors import Actor
from apikeys.models import AuditEvent, KeyUse
from apikeys.tokens import new_token
from apikeys.usage.collector import collector
from hrtoolkit.api import failures, limits
from hrtoolkit.organisations.models import User
from tests.factories import UserFactory, generated_key
from tests.integration import get, problem
from tests.services.redis import Redis

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 3)
    backends.remembered.clear()


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    with Redis() as redis:
        settings.REDIS_URL = redis.url
        yield redis


def flood(value: str = "nonsense", times: int = 3) -> None:
    for _ in range(times):
        assert get("/key", authorization=f"Bearer {value}").status_code == 401


def test_a_flood_is_answered_429_without_a_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    unknown = f"Bearer {new_token().reveal()}"
    flood()
    with django_assert_num_queries(0):
        refused = get("/key", authorization=unknown)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "RateLimit" not in refused.headers
    assert problem(refused)["title"] == "Too many requests"
    assert "address" in problem(refused)["detail"]


@pytest.mark.parametrize("case", ["malformed", "unknown", "revoked"])
def test_every_key_that_doesnt_work_counts(case: str) -> None:
    generated = generated_key()
    value = {"malformed": "abc", "unknown": new_token().reveal()}.get(case)
    if case == "revoked":
        services.revoke(generated.api_key, actor=Actor("Somebody"))
    value = value or generated.token.reveal()
    flood(value)
    assert get("/key", authorization=f"Bearer {value}").status_code == 429


def test_what_isnt_a_key_doesnt_count() -> None:
    for _ in range(5):
        assert get("/key").status_code == 401
        assert get("/key", authorization="Bearer").status_code == 400
        assert get("/nothing").status_code == 404
    flood()


def test_a_key_that_worked_goes_on_working_from_the_same_address() -> None:
    known, new = generated_key().token, generated_key().token
    assert get("/key", known).status_code == 200
    flood()
    assert get("/key", known).status_code == 200
    assert get("/key", new).status_code == 429


def test_a_key_that_was_revoked_is_no_longer_let_through() -> None:
    generated = generated_key()
    assert get("/key", generated.token).status_code == 200
    services.revoke(generated.api_key, actor=Actor("Somebody"))
    flood()
    assert get("/key", generated.token).status_code == 401, "it was remembered"
    assert get("/key", generated.token).status_code == 429


def test_other_addresses_are_answered_as_ever() -> None:
    flood()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    response = elsewhere.get("/api/external/key", headers={"authorization": "Bearer x"})
    assert response.status_code == 401


def test_a_minute_later_the_address_is_answered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 1)
    flood()
    assert get("/key", authorization="Bearer x").status_code == 429
    time.sleep(1.1)
    flood(times=1)


def test_with_redis_all_workers_count_together(redis: Redis) -> None:
    flood(times=2)
    limits.own_counter.cache_clear()
    flood(times=1)
    assert get("/key", authorization="Bearer x").status_code == 429
    limits.own_counter.cache_clear()
    flood(times=1)
    assert get("/key", authorization="Bearer x").status_code == 429


def test_an_ipv6_host_has_one_limit_for_all_its_addresses() -> None:
    assert failures.counted("2001:db8::1") == failures.counted("2001:db8::2")
    assert failures.counted("2001:db8::1") != failures.counted("2001:db8:0:1::1")
    assert failures.counted("192.0.2.7") == "192.0.2.7"
    assert failures.counted(None) == "unknown"


def test_of_so_many_keys_only_is_remembered_that_they_worked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backends, "KEYS_REMEMBERED", 2)
    tokens = [generated_key().token for _ in range(3)]
    for token in tokens:
        get("/key", token)
        get("/key", token)
    assert list(backends.remembered) == [token.digest for token in tokens[1:]]


def test_a_flood_neither_fills_the_database_nor_locks_anyone_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 10_000)
    user: User = UserFactory(password="correct horse battery")
    revoked = generated_key()
    services.revoke(revoked.api_key, actor=Actor("Somebody"))
    before = AuditEvent.objects.count()
    for number in range(150):
        values = ("nonsense", new_token().reveal(), revoked.token.reveal())
        for value in values:
            headers = {"authorization": f"Bearer {value}", "user-agent": f"a{number}"}
            Client().get("/api/external/key", headers=headers)
    collector.flush()
    assert AuditEvent.objects.count() <= before + 1
    assert KeyUse.objects.count() <= 101
    form = {"username": user.email, "password": "correct horse battery"}
    assert Client().post("/login/", form).status_code == 302


def test_who_is_no_longer_over_the_limit_is_forgotten() -> None:
    counter = limits.OwnCounter()
    counter.close("192.0.2.1", -1)
    counter.close("192.0.2.2", 60)
    assert counter.closed.keys() == {"192.0.2.2"}
    assert counter.seconds_closed("192.0.2.2") > 59
    assert counter.seconds_closed("192.0.2.1") == 0


def test_a_crowd_of_addresses_is_swept_but_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "WINDOWS_KEPT", 2)
    counter = limits.OwnCounter()
    for number in range(10):
        counter.hit(f"192.0.2.{number}")
    assert len(counter.kept) == 10
    assert counter.room == 16

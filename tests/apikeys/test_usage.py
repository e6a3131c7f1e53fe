"""How the use of a key is counted and written, and what the audit log is told."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditEvent, KeyUse
from apikeys.usage import collector as collecting
from apikeys.usage import refusals, writing
from apikeys.usage.collector import Collector, collector
from apikeys.usage.tallies import Tally, Use
from hrtoolkit.api.problems import too_many_requests
from hrtoolkit.organisations.models import Organisation
from tests.factories import KeyUseFactory, OrganisationFactory, generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db

START = Collector.start

NOON = datetime(2026, 3, 4, 1, 0, tzinfo=UTC).timestamp()
"""In Sydney, on 4 March."""


@pytest.fixture
def generated() -> services.Generated:
    return generated_key(scopes=["read:employees"])


def expired_key() -> services.Generated:
    long_ago = timezone.now() - timedelta(days=300)
    day = long_ago.date() + timedelta(days=3)
    return generated_key(at=long_ago, expires_on=day)


def use_of(key: APIKey, **changes: Any) -> Use:
    fields: dict[str, Any] = {
        "key_id": key.pk,
        "quarter": 0,
        "scope": "read:employees",
        "outcome": "answered",
        "ip_address": "203.0.113.7",
        "user_agent": "payroll-sync/2.1",
    }
    return Use(**fields | changes)


def uses(**conditions: Any) -> list[tuple[Any, ...]]:
    """Return what is written."""
    columns = ("scope", "outcome", "ip_address", "client", "requests")
    return list(
        KeyUse.objects.filter(**conditions).order_by("pk").values_list(*columns)
    )


def events() -> list[AuditEvent]:
    """Return what the audit log tells of requests that were turned away."""
    refused = ["refused", "scope_denied", "address_denied"]
    return list(AuditEvent.objects.filter(action__in=refused).order_by("number"))


def a_minute_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now() + refusals.INTERVAL
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_an_answer_counts_for_its_scope(generated: services.Generated) -> None:
    agent = {"user-agent": "payroll-sync/2.1"}
    for path, status in (
        ("/employees", 200),
        ("/employees", 200),
        ("/employees/1", 404),
        ("/employees?limit=0", 400),
        ("/key", 200),
    ):
        assert get(path, generated.token, **agent).status_code == status
    etag = get("/key", generated.token, **agent).headers["ETag"]
    headers = {"if-none-match": etag}
    assert get("/key", generated.token, "HEAD", **headers, **agent).status_code == 304
    assert not KeyUse.objects.exists()
    collector.flush()
    assert sorted(uses()) == [
        ("", "answered", "127.0.0.1", "payroll-sync/2.1", 3),
        ("read:employees", "answered", "127.0.0.1", "payroll-sync/2.1", 4),
    ]
    [use] = KeyUse.objects.filter(scope="")
    assert use.first_at < use.last_at <= timezone.now()


def test_what_isnt_answered_for_a_key_doesnt_count(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    get("/employees")
    get("/employees", authorization="Bearer abc")
    get("/nothing", generated.token)
    get("/employees", generated.token, "POST")
    get("/employees", generated.token, "OPTIONS")
    with monkeypatch.context() as patch:
        patch.setattr("hrtoolkit.api.listing.List.answer", lambda *args: 1 / 0)
        assert get("/employees", generated.token).status_code == 500
    with monkeypatch.context() as patch:
        patch.setattr("hrtoolkit.api.limits.count", failing(too_many_requests(1, 1)))
        assert get("/employees", generated.token).status_code == 429
    Organisation.objects.update(suspended_at=timezone.now())
    assert get("/employees", generated.token).status_code == 401
    collector.flush()
    assert not uses()


def test_a_key_that_has_ended_counts_as_refused(generated: services.Generated) -> None:
    services.revoke(generated.api_key, actor=Actor("Somebody"))
    expired = expired_key()
    for token in (generated.token, generated.token, expired.token):
        assert get("/employees", token, **{"user-agent": "old"}).status_code == 401
    collector.flush()
    for key, requests in ((generated.api_key, 2), (expired.api_key, 1)):
        assert uses(api_key=key) == [
            ("read:employees", "refused", "127.0.0.1", "old", requests)
        ]
        [event] = key.events.filter(action="refused")
        assert event.details == {"requests": requests, "scope": "read:employees"}
        assert event.actor_name == f"API key {key}"
        assert (event.ip_address, event.user_agent) == ("127.0.0.1", "old")
        assert event.organisation == key.organisation


def test_a_denied_scope_is_counted_and_recorded(generated: services.Generated) -> None:
    assert get("/leave/requests", generated.token).status_code == 403
    collector.flush()
    assert uses() == [("read:leave", "scope_denied", "127.0.0.1", "", 1)]
    [event] = events()
    assert event.action == "scope_denied"
    assert event.details == {"requests": 1, "scope": "read:leave"}


def test_a_flood_is_one_event_a_minute_and_no_request_is_lost(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.revoke(generated.api_key, actor=Actor("Somebody"))
    for _ in range(3):
        get("/employees", generated.token)
        get("/employees", generated.token)
        collector.flush()
    assert [event.details["requests"] for event in events()] == [2]
    a_minute_passes(monkeypatch)
    get("/employees", generated_key().token)
    collector.flush()
    assert [event.details["requests"] for event in events()] == [2, 6]
    a_minute_passes(monkeypatch)
    collector.flush()
    assert len(events()) == 2


def test_one_workers_event_tells_of_the_others_too(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Collector()
    use = use_of(generated.api_key, outcome="refused")
    for worker in (collector, other, collector, other):
        worker.count(use, Tally(1, NOON, NOON))
        worker.flush()
    a_minute_passes(monkeypatch)
    for worker in (collector, other):
        worker.flush()
        assert not worker.unreported
    assert [event.details["requests"] for event in events()] == [1, 4]


def test_the_thread_writes_until_the_main_thread_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main = threading.Thread(target=threading.Event().wait, args=[0.3])
    monkeypatch.setattr(threading, "main_thread", lambda: main)
    monkeypatch.setattr(collecting, "SECONDS", 0.1)
    after_flush = []
    collector = Collector()
    monkeypatch.setattr(collector, "flush", lambda: after_flush.append(main.is_alive()))
    main.start()
    START(collector).join()
    assert after_flush[0]
    assert not after_flush[-1]


def test_a_quiet_collector_asks_nothing(generated: services.Generated) -> None:
    get("/key", generated.token)
    collector.flush()
    with CaptureQueriesContext(connection) as context:
        collector.flush()
    assert len(context) == 0


def test_the_day_is_the_organisations_own() -> None:
    midnight = datetime(2026, 3, 31, 13, 0, tzinfo=UTC).timestamp()  # in Sydney
    for zone, days in (
        ("Australia/Sydney", [date(2026, 3, 31), date(2026, 4, 1)]),
        ("Australia/Perth", [date(2026, 3, 31)]),
        ("Asia/Kathmandu", [date(2026, 3, 31)]),
    ):
        organisation = OrganisationFactory(time_zone=zone)
        key = generated_key(organisation=organisation).api_key
        writing.write(
            {
                use_of(key, quarter=quarter): Tally(1, at, at)
                for quarter, at in enumerate((midnight - 1, midnight))
            }
        )
        written = key.uses.order_by("day").values_list("day", flat=True)
        assert list(written) == days


def test_midnight_between_two_writings_parts_the_days(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime(2026, 3, 31, 13, 0, tzinfo=UTC).timestamp()  # in Sydney
    for now in (midnight - 1, midnight + 1, midnight + 2):
        with monkeypatch.context() as patch:
            patch.setattr("apikeys.backends.time.time", lambda now=now: now)
            assert get("/key", generated.token).status_code == 200
    collector.flush()
    assert list(KeyUse.objects.order_by("day").values_list("day", "requests")) == [
        (date(2026, 3, 31), 1),
        (date(2026, 4, 1), 2),
    ]


def test_writing_adds_to_what_is_written(generated: services.Generated) -> None:
    use = use_of(generated.api_key)
    for tally in (
        Tally(2, NOON, NOON + 60),
        Tally(3, NOON - 60, NOON),
        Tally(4, NOON, NOON + 90),
    ):
        assert writing.write({use: tally}) == set()
    [written] = KeyUse.objects.all()
    assert str(written) == "9 × answered on 2026-03-04"
    assert written.first_at.timestamp() == NOON - 60
    assert written.last_at.timestamp() == NOON + 90
    assert written.day == date(2026, 3, 4)


def test_what_becomes_one_caller_is_one_row(generated: services.Generated) -> None:
    tally = Tally(1, NOON, NOON)
    writing.write(
        {
            use_of(generated.api_key, user_agent=name, quarter=quarter): tally
            for name in ("sync\x00", "sy\u202enc", "sync")
            for quarter in (0, 1)
        }
    )
    assert uses() == [("read:employees", "answered", "203.0.113.7", "sync", 6)]


def test_a_key_that_is_not_there_any_more_stops_nothing(
    generated: services.Generated,
) -> None:
    unknown = use_of(generated.api_key, key_id=generated.api_key.pk + 1)
    tally = Tally(1, NOON, NOON)
    writing.write({unknown: tally, use_of(generated.api_key): tally})
    writing.write({unknown: tally})
    assert len(uses()) == 1


def test_a_day_tells_only_so_many_callers_apart(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MAX_CALLERS", 3)
    for name in "abcdeab":
        writing.write({use_of(generated.api_key, user_agent=name): Tally(1, NOON, 0)})
    assert {(client, requests) for *_, client, requests in uses()} == {
        ("a", 2),
        ("b", 2),
        ("c", 1),
        ("", 2),
    }


def test_memory_holds_only_so_many_callers(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_TALLIES", 3)
    for name in "abcdea":
        get("/key", generated.token, **{"user-agent": name})
    assert len(collector.tallies) == 4
    collector.flush()
    assert sum(requests for *_, requests in uses()) == 6
    assert ("", "answered", "", "", 2) in uses()


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("sync/1 ¶ é", "sync/1 ¶ é"),
        ("a\x00\u202e\ud800b", "ab"),
        ("a" * 1000, "a" * 300),
        ("a" * 1001, ""),
        ("yhrtk_" + "a" * 38, "yhrtk_[redacted]"),
    ],
)
def test_a_clients_name_is_fit_to_be_kept(
    generated: services.Generated, header: str, client: str
) -> None:
    get("/key", generated.token, **{"user-agent": header})
    collector.flush()
    assert [name for *_, name, _ in uses()] == [client]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("1.1.1.1, ::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0" + "x" * 100, "fe80::1"),
        ("unknown", ""),
    ],
)
def test_the_address_is_the_clients(
    generated: services.Generated, settings: Settings, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_HOPS = 1
    get("/key", generated.token, **{"x-forwarded-for": forwarded})
    collector.flush()
    assert [ip for _, _, ip, _, _ in uses()] == [address]


def failing(error: Exception) -> Callable[..., None]:
    def fail(*args: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [OperationalError("gone"), KeyError("a bug")])
def test_what_cant_be_written_is_kept_and_said_once(
    generated: services.Generated,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(writing, "write", failing(error))
        for _ in range(3):
            get("/key", generated.token)
            collector.flush()
    collector.flush()
    collector.flush()
    assert [requests for *_, requests in uses()] == [3]
    [record] = [r for r in caplog.records if r.name == "apikeys.usage.collector"]
    assert "is kept" in record.getMessage()
    assert bool(record.exc_info) == isinstance(error, KeyError)


def test_a_refusal_that_cant_be_recorded_is_counted_once_and_recorded_later(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    get("/leave/requests", generated.token)
    with monkeypatch.context() as patch:
        patch.setattr(refusals, "report", failing(OperationalError("locked")))
        collector.flush()
    assert not events()
    collector.flush()
    assert [event.details["requests"] for event in events()] == [1]
    assert [requests for *_, requests in uses()] == [1]


def test_writing_costs_as_many_queries_for_many_callers_as_for_one(
    generated: services.Generated,
) -> None:
    queries = []
    for number in (1, 30):
        tallies = {
            use_of(generated.api_key, user_agent=f"{number} {i}"): Tally(1, NOON, NOON)
            for i in range(number)
        }
        with CaptureQueriesContext(connection) as context:
            writing.write(tallies)
        queries.append(len(context))
    assert queries[0] == queries[1] == 5  # with the savepoint's two


def test_sums_say_what_they_are_asked(generated: services.Generated) -> None:
    key, now = generated.api_key, timezone.now()
    yesterday = now - timedelta(days=1)
    KeyUseFactory(api_key=key, last_at=now, requests=5)
    KeyUseFactory(api_key=key, last_at=now, requests=2, outcome="scope_denied")
    KeyUseFactory(api_key=key, last_at=yesterday, requests=7, ip_address="10.0.0.1")
    KeyUseFactory(api_key=key, last_at=now - timedelta(days=40), scope="")
    recent = key.uses.since((now - timedelta(days=30)).date())
    days = [(row["answered"], row["refused"]) for row in recent.by_day()]
    assert days == [(7, 0), (5, 2)]
    [scope] = recent.by_scope()
    assert (scope["scope"], scope["answered"]) == ("read:employees", 12)
    assert [row["ip_address"] for row in recent.by_caller()] == [
        "203.0.113.7",
        "10.0.0.1",
    ]
    assert recent.total()["requests"] == 14
    assert recent.filter(scope="none").total() == {
        "requests": 0,
        "first_at": None,
        "last_at": None,
    }

"""What the audit log is told of requests that were turned away."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import AuditEvent
from apikeys.usage import refusals
from apikeys.usage.collector import Collector, collector
from apikeys.usage.tallies import Tally
from tests.apikeys.usage.tallying import NOON, failing, use_of, uses
from tests.factories import generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db


def expired_key() -> services.Generated:
    long_ago = timezone.now() - timedelta(days=300)
    day = long_ago.date() + timedelta(days=3)
    return generated_key(at=long_ago, expires_on=day)


def events() -> list[AuditEvent]:
    """Return what the audit log tells of requests that were turned away."""
    refused = ["refused", "scope_denied", "address_denied"]
    return list(AuditEvent.objects.filter(action__in=refused).order_by("number"))


def a_minute_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now() + refusals.INTERVAL
    monkeypatch.setattr(timezone, "now", lambda: now)


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

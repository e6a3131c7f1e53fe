"""A key that works only from some addresses."""

import pytest
from django.test import Client
from pytest_django import Settings

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import AuditEvent, KeyUse
from apikeys.usage.collector import collector
from tests.factories import limited_key
from tests.integration import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited() -> services.Generated:
    return limited_key("10.1.2.0/24", "203.0.113.9/32", "2001:db8::/32")


def status_from(address: str, generated: services.Generated, **headers: str) -> int:
    headers["authorization"] = f"Bearer {generated.token.reveal()}"
    client = Client(REMOTE_ADDR=address)
    return client.get("/api/external/key", headers=headers).status_code


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("10.1.2.3", 200),
        ("10.1.3.3", 403),
        ("203.0.113.9", 200),
        ("203.0.113.10", 403),
        ("::ffff:10.1.2.3", 200),
        ("::ffff:10.1.3.3", 403),
        ("2001:db8:0:1::7", 200),
        ("2001:db9::7", 403),
        ("", 403),
        ("nonsense", 403),
    ],
)
def test_the_key_works_only_from_its_addresses(
    limited: services.Generated, address: str, status: int
) -> None:
    assert status_from(address, limited) == status


def test_without_ranges_it_works_from_anywhere() -> None:
    for address in ("10.1.3.3", "2001:db9::7", ""):
        assert status_from(address, limited_key()) == 200


def test_what_a_client_says_of_itself_opens_nothing(
    limited: services.Generated, settings: Settings
) -> None:
    forged = {"x-forwarded-for": "10.1.2.3"}
    assert status_from("198.51.100.1", limited, **forged) == 403
    settings.TRUSTED_PROXY_HOPS = 1
    assert status_from("198.51.100.1", limited, **forged) == 200
    forged = {"x-forwarded-for": "10.1.2.3, 198.51.100.7"}
    assert status_from("198.51.100.1", limited, **forged) == 403


@pytest.mark.parametrize(
    ("address", "seen"), [("198.51.100.1", "198.51.100.1"), ("", "an unknown address")]
)
def test_the_refusal_says_which_address_it_saw(
    limited: services.Generated, address: str, seen: str
) -> None:
    response = Client(REMOTE_ADDR=address).get(
        "/api/external/leave/requests",
        headers={"authorization": f"Bearer {limited.token.reveal()}"},
    )
    details = problem(response)
    assert details["title"] == "Address not allowed"
    assert f"came from {seen}." in details["detail"]
    assert "10.1.2" not in details["detail"]
    assert "WWW-Authenticate" not in response.headers
    assert response.headers["RateLimit"]


def test_a_refusal_is_counted_and_recorded(limited: services.Generated) -> None:
    status_from("198.51.100.1", limited)
    status_from("198.51.100.1", limited)
    collector.flush()
    [use] = KeyUse.objects.all()
    assert (use.outcome, use.requests) == ("address_denied", 2)
    event = AuditEvent.objects.get(action="address_denied")
    assert event.api_key == limited.api_key
    assert event.ip_address == "198.51.100.1"
    assert event.details["requests"] == 2


def test_a_revoked_keys_addresses_tell_nothing(limited: services.Generated) -> None:
    services.revoke(limited.api_key, actor=Actor("Somebody"))
    for address in ("10.1.2.3", "198.51.100.1"):
        assert status_from(address, limited) == 401

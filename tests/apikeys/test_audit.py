"""The chain of events, and the check that none was touched."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from apikeys import audit, guards, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.factories import OrganisationFactory, generated_key

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Command line (tester)")


@pytest.fixture
def organisation() -> Organisation:
    """An organisation with a chain of three events."""
    organisation = OrganisationFactory()
    generated_key(organisation=organisation)
    key = generated_key(organisation=organisation).api_key
    services.revoke(key, actor=OPERATOR)
    return organisation


def fault(organisation: Organisation | None) -> str | None:
    return audit.verify_chain(organisation).fault


def test_events_are_numbered_for_each_organisation(organisation: Organisation) -> None:
    generated_key()
    events = AuditEvent.objects.filter(organisation=organisation).order_by("number")
    assert [event.number for event in events] == [1, 2, 3]
    assert [verdict.length for verdict in audit.verify()] == [0, 3, 1]
    assert not any(verdict.fault for verdict in audit.verify())


def test_the_platform_has_a_chain_of_its_own() -> None:
    for _ in range(2):
        audit.record(AuditAction.SIGNED_IN, organisation=None, actor=OPERATOR)
    verdict = audit.verify_chain(None)
    assert (verdict.length, verdict.fault) == (2, None)
    assert verdict.head == AuditEvent.objects.get(number=2).mac


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor_name", "Somebody else"),
        ("actor_email", "somebody@else.example"),
        ("actor_id", 4711),
        ("action", "signed_in"),
        ("at", timezone.now() + timedelta(microseconds=1)),
        ("ip_address", "203.0.113.9"),
        ("user_agent", "Firefox"),
        ("details", {"name": "Other"}),
        ("mac", "0" * 64),
    ],
)
def test_it_finds_the_event_that_was_changed(
    organisation: Organisation, field: str, value: object
) -> None:
    guards.remove()
    events = AuditEvent.objects.filter(organisation=organisation, number=2)
    assert events.update(**{field: value}) == 1
    assert fault(organisation) == "Event 2 was tampered with."


def test_it_finds_an_event_that_names_another_key(organisation: Organisation) -> None:
    guards.remove()
    other = APIKey.objects.order_by("pk").first()
    AuditEvent.objects.filter(organisation=organisation, number=2).update(api_key=other)
    assert fault(organisation) == "Event 2 was tampered with."


@pytest.mark.parametrize("number", [1, 2])
def test_it_finds_the_event_that_is_missing(
    organisation: Organisation, number: int
) -> None:
    guards.remove()
    AuditEvent.objects.filter(organisation=organisation, number=number).delete()
    assert fault(organisation) == f"Event {number} is missing."


def test_it_finds_a_gap_that_was_closed(organisation: Organisation) -> None:
    guards.remove()
    AuditEvent.objects.filter(organisation=organisation, number=2).delete()
    AuditEvent.objects.filter(organisation=organisation, number=3).update(number=2)
    assert fault(organisation) == "Event 2 was tampered with."


def test_without_the_secret_no_event_can_be_forged(
    organisation: Organisation, settings: Settings
) -> None:
    settings.AUDIT_HMAC_KEY = "another secret"
    assert fault(organisation) == "Event 1 was tampered with."


def test_without_a_secret_nothing_is_written(settings: Settings) -> None:
    settings.AUDIT_HMAC_KEY = ""
    with pytest.raises(ImproperlyConfigured):
        generated_key()
    assert not APIKey.objects.exists()

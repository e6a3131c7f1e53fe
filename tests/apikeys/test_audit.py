"""The chain of events, and the check that none was touched."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from apikeys import audit, guards, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditChain, AuditEvent
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
    assert [verdict.head.number for verdict in audit.verify()] == [0, 3, 1]
    assert not any(verdict.fault for verdict in audit.verify())


@pytest.mark.parametrize(
    "address", ["::102:304", "::1", "::ffff:0:1", "64:ff9b::102:304", "10.1.2.3"]
)
def test_an_address_is_sound_however_the_database_spells_it(address: str) -> None:
    actor = Actor("Somebody", ip_address=address)
    audit.record(AuditAction.SIGNED_IN, organisation=None, actor=actor)
    assert fault(None) is None


def test_the_platform_has_a_chain_of_its_own() -> None:
    for _ in range(2):
        audit.record(AuditAction.SIGNED_IN, organisation=None, actor=OPERATOR)
    last = AuditEvent.objects.get(number=2)
    assert audit.verify_chain(None) == audit.Verdict(None, audit.Head(2, last.mac))


def head(organisation: Organisation | None) -> audit.Head:
    return audit.verify_chain(organisation).head


def events_of(organisation: Organisation, *numbers: int) -> Any:
    return AuditEvent.objects.filter(organisation=organisation, number__in=numbers)


def end_the_chain_at_its_last_event(organisation: Organisation) -> None:
    """Do what somebody does who knows of the recorded end."""
    last = AuditEvent.objects.filter(organisation=organisation).latest("number")
    chain = AuditChain.objects.filter(organisation=organisation)
    chain.update(length=last.number, head=last.mac)


CHANGES = {
    "number": 7,
    "at": timezone.now() + timedelta(microseconds=1),
    "action": "signed_in",
    "actor_id": 4711,
    "actor_name": "Somebody else",
    "actor_email": "somebody@else.example",
    "ip_address": "203.0.113.9",
    "user_agent": "Firefox",
    "details": {"name": "Other"},
    "mac": "0" * 64,
    "api_key": None,
}


def test_every_field_of_an_event_is_tried_below() -> None:
    fields = {field.name for field in AuditEvent._meta.get_fields()}
    # The id says nothing; to move an event elsewhere is tried by itself.
    assert set(CHANGES) == fields - {"id", "organisation"}


@pytest.mark.parametrize("field", CHANGES)
def test_it_finds_the_event_that_was_changed(
    organisation: Organisation, field: str
) -> None:
    guards.remove()
    assert events_of(organisation, 2).update(**{field: CHANGES[field]}) == 1
    wrong = "is missing" if field == "number" else "was tampered with"
    assert fault(organisation) == f"Event 2 {wrong}."


@pytest.mark.only_on("sqlite")
def test_it_finds_an_address_that_is_none(organisation: Organisation) -> None:
    guards.remove()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE apikeys_auditevent SET ip_address = 'x' WHERE number = 2"
        )
    assert fault(organisation) == "Event 2 was tampered with."


def test_it_finds_an_event_that_names_another_key(organisation: Organisation) -> None:
    guards.remove()
    events_of(organisation, 2).update(api_key=APIKey.objects.earliest("pk"))
    assert fault(organisation) == "Event 2 was tampered with."


def test_it_finds_an_event_that_was_moved_elsewhere(organisation: Organisation) -> None:
    guards.remove()
    other = OrganisationFactory()
    events_of(organisation, 1).update(organisation=other)
    assert fault(organisation) == "Event 1 is missing."
    assert fault(other) == "Event 1 was tampered with."


@pytest.mark.parametrize("number", [1, 2, 3])
def test_it_finds_the_event_that_is_missing(
    organisation: Organisation, number: int
) -> None:
    guards.remove()
    events_of(organisation, number).delete()
    assert fault(organisation) == f"Event {number} is missing."


def test_it_finds_that_all_events_are_gone(organisation: Organisation) -> None:
    guards.remove()
    AuditEvent.objects.all().delete()
    assert fault(organisation) == "Event 1 is missing."


def test_it_finds_a_gap_that_was_closed(organisation: Organisation) -> None:
    guards.remove()
    events_of(organisation, 2).delete()
    events_of(organisation, 3).update(number=2)
    end_the_chain_at_its_last_event(organisation)
    assert fault(organisation) == "Event 2 was tampered with."


def test_it_finds_two_events_that_changed_places(organisation: Organisation) -> None:
    guards.remove()
    for old, new in ((1, 99), (2, 1), (99, 2)):
        events_of(organisation, old).update(number=new)
    assert fault(organisation) == "Event 1 was tampered with."


@pytest.mark.parametrize("number", [0, 2, 4])
def test_it_finds_an_event_that_was_put_in(
    organisation: Organisation, number: int
) -> None:
    guards.remove()
    for later in (3, 2):
        if number == 2:
            events_of(organisation, later).update(number=later + 1)
    forged = events_of(organisation, 1).get()
    forged.pk, forged.number = None, number
    forged.save(force_insert=True)
    end_the_chain_at_its_last_event(organisation)
    assert fault(organisation) == f"Event {number} was tampered with."


def test_it_finds_a_tail_that_was_cut_off_with_the_recorded_end(
    organisation: Organisation,
) -> None:
    kept = head(organisation)
    guards.remove()
    events_of(organisation, 2, 3).delete()
    end_the_chain_at_its_last_event(organisation)
    assert fault(organisation) is None
    assert audit.verify_chain(organisation, [kept]).fault == "Event 2 is missing."


def test_it_finds_a_history_that_was_rewritten_by_who_has_the_secret(
    organisation: Organisation,
) -> None:
    kept = [head(organisation)]
    guards.remove()
    events_of(organisation, 2, 3).delete()
    AuditChain.objects.filter(organisation=organisation).update(
        length=1, head=events_of(organisation, 1).get().mac
    )
    for _ in range(3):
        audit.record(AuditAction.SIGNED_IN, organisation=organisation, actor=OPERATOR)
    assert fault(organisation) is None
    rewritten = audit.verify_chain(organisation, kept).fault
    assert rewritten is not None
    assert rewritten.startswith("Event 3 isn't the one that was recorded")


def test_a_sound_chain_leads_by_every_earlier_head(organisation: Organisation) -> None:
    kept = [head(organisation)]
    for _ in range(2):
        generated_key(organisation=organisation)
        kept.append(head(organisation))
    assert audit.verify_chain(organisation, kept).fault is None
    wrong = [*kept, audit.Head(4, "0" * 64)]
    assert "Event 4" in str(audit.verify_chain(organisation, wrong).fault)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"length": 2}, "Event 2 isn't the one that was recorded"),
        ({"length": 4}, "Event 4 is missing."),
        ({"head": "0" * 64}, "Event 3 isn't the one that was recorded"),
        ({"length": 0, "head": ""}, "Event 3 lies behind the recorded end"),
    ],
)
def test_it_finds_a_recorded_end_that_isnt_the_events(
    organisation: Organisation, changes: dict[str, Any], message: str
) -> None:
    guards.remove()
    AuditChain.objects.filter(organisation=organisation).update(**changes)
    assert str(fault(organisation)).startswith(message)


def test_it_finds_that_the_recorded_end_is_gone(organisation: Organisation) -> None:
    guards.remove()
    AuditChain.objects.filter(organisation=organisation).delete()
    assert str(fault(organisation)).startswith("Event 3 lies behind")


def test_what_is_appended_meanwhile_is_no_fault(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_head = audit.recorded_head

    def and_then_an_event(*args: Any) -> audit.Head:
        recorded = recorded_head(*args)
        generated_key(organisation=organisation)
        return recorded

    monkeypatch.setattr(audit, "recorded_head", and_then_an_event)
    verdict = audit.verify_chain(organisation)
    assert (verdict.head.number, verdict.fault) == (4, None)


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

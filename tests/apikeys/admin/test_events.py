"""What staff can read of audit events."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apikeys import audit, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.admin.pages import EVENTS, listed, page_of, text
from tests.factories import generated_key

pytestmark = pytest.mark.django_db


def test_it_shows_the_newest_event_first(
    staff: Client, organisation: Organisation
) -> None:
    generated_key(organisation=organisation)
    generated_key(organisation=organisation)
    events = [event.pk for event in listed(staff.get(EVENTS))]
    assert events == sorted(events, reverse=True)


def test_it_shows_an_event(staff: Client, event: AuditEvent, api_key: APIKey) -> None:
    page = text(staff.get(page_of(event)))
    for shown in (
        "Key generated",
        str(event.organisation),
        str(api_key),
        "“Payroll” reads read:employees",
        "Operator of the tests",
        event.mac,
    ):
        assert shown in page


def test_it_shows_an_event_of_the_platform(staff: Client, person: User) -> None:
    event = audit.record(
        AuditAction.SIGNED_IN, organisation=None, actor=Actor(name="Pat")
    )
    assert "Organisation: The platform" in text(staff.get(page_of(event)))
    assert "The platform – – Pat" in text(staff.get(EVENTS))


def test_it_filters_events(staff: Client, api_key: APIKey) -> None:
    services.revoke(api_key, actor=Actor(name="Ann"))
    other = AuditEvent.objects.get(api_key=generated_key().api_key)
    [event] = listed(staff.get(EVENTS, {"action": "revoked"}))
    assert event.organisation == api_key.organisation
    assert other.organisation
    query = {"organisation__id__exact": other.organisation.pk}
    assert listed(staff.get(EVENTS, query)) == [other]


def test_it_finds_events_by_person(staff: Client, event: AuditEvent) -> None:
    assert listed(staff.get(EVENTS, {"q": event.actor_name.upper()})) == [event]
    assert listed(staff.get(EVENTS, {"q": "nobody@harbour.example"})) == []


def test_it_lists_events_with_few_queries_and_counts_no_further_than_it_pages(
    staff: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr("hrtoolkit.organisations.staff.COUNTED", 3)
    for _ in range(5):
        generated_key()
    with django_assert_num_queries(5) as queries:
        response = staff.get(EVENTS)
    assert response.context["cl"].result_count == 3
    counts = [query["sql"] for query in queries if "COUNT" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 3" in counts[0]

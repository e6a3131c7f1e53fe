"""What staff can read of keys."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.apikeys.admin.pages import EVENTS, KEYS, listed, page_of, text
from tests.factories import generated_key

pytestmark = pytest.mark.django_db


def test_it_shows_the_keys_of_every_organisation(
    staff: Client, organisation: Organisation
) -> None:
    tomorrow = expiry.today(organisation) + timedelta(days=1)
    key = generated_key(organisation=organisation, expires_on=tomorrow).api_key
    other = generated_key(scopes=["read:leave"]).api_key
    response = staff.get(KEYS)
    assert listed(response) == [other, key]
    page = text(response)
    for shown in (
        organisation.name,
        key.fingerprint,
        "Operator of the tests",
        "read:employees, read:leave, read:performance",
        f"{tomorrow:%b} {tomorrow.year}",
        "Never",
    ):
        assert shown in page


def test_it_lists_keys_with_few_queries(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        generated_key()
    with django_assert_num_queries(5):
        staff.get(KEYS)


@pytest.mark.parametrize("status", ["active", "expired", "revoked"])
def test_it_filters_keys_by_status(
    staff: Client, organisation: Organisation, status: str
) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    expired = generated_key(
        at=long_ago, expires_on=expiry.today(organisation, long_ago)
    )
    revoked = generated_key(name="Old one")
    services.revoke(revoked.api_key, actor=Actor(name="Ann"))
    keys = {
        "active": generated_key().api_key,
        "expired": expired.api_key,
        "revoked": revoked.api_key,
    }
    response = staff.get(KEYS, {"status": status})
    assert listed(response) == [keys[status]]
    [row] = re.findall(r"<tr><td.*?</tr>", response.content.decode(), re.DOTALL)
    assert status.capitalize() in row


def test_it_ignores_a_status_that_there_is_not(staff: Client, api_key: APIKey) -> None:
    assert listed(staff.get(KEYS, {"status": "lost"})) == [api_key]


def test_it_finds_a_key_by_name_fingerprint_and_organisation(
    staff: Client, api_key: APIKey
) -> None:
    generated_key(name="Another")
    for query in (api_key.name, api_key.fingerprint, api_key.organisation.name):
        assert listed(staff.get(KEYS, {"q": query})) == [api_key]


def test_it_filters_keys_by_organisation(staff: Client, api_key: APIKey) -> None:
    generated_key()
    query = {"organisation__id__exact": api_key.organisation_id}
    assert listed(staff.get(KEYS, query)) == [api_key]


def test_it_leads_from_a_key_to_its_organisation_and_its_events(
    staff: Client, api_key: APIKey, event: AuditEvent
) -> None:
    generated_key()
    page = staff.get(page_of(api_key)).content.decode()
    organisation = (
        f"/admin/organisations/organisation/{api_key.organisation_id}/change/"
    )
    assert organisation in page
    [events] = re.findall(rf'href="({EVENTS}\?[^"]*)"', page)
    response = staff.get(events)
    assert listed(response) == [event]
    page = response.content.decode()
    assert organisation in page
    assert page_of(api_key) in page


def test_it_shows_who_revoked_a_key(staff: Client, api_key: APIKey) -> None:
    assert "Revoked (UTC): –" in text(staff.get(page_of(api_key)))
    services.revoke(api_key, actor=Actor(name="Ann Admin"))
    page = text(staff.get(page_of(api_key)))
    assert f"Revoked (UTC): {timezone.now():%-d %b %Y}" in page
    assert "Ann Admin" in page
    assert "Revoke…" not in page


def test_it_shows_what_an_org_admin_said_of_a_key(
    staff: Client, api_key: APIKey
) -> None:
    page = text(staff.get(page_of(api_key)))
    assert "Allowed networks: Anywhere" in page
    assert "Rotated from: –" in page
    services.change(
        api_key,
        actor=Actor(name="Ann"),
        seen=services.version(api_key),
        note="Ask Sam",
        allowed_networks=["203.0.113.0/24", "2001:db8::/32"],
    )
    new = services.rotate(api_key, actor=Actor(name="Ann"), submission_id=uuid4())
    response = staff.get(page_of(new.api_key))
    assert "Note: Ask Sam" in text(response)
    assert "Allowed networks: 203.0.113.0/24, 2001:db8::/32" in text(response)
    assert page_of(api_key) in response.content.decode()

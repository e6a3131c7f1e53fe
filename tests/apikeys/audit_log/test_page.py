"""What the page shows of the log, a page at a time."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys.actors import Actor
from apikeys.models import AuditAction
from apikeys.views import audit_log, keys
from hrtoolkit.organisations.models import Organisation
from tests.apikeys.audit_log.recording import LOG, record, shown
from tests.factories import OrganisationFactory, generated_key
from tests.people import text

pytestmark = pytest.mark.django_db


def test_it_shows_who_did_what_when_and_from_where(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation, name="Pay <roll>").api_key
    browser.post(f"/settings/api-keys/{key.pk}/revoke/")
    response = browser.get(LOG)
    assert response.status_code == 200
    assert shown(response) == [3, 2, 1]
    assert "Pay &lt;roll&gt;" in response.content.decode()
    for expected in (
        "Signed in",
        "Key revoked",
        "“Pay <roll>” stopped working.",
        "Mei O’Brien",
        "mei@harbour.example",
        "203.0.113.9",
        "Firefox",
        key.fingerprint,
        key.get_absolute_url(),
        timezone.localtime(timezone=organisation.zone).strftime("%-d %b %Y"),
    ):
        assert expected in text(response)


def test_it_shows_nothing_of_anybody_else(browser: Client) -> None:
    record(OrganisationFactory(), actor=Actor("Stranger"))
    record(None, actor=Actor("Stranger"))
    response = browser.get(LOG)
    assert shown(response) == [1]
    assert "Stranger" not in text(response)


def test_it_leads_through_all_events_a_page_at_a_time(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 3)
    now = timezone.now()
    for minutes in (5, 5, 5, 5, 90, 1, 2):  # some at once, one of them backdated
        record(organisation, at=now - timedelta(minutes=minutes))
    address: str | None = LOG
    read: list[int] = []
    while address:
        response = browser.get(address)
        assert 0 < len(shown(response)) <= 3
        read += shown(response)
        older = re.search(r'href="(\?[^"]*)" rel="next"', text(response))
        address = older and LOG + older[1]
    assert read == [1, 7, 8, 5, 4, 3, 2, 6]
    assert "Newest events" in text(response)


def test_a_full_last_page_leads_nowhere(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 2)
    record(organisation)
    response = browser.get(LOG)
    assert shown(response) == [2, 1]
    assert "Older events" not in text(response)


def test_it_costs_as_many_queries_for_fifty_events_as_for_one(
    browser: Client,
    organisation: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 60):
        for _ in range(count):
            key = generated_key(organisation=organisation).api_key
        with django_assert_num_queries(3) as queries:  # the session, the user, events
            browser.get(LOG)
        assert "COUNT" not in str(queries.captured_queries)
        assert "OFFSET" not in str(queries.captured_queries)
    with django_assert_num_queries(5):  # and the key, and where the page begins
        browser.get(LOG, {"key": str(key.pk), "before": "60"})


def test_a_keys_page_shows_its_latest_events_and_leads_to_all_of_them(
    browser: Client,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(keys, "EVENTS", 2)
    key = generated_key(organisation=organisation).api_key
    for _ in range(3):
        record(organisation, AuditAction.IDENTIFIED, api_key=key)
    # The session, user, key; what it was rotated from and to; its use twice; events.
    with django_assert_num_queries(8):
        response = browser.get(key.get_absolute_url())
    assert shown(response) == [5, 4]
    assert "looked up here" in text(response)
    [link] = re.findall(r'href="([^"]*\?key=[^"]*)"', text(response))
    assert shown(browser.get(link)) == [5, 4, 3, 2]

"""Which events a filter finds, and what is said of a wrong one."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.forms.audit_log import AuditPageForm
from apikeys.models import AuditAction, AuditEvent
from apikeys.views import audit_log
from hrtoolkit.organisations.models import Organisation
from tests.apikeys.audit_log.recording import ANN, LOG, record, shown
from tests.factories import EXAMPLE, generated_key
from tests.people import text

pytestmark = pytest.mark.django_db

SHELL = Actor(name="Command line (ops)")


def without_token(response: Any) -> str:
    """Return a page but for what differs each time it is drawn."""
    return re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", text(response))


def test_it_filters_by_key(browser: Client, organisation: Organisation) -> None:
    one = generated_key(organisation=organisation, name="Key one").api_key
    generated_key(organisation=organisation)
    services.revoke(one, actor=ANN)
    response = browser.get(LOG, {"key": one.pk})
    assert shown(response) == [4, 2]
    assert "Only events of the key" in text(response)


@pytest.mark.parametrize(
    ("person", "numbers"),
    [
        ("ann@harbour.example", [4, 2]),
        (" Ann@Harbour.Example ", [4, 2]),
        ("Ann Ng", [4, 2]),
        ("ann ng", [4, 2]),
        ("command line (ops)", [3]),
        ("mei@harbour.example", [1]),
        ("Ann", []),
        ("%", []),
        ("stranger@harbour.example", []),
    ],
)
def test_it_filters_by_person(
    browser: Client, organisation: Organisation, person: str, numbers: list[int]
) -> None:
    for actor in (ANN, SHELL, ANN):
        record(organisation, actor=actor)
    assert shown(browser.get(LOG, {"person": person})) == numbers


def test_every_person_leads_to_what_they_did(
    browser: Client, organisation: Organisation
) -> None:
    for actor in (ANN, SHELL, Actor("API key ops@corp sync (0123456789ab)")):
        record(organisation, actor=actor)
    links = re.findall(r'href="[^"]*(\?person=[^"]+)"', text(browser.get(LOG)))
    assert [shown(browser.get(LOG + link)) for link in links] == [[4], [3], [2], [1]]


def test_it_filters_by_action(browser: Client, organisation: Organisation) -> None:
    generated_key(organisation=organisation)
    assert shown(browser.get(LOG, {"action": "generated"})) == [2]
    assert shown(browser.get(LOG, {"action": ""})) == [2, 1]
    nothing = browser.get(LOG, {"action": "revoked"})
    assert (nothing.status_code, shown(nothing)) == (200, [])
    assert "No such events" in text(nothing)


def test_it_filters_by_days_where_the_organisation_is(
    browser: Client, organisation: Organisation
) -> None:
    # Sydney's clock goes forward on 4 October 2026: that day has 23 hours.
    for instant in (
        datetime(2026, 10, 3, 13, 59, 59, 999999, UTC),
        datetime(2026, 10, 3, 14, 0, tzinfo=UTC),
        datetime(2026, 10, 4, 12, 59, 59, 999999, UTC),
        datetime(2026, 10, 4, 13, 0, tzinfo=UTC),
    ):
        record(organisation, at=instant)
    day = "2026-10-04"
    assert shown(browser.get(LOG, {"from": day, "to": day})) == [4, 3]
    assert set(shown(browser.get(LOG, {"from": day}))) >= {3, 4, 5}
    assert shown(browser.get(LOG, {"from": "2026-10-05"}))[-1] == 5
    assert 5 not in shown(browser.get(LOG, {"to": day}))


def test_filters_work_together_and_stay_from_page_to_page(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 1)
    key = generated_key(organisation=organisation, actor=ANN).api_key
    services.revoke(key, actor=ANN)
    generated_key(organisation=organisation, actor=ANN)
    today = str(expiry.today(organisation))
    filters: dict[str, Any] = {
        "key": key.pk,
        "person": ANN.email,
        "from": today,
        "to": today,
    }
    response = browser.get(LOG, filters)
    assert shown(response) == [3]
    [older] = re.findall(r'href="(\?[^"]*)" rel="next"', text(response))
    assert shown(browser.get(LOG + older)) == [2]
    assert shown(browser.get(LOG, filters | {"action": "revoked"})) == [3]
    assert shown(browser.get(LOG, filters | {"action": "signed_in"})) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("key=999999", "There is no such key."),
        ("key=%00", "Null characters are not allowed."),
        ("key=" + "9" * 5000, "There is no such key."),
        ("key=x&key=y", "There is no such key."),
        ("person=%00", "Null characters are not allowed."),
        ("person=%E2%80%AE", "The invisible character U+202E"),
        ("person=" + "n" * 1000, "at most 301 characters"),
        ("person=" + EXAMPLE, "This looks like an API key"),
        ("action=lost", "There is no such action."),
        ("action=%ED%A0%80", "There is no such action."),
        ("from=soon", "year-month-day"),
        ("to=2026-02-30", "year-month-day"),
        ("from=%00", "year-month-day"),
        ("from=0001-01-01", "There are no events of that time."),
        ("to=9999-12-31", "There are no events of that time."),
        ("from=2026-07-02&to=2026-07-01", "This day lies before the other."),
        ("before=999999", "There is no such page."),
        ("before=-1", "There is no such page."),
        ("before=x", "There is no such page."),
        ("before=" + "9" * 5000, "There is no such page."),
        ("before=" + "9" * 40, "There is no such page."),
    ],
)
def test_what_is_wrong_with_a_filter_is_said_beside_it(
    browser: Client, query: str, message: str
) -> None:
    response = browser.get(f"{LOG}?{query}")
    assert response.status_code == 400
    assert message in text(response)
    assert EXAMPLE not in text(response)
    assert not shown(response)
    if not query.startswith(("key", "before")):
        assert 'aria-invalid="true"' in text(response)


def test_another_organisations_key_and_event_are_unknown(browser: Client) -> None:
    stranger = generated_key().api_key
    services.revoke(stranger, actor=ANN)
    for foreign, unknown in (
        (f"?key={stranger.pk}", "?key=999999"),
        ("?before=2", "?before=999999"),
    ):
        answers = [browser.get(LOG + query) for query in (foreign, unknown)]
        assert [answer.status_code for answer in answers] == [400, 400]
        assert without_token(answers[0]) == without_token(answers[1])


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "apikeys_log"),
        ({"from": "2026-07-01", "to": "2026-07-31"}, "apikeys_log"),
        ({"key": "1"}, "apikeys_log_of_key"),
        ({"action": "revoked", "to": "2026-07-31"}, "apikeys_log_of_action"),
        ({"person": ANN.email}, "apikeys_log_of_address"),
        ({"person": ANN.name}, "apikeys_log_of_name"),
    ],
)
def test_every_filter_is_answered_in_order_from_an_index(
    organisation: Organisation, query: dict[str, str], index: str
) -> None:
    key = generated_key(organisation=organisation).api_key
    if "key" in query:
        query["key"] = str(key.pk)
    AuditEvent.objects.bulk_create(
        AuditEvent(
            organisation=organisation,
            number=number,
            at=timezone.now(),
            action=AuditAction.SIGNED_OUT,
            actor_name=f"Person {number}",
            actor_email=f"{number}@harbour.example",
        )
        for number in range(2, 2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    form = AuditPageForm(query | {"before": "1"}, organisation=organisation)
    assert form.is_valid(), form.errors
    plan = form.page()[:50].explain()
    assert re.search(rf"\b{index}\b", plan)
    assert not re.search("Sort|B-TREE", plan)

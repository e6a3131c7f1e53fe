"""Rotating a key, as an org admin's browser sees it."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from apikeys import expiry, services, tokens
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.test_pages import LIST, revealed
from tests.factories import EXAMPLE, generated_key
from tests.integration import get
from tests.people import text

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Mei Chen")


@pytest.fixture
def key(organisation: Organisation) -> APIKey:
    return generated_key(organisation=organisation, scopes=["read:leave"]).api_key


def page_of(key: APIKey) -> str:
    return f"{LIST}{key.pk}/rotate/"


def form(**changes: Any) -> dict[str, Any]:
    fields = {"expires_on": "", "ends_on": "", "submission_id": str(uuid4())} | changes
    return {name: value for name, value in fields.items() if value is not None}


def rotate(key: APIKey) -> APIKey:
    rotated = services.rotate(key, actor=OPERATOR, submission_id=uuid4())
    return rotated.api_key


def test_it_says_what_will_happen_and_waits(browser: Client, key: APIKey) -> None:
    assert page_of(key) in text(browser.get(key.get_absolute_url()))
    page = text(browser.get(page_of(key)))
    assert "Rotate “Payroll”" in page
    assert "both keys work" in page
    assert f"{LIST}{key.pk}/revoke/" in page, "a leaked key is revoked at once"
    assert APIKey.objects.count() == 1


def test_it_reveals_the_successor_once(
    browser: Client, key: APIKey, admin: User
) -> None:
    response = browser.post(page_of(key), form())
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    value = revealed(response)
    assert tokens.is_well_formed(value)
    assert text(response).count(value) == 1
    new = key.successors.get()
    assert new.digest == tokens.digest(value)
    assert (new.name, new.scopes, new.created_by) == ("Payroll", ["read:leave"], admin)
    assert get("/key", authorization=f"Bearer {value}").status_code == 200
    page = text(response)
    assert key.fingerprint in page
    assert f"{LIST}{key.pk}/revoke/" in page, "a leaked key is revoked at once"
    for event in AuditEvent.objects.order_by("-pk")[:2]:
        assert (event.actor_email, event.ip_address) == (admin.email, "203.0.113.9")
    for path in (LIST, page_of(key), key.get_absolute_url(), new.get_absolute_url()):
        assert value not in text(browser.get(path, follow=True))


def test_the_keys_lead_to_each_other(browser: Client, key: APIKey) -> None:
    new = rotate(key)
    assert page_of(key) not in text(browser.get(key.get_absolute_url()))
    assert page_of(new) in text(browser.get(new.get_absolute_url()))
    for here, words, there in ((key, "Succeeded by", new), (new, "Rotated from", key)):
        page = text(browser.get(here.get_absolute_url()))
        assert f'{words}</dt><dd><a href="{there.get_absolute_url()}"' in page


def test_a_replayed_submit_makes_one_key_and_shows_no_value(
    browser: Client, key: APIKey
) -> None:
    fields = form()
    value = revealed(browser.post(page_of(key), fields))
    again = browser.post(page_of(key), fields, follow=True)
    assert "can't be shown again" in text(again)
    assert value not in text(again)
    new = key.successors.get()
    assert again.request["PATH_INFO"] == new.get_absolute_url()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_comes_second_is_led_to_the_successor(
    browser: Client, key: APIKey, method: str
) -> None:
    new = rotate(key)
    response = getattr(browser, method)(page_of(key), form(), follow=True)
    assert response.request["PATH_INFO"] == new.get_absolute_url()
    assert "already been rotated, by Mei Chen" in text(response)
    assert not revealed(response)
    assert key.successors.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_that_doesnt_work_is_not_rotated(
    browser: Client, organisation: Organisation, key: APIKey, method: str
) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    expired = generated_key(
        organisation=organisation,
        at=long_ago,
        expires_on=expiry.today(organisation, long_ago),
    ).api_key
    revoked = services.revoke(key, actor=OPERATOR)
    for dead in (expired, revoked):
        response = getattr(browser, method)(page_of(dead), form(), follow=True)
        assert f"is {dead.status} and can't be rotated" in text(response)
        assert response.request["PATH_INFO"] == dead.get_absolute_url()
        assert page_of(dead) not in text(response)
    assert APIKey.objects.count() == 2


def test_the_days_are_chosen(browser: Client, key: APIKey) -> None:
    today = expiry.today(key.organisation)
    week, year = today + timedelta(days=7), today + timedelta(days=365)
    days = {"expires_on": [str(year), ""], "ends_on": ["", str(week)]}
    browser.post(page_of(key), form(**days))
    key.refresh_from_db()
    assert key.expires_on == week
    assert key.successors.get().expires_on == year
    page = text(browser.get(key.get_absolute_url()))
    assert date_format(week, "j F Y") in page


@pytest.mark.parametrize("days", [None, 0, 45, 90, 5 * 365])
def test_the_new_keys_life_is_as_long_as_the_olds(
    browser: Client, organisation: Organisation, days: int | None
) -> None:
    today = expiry.today(organisation)
    day = None if days is None else today + timedelta(days=days)
    key = generated_key(organisation=organisation, expires_on=day).api_key
    page = text(browser.get(page_of(key)))
    value = "" if day is None else str(day)
    assert re.search(f'name="expires_on" value="{value}" checked', page)


@pytest.mark.parametrize("days", [None, 45])
def test_the_end_of_a_cut_over_is_nobodys_life(
    browser: Client, organisation: Organisation, days: int | None
) -> None:
    today = expiry.today(organisation)
    day = None if days is None else today + timedelta(days=days)
    old = generated_key(organisation=organisation, expires_on=day).api_key
    lost = services.rotate(
        old,
        actor=OPERATOR,
        submission_id=uuid4(),
        expires_on=day,
        ends_on=today + timedelta(days=7),
    ).api_key
    services.revoke(lost, actor=OPERATOR)
    page = text(browser.get(page_of(old)))
    assert f'name="expires_on" value="{day or ""}" checked' in page


def test_a_life_in_the_past_is_counted_from_today(
    browser: Client, organisation: Organisation
) -> None:
    today = expiry.today(organisation)
    a_while_ago = timezone.now() - timedelta(days=20)
    key = generated_key(
        organisation=organisation,
        at=a_while_ago,
        expires_on=expiry.today(organisation, a_while_ago) + timedelta(days=45),
    ).api_key
    page = text(browser.get(page_of(key)))
    assert f'name="expires_on" value="{today + timedelta(days=45)}" checked' in page
    # The old key ends in 25 days, so 30 days are no choice for its end.
    assert f'name="ends_on" value="{today + timedelta(days=7)}"' in page
    assert f'name="ends_on" value="{today + timedelta(days=30)}"' not in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expires_on": "2020-01-01"}, "in the past"),
        ({"expires_on": "9999-12-31"}, "within 5 years"),
        ({"ends_on": "2020-01-01"}, "in the past"),
        ({"ends_on": "0001-01-01"}, "in the past"),
        ({"ends_on": "9999-12-31"}, "within 5 years"),
        ({"ends_on": "2027-02-30"}, "year-month-day"),
        ({"ends_on": "soon\x00"}, "year-month-day"),
        ({"ends_on": "9" * 5000}, "year-month-day"),
        ({"ends_on": ["x", "2020-01-01"]}, "in the past"),
        ({"submission_id": None}, "This form was incomplete"),
        ({"submission_id": EXAMPLE}, "This form was damaged"),
        ({"submission_id": "\x00"}, "This form was damaged"),
    ],
)
def test_what_is_wrong_is_said(
    browser: Client, key: APIKey, changes: dict[str, Any], message: str
) -> None:
    response = browser.post(page_of(key), form(**changes))
    page = text(response)
    assert response.status_code == 200
    assert "Nothing was rotated" in page
    assert message in page
    assert EXAMPLE not in page
    assert APIKey.objects.count() == 1


def test_the_old_key_cant_end_later(
    browser: Client, organisation: Organisation
) -> None:
    last = expiry.today(organisation) + timedelta(days=7)
    key = generated_key(organisation=organisation, expires_on=last).api_key
    fields = form(ends_on=str(last + timedelta(days=1)))
    page = text(browser.post(page_of(key), fields))
    assert "The old key expires before that." in page
    assert fields["submission_id"] in page, "the form is the same one still"
    assert not key.successors.exists()

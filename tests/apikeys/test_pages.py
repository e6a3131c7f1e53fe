"""The pages of Settings → API Keys, as an org admin's browser sees them."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import expiry, services, tokens
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.factories import EXAMPLE, generated_key
from tests.integration import get
from tests.people import text

pytestmark = pytest.mark.django_db

LIST = "/settings/api-keys/"
GENERATE = "/settings/api-keys/generate/"


def form(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Payroll",
        "scopes": ["read:employees", "read:leave"],
        "expires_on": "",
        "submission_id": str(uuid4()),
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def revealed(response: Any) -> str:
    """Return the value that a page reveals, or nothing."""
    match = re.search(r'<input id="api-key-value"[^>]* value="([^"]*)"', text(response))
    return match[1] if match else ""


def test_the_empty_list_helps(browser: Client) -> None:
    page = text(browser.get(LIST))
    assert "No keys yet" in page
    assert GENERATE in page
    assert "One key for each integration" in page
    assert "support@yourhrtoolkit.com.au" in page


def test_one_key_needs_no_filters(browser: Client, organisation: Organisation) -> None:
    generated_key(organisation=organisation, name="Key one")
    assert 'role="search"' not in text(browser.get(LIST))
    assert 'role="search"' in text(browser.get(LIST + "?scope=read:leave"))
    generated_key(organisation=organisation, name="Key two")
    assert 'role="search"' in text(browser.get(LIST))


def test_the_list_shows_what_was_recorded(
    browser: Client, organisation: Organisation
) -> None:
    day = expiry.today(organisation) + timedelta(days=30)
    key = generated_key(
        organisation=organisation, name="Power <BI>", expires_on=day
    ).api_key
    page = browser.get(LIST).content.decode()
    assert "Power &lt;BI&gt;" in page
    for expected in (key.fingerprint, "read:employees", day.isoformat(), "Active"):
        assert expected in page


def test_the_list_holds_only_the_organisations_keys(
    browser: Client, organisation: Organisation
) -> None:
    generated_key(name="Somebody else's")
    assert "Somebody else's" not in text(browser.get(LIST))


def test_the_list_filters_by_status(
    browser: Client, organisation: Organisation
) -> None:
    a_year_ago = timezone.now() - timedelta(days=365)
    generated_key(organisation=organisation, name="Key one")
    two = generated_key(organisation=organisation, name="Key two").api_key
    services.revoke(two, actor=Actor("Somebody"))
    generated_key(
        organisation=organisation,
        name="Key three",
        at=a_year_ago,
        expires_on=expiry.today(organisation, a_year_ago),
    )
    shown = {
        status: re.findall(
            "Key (?:one|two|three)</a>", text(browser.get(LIST + status))
        )
        for status in ("", "?status=active", "?status=expired", "?status=revoked")
    }
    assert [len(keys) for keys in shown.values()] == [3, 1, 1, 1]
    assert shown["?status=revoked"] == ["Key two</a>"]


def test_an_empty_filter_says_so(browser: Client) -> None:
    assert "No expired keys found" in text(browser.get(LIST + "?status=expired"))


@pytest.mark.parametrize("status", ["lost", "%00", "%ED%A0%80", "a" * 5000])
def test_an_unknown_status_shows_all_and_says_so(
    browser: Client, organisation: Organisation, status: str
) -> None:
    generated_key(organisation=organisation, name="Key one")
    response = browser.get(f"{LIST}?status={status}")
    assert response.status_code == 400
    assert "There is no such status: showing keys of every status." in text(response)
    assert "Key one" in text(response)


def test_the_list_costs_as_many_queries_for_fifty_keys_as_for_one(
    browser: Client,
    organisation: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 49):
        for _ in range(count):
            generated_key(organisation=organisation)
        with django_assert_num_queries(4):  # the session, user, keys, their health
            browser.get(LIST)


def test_the_form_offers_every_scope_and_sensible_dates(
    browser: Client, organisation: Organisation
) -> None:
    page = text(browser.get(GENERATE))
    for scope in ("read:employees", "read:leave", "read:performance"):
        assert f'value="{scope}"' in page
    today = expiry.today(organisation)
    for days in (30, 90, 365):
        assert f'value="{today + timedelta(days=days)}"' in page
    assert "Never" in page
    assert re.search('name="submission_id" value="[0-9a-f-]{36}"', page)


def test_it_generates_a_key_and_reveals_it(
    browser: Client, organisation: Organisation, admin: User
) -> None:
    response = browser.post(GENERATE, form())
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    value = revealed(response)
    assert value
    assert tokens.is_well_formed(value)
    assert text(response).count(value) == 1
    key = APIKey.objects.get()
    assert key.digest == tokens.digest(value)
    assert (key.organisation, key.created_by) == (organisation, admin)
    assert key.scopes == ["read:employees", "read:leave"]
    assert key.expires_at is None
    event = AuditEvent.objects.get(api_key=key)
    assert (event.ip_address, event.user_agent) == ("203.0.113.9", "Firefox")


def test_the_revealed_key_works(browser: Client) -> None:
    value = revealed(browser.post(GENERATE, form()))
    response = get("/key", authorization=f"Bearer {value}")
    assert response.json()["data"]["name"] == "Payroll"


def test_a_replayed_submit_makes_one_key_and_shows_no_value(browser: Client) -> None:
    fields = form()
    first = browser.post(GENERATE, fields)
    again = browser.post(GENERATE, fields, follow=True)
    assert APIKey.objects.count() == 1
    assert revealed(first)
    assert revealed(first) not in text(again)
    assert not revealed(again)
    assert "can't be shown again" in text(again)
    assert again.request["PATH_INFO"] == APIKey.objects.get().get_absolute_url()


def test_the_value_stands_in_no_other_page(browser: Client) -> None:
    value = revealed(browser.post(GENERATE, form()))
    assert value
    key = APIKey.objects.get()
    for path in ("/", "/settings/", LIST, GENERATE, f"{LIST}{key.pk}/"):
        assert value not in text(browser.get(path))


def test_an_expiry_is_a_preset_or_a_typed_date(
    browser: Client, organisation: Organisation
) -> None:
    today = expiry.today(organisation)
    preset, typed = today + timedelta(days=30), today + timedelta(days=3)
    for sent, expected in (
        ([str(preset), ""], preset),
        (["", str(typed)], typed),
        ([str(preset), str(typed)], typed),
        (["", ""], None),
        (None, None),
        (str(today), today),
    ):
        browser.post(GENERATE, form(expires_on=sent))
        assert APIKey.objects.latest("pk").expires_on == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Give the key a name."),
        ({"name": None}, "Give the key a name."),
        ({"name": " "}, "Give the key a name."),
        ({"name": "n" * 101}, "at most 100 characters"),
        ({"name": "n" * 1_000_000}, "at most 100 characters"),
        ({"name": "\x00"}, "Null characters are not allowed"),
        ({"name": "a\u202eb"}, "The invisible character U+202E"),
        ({"name": "a\u200bb"}, "The invisible character U+200B"),
        ({"name": EXAMPLE}, "This looks like an API key"),
        ({"scopes": []}, "Choose at least one scope."),
        ({"scopes": ["write:leave"]}, "There is no such scope."),
        ({"scopes": ["read:leave", "\x00"]}, "There is no such scope."),
        ({"expires_on": "2020-01-01"}, "in the past"),
        ({"expires_on": "0001-01-01"}, "in the past"),
        ({"expires_on": "9999-12-31"}, "within 5 years"),
        ({"expires_on": "2027-02-30"}, "year-month-day"),
        ({"expires_on": "30/06/2027"}, "year-month-day"),
        ({"expires_on": "soon\x00"}, "year-month-day"),
        ({"expires_on": "9" * 5000}, "year-month-day"),
        ({"submission_id": None}, "This form was incomplete"),
        ({"submission_id": "abc"}, "This form was damaged"),
        ({"submission_id": "\x00"}, "This form was damaged"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_else_is_lost(
    browser: Client, changes: dict[str, Any], message: str
) -> None:
    response = browser.post(GENERATE, form(**changes))
    page = text(response)
    assert response.status_code == 200
    assert message in page
    assert EXAMPLE not in page
    assert not APIKey.objects.exists()
    if "name" not in changes:
        assert 'value="Payroll"' in page
    if "scopes" not in changes:
        assert page.count(" checked") >= 2


def test_a_damaged_form_works_when_it_is_sent_again(browser: Client) -> None:
    page = text(browser.post(GENERATE, form(submission_id="abc")))
    match = re.search('name="submission_id" value="([0-9a-f-]{36})"', page)
    assert match
    assert revealed(browser.post(GENERATE, form(submission_id=match[1])))


def test_midnight_between_two_checks_is_an_error_at_the_field(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = expiry.today(organisation)
    passing = [today, today, today, today + timedelta(days=1)]
    monkeypatch.setattr(
        expiry, "today", lambda *args: passing.pop(0) if passing[1:] else passing[0]
    )
    response = browser.post(GENERATE, form(expires_on=str(today)))
    assert "in the past" in text(response)
    assert not APIKey.objects.exists()


def test_a_keys_page_shows_its_history(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation).api_key
    services.revoke(key, actor=Actor("Sam Lee", ip_address="203.0.113.77"))
    page = text(browser.get(key.get_absolute_url()))
    for expected in ("Key generated", "Key revoked", "Sam Lee", "203.0.113.77"):
        assert expected in page


def test_revoking_says_what_will_happen_and_waits(
    browser: Client, organisation: Organisation
) -> None:
    generated = generated_key(organisation=organisation, name="Payroll")
    page = text(browser.get(f"{LIST}{generated.api_key.pk}/revoke/"))
    assert "Revoke “Payroll”?" in page
    assert "At once" in page
    assert get("/key", generated.token).status_code == 200


def test_revoking_holds_from_the_next_request_on(
    browser: Client, organisation: Organisation
) -> None:
    generated = generated_key(organisation=organisation)
    path = f"{LIST}{generated.api_key.pk}/revoke/"
    assert get("/key", generated.token).status_code == 200
    response = browser.post(path, follow=True)
    assert get("/key", generated.token).status_code == 401
    assert "is revoked" in text(response)
    assert "Revoked" in text(browser.get(LIST))
    assert browser.post(path).status_code == 302
    assert browser.get(path).headers["Location"] == f"{LIST}{generated.api_key.pk}/"
    assert AuditEvent.objects.filter(action="revoked").count() == 1


@pytest.mark.parametrize(
    ("path", "method"),
    [(LIST, "post"), (GENERATE, "put"), (GENERATE, "delete"), (LIST + "1/", "post")],
)
def test_other_methods_are_refused(browser: Client, path: str, method: str) -> None:
    assert getattr(browser, method)(path).status_code == 405


def test_forms_need_their_csrf_token(admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin, backend="hrtoolkit.organisations.backends.UserBackend")
    response = client.post(GENERATE, form())
    assert response.status_code == 403
    assert "couldn’t accept this form" in text(response)
    assert not APIKey.objects.exists()

"""Changing a key's details, as an org admin's browser sees it."""

import re
from typing import Any

import pytest
from django.test import Client

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.apikeys.test_pages import LIST
from tests.factories import EXAMPLE, generated_key
from tests.integration import get
from tests.people import text

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Mei Chen")


@pytest.fixture
def key(organisation: Organisation) -> APIKey:
    scopes = ["read:employees", "read:leave"]
    return generated_key(organisation=organisation, scopes=scopes).api_key


def page_of(key: APIKey) -> str:
    return f"{LIST}{key.pk}/change/"


def form(key: APIKey, **changes: Any) -> dict[str, Any]:
    fields = {
        "name": key.name,
        "note": key.note,
        "scopes": key.scopes,
        "allowed_networks": "\r\n".join(key.allowed_networks),
        "seen": services.version(key),
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def remove_scope(browser: Client, key: APIKey, scope: Any) -> Any:
    return browser.post(f"{LIST}{key.pk}/remove-scope/", {"scope": scope}, follow=True)


def unchanged(key: APIKey) -> bool:
    values = APIKey.objects.filter(pk=key.pk).values
    return bool(values().get() == {f: getattr(key, f) for f in values().get()})


def test_it_shows_the_key_as_it_is(browser: Client, key: APIKey) -> None:
    assert page_of(key) in text(browser.get(key.get_absolute_url()))
    page = text(browser.get(page_of(key)))
    assert 'value="Payroll"' in page
    for scope in key.scopes:
        assert re.search(f'value="{scope}" [^>]*checked', page)
    assert "read:performance" not in page, "what isn't held can't be added"


def test_it_changes_everything_that_may(
    browser: Client, key: APIKey, admin: Any
) -> None:
    response = browser.post(
        page_of(key),
        form(
            key,
            name="Payroll, weekly",
            note="Ask <Sam>.\r\nThen Kim.",
            scopes=["read:leave"],
            allowed_networks="203.0.113.9\r\n\r\n 2001:DB8::/32 \r\n203.0.113.9/32",
        ),
        follow=True,
    )
    key.refresh_from_db()
    assert response.request["PATH_INFO"] == key.get_absolute_url()
    assert "“Payroll, weekly” is saved." in text(response)
    assert (key.name, key.note) == ("Payroll, weekly", "Ask <Sam>.\nThen Kim.")
    assert key.scopes == ["read:leave"]
    assert key.allowed_networks == ["203.0.113.9/32", "2001:db8::/32"]
    page = response.content.decode()
    assert "Ask &lt;Sam&gt;.<br>Then Kim." in page
    assert "2001:db8::/32" in page
    event = AuditEvent.objects.latest("pk")
    assert set(event.details) == {"name", "note", "scopes", "allowed_networks"}
    assert (event.actor_email, event.ip_address) == (admin.email, "203.0.113.9")


def test_saving_what_is_shown_changes_nothing(browser: Client, key: APIKey) -> None:
    fields = form(key, note="One.\r\nTwo.", allowed_networks="10.0.0.0/8")
    browser.post(page_of(key), fields)
    events = AuditEvent.objects.count()
    key.refresh_from_db()
    browser.post(page_of(key), form(key, note="One.\r\nTwo."))
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Give the key a name."),
        ({"name": None}, "Give the key a name."),
        ({"name": "n" * 101}, "at most 100 characters"),
        ({"name": "\x00"}, "Null characters are not allowed"),
        ({"name": "a\u202eb"}, "The invisible character U+202E"),
        ({"name": EXAMPLE}, "This looks like an API key"),
        ({"note": "n" * 1001}, "at most 1000 characters"),
        ({"note": "n" * 1_000_000}, "at most 1000 characters"),
        ({"note": "a\x00b"}, "Null characters are not allowed"),
        ({"note": "a\u200bb"}, "The invisible character U+200B"),
        ({"note": f"It is\n{EXAMPLE}"}, "This looks like an API key"),
        ({"scopes": None}, "Keep at least one scope."),
        ({"scopes": ["read:performance"]}, "doesn’t have that scope"),
        ({"scopes": ["read:leave", "\x00"]}, "doesn’t have that scope"),
        ({"scopes": [EXAMPLE]}, "doesn’t have that scope"),
        ({"allowed_networks": "\r\n10.0.0.1\r\noffice"}, "Line 3 is neither"),
        ({"allowed_networks": "10.1.2.3/24"}, "Write 10.1.2.0/24 for all of it"),
        ({"allowed_networks": "::/0"}, "Line 1 holds every address"),
        ({"allowed_networks": "10.0.0.1\n" * 51}, "Use at most 50 lines."),
        ({"allowed_networks": "1" * 6000}, "at most 5000 characters"),
        ({"allowed_networks": "\x00"}, "Null characters are not allowed"),
        ({"allowed_networks": EXAMPLE}, "This looks like an API key"),
        ({"seen": None}, "Somebody has changed this key"),
        ({"seen": "\x00"}, "Null characters are not allowed"),
        ({"seen": EXAMPLE}, "Somebody has changed this key"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_else_is_lost(
    browser: Client, key: APIKey, changes: dict[str, Any], message: str
) -> None:
    fields = {"name": "A new name", "note": "A new note"} | changes
    response = browser.post(page_of(key), form(key, **fields))
    page = text(response)
    assert response.status_code == 200
    assert "Nothing was changed" in page
    assert message in page
    assert EXAMPLE not in page
    assert unchanged(key)
    if "name" not in changes:
        assert 'value="A new name"' in page
    if "note" not in changes:
        assert "A new note</textarea>" in page


def test_the_error_stands_at_its_field(browser: Client, key: APIKey) -> None:
    fields = form(key, allowed_networks="office")
    page = text(browser.post(page_of(key), fields))
    assert '<div class="field-error" id="id_allowed_networks_error">' in page
    assert '<a href="#id_allowed_networks">Allowed addresses</a>: Line 1' in page


def test_one_persons_change_doesnt_undo_anothers(browser: Client, key: APIKey) -> None:
    stale = form(key, name="A new name")
    browser.post(page_of(key), form(key, allowed_networks="10.0.0.0/8"))
    page = text(browser.post(page_of(key), stale))
    assert "Somebody has changed this key" in page
    assert 'value="A new name"' in page
    key.refresh_from_db()
    assert (key.name, key.allowed_networks) == ("Payroll", ["10.0.0.0/8"])
    [seen] = re.findall('name="seen" value="([0-9a-f]+)"', page)
    browser.post(page_of(key), stale | {"seen": seen})
    key.refresh_from_db()
    assert (key.name, key.allowed_networks) == ("A new name", [])


def test_the_same_form_twice_is_saved_once(browser: Client, key: APIKey) -> None:
    fields = form(key, name="A new name", scopes=["read:leave"])
    for _ in range(2):
        response = browser.post(page_of(key), fields, follow=True)
        assert "“A new name” is saved." in text(response)
    assert AuditEvent.objects.filter(action="changed").count() == 1


def test_another_mistake_hides_no_change_of_somebody_elses(
    browser: Client, key: APIKey
) -> None:
    stale = form(key, name="")
    browser.post(page_of(key), form(key, allowed_networks="10.0.0.0/8"))
    page = text(browser.post(page_of(key), stale))
    assert "Give the key a name." in page
    [seen] = re.findall('name="seen" value="([0-9a-f]+)"', page)
    page = text(browser.post(page_of(key), stale | {"name": "Pay", "seen": seen}))
    assert "Somebody has changed this key" in page
    key.refresh_from_db()
    assert key.allowed_networks == ["10.0.0.0/8"]


def test_of_a_revoked_key_only_the_note_changes(browser: Client, key: APIKey) -> None:
    stale = form(key, name="A new name", note="Leaked")
    services.revoke(key, actor=OPERATOR)
    page = text(browser.get(page_of(key)))
    assert "Only its note can be changed" in page
    assert 'name="scopes"' not in page
    assert "Somebody has changed this key" in text(browser.post(page_of(key), stale))
    key.refresh_from_db()
    browser.post(page_of(key), form(key, name="A new name", note="Leaked", scopes=[]))
    key.refresh_from_db()
    assert (key.name, key.note) == ("Payroll", "Leaked")
    assert key.scopes == ["read:employees", "read:leave"]


def test_a_scope_is_taken_away_by_one_click(
    browser: Client, organisation: Organisation
) -> None:
    generated = generated_key(organisation=organisation)
    key = generated.api_key
    assert get("/leave/balances", generated.token).status_code == 200
    response = remove_scope(browser, key, "read:leave")
    assert get("/leave/balances", generated.token).status_code == 403
    assert get("/employees", generated.token).status_code == 200
    assert response.request["PATH_INFO"] == key.get_absolute_url()
    assert "It can't be given back" in text(response)
    remove_scope(browser, key, "read:leave")
    assert AuditEvent.objects.filter(action="changed").count() == 1


def test_the_last_scope_stays(browser: Client, key: APIKey) -> None:
    remove_scope(browser, key, "read:leave")
    response = remove_scope(browser, key, "read:employees")
    assert "read:employees is the only scope of “Payroll”." in text(response)
    key.refresh_from_db()
    assert key.scopes == ["read:employees"]


def test_a_revoked_key_keeps_its_scopes(browser: Client, key: APIKey) -> None:
    services.revoke(key, actor=OPERATOR)
    response = remove_scope(browser, key, "read:leave")
    assert "is revoked: it reads nothing any more" in text(response)
    key.refresh_from_db()
    assert "read:leave" in key.scopes


@pytest.mark.parametrize(
    "scope", ["", "write:leave", "\x00", EXAMPLE, ["read:leave", "read:employees"], []]
)
def test_what_is_no_scope_is_a_bad_request(
    browser: Client, key: APIKey, scope: Any
) -> None:
    response = remove_scope(browser, key, scope)
    assert response.status_code == 400
    assert EXAMPLE not in text(response)
    assert unchanged(key)


def test_a_scope_that_is_kept_twice_is_kept_once(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation).api_key
    twice = form(key, scopes=["read:leave", "read:leave"])
    assert browser.post(page_of(key), twice).status_code == 302
    key.refresh_from_db()
    assert key.scopes == ["read:leave"]

"""The password is asked for again before power."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from apikeys import services
from apikeys.models import APIKey, AuditAction, AuditEvent
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in import recent_password
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from hrtoolkit.organisations.sign_in.recent_password import RECENT
from tests.factories import EXAMPLE, PASSWORD, UserFactory, generated_key
from tests.integration import get
from tests.people import LetPass, browser_of, give_second_factor, sign_in, text

pytestmark = pytest.mark.django_db

GENERATE = "/settings/api-keys/generate/"
LAPSED = RECENT + timedelta(seconds=1)
ASKS = "Enter your password again"


@pytest.fixture
def admin() -> User:
    return UserFactory(org_admin=True)


@pytest.fixture
def browser(admin: User) -> Client:
    return browser_of(admin)


@pytest.fixture
def lapsed(browser: Client, let_pass: LetPass) -> Client:
    """The browser of somebody who signed in a while ago."""
    let_pass(LAPSED)
    return browser


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Payroll & “co”",
        "scopes": ["read:employees", "read:leave"],
        "expires_on": ["", ""],
        "submission_id": str(uuid4()),
    } | changes


def hidden(response: Any) -> dict[str, list[str]]:
    """Return the hidden fields of a page but for the CSRF token's, which changes."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text(response)
    ):
        if name != "csrfmiddlewaretoken":
            found.setdefault(name, []).append(value)
    return found


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from views(entry, route)


PAGES = {
    "account/second-factor/",
    "account/second-factor/turn-off/",
    "settings/api-keys/<record_id:key_id>/rotate/",
    "settings/api-keys/generate/",
    "settings/security/",
}


def test_these_pages_need_it() -> None:
    assert {
        route
        for route, view in views(get_resolver())
        if getattr(view, "needs_recent_password", False)
    } == PAGES


@pytest.mark.parametrize("route", sorted(PAGES))
def test_cancelling_leads_to_a_page_that_never_asks(
    lapsed: Client, admin: User, route: str
) -> None:
    give_second_factor(admin)
    key = generated_key(organisation=admin.organisation).api_key
    path = "/" + route.replace("<record_id:key_id>", str(key.pk))
    page = text(lapsed.get(path))
    assert ASKS in page
    [cancel] = re.findall('href="([^"]+)">Cancel', page)
    response = lapsed.get(urljoin(path, cancel))
    assert response.status_code == 200
    assert ASKS not in text(response)


def test_who_signed_in_just_now_isnt_asked(admin: User, let_pass: LetPass) -> None:
    browser = Client()
    sign_in(browser, admin)
    let_pass(RECENT - timedelta(seconds=5))
    assert ASKS not in text(browser.get(GENERATE))
    assert "api-key-value" in text(browser.post(GENERATE, fields()))


def test_it_is_asked_before_anything_is_typed(lapsed: Client) -> None:
    page = lapsed.get(f"{GENERATE}?from=here")
    assert ASKS in text(page)
    assert "submission_id" not in text(page)
    form = hidden(page) | {"recent_password": PASSWORD}
    response = lapsed.post(f"{GENERATE}?from=here", form)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{GENERATE}?from=here"
    assert "Generate an API key" in text(lapsed.get(GENERATE))


def test_what_was_typed_is_kept_across_it(browser: Client, let_pass: LetPass) -> None:
    form = fields()
    browser.get(GENERATE)
    let_pass(LAPSED)
    page = browser.post(GENERATE, form)
    assert ASKS in text(page)
    assert "What you entered is kept." in text(page)
    assert not APIKey.objects.exists()
    sent = hidden(page)
    assert sent["scopes"] == form["scopes"]
    again = browser.post(GENERATE, sent | {"recent_password": "wrong"})
    assert "This isn’t your password." in text(again)
    assert hidden(again) == sent
    assert not APIKey.objects.exists()
    revealed = browser.post(GENERATE, sent | {"recent_password": PASSWORD})
    assert "api-key-value" in text(revealed)
    key = APIKey.objects.get()
    assert (key.name, key.scopes) == (form["name"], form["scopes"])


def test_what_was_chosen_for_a_rotation_is_kept_across_it(
    lapsed: Client, admin: User
) -> None:
    key = generated_key(organisation=admin.organisation).api_key
    rotate = f"/settings/api-keys/{key.pk}/rotate/"
    assert ASKS in text(lapsed.get(rotate))
    day, end = (str(timezone.localdate() + timedelta(days=n)) for n in (90, 7))
    form = {
        "expires_on": [day, ""],
        "ends_on": ["", end],
        "submission_id": str(uuid4()),
    }
    page = lapsed.post(rotate, form)
    assert ASKS in text(page)
    assert not key.successors.exists()
    revealed = lapsed.post(rotate, hidden(page) | {"recent_password": PASSWORD})
    assert "api-key-value" in text(revealed)
    key.refresh_from_db()
    assert (str(key.successors.get().expires_on), str(key.expires_on)) == (day, end)


def test_what_was_wrong_with_it_is_said_afterwards(lapsed: Client) -> None:
    page = lapsed.post(GENERATE, fields(scopes=[]))
    response = lapsed.post(GENERATE, hidden(page) | {"recent_password": PASSWORD})
    assert "Choose at least one scope." in text(response)
    assert "Payroll &" in text(response)
    assert "recent_password" not in text(response)


@pytest.mark.parametrize(
    "password", ["", "wrong", PASSWORD.upper(), "\x00", "p" * 9999]
)
def test_no_other_password_will_do(lapsed: Client, password: str) -> None:
    form = fields() | {"recent_password": password, "recent_password_method": "POST"}
    page = text(lapsed.post(GENERATE, form))
    assert ASKS in page
    assert "field-error" in page
    assert ASKS in text(lapsed.get(GENERATE))
    assert not APIKey.objects.exists()
    assert f'value="{password}"' not in page or not password


def test_guesses_are_counted_and_locked_out(lapsed: Client, admin: User) -> None:
    for _ in range(ACCOUNT_LIMIT - 1):
        assert lapsed.post(GENERATE, {"recent_password": "wrong"}).status_code == 200
    assert lapsed.post(GENERATE, {"recent_password": "wrong"}).status_code == 429
    assert lapsed.post(GENERATE, {"recent_password": PASSWORD}).status_code == 429
    assert sign_in(Client(), admin).status_code == 429
    events = AuditEvent.objects.filter(action=AuditAction.SIGN_IN_FAILED)
    assert events.count() == ACCOUNT_LIMIT


def test_a_copy_of_the_cookie_gains_nothing(lapsed: Client) -> None:
    thief = Client()
    thief.cookies["sessionid"] = lapsed.cookies["sessionid"].value
    assert ASKS in text(thief.get(GENERATE))
    lapsed.post(GENERATE, {"recent_password": PASSWORD})
    assert "Generate an API key" in text(lapsed.get(GENERATE))
    assert thief.get(GENERATE).status_code == 302


def test_an_outage_behind_it_signs_nobody_out(
    lapsed: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError

    lapsed.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(services, "generate", fail)
        form = {"recent_password": PASSWORD, "recent_password_method": "POST"}
        assert lapsed.post(GENERATE, fields() | form).status_code == 503
    assert lapsed.get("/settings/api-keys/").status_code == 200


def test_no_key_is_kept_on_the_page(lapsed: Client) -> None:
    page = lapsed.post(GENERATE, fields(name=f"my {EXAMPLE}") | {EXAMPLE: "x"})
    assert ASKS in text(page)
    assert EXAMPLE not in text(page)
    response = lapsed.post(GENERATE, hidden(page) | {"recent_password": PASSWORD})
    assert "Give the key a name." in text(response)
    assert not APIKey.objects.exists()


def test_the_page_takes_whatever_it_is_sent(lapsed: Client) -> None:
    for form in (
        {"recent_password": ["a", "b"], "recent_password_method": ["", "x"]},
        {'"><script>': '"><script>', "name": "\x00\ud800".encode("utf-8", "replace")},
        {"scopes": ["x"] * 900},
    ):
        response = lapsed.post(GENERATE, form)
        assert response.status_code == 200
        assert "<script>" not in response.content.decode()


def forms_to_revoke(page: Any) -> list[str]:
    """Return where a page's buttons and links lead that revoke."""
    return re.findall(r'(?:action|href)="([^"]*/revoke/)"', text(page))


def test_revoking_never_waits_for_it(lapsed: Client, admin: User) -> None:
    generated = generated_key(organisation=admin.organisation)
    revoke = f"/settings/api-keys/{generated.api_key.pk}/revoke/"
    assert ASKS not in text(lapsed.get(revoke))
    lapsed.post(revoke)
    assert get("/key", generated.token).status_code == 401


def test_a_found_key_is_identified_and_revoked_without_it(
    lapsed: Client, admin: User
) -> None:
    token = generated_key(organisation=admin.organisation).token
    page = lapsed.post("/settings/api-keys/identify/", {"key": token.reveal()})
    [revoke] = forms_to_revoke(page)
    lapsed.post(revoke)
    assert get("/key", token).status_code == 401


def test_a_rotations_old_key_is_revoked_without_it(
    browser: Client, admin: User, let_pass: LetPass
) -> None:
    old = generated_key(organisation=admin.organisation)
    form = {"expires_on": "", "ends_on": "", "submission_id": str(uuid4())}
    revealed = browser.post(f"/settings/api-keys/{old.api_key.pk}/rotate/", form)
    let_pass(LAPSED)
    for page in (revealed, browser.get(old.api_key.get_absolute_url())):
        assert f"/settings/api-keys/{old.api_key.pk}/revoke/" in forms_to_revoke(page)
    browser.post(f"/settings/api-keys/{old.api_key.pk}/revoke/")
    assert get("/key", old.token).status_code == 401
    assert old.api_key.successors.get().revoked_at is None


def test_who_may_not_open_the_page_isnt_asked(let_pass: LetPass) -> None:
    browser = browser_of(UserFactory(manager=True))
    let_pass(LAPSED)
    assert browser.get(GENERATE).status_code == 403
    assert browser.post(GENERATE, {"recent_password": PASSWORD}).status_code == 403


def test_a_failure_after_it_shows_no_password(
    admin: User,
    let_pass: LetPass,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.ADMINS = [("Ops", "ops@hrtoolkit.example")]
    browser = Client(raise_request_exception=False)
    sign_in(browser, admin)
    let_pass(LAPSED)
    form = fields() | {"recent_password": PASSWORD, "recent_password_method": "POST"}
    with monkeypatch.context() as patch:
        patch.setattr(recent_password, "remember", None)
        assert browser.post(GENERATE, form).status_code == 500
    sign_in(browser, admin)
    monkeypatch.setattr(APIKey, "save", None)
    assert browser.post(GENERATE, form).status_code == 500
    asking, generating = (str(mail.message()) for mail in mailoutbox)
    assert PASSWORD not in asking + generating
    assert "recent_password" not in generating

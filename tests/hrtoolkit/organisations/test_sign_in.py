"""Signing in and out, and what the audit log says of it."""

import pytest
from django.test import Client
from django.utils import timezone

from apikeys.models import AuditAction, AuditEvent
from apikeys.tokens import new_token
from hrtoolkit.organisations.models import User
from tests.factories import UserFactory, generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture
def admin() -> User:
    return UserFactory(org_admin=True, email="mei@harbour.example", password=PASSWORD)


def sign_in(username: str, password: str) -> tuple[Client, int]:
    client = Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox")
    form = {"username": username, "password": password}
    return client, client.post("/login/", form).status_code


@pytest.mark.parametrize("username", ["mei@harbour.example", "MEI@Harbour.EXAMPLE"])
def test_people_sign_in_by_email_address(admin: User, username: str) -> None:
    client, status = sign_in(username, PASSWORD)
    assert status == 302
    assert client.get("/settings/api-keys/").status_code == 200
    event = AuditEvent.objects.get()
    assert event.action == AuditAction.SIGNED_IN
    assert (event.organisation, event.actor_id) == (admin.organisation, admin.pk)
    assert (event.ip_address, event.user_agent) == ("203.0.113.9", "Firefox")


def test_signing_out_is_recorded(admin: User) -> None:
    client, _ = sign_in(admin.email, PASSWORD)
    assert client.post("/logout/").status_code == 302
    assert client.get("/settings/api-keys/").status_code == 302
    assert AuditEvent.objects.latest("pk").action == AuditAction.SIGNED_OUT


def test_a_failure_is_recorded_without_what_was_typed(admin: User) -> None:
    assert sign_in(admin.email.upper(), "hunter2")[1] == 200
    event = AuditEvent.objects.get()
    assert event.action == AuditAction.SIGN_IN_FAILED
    assert event.actor_email == admin.email
    assert "hunter2" not in repr(AuditEvent.objects.values().get())


@pytest.mark.parametrize("username", ["nobody@harbour.example", "", "\x00", "x" * 5000])
def test_an_unknown_account_leaves_no_trace(username: str) -> None:
    assert sign_in(username, "hunter2")[1] == 200
    assert not AuditEvent.objects.exists()


def test_known_and_unknown_accounts_answer_alike(admin: User) -> None:
    def page(username: str) -> str:
        form = {"username": username, "password": "wrong"}
        text = Client().post("/login/", form).content.decode()
        text = text.replace(username, "")
        return text[: text.index("csrfmiddlewaretoken")]

    assert page(admin.email) == page("nobody@harbour.example")


def test_a_suspended_organisations_people_dont_sign_in(admin: User) -> None:
    assert admin.organisation is not None
    admin.organisation.suspended_at = timezone.now()
    admin.organisation.save()
    assert sign_in(admin.email, PASSWORD)[1] == 200


def test_bad_keys_leave_sign_in_untouched(admin: User) -> None:
    for _ in range(100):
        assert get("/key", new_token()).status_code == 401
    assert not AuditEvent.objects.exists()
    assert sign_in(admin.email, PASSWORD)[1] == 302


def test_failed_sign_ins_leave_keys_untouched(admin: User) -> None:
    token = generated_key(organisation=admin.organisation).token
    for _ in range(20):
        sign_in(admin.email, "wrong")
    assert get("/key", token).status_code == 200


def test_it_never_leads_to_itself(admin: User) -> None:
    client, _ = sign_in(admin.email, PASSWORD)
    for address in ("/login/", "/login/?next=/login/", "http://testserver/login/"):
        response = client.get("/login/", {"next": address})
        assert response.headers["Location"] == "/"


def test_it_leads_only_to_our_own_pages(admin: User) -> None:
    form = {"username": admin.email, "password": PASSWORD}
    for address in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        response = Client().post("/login/", form | {"next": address})
        assert response.headers["Location"] == "/"
    response = Client().post("/login/", form | {"next": "/settings/api-keys/"})
    assert response.headers["Location"] == "/settings/api-keys/"

"""Changing a password, and what either way of setting one asks of it."""

from typing import Any

import pytest
from django.test import Client

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from tests.factories import PASSWORD, UserFactory
from tests.hrtoolkit.organisations.passwords.by_email import (
    NEW,
    ask,
    link,
    set_password,
)
from tests.people import browser_of, sign_in, text

pytestmark = pytest.mark.django_db

CHANGE = "/account/password/"


def change(browser: Client, old: str = PASSWORD, new: str = NEW, **form: str) -> Any:
    fields = {"old_password": old, "new_password1": new, "new_password2": new} | form
    return browser.post(CHANGE, fields, follow=True)


def test_people_change_their_password(user: User) -> None:
    browser, elsewhere = browser_of(user), browser_of(user)
    page = change(browser)
    assert "Your password is changed." in text(page)
    assert page.request["PATH_INFO"] == "/account/"
    assert elsewhere.get("/").status_code == 302
    assert sign_in(Client(), user, NEW).status_code == 302
    event = AuditEvent.objects.get(action=AuditAction.PASSWORD_CHANGED)
    assert event.details == {"how": "changed"}


def test_it_needs_the_current_one_and_counts_guesses(user: User) -> None:
    browser = browser_of(user)
    for _ in range(ACCOUNT_LIMIT - 1):
        assert "This isn’t your password." in text(change(browser, old="wrong"))
    assert change(browser, old="wrong").status_code == 429
    assert change(browser).status_code == 429
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_both_have_to_be_alike(user: User) -> None:
    page = change(browser_of(user), new_password2="a different long one")
    assert "match" in text(page)


def test_what_is_wrong_with_a_password_is_said_where_it_is_typed_first(
    user: User,
) -> None:
    form = {
        "old_password": PASSWORD,
        "new_password1": "short",
        "new_password2": "short",
    }
    errors = browser_of(user).post(CHANGE, form).context["form"].errors
    assert list(errors) == ["new_password1"]


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short one", "too short"),
        ("123456789012345", "entirely numeric"),
        ("1qaz2wsx3edc", "too common"),
        ("yf@harbour.example", "too similar"),
        ("Yolanda-Fitzgerald", "too similar"),
        ("", "This field is required"),
    ],
)
def test_a_weak_password_is_refused(user: User, password: str, message: str) -> None:
    ask(user.email)
    assert message in text(set_password(Client(), link(), password))
    assert message in text(change(browser_of(user), new=password))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_password_and_its_event_change_together(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(user.email)
    browser = browser_of(UserFactory())
    monkeypatch.setattr("apikeys.audit.record", None)
    with pytest.raises(TypeError):
        change(browser)
    with pytest.raises(TypeError):
        set_password(Client(), link())
    assert all(u.check_password(PASSWORD) for u in User.objects.all())


def test_staff_change_theirs_on_the_same_page() -> None:
    browser = browser_of(UserFactory(staff=True))
    response = browser.get("/admin/password_change/")
    assert response.headers["Location"] == CHANGE
    assert "Platform staff" in text(browser.get(CHANGE))
    change(browser)
    assert AuditEvent.objects.filter(
        organisation=None, action=AuditAction.PASSWORD_CHANGED
    ).exists()

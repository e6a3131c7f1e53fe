"""Setting a new password by email."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.forms import PasswordResetForm
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in.forms import post_office
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from hrtoolkit.organisations.signals import change_begins
from tests.factories import UserFactory
from tests.hrtoolkit.organisations.passwords.by_email import (
    FORGOTTEN,
    NEW,
    ask,
    link,
    mailed,
    set_password,
)
from tests.people import LetPass, browser_of, give_second_factor, sign_in, text

pytestmark = pytest.mark.django_db


def test_a_forgotten_password_is_set_anew(user: User) -> None:
    assert "Check your email" in text(ask(user.email.upper()))
    browser = Client(REMOTE_ADDR="203.0.113.9")
    page = set_password(browser, link())
    assert "Your password is changed. Sign in with the new one." in text(page)
    assert browser.get("/").status_code == 302
    assert sign_in(Client(), user).status_code == 200
    assert sign_in(Client(), user, NEW).status_code == 302
    event = AuditEvent.objects.get(action=AuditAction.PASSWORD_CHANGED)
    assert (event.actor_email, event.ip_address) == (user.email, "203.0.113.9")
    assert event.details == {"how": "reset by email"}


def test_the_mail_names_nobody(user: User) -> None:
    ask(user.email)
    [message] = mailed()
    assert message.to == [user.email]
    assert message.subject == "Set a new password for Your HR Toolkit"
    for name in (user.first_name, user.last_name, str(user.organisation)):
        assert name not in message.body


def test_its_link_leads_to_where_people_reach_the_product(
    user: User, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://hr.example"
    ask(user.email)
    assert "\nhttps://hr.example/login/new-password/" in mailed()[0].body


def test_no_host_of_the_senders_choice_is_in_it(user: User) -> None:
    response = Client(headers={"host": "evil.example"}).post(
        FORGOTTEN, {"email": user.email}
    )
    assert response.status_code == 400
    assert not mailed()


@pytest.mark.parametrize("who", ["unknown", "inactive", "suspended", "no password"])
def test_others_get_the_same_answer_and_no_mail(user: User, who: str) -> None:
    known = text(ask(UserFactory().email))
    mailed()
    mail.outbox.clear()
    if who == "inactive":
        user.is_active = False
    elif who == "no password":
        user.set_unusable_password()
    elif who == "suspended":
        assert user.organisation
        user.organisation.suspended_at = timezone.now()
        user.organisation.save()
    user.save()
    email = "nobody@harbour.example" if who == "unknown" else user.email
    assert text(ask(email)) == known
    assert not mailed()


@pytest.mark.parametrize(
    "email", ["", "x", "\x00@x.example", "x" * 9999, "a@b", "yhrtk_" + "a" * 38]
)
def test_what_is_no_address_is_refused_at_the_field(email: str) -> None:
    response = Client().post(FORGOTTEN, {"email": email})
    assert response.status_code == 200
    assert "field-error" in text(response)


def test_the_database_is_asked_the_same_of_every_address(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for email in (user.email, "nobody@harbour.example"):
        with django_assert_num_queries(1):
            Client().post(FORGOTTEN, {"email": email})


def test_the_answer_doesnt_wait_for_the_mail(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    waiting: list[Any] = []
    monkeypatch.setattr(post_office, "submit", lambda *job, **kw: waiting.append(job))
    monkeypatch.setattr(
        PasswordResetForm, "send_mail", lambda self, *args, **kw: sent.append("mail")
    )
    ask(user.email)
    assert waiting
    assert not sent


def test_nobody_is_flooded_with_mail(user: User, let_pass: LetPass) -> None:
    for _ in range(5):
        assert "Check your email" in text(ask(user.email))
    assert len(mailed()) == 1


def test_a_link_works_once(user: User) -> None:
    ask(user.email)
    address = link()
    set_password(Client(), address)
    page = set_password(Client(), address, "yet another long password")
    assert "This link doesn’t work any more" in text(page)
    assert sign_in(Client(), user, NEW).status_code == 302


def test_a_link_works_for_an_hour(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(user.email)
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(
        "django.contrib.auth.tokens.PasswordResetTokenGenerator._now",
        lambda self: later.replace(tzinfo=None),
    )
    assert "doesn’t work any more" in text(set_password(Client(), link()))


def test_a_link_works_no_more_after_a_sign_in(user: User) -> None:
    ask(user.email)
    sign_in(Client(), user)
    assert "doesn’t work any more" in text(set_password(Client(), link()))


@pytest.mark.parametrize(
    "address", ["MQ/x", "MQ/set-password", "x/x", "9/9-9", "%00/%00", "A" * 5000 + "/x"]
)
def test_a_link_that_isnt_ours_opens_nothing(user: User, address: str) -> None:
    page = Client().get(f"/login/new-password/{address}/")
    assert "This link doesn’t work any more" in text(page)


def test_a_new_password_ends_every_session(user: User) -> None:
    elsewhere = browser_of(user)
    ask(user.email)
    set_password(Client(), link())
    assert elsewhere.get("/").status_code == 302


def test_failures_are_forgotten_before_the_audit_log_is_locked(user: User) -> None:
    """As they are counted before: else a guess and a reset wait for one another."""
    sign_in(Client(), user, password="wrong")
    left = [AccessAttempt.objects.count()]

    def look(**kwargs: Any) -> None:
        left.append(AccessAttempt.objects.count())

    ask(user.email)
    change_begins.connect(look)
    try:
        set_password(Client(), link())
    finally:
        change_begins.disconnect(look)
    assert left == [1, 0]


def test_a_new_password_by_email_unlocks_the_account(user: User) -> None:
    for number in range(ACCOUNT_LIMIT):
        browser = Client(REMOTE_ADDR=f"198.51.100.{number}")
        sign_in(browser, user, "wrong")
    assert sign_in(Client(), user).status_code == 429
    ask(user.email)
    set_password(Client(), link())
    assert sign_in(Client(), user, NEW).status_code == 302


def test_a_new_password_by_email_passes_no_second_factor(user: User) -> None:
    give_second_factor(user)
    ask(user.email)
    browser = Client()
    set_password(browser, link())
    sign_in(browser, user, NEW)
    assert browser.get("/").status_code == 302

"""Signing in with a second factor, and what being half-way in is worth."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from tests.factories import EXAMPLE, UserFactory
from tests.hrtoolkit.organisations.second_factor.steps import (
    CODE,
    details,
    enter,
    half_in,
)
from tests.people import (
    SECRET,
    LetPass,
    browser_of,
    code_of,
    give_second_factor,
    sign_in,
    text,
)

pytestmark = pytest.mark.django_db

PAGE = "/settings/api-keys/"


def is_in(browser: Client) -> bool:
    return bool(browser.get("/account/").status_code == 200)


@pytest.mark.usefixtures("codes")
def test_no_page_opens_between_the_password_and_the_code(user: User) -> None:
    browser = half_in(user, next="/settings/api-keys/")
    for path in ("/", "/account/", "/settings/", "/settings/api-keys/generate/"):
        assert browser.get(path).status_code == 302
    assert not AuditEvent.objects.filter(action=AuditAction.SIGNED_IN).exists()
    assert browser.get(CODE).status_code == 200
    session = browser.session.session_key
    response = enter(browser, code_of(SECRET))
    assert response.headers["Location"] == "/settings/api-keys/"
    assert browser.session.session_key != session
    assert is_in(browser)
    assert AuditEvent.objects.filter(action=AuditAction.SIGNED_IN).count() == 1


@pytest.mark.usefixtures("codes")
def test_a_planted_session_gets_no_half_way_in(user: User) -> None:
    browser = Client()
    planted = browser.session
    planted["planted"] = True
    planted.save()
    assert sign_in(browser, user).headers["Location"] == CODE
    assert browser.session.session_key != planted.session_key
    assert browser.get(CODE).status_code == 200


@pytest.mark.usefixtures("codes")
def test_a_wrong_password_gets_no_further(user: User) -> None:
    browser = Client()
    assert sign_in(browser, user, "wrong").status_code == 200
    assert browser.get(CODE).headers["Location"] == "/login/"
    enter(browser, code_of(SECRET))
    assert not is_in(browser)


@pytest.mark.usefixtures("codes")
def test_no_code_is_right_twice(user: User) -> None:
    code = code_of(SECRET)
    assert enter(half_in(user), f" {code[:3]} {code[3:]} ").status_code == 302
    again = half_in(user)
    assert "This code doesn’t work." in text(enter(again, code))
    assert not is_in(again)


def test_a_recovery_code_is_right_once(user: User, codes: list[str]) -> None:
    browser = half_in(user)
    assert enter(browser, codes[0].upper().replace("-", " ")).status_code == 302
    assert "9 recovery codes left" in text(browser.get("/account/"))
    assert enter(half_in(user), codes[0]).status_code == 200
    assert details(user) == ["set up", "recovery code used"]


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(
    "code", ["", "000000", "\x00", "x" * 60, "１２３４５６", "9" * 50]
)
def test_no_other_code_signs_in(user: User, code: str) -> None:
    browser = half_in(user)
    response = enter(browser, code)
    assert response.status_code == 200
    assert "field-error" in text(response)
    assert not is_in(browser)


@pytest.mark.usefixtures("codes")
def test_digits_are_ascii(user: User) -> None:
    digits = str.maketrans("0123456789", "０１２３４５６７８９")
    assert enter(half_in(user), code_of(SECRET).translate(digits)).status_code == 200


@pytest.mark.usefixtures("codes")
def test_whoever_fails_waits_ever_longer(user: User, let_pass: LetPass) -> None:
    browser = half_in(user)
    for _ in range(2):
        enter(browser, "000000")
        let_pass(timedelta(seconds=2))
    enter(browser, "000000")
    assert enter(browser, code_of(SECRET)).status_code == 200
    let_pass(timedelta(seconds=30))
    assert enter(browser, code_of(SECRET)).status_code == 302


def test_guesses_are_counted_and_locked_out(user: User, codes: list[str]) -> None:
    browser = half_in(user)
    for _ in range(ACCOUNT_LIMIT - 1):
        assert enter(browser, "000000").status_code == 200
    assert enter(browser, "000000").status_code == 429
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert enter(browser, code_of(SECRET)).status_code == 429
    assert enter(browser, codes[0]).status_code == 429
    assert sign_in(Client(), user).status_code == 429
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert list(actions).count(AuditAction.SIGN_IN_FAILED) == ACCOUNT_LIMIT
    assert AuditAction.LOCKED_OUT in actions


def wait(user: User, let_pass: LetPass) -> None:
    let_pass(timedelta(minutes=5, seconds=1))


def deactivate(user: User, let_pass: LetPass) -> None:
    User.objects.update(is_active=False)


def suspend(user: User, let_pass: LetPass) -> None:
    Organisation.objects.update(suspended_at=timezone.now())


def set_new_password(user: User, let_pass: LetPass) -> None:
    user.set_password("another long password")
    user.save()


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("event", [wait, deactivate, suspend, set_new_password])
def test_half_way_in_is_not_in(
    user: User, let_pass: LetPass, event: Callable[[User, LetPass], None]
) -> None:
    browser = half_in(user)
    event(user, let_pass)
    assert browser.get(CODE).headers["Location"] == "/login/?next=/"
    assert enter(browser, code_of(SECRET)).headers["Location"] == "/login/"
    assert not is_in(browser)


@pytest.mark.usefixtures("codes")
def test_who_enters_the_code_too_late_is_told_and_signs_in_again(
    user: User, let_pass: LetPass
) -> None:
    browser = half_in(user, next=PAGE)
    wait(user, let_pass)
    response = browser.post(CODE, {"code": code_of(SECRET)}, follow=True)
    assert response.redirect_chain == [(f"/login/?next={PAGE}", 302)]
    assert "You entered your password more than 5 minutes ago" in text(response)
    assert f'name="next" value="{PAGE}"' in text(response)
    again = half_in(user, next=PAGE)
    assert enter(again, code_of(SECRET)).headers["Location"] == PAGE


@pytest.mark.usefixtures("codes")
def test_who_has_no_second_factor_any_more_is_asked_for_no_code(user: User) -> None:
    browser = half_in(user, next=PAGE)
    browser_of(UserFactory(staff=True)).post(
        "/admin/organisations/user/",
        {"action": "turn_off_second_factor", "_selected_action": user.pk},
    )
    response = browser.post(CODE, {"code": code_of(SECRET)}, follow=True)
    assert response.redirect_chain == [(f"/login/?next={PAGE}", 302)]
    assert "Please sign in again." in text(response)
    assert "minutes ago" not in text(response)
    assert not AuditEvent.objects.filter(action=AuditAction.SIGN_IN_FAILED).exists()
    assert sign_in(browser, user, next=PAGE).headers["Location"] == PAGE
    assert "Please sign in again." not in text(browser.get(CODE, follow=True))


@pytest.mark.usefixtures("codes")
def test_going_back_to_sign_in_leads_only_to_our_own_pages(
    user: User, let_pass: LetPass
) -> None:
    browser = half_in(user, next="https://evil.example/")
    wait(user, let_pass)
    assert browser.get(CODE).headers["Location"] == "/login/?next=/"


def test_no_key_of_an_address_is_kept_half_way_in(client: Client) -> None:
    user = UserFactory()
    give_second_factor(user)
    sign_in(client, user, next=f"/settings/api-keys/?q={EXAMPLE}")
    assert client.session["half_signed_in"]["next"].startswith("/settings/api-keys/")
    assert EXAMPLE not in str(dict(client.session))

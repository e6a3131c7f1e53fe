"""Setting the second factor up and turning it off."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from hrtoolkit.organisations.sign_in import second_factor
from tests.factories import UserFactory
from tests.hrtoolkit.organisations.second_factor.steps import (
    SECURITY,
    SET_UP,
    details,
    enter,
    half_in,
)
from tests.people import LetPass, browser_of, code_of, give_second_factor, sign_in, text
from tests.test_secrets import dump

pytestmark = pytest.mark.django_db

TURN_OFF = "/account/second-factor/turn-off/"
RECOVERY_CODE = r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b"


def test_it_is_set_up_with_an_app(user: User) -> None:
    browser = browser_of(user)
    assert "Set up" in text(browser.get("/account/"))
    page = text(browser.get(SET_UP))
    secret = browser.session["second_factor_secret"]
    assert re.search(r'<code class="codes">([A-Z2-7]{4} ){7}[A-Z2-7]{4}</code>', page)
    assert "<svg" in page
    assert "style=" not in page
    shown = text(browser.post(SET_UP, {"code": code_of(secret)}))
    codes = re.findall(RECOVERY_CODE, shown)
    assert len(set(codes)) == 10
    assert "10 recovery codes left" in text(browser.get("/account/"))
    assert details(user) == ["set up"]
    assert secret not in repr(list(browser.session.items()))
    for path in ("/account/", "/"):
        assert not re.search(RECOVERY_CODE, text(browser.get(path)))
    assert enter(half_in(user), code_of(secret, 1)).status_code == 302
    assert enter(half_in(user), codes[0]).status_code == 302


@pytest.mark.parametrize(
    "code",
    ["", "000000", "12345", "1234567", "１２３４５６", "\x00", "x" * 60, "-1", "1e5"],
)
def test_no_other_code_sets_it_up(user: User, code: str) -> None:
    browser = browser_of(user)
    browser.get(SET_UP)
    secret = browser.session["second_factor_secret"]
    assert code != code_of(secret)
    page = text(browser.post(SET_UP, {"code": code}))
    assert "field-error" in page
    assert browser.session["second_factor_secret"] == secret
    assert not TOTPDevice.objects.exists()
    assert not details(user)


def test_setting_it_up_twice_shows_no_second_set_of_codes(user: User) -> None:
    browser = browser_of(user)
    browser.get(SET_UP)
    form = {"code": code_of(browser.session["second_factor_secret"])}
    browser.post(SET_UP, form)
    assert browser.post(SET_UP, form).headers["Location"] == "/account/"
    assert browser.get(SET_UP).status_code == 302
    assert TOTPDevice.objects.count() == 1
    assert not give_second_factor(user)


def test_the_code_that_set_it_up_signs_nobody_in(user: User) -> None:
    browser = browser_of(user)
    browser.get(SET_UP)
    code = code_of(browser.session["second_factor_secret"])
    browser.post(SET_UP, {"code": code})
    assert enter(half_in(user), code).status_code == 200


def test_recovery_codes_stand_nowhere(user: User, codes: list[str]) -> None:
    assert StaticToken.objects.count() == len(codes)
    everything = dump()
    for code in codes:
        assert code not in everything
        assert code.replace("-", "") not in everything.lower()


@pytest.mark.usefixtures("codes")
def test_it_is_turned_off(user: User) -> None:
    browser = browser_of(user)
    assert "Turn off your second factor?" in text(browser.get(TURN_OFF))
    assert second_factor.is_on(user)
    page = browser.post(TURN_OFF, follow=True)
    assert "Your second factor is off." in text(page)
    assert not StaticToken.objects.exists()
    assert sign_in(Client(), user).headers["Location"] == "/"
    assert details(user) == ["set up", "turned off"]


@pytest.mark.usefixtures("codes")
def test_turning_it_off_needs_the_password(user: User, let_pass: LetPass) -> None:
    browser = browser_of(user)
    let_pass(timedelta(minutes=16))
    browser.post(TURN_OFF)
    assert second_factor.is_on(user)


@pytest.mark.usefixtures("codes")
def test_staff_turn_it_off_for_who_has_lost_it(user: User) -> None:
    staff = UserFactory(staff=True)
    without = UserFactory(organisation=user.organisation)
    form = {
        "action": "turn_off_second_factor",
        "_selected_action": [user.pk, without.pk],
    }
    browser_of(staff).post("/admin/organisations/user/", form)
    assert not second_factor.is_on(user)
    [event] = AuditEvent.objects.filter(
        action=AuditAction.SECOND_FACTOR_CHANGED, actor_email=staff.email
    )
    assert event.organisation == user.organisation
    assert event.details == {"email": user.email, "did": "turned off"}


@pytest.mark.usefixtures("codes")
def test_staff_see_no_secret(user: User) -> None:
    browser = browser_of(UserFactory(staff=True))
    for model in (
        "otp_totp/totpdevice",
        "otp_static/staticdevice",
        "axes/accessattempt",
    ):
        assert browser.get(f"/admin/{model}/").status_code == 404


def test_a_change_and_its_event_are_one(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(user)
    browser.get(SET_UP)
    secret = browser.session["second_factor_secret"]
    with monkeypatch.context() as patch:
        patch.setattr("apikeys.audit.record", None)
        with pytest.raises(TypeError):
            browser.post(SET_UP, {"code": code_of(secret)})
        with pytest.raises(TypeError):
            browser.post(SECURITY, {"second_factor_required": "on"})
    assert not second_factor.is_on(user)
    assert not Organisation.objects.get().second_factor_required
    codes = give_second_factor(user)
    with monkeypatch.context() as patch:
        patch.setattr("apikeys.audit.record", None)
        for act in (
            lambda: browser.post(TURN_OFF),
            lambda: enter(half_in(user), codes[0]),
        ):
            with pytest.raises(TypeError):
                act()
    assert second_factor.is_on(user)
    assert second_factor.recovery_codes_left(user) == len(codes)

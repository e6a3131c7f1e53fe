"""The second factor: setting it up, signing in with it, losing it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, Role, User
from hrtoolkit.organisations.sign_in import second_factor
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from tests.factories import EXAMPLE, OrganisationFactory, UserFactory, generated_key
from tests.integration import get
from tests.people import (
    SECRET,
    LetPass,
    browser_of,
    code_of,
    give_second_factor,
    sign_in,
    text,
)
from tests.test_secrets import dump

pytestmark = pytest.mark.django_db

SET_UP, TURN_OFF = "/account/second-factor/", "/account/second-factor/turn-off/"
CODE, SECURITY = "/login/code/", "/settings/security/"
RECOVERY_CODE = r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b"


@pytest.fixture
def user() -> User:
    return UserFactory(org_admin=True)


@pytest.fixture
def codes(user: User) -> list[str]:
    """The recovery codes of a user who has a second factor."""
    return give_second_factor(user)


def half_in(user: User, **form: str) -> Client:
    """Return the browser of somebody who has entered their password."""
    browser = Client()
    assert sign_in(browser, user, **form).headers["Location"] == CODE
    return browser


def enter(browser: Client, code: str) -> Any:
    return browser.post(CODE, {"code": code})


def is_in(browser: Client) -> bool:
    return bool(browser.get("/account/").status_code == 200)


def details(user: User) -> list[str]:
    events = AuditEvent.objects.filter(
        action=AuditAction.SECOND_FACTOR_CHANGED, organisation=user.organisation
    )
    return [event.details["did"] for event in events.order_by("pk")]


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


def test_recovery_codes_stand_nowhere(user: User, codes: list[str]) -> None:
    assert StaticToken.objects.count() == len(codes)
    everything = dump()
    for code in codes:
        assert code not in everything
        assert code.replace("-", "") not in everything.lower()


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
    assert browser.get(CODE).headers["Location"] == "/login/"
    assert enter(browser, code_of(SECRET)).headers["Location"] == "/login/"
    assert not is_in(browser)


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


def test_an_org_admin_asks_it_of_all_org_admins(user: User) -> None:
    browser = browser_of(user)
    assert "you set yours up next" in text(browser.get(SECURITY))
    page = browser.post(SECURITY, {"second_factor_required": "on"})
    assert page.headers["Location"] == SECURITY
    event = AuditEvent.objects.get(action=AuditAction.SECURITY_CHANGED)
    assert (event.organisation, event.actor_email) == (user.organisation, user.email)
    assert event.details == {"second_factor_required": True}
    for path in ("/settings/", SECURITY, "/settings/api-keys/"):
        assert browser.get(path).headers["Location"] == SET_UP
        assert browser.post(path).headers["Location"] == SET_UP
    assert "Settings open as soon as yours is set up" in text(browser.get(SET_UP))
    assert browser.get("/").status_code == 200
    browser.post(SET_UP, {"code": code_of(browser.session["second_factor_secret"])})
    assert browser.get("/settings/").status_code == 200
    assert "you set yours up next" not in text(browser.get(SECURITY))


def test_it_is_asked_of_nobody_else(user: User) -> None:
    organisation = user.organisation
    assert organisation
    Organisation.objects.filter(pk=organisation.pk).update(second_factor_required=True)
    token = generated_key(organisation=organisation).token
    assert get("/key", token).status_code == 200
    employee = UserFactory(organisation=organisation)
    assert browser_of(employee).get("/").status_code == 200
    assert browser_of(employee).get("/settings/").status_code == 403
    assert "asks its org admins" not in text(browser_of(employee).get(SET_UP))
    elsewhere = UserFactory(org_admin=True, organisation=OrganisationFactory())
    assert browser_of(elsewhere).get("/settings/").status_code == 200


def test_who_becomes_an_org_admin_sets_it_up_first(user: User) -> None:
    employee = UserFactory(organisation=user.organisation)
    Organisation.objects.update(second_factor_required=True)
    browser = browser_of(employee)
    assert browser.get("/settings/").status_code == 403
    User.objects.filter(pk=employee.pk).update(role=Role.ORG_ADMIN)
    assert browser.get("/settings/").headers["Location"] == SET_UP


def test_saving_what_is_already_so_is_no_event(user: User) -> None:
    browser = browser_of(user)
    browser.post(SECURITY, {})
    assert not AuditEvent.objects.filter(action=AuditAction.SECURITY_CHANGED).exists()


@pytest.mark.parametrize("value", ["\x00", "x" * 9999, "on"])
def test_any_other_value_of_a_checkbox_means_yes(user: User, value: str) -> None:
    browser_of(user).post(SECURITY, {"second_factor_required": value})
    assert Organisation.objects.get().second_factor_required


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


def test_no_key_of_an_address_is_kept_half_way_in(client: Client) -> None:
    user = UserFactory()
    give_second_factor(user)
    sign_in(client, user, next=f"/settings/api-keys/?q={EXAMPLE}")
    assert client.session["half_signed_in"]["next"].startswith("/settings/api-keys/")
    assert EXAMPLE not in str(dict(client.session))

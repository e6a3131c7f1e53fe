"""Signing in, and the pages around it, as people meet them."""

import re
from base64 import b32decode
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apikeys.models import APIKey
from hrtoolkit.organisations.models import Organisation, User
from hrtoolkit.organisations.sign_in.forms import post_office
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from tests.browser import ON_ONE_DATABASE
from tests.browser.actors import ORG_ADMIN, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.inspection import inspect, look
from tests.factories import PASSWORD
from tests.people import SECRET, LetPass, code_of, give_second_factor

pytestmark = [ON_ONE_DATABASE, pytest.mark.usefixtures("harbour")]

NEW = "a very different long one"
Look = Callable[[Page, str], None]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """Return an empty page, with JavaScript and without."""
    return open_page(java_script_enabled=request.param)


@pytest.fixture
def see(request: pytest.FixtureRequest) -> Look:
    """Return what looks at a page; axe is a script itself."""
    return inspect if "no-script" not in request.node.name else look


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_second_factor_from_setting_it_up_to_losing_it(page: Page, see: Look) -> None:
    sign_in(page)
    page.get_by_role("link", name="Your account").click()
    see(page, "account-off")
    page.get_by_role("link", name="Set up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    see(page, "second-factor-set-up")
    page.get_by_role("textbox", name="Code").fill("000000")
    press(page, "Turn on")
    expect(page.get_by_text("This isn’t the code")).to_be_visible()
    shown = page.locator("code.codes").inner_text()
    secret = b32decode(shown.replace(" ", "")).hex()
    spent = code_of(secret)
    page.get_by_role("textbox", name="Code").fill(spent)
    press(page, "Turn on")
    codes = page.get_by_label("Recovery codes").inner_text().split()
    assert len(codes) == 10
    see(page, "second-factor-recovery-codes")
    page.get_by_role("link", name="I have saved them").click()
    see(page, "account-on")

    press(page, "Sign out")
    sign_in(page, "/settings/api-keys/")
    see(page, "sign-in-code")
    page.get_by_role("textbox", name="Code").fill(spent)
    press(page, "Sign in")
    expect(page.get_by_text("This code doesn’t work.")).to_be_visible()
    page.get_by_role("textbox", name="Code").fill(codes[0])
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="API Keys")).to_be_visible()

    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Turn off").click()
    see(page, "second-factor-turn-off")
    press(page, "Turn off")
    expect(page.get_by_text("Your second factor is off.")).to_be_visible()


def test_signing_in_with_an_app(page: Page) -> None:
    give_second_factor(User.objects.get())
    sign_in(page, "/settings/api-keys/")
    page.goto("/settings/api-keys/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, "/settings/api-keys/")
    page.get_by_role("textbox", name="Code").fill(code_of(SECRET))
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="API Keys")).to_be_visible()


def test_the_password_is_asked_for_and_the_form_kept(
    page: Page, see: Look, let_pass: LetPass
) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    page.get_by_role("textbox", name="Name").fill("Payroll – weekly")
    page.get_by_label("read:employees").check()
    page.get_by_label("read:leave").check()
    page.get_by_label("In 90 days").check()
    let_pass(timedelta(minutes=16))
    press(page, "Generate key")
    expect(page.get_by_text("What you entered is kept.")).to_be_visible()
    see(page, "recent-password")
    page.get_by_label("Password").fill("wrong")
    press(page, "Continue")
    expect(page.get_by_text("This isn’t your password.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    expect(page.locator("#api-key-value")).to_have_value(re.compile("^yhrtk_"))
    key = APIKey.objects.get()
    assert key.name == "Payroll – weekly"
    assert key.scopes == ["read:employees", "read:leave"]
    assert key.expires_at is not None


def test_who_was_signed_out_meanwhile_comes_back_to_the_form(
    page: Page, see: Look, let_pass: LetPass
) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    let_pass(timedelta(hours=3))
    press(page, "Generate key")
    expect(page.get_by_text("was not received")).to_be_visible()
    see(page, "sign-in-unsent")
    page.get_by_label("Email address").fill(ORG_ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Generate an API key")).to_be_visible()


def test_the_password_is_asked_for_before_anything_is_typed(
    page: Page, let_pass: LetPass
) -> None:
    sign_in(page, "/settings/api-keys/")
    let_pass(timedelta(minutes=16))
    page.get_by_role("link", name="Generate the first key").click()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Generate an API key")).to_be_visible()


def test_a_forgotten_password(page: Page, see: Look) -> None:
    page.goto("/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    see(page, "forgotten")
    page.get_by_label("Email address").fill("admin@harbour.example")
    press(page, "Send the link")
    see(page, "forgotten-sent")
    post_office.submit(int).result()
    link = re.search(r"http://\S+", str(mail.outbox[-1].body))
    assert link
    page.goto(link[0])
    see(page, "new-password")
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill("123456789012")
    press(page, "Set password")
    expect(page.get_by_text("entirely numeric")).to_be_visible()
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill(NEW)
    press(page, "Set password")
    expect(page.get_by_text("Sign in with the new one.")).to_be_visible()
    page.get_by_label("Email address").fill("admin@harbour.example")
    page.get_by_label("Password").fill(NEW)
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Welcome, Mei")).to_be_visible()
    page.goto(link[0])
    expect(page.get_by_text("This link doesn’t work any more")).to_be_visible()
    see(page, "new-password-too-late")


def test_changing_a_password(page: Page, see: Look) -> None:
    sign_in(page, "/account/password/")
    see(page, "change-password")
    page.get_by_label("Current password").fill(PASSWORD)
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill(NEW)
    press(page, "Change password")
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


def test_too_many_guesses(page: Page, see: Look) -> None:
    for _ in range(ACCOUNT_LIMIT):
        page.goto("/login/")
        page.get_by_label("Email address").fill("admin@harbour.example")
        page.get_by_label("Password").fill("wrong")
        press(page, "Sign in")
    expect(page.get_by_role("heading", name="Sign-in is locked")).to_be_visible()
    see(page, "locked-out")


def test_an_organisation_asks_for_a_second_factor(page: Page, see: Look) -> None:
    sign_in(page, "/settings/")
    page.get_by_role("main").get_by_role("link", name="Security").click()
    page.get_by_label("Org admins need a second factor").check()
    see(page, "security")
    press(page, "Save")
    assert Organisation.objects.filter(second_factor_required=True).exists()
    expect(page.get_by_text("as soon as yours is set up")).to_be_visible()
    see(page, "second-factor-asked-for")

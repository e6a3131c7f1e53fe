"""Signing in, and the pages around it, as people meet them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apikeys.models import APIKey
from hrtoolkit.organisations.sign_in.forms import post_office
from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from tests.browser.conftest import OpenPage
from tests.browser.screenshots import shoot
from tests.browser.test_main_job import harbour, inspect, sign_in
from tests.factories import PASSWORD
from tests.people import LetPass

__all__ = ["harbour"]

pytestmark = pytest.mark.usefixtures("harbour")

NEW = "a very different long one"
Look = Callable[[Page, str], None]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """Return an empty page, with JavaScript and without."""
    return open_page(java_script_enabled=request.param)


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    """Return what looks at a page; axe is a script itself."""
    return inspect if "no-script" not in request.node.name else shoot


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_password_is_asked_for_and_the_form_kept(
    page: Page, look: Look, let_pass: LetPass
) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    page.get_by_role("textbox", name="Name").fill("Payroll – weekly")
    page.get_by_label("read:employees").check()
    page.get_by_label("read:leave").check()
    page.get_by_label("In 90 days").check()
    let_pass(timedelta(minutes=16))
    press(page, "Generate key")
    expect(page.get_by_text("What you entered is kept.")).to_be_visible()
    look(page, "recent-password")
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


def test_the_password_is_asked_for_before_anything_is_typed(
    page: Page, let_pass: LetPass
) -> None:
    sign_in(page, "/settings/api-keys/")
    let_pass(timedelta(minutes=16))
    page.get_by_role("link", name="Generate the first key").click()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Generate an API key")).to_be_visible()


def test_a_forgotten_password(page: Page, look: Look) -> None:
    page.goto("/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    look(page, "forgotten")
    page.get_by_label("Email").fill("admin@harbour.example")
    press(page, "Send the link")
    look(page, "forgotten-sent")
    post_office.submit(int).result()
    link = re.search(r"http://\S+", str(mail.outbox[-1].body))
    assert link
    page.goto(link[0])
    look(page, "new-password")
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
    look(page, "new-password-too-late")


def test_changing_a_password(page: Page, look: Look) -> None:
    sign_in(page, "/account/password/")
    look(page, "change-password")
    page.get_by_label("Current password").fill(PASSWORD)
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill(NEW)
    press(page, "Change password")
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


def test_too_many_guesses(page: Page, look: Look) -> None:
    for _ in range(ACCOUNT_LIMIT):
        page.goto("/login/")
        page.get_by_label("Email address").fill("admin@harbour.example")
        page.get_by_label("Password").fill("wrong")
        press(page, "Sign in")
    expect(page.get_by_role("heading", name="Sign-in is locked")).to_be_visible()
    look(page, "locked-out")

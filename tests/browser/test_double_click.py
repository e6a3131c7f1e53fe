"""A form that is sent by a double click says what became of it, and nothing else."""

import pytest
from django.conf import global_settings
from playwright.sync_api import Page, expect
from pytest_django import Settings

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.browser import ON_ONE_DATABASE
from tests.browser.actors import sign_in
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD, generated_key

pytestmark = ON_ONE_DATABASE

NEW = "a very different long one"
BETWEEN_CLICKS = 15  # milliseconds


def double_click(page: Page, name: str) -> None:
    """Click twice, each time as if it were the only one."""
    button = page.get_by_role("button", name=name, exact=True)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(BETWEEN_CLICKS)
    page.mouse.click(x, y)


@pytest.fixture
def slow_passwords(settings: Settings) -> None:
    """Let a password take as long as it does in production."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS


@pytest.mark.usefixtures("slow_passwords", "harbour")
def test_a_password_is_changed(page: Page) -> None:
    sign_in(page, "/account/password/")
    page.get_by_label("Current password").fill(PASSWORD)
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill(NEW)
    double_click(page, "Change password")
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert AuditEvent.objects.filter(action=AuditAction.PASSWORD_CHANGED).count() == 1


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_a_keys_details_are_changed(
    open_page: OpenPage, harbour: Organisation, *, java_script: bool
) -> None:
    key = generated_key(organisation=harbour).api_key
    page = open_page(java_script_enabled=java_script)
    sign_in(page, f"{key.get_absolute_url()}change/")
    page.get_by_role("textbox", name="Name").fill("Payroll, weekly")
    page.get_by_label("read:leave").uncheck()
    double_click(page, "Save")
    heading = page.get_by_role("heading", name="Payroll, weekly", exact=True)
    expect(heading).to_be_visible()
    expect(page.get_by_text("Nothing was changed")).to_have_count(0)
    if java_script:
        # Without, the page that the second click left may have shown it.
        expect(page.get_by_text("“Payroll, weekly” is saved.")).to_be_visible()
    assert AuditEvent.objects.filter(action=AuditAction.CHANGED).count() == 1

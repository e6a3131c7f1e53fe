"""The main job without a mouse: everything is reached, and one sees where one is."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from apikeys.models import APIKey
from tests.browser import ON_ONE_DATABASE
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD

pytestmark = [ON_ONE_DATABASE, pytest.mark.usefixtures("harbour")]

MOST_STOPS = 40

FAULT_OF_FOCUS = """() => {
  const element = document.activeElement;
  const { left, top, width, height } = element.getClientRects()[0];
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  if (!seen || !element.contains(seen)) return `${element.outerHTML} can't be seen`;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const isMarked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return isMarked ? "" : `${element.outerHTML} isn't marked`;
}"""


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return an empty page that may copy."""
    return open_page(permissions=["clipboard-read", "clipboard-write"])


def press(page: Page, key: str) -> None:
    """Press a key that moves the focus, to where one sees it."""
    page.keyboard.press(key)
    fault = page.evaluate(FAULT_OF_FOCUS)
    assert not fault, fault


def is_focused(element: Locator) -> bool:
    return bool(element.evaluate("element => element === document.activeElement"))


def go_to(page: Page, element: Locator, key: str = "Tab") -> None:
    """Press the key until the element has the focus."""
    for _ in range(MOST_STOPS):
        if is_focused(element):
            return
        press(page, key)
    pytest.fail(f"{element} isn't reached.")


def follow(page: Page, element: Locator) -> None:
    """Go to a link or a button and press Enter."""
    go_to(page, element)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(page: Page, address: str) -> None:
    page.goto(address)
    go_to(page, page.get_by_label("Email address"))
    page.keyboard.type("admin@harbour.example")
    go_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_main_job_by_keyboard_alone(page: Page) -> None:
    sign_in(page, "/")
    navigation, main = page.get_by_role("navigation"), page.get_by_role("main")
    follow(page, navigation.get_by_role("link", name="Settings"))
    follow(page, main.get_by_role("link", name="API Keys"))
    follow(page, page.get_by_role("link", name="Generate key"))

    go_to(page, page.get_by_role("textbox", name="Name"))
    page.keyboard.type("Payroll")
    go_to(page, page.get_by_label("read:leave"))
    page.keyboard.press("Space")
    go_to(page, page.get_by_label("read:employees"), key="Shift+Tab")
    page.keyboard.press("Space")
    go_to(page, page.get_by_label("Never"))
    go_to(page, page.get_by_label("In 90 days"), key="ArrowDown")
    follow(page, page.get_by_role("button", name="Generate key"))

    field = page.get_by_label("The value of")
    go_to(page, field)
    value = field.input_value()
    assert page.evaluate("getSelection().toString()") == value
    go_to(page, page.get_by_role("button", name="Copy"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == value
    follow(page, page.get_by_role("link", name="Done"))
    key = APIKey.objects.get()
    assert key.scopes == ["read:employees", "read:leave"]
    assert key.expires_at

    follow(page, page.get_by_role("link", name="Revoke Payroll"))
    follow(page, page.get_by_role("button", name="Revoke key"))
    expect(page.get_by_role("row", name="Payroll")).to_contain_text("Revoked")


def test_one_can_skip_to_the_content(page: Page) -> None:
    sign_in(page, "/settings/api-keys/")
    press(page, "Tab")
    assert is_focused(page.get_by_role("link", name="Skip to content"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    press(page, "Tab")
    assert is_focused(page.get_by_role("main").get_by_role("link").first)


def test_the_focus_is_seen_on_the_summary_of_errors(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    follow(page, page.get_by_role("button", name="Generate key"))
    expect(page.get_by_role("alert")).to_be_focused()
    press(page, "Tab")
    assert is_focused(page.get_by_role("alert").get_by_role("link", name="Name"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()


@pytest.mark.parametrize(
    ("fault", "style"),
    [("marked", "outline: none"), ("seen", "clip-path: inset(50%)")],
)
def test_a_focus_that_is_not_seen_is_noticed(
    page: Page, fault: str, style: str
) -> None:
    page.goto("/login/")
    go_to(page, page.get_by_label("Password"))
    page.get_by_label("Email address").evaluate(
        "(field, style) => (field.style.cssText = style)", style
    )
    with pytest.raises(AssertionError, match=fault):
        press(page, "Shift+Tab")

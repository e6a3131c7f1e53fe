"""Finding keys in a long list, and seeing how they are."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from tests.browser import ON_ONE_DATABASE
from tests.browser.actors import sign_in
from tests.browser.inspection import inspect
from tests.factories import EXAMPLE, KeyUseFactory, generated_key

pytestmark = ON_ONE_DATABASE

LIST = "/settings/api-keys/"


def expect_keys(page: Page, *names: str) -> None:
    """Wait for the list to show these keys alone, in this order."""
    expect(page.locator("tbody th a")).to_have_text(names)


@pytest.fixture
def keys(harbour: Organisation) -> None:
    """Sixty keys, of which some need attention."""
    for number in range(58):
        key = generated_key(
            organisation=harbour,
            name=f"Store {number:02}",
            scopes=["read:leave"],
            at=timezone.now() - timedelta(days=20),
        ).api_key
        KeyUseFactory(api_key=key, scope="read:leave")
    payroll = generated_key(
        organisation=harbour,
        name="Payroll",
        scopes=[Scope.READ_EMPLOYEES, Scope.READ_PERFORMANCE],
        at=timezone.now() - timedelta(days=400),
    ).api_key
    KeyUseFactory(api_key=payroll)
    generated_key(organisation=harbour, name="Trial", scopes=["read:employees"])


@pytest.mark.usefixtures("keys")
def test_an_admin_finds_a_key_among_many(page: Page) -> None:
    sign_in(page, LIST)
    expect(page.locator("tbody tr")).to_have_count(50)
    inspect(page, "list-1-first-page")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("tbody tr")).to_have_count(10)
    inspect(page, "list-2-last-page")
    page.get_by_role("link", name="First page").click()

    page.get_by_label("Scope").select_option("read:employees")
    page.get_by_label("Order").select_option("Name")
    page.get_by_role("button", name="Show").click()
    expect_keys(page, "Payroll", "Trial")
    page.get_by_label("Name or fingerprint").fill("pay")
    page.get_by_label("Name or fingerprint").press("Enter")
    expect_keys(page, "Payroll")
    # Every filter stays when another is chosen.
    page.get_by_role("link", name="Revoked").click()
    expect(page.get_by_role("heading", name="No revoked keys found")).to_be_visible()
    inspect(page, "list-3-nothing-found")
    page.get_by_role("link", name="Active").click()
    expect_keys(page, "Payroll")
    # A table of seven columns doesn't make the page wider than the window.
    for width in (320, 801, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("keys")
def test_an_admin_sees_which_keys_need_attention(page: Page) -> None:
    sign_in(page, LIST)
    health = page.get_by_role("region", name="Worth a look")
    expect(health.get_by_role("link", name="No expiry 60")).to_be_visible()
    health.get_by_role("link", name="Never used 1").click()
    expect_keys(page, "Trial")
    expect(health).to_contain_text("Nothing has used these keys yet")
    inspect(page, "list-4-health")
    health.get_by_role("link", name="Unused scopes 1").click()
    expect_keys(page, "Payroll")
    health.get_by_role("link", name="Show all keys").click()
    expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.usefixtures("keys")
def test_the_browser_keeps_a_pasted_key_to_itself(page: Page) -> None:
    sign_in(page, LIST)
    before = page.url
    search = page.get_by_label("Name or fingerprint")
    search.fill(f" {EXAMPLE}")
    search.press("Enter")
    expect(search).to_be_focused()
    assert page.url == before
    # What doesn't ask the browser is refused by the server.
    page.goto(f"{LIST}?q={EXAMPLE}")
    expect(page.get_by_text("This looks like an API key.")).to_be_visible()
    assert EXAMPLE not in page.content()
    inspect(page, "list-5-refused")


@pytest.mark.usefixtures("keys")
def test_a_scope_that_nobody_uses_is_taken_away_by_one_click(page: Page) -> None:
    sign_in(page, f"{LIST}?health=unused_scopes")
    page.get_by_role("link", name="Payroll", exact=True).click()
    notice = page.get_by_role("region", name="Does it need all that it may read?")
    expect(notice).to_contain_text("This key holds read:performance")
    inspect(page, "list-6-unused-scope")
    notice.get_by_role("button", name="Take read:performance away").click()
    expect(notice).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("read:performance is taken away")
    page.goto(f"{LIST}?health=unused_scopes")
    expect(page.get_by_role("heading", name="No keys found")).to_be_visible()


@pytest.mark.usefixtures("harbour")
def test_before_generating_an_admin_sees_what_a_scope_would_show(page: Page) -> None:
    sign_in(page, f"{LIST}generate/")
    page.get_by_text("Today: employees (25)").click()
    expect(page.get_by_text("employee_number")).to_be_visible()
    # To look at it is not to choose it.
    expect(page.get_by_label("read:employees")).not_to_be_checked()
    inspect(page, "list-7-before-generating")

"""The life of a key: rotate it, change it, cut over, revoke the old one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey
from hrtoolkit.organisations.models import Organisation
from tests.browser.actors import read, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.inspection import assert_it_fits, inspect
from tests.factories import KeyUseFactory, generated_key

MEI = Actor(name="Mei O’Brien")


@pytest.fixture
def old(harbour: Organisation) -> services.Generated:
    """A key that payroll used an hour ago."""
    generated = generated_key(
        organisation=harbour, name="Payroll – weekly pay run", actor=MEI
    )
    use(generated.api_key, timedelta(hours=1))
    return generated


def use(key: APIKey, ago: timedelta) -> None:
    KeyUseFactory(api_key=key, last_at=timezone.now() - ago, ip_address="10.1.2.3")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_a_key_is_rotated(
    open_page: OpenPage,
    live_server: LiveServer,
    old: services.Generated,
    *,
    java_script: bool,
) -> None:
    page = open_page(java_script_enabled=java_script)

    def look(name: str) -> None:
        # axe is a script itself.
        if java_script:
            inspect(page, f"rotate-{name}")

    base = f"{live_server.url}/api/external"
    sign_in(page, old.api_key.get_absolute_url())
    page.get_by_role("link", name="Rotate").click()
    expect(page.get_by_text("both keys work")).to_be_visible()
    ends_on = page.get_by_role("group", name="End of the old key")
    ends_on.get_by_label("Another date").fill("2020-01-01")
    look("1-form")
    page.get_by_role("button", name="Rotate key").click()
    expect(page.get_by_text("Nothing was rotated")).to_be_visible()
    look("2-errors")
    ends_on.get_by_label("Another date").fill("")
    ends_on.get_by_label("In 30 days").check()
    page.get_by_role("button", name="Rotate key").click()

    value = page.locator("#api-key-value").input_value()
    look("3-reveal")
    assert read(f"{base}/key", value)[0] == 200
    assert read(f"{base}/key", old.token.reveal())[0] == 200

    page.get_by_role("link", name="This key’s page").click()
    expect(page.get_by_text("Rotated from")).to_be_visible()
    meter = page.get_by_role("region", name="From the old key to this one")
    expect(meter).to_contain_text("The new key hasn’t been used yet.")
    look("4-unused")

    new = old.api_key.successors.get()
    use(new, timedelta(minutes=2))
    page.reload()
    expect(meter).to_contain_text("10.1.2.3, payroll-sync/2.1, 40 times")
    look("5-still-used")

    old.api_key.uses.all().delete()
    use(old.api_key, timedelta(days=3))
    page.reload()
    expect(meter).to_contain_text("last used 3 days ago, the new one 2 minutes ago")
    expect(meter).to_contain_text("safe to revoke")
    look("6-safe")
    meter.get_by_role("link", name="Revoke the old key").click()
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("is revoked")).to_be_visible()
    assert read(f"{base}/key", old.token.reveal())[0] == 401
    assert read(f"{base}/key", value)[0] == 200
    page.goto(new.get_absolute_url())
    expect(meter).to_have_count(0)


def test_a_long_name_pushes_nothing_aside(page: Page, harbour: Organisation) -> None:
    key = generated_key(organisation=harbour, name="W" * 100).api_key
    sign_in(page)
    for address in ("", "change/", "rotate/", "revoke/"):
        page.goto(f"{key.get_absolute_url()}{address}")
        assert_it_fits(page)


def test_reloading_the_reveal_makes_no_second_successor(
    page: Page, old: services.Generated
) -> None:
    sign_in(page, f"{old.api_key.get_absolute_url()}rotate/")
    page.get_by_role("button", name="Rotate key").dblclick()
    value = page.locator("#api-key-value").input_value()
    page.reload()
    expect(page.get_by_text("can't be shown again")).to_be_visible()
    assert value not in page.content()
    assert old.api_key.successors.count() == 1


def test_a_leaked_key_is_revoked_instead(page: Page, old: services.Generated) -> None:
    sign_in(page, f"{old.api_key.get_absolute_url()}rotate/")
    page.get_by_role("link", name="Revoke now").click()
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("is revoked")).to_be_visible()
    assert not old.api_key.successors.exists()


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_a_keys_details_are_changed(
    open_page: OpenPage, old: services.Generated, *, java_script: bool
) -> None:
    page = open_page(java_script_enabled=java_script)
    sign_in(page, old.api_key.get_absolute_url())
    page.get_by_role("link", name="Change").click()
    page.get_by_role("textbox", name="Name").fill("Payroll")
    page.get_by_label("Note").fill("Ask Sam Lee before revoking it.")
    page.get_by_label("read:performance").uncheck()
    page.get_by_label("Allowed addresses").fill("203.0.113.9\n10.1.2.3/24")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Payroll")
    if java_script:
        expect(page.get_by_role("alert")).to_be_focused()
        inspect(page, "change-errors")
    page.get_by_label("Allowed addresses").fill("203.0.113.9\n10.1.2.0/24")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Payroll” is saved.")).to_be_visible()
    expect(
        page.get_by_text("Ask Sam Lee before revoking it.", exact=True)
    ).to_be_visible()
    if java_script:
        inspect(page, "change-saved")
    key = APIKey.objects.get()
    assert key.scopes == ["read:employees", "read:leave"]
    assert key.allowed_networks == ["10.1.2.0/24", "203.0.113.9/32"]

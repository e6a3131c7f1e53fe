"""The use of a key: who uses it, for what, and who still does after its end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apikeys.models import APIKey
from apikeys.usage.collector import collector
from hrtoolkit.organisations.models import Organisation
from tests.browser import ON_ONE_DATABASE
from tests.browser.actors import read, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.inspection import inspect
from tests.factories import KeyUseFactory, generated_key, limited_key

pytestmark = ON_ONE_DATABASE


def use_for_a_month(key: APIKey) -> None:
    """Use it every day, for more and more, with a refusal now and then."""
    for day in range(1, 30):
        at = timezone.now() - timedelta(days=day)
        KeyUseFactory(api_key=key, last_at=at, requests=900 // day)
        if day % 9 == 0:
            denied = {"outcome": "scope_denied", "scope": "read:performance"}
            KeyUseFactory(api_key=key, last_at=at, requests=30, **denied)


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_an_org_admin_sees_who_uses_a_key_and_who_still_does_after_its_end(
    open_page: OpenPage,
    live_server: LiveServer,
    harbour: Organisation,
    *,
    java_script: bool,
) -> None:
    generated = generated_key(
        organisation=harbour, name="Payroll", scopes=["read:employees", "read:leave"]
    )
    use_for_a_month(generated.api_key)
    value = generated.token.reveal()
    employees = f"{live_server.url}/api/external/employees"
    assert read(employees, value)[0] == 200
    collector.flush()

    page = open_page(java_script_enabled=java_script)
    sign_in(page, generated.api_key.get_absolute_url())
    use = page.get_by_role("region", name="Use")
    expect(use).to_contain_text("just now")
    expect(use).to_contain_text("from 127.0.0.1 by Python-urllib")
    expect(use.get_by_role("img", name="answered and 90 refused")).to_be_visible()
    use.get_by_text("As a table").click()
    expect(use.get_by_role("table", name="Requests a day")).to_contain_text("450")
    scopes = use.get_by_role("table", name="Requests by scope")
    expect(scopes.get_by_role("row", name="read:leave")).to_contain_text("Not in 30")
    if java_script:
        inspect(page, "use-1-key")

    page.get_by_role("link", name="Revoke key").click()
    callers = page.get_by_role("table", name="Who used the key")
    expect(callers.get_by_role("row")).to_have_count(3)
    expect(callers).to_contain_text("payroll-sync/2.1")
    if java_script:
        inspect(page, "use-2-revoke")
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("is revoked")).to_be_visible()
    assert read(employees, value)[0] == 401
    collector.flush()

    page.goto(generated.api_key.get_absolute_url())
    expect(page.get_by_text("is still presented")).to_be_visible()
    expect(page.get_by_text("A forgotten integration")).to_be_visible()
    expect(page.get_by_text("Key refused")).to_be_visible()
    if java_script:
        inspect(page, "use-3-knocks")


def test_a_key_read_from_elsewhere_says_which_address_it_saw(
    page: Page, live_server: LiveServer, harbour: Organisation
) -> None:
    generated = limited_key("10.1.2.0/24", organisation=harbour, name="Payroll")
    url = f"{live_server.url}/api/external/employees"
    status, _, body = read(url, generated.token.reveal())
    assert status == 403
    assert "127.0.0.1" in body["detail"]
    collector.flush()
    sign_in(page, generated.api_key.get_absolute_url())
    expect(page.get_by_text("Address denied")).to_be_visible()
    use = page.get_by_role("region", name="Use")
    expect(use).to_contain_text("0 answered 1 refused")

"""The main job: generate a key, read employees with it, revoke it."""

import re
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from apikeys.models import APIKey
from hrtoolkit.organisations.models import Organisation
from tests.browser.actors import read, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.inspection import inspect, look


def read_all(base: str, value: str) -> list[Any]:
    """Follow the links to the last page of employees."""
    url, records = f"{base}/employees?limit=10", []
    while url:
        status, headers, body = read(url, value)
        assert status == 200
        records += body["data"]
        link = re.fullmatch('<(.+)>; rel="next"', headers.get("Link", ""))
        url = link[1] if link else ""
    return records


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_the_main_job(
    open_page: OpenPage,
    live_server: LiveServer,
    harbour: Organisation,
    *,
    java_script: bool,
) -> None:
    name = "main-job" if java_script else "main-job-no-script"
    # axe is a script itself, so it looks at the pages of the first run only.
    see = inspect if java_script else look
    page = open_page(java_script_enabled=java_script)

    page.goto("/")
    see(page, f"{name}-1-sign-in")
    sign_in(page)
    page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Settings"
    ).click()
    see(page, f"{name}-2-settings")
    page.get_by_role("main").get_by_role("link", name="API Keys").click()
    expect(page.get_by_role("heading", name="No keys yet")).to_be_visible()
    see(page, f"{name}-3-empty")

    page.get_by_role("link", name="Generate the first key").click()
    page.get_by_role("button", name="Generate key").click()
    expect(page.get_by_text("Nothing was generated")).to_be_visible()
    see(page, f"{name}-4-errors")
    page.get_by_role("textbox", name="Name").fill("Payroll – weekly pay run")
    page.get_by_label("read:employees").check()
    page.get_by_label("In 90 days").check()
    see(page, f"{name}-5-generate")
    page.get_by_role("button", name="Generate key").click()

    value = page.locator("#api-key-value").input_value()
    assert re.fullmatch(r"yhrtk_[0-9A-Za-z]{38}", value)
    expect(page.get_by_text("password manager")).to_be_visible()
    see(page, f"{name}-6-reveal")

    base = f"{live_server.url}/api/external"
    assert read(f"{base}/key", value)[2]["data"]["name"] == "Payroll – weekly pay run"
    records = read_all(base, value)
    assert {int(record["id"]) for record in records} == set(
        harbour.employees.values_list("pk", flat=True)
    )
    assert len(records) == 25
    one = read(f"{base}/employees/{records[0]['id']}", value)
    assert one[2] == {"data": records[0]}

    if java_script:
        page.get_by_label("The value of").press("ControlOrMeta+c")
    page.get_by_role("link", name="Done").click()
    row = page.get_by_role("row").filter(has_text="Payroll – weekly pay run")
    expect(row).to_contain_text("Active")
    assert value not in page.content()
    see(page, f"{name}-7-list")

    row.get_by_role("link", name="Revoke").click()
    expect(page.get_by_text("At once")).to_be_visible()
    see(page, f"{name}-8-revoke")
    page.get_by_role("button", name="Revoke key").click()
    expect(row).to_contain_text("Revoked")
    assert read(f"{base}/employees", value)[0] == 401
    see(page, f"{name}-9-revoked")
    row.get_by_role("link", name="Payroll").click()
    expect(page.get_by_text("Key revoked")).to_be_visible()
    see(page, f"{name}-10-history")


def generate(page: Page) -> None:
    page.get_by_role("textbox", name="Name").fill("Payroll")
    page.get_by_label("read:employees").check()
    page.get_by_role("button", name="Generate key").click()
    page.wait_for_load_state()  # The page's script is there then.


@pytest.mark.usefixtures("harbour")
def test_who_leaves_without_a_copy_is_told_so_once(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    generate(page)
    done = page.get_by_role("link", name="Done")
    done.click()
    expect(page.get_by_role("status")).to_contain_text("isn’t copied yet")
    expect(page.get_by_label("The value of")).to_be_focused()
    done.click()
    expect(page.get_by_role("heading", name="API Keys")).to_be_visible()


@pytest.mark.usefixtures("harbour")
def test_the_value_is_copied_and_gone_when_one_leaves(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, "/settings/api-keys/generate/")
    generate(page)
    field = page.locator("#api-key-value")
    value = field.input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == value
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="API Keys")).to_be_visible()
    with suppress(Error):  # The browser asks before it sends the form again.
        page.go_back()
    expect(page.locator("html")).not_to_contain_text(value)
    for field in page.locator("#api-key-value").all():
        expect(field).to_have_value("")


@pytest.mark.usefixtures("harbour")
def test_without_leave_to_copy_the_value_is_selected(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    generate(page)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_contain_text("press Ctrl+C")
    selected = page.evaluate("getSelection().toString()")
    assert selected == page.locator("#api-key-value").input_value()


@pytest.mark.usefixtures("harbour")
def test_reloading_the_reveal_makes_no_second_key(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    generate(page)
    value = page.locator("#api-key-value").input_value()
    page.reload()
    expect(page.get_by_text("can't be shown again")).to_be_visible()
    assert value not in page.content()
    assert APIKey.objects.count() == 1


@pytest.mark.usefixtures("harbour")
def test_a_double_click_makes_one_key(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    page.get_by_role("textbox", name="Name").fill("Payroll")
    page.get_by_label("read:employees").check()
    page.get_by_role("button", name="Generate key").dblclick()
    expect(page.locator("#api-key-value")).to_have_value(re.compile("^yhrtk_"))
    assert APIKey.objects.count() == 1


@pytest.mark.usefixtures("harbour")
def test_a_typed_date_takes_the_place_of_a_preset(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    page.get_by_label("In 30 days").check()
    date = page.get_by_label("Another date")
    date.fill(date.get_attribute("max") or "")
    expect(page.get_by_label("In 30 days")).not_to_be_checked()
    page.get_by_label("In 90 days").check()
    expect(date).to_have_value("")


@pytest.mark.usefixtures("harbour")
def test_errors_take_the_focus_and_lead_to_the_field(page: Page) -> None:
    sign_in(page, "/settings/api-keys/generate/")
    page.get_by_role("button", name="Generate key").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Name").click()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()

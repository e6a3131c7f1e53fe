"""The audit log, and a key that was found somewhere, as an org admin has them."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey
from hrtoolkit.organisations.models import Organisation
from tests.browser import ON_ONE_DATABASE
from tests.browser.actors import sign_in
from tests.browser.conftest import OpenPage
from tests.browser.inspection import inspect
from tests.factories import generated_key

pytestmark = ON_ONE_DATABASE

ANN = Actor(
    name="Ann Ng",
    email="ann@harbour.example",
    ip_address="2001:db8:85a3:8d3:1319:8a2e:370:7348",
    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_an_org_admin_reads_and_exports_the_audit_log(
    open_page: OpenPage, harbour: Organisation, tmp_path: Path, *, java_script: bool
) -> None:
    for number in range(60):
        key = generated_key(organisation=harbour, name=f"Key {number}", actor=ANN)
    services.revoke(key.api_key, actor=ANN)
    page = open_page(java_script_enabled=java_script)
    sign_in(page, "/settings/")
    page.get_by_role("main").get_by_role("link", name="Audit log").click()
    events = page.get_by_role("row").filter(has=page.get_by_role("rowheader"))
    expect(events).to_have_count(50)
    expect(events.first).to_contain_text("Signed in")
    expect(events.nth(1)).to_contain_text("“Key 59” stopped working.")
    if java_script:
        inspect(page, "audit-log")

    page.get_by_role("link", name="Older events").click()
    expect(events).to_have_count(12)
    page.get_by_role("link", name="Newest events").click()
    page.get_by_label("What", exact=True).select_option("Key revoked")
    page.get_by_role("button", name="Filter").click()
    expect(events).to_have_count(1)
    events.get_by_role("link", name="Key 59").click()
    page.get_by_role("link", name="All of this key’s events").click()
    expect(page.get_by_text("Only events of the key")).to_be_visible()
    expect(events).to_have_count(2)
    events.first.get_by_role("link", name="Ann Ng").click()
    expect(page.get_by_label("Person")).to_have_value("ann@harbour.example")
    expect(events).to_have_count(50)

    page.get_by_label("Person").fill("mei o’brien")
    page.get_by_role("button", name="Filter").click()
    expect(events).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as CSV").click()
    assert download.value.suggested_filename.startswith("audit-log-harbour-logistics-")
    path = tmp_path / "export.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Action"] for row in rows] == ["exported", "signed_in"]
    page.get_by_role("link", name="Show everything").first.click()
    expect(events.first).to_contain_text("Filtered by person: mei o’brien.")


@pytest.mark.usefixtures("harbour")
def test_a_wrong_filter_is_said_beside_it(page: Page) -> None:
    sign_in(page, "/settings/audit-log/?from=2026-07-02&to=2026-07-01")
    expect(page.get_by_label("To", exact=True)).to_have_accessible_description(
        "This day lies before the other."
    )
    inspect(page, "audit-log-wrong")
    page.get_by_label("To", exact=True).fill("2026-07-02")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("heading", name="No such events")).to_be_visible()
    inspect(page, "audit-log-empty")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no-script"])
def test_an_org_admin_identifies_a_key_and_revokes_it(
    open_page: OpenPage, harbour: Organisation, *, java_script: bool
) -> None:
    generated = generated_key(organisation=harbour, name="Payroll")
    page = open_page(java_script_enabled=java_script)
    sign_in(page, "/settings/api-keys/")
    page.get_by_role("link", name="Learn which one it is").click()
    field = page.get_by_label("The key, or text with the key in it")
    button = page.get_by_role("button", name="Identify key")

    field.fill("yhrtk_cut_off")
    button.click()
    expect(page.get_by_text("mistyped or cut off")).to_be_visible()
    expect(field).to_have_value("")
    if java_script:
        inspect(page, "identify-malformed")
    field.fill(generated_key().token.reveal())
    button.click()
    expect(page.get_by_text("This isn’t a key of Harbour")).to_be_visible()
    if java_script:
        expect(page.get_by_role("status")).to_be_focused()
        inspect(page, "identify-unknown")

    field.fill(f"export API_KEY={generated.token.reveal()}")
    button.click()
    expect(page.get_by_role("heading", name="It is “Payroll”")).to_be_visible()
    assert generated.token.reveal() not in page.content()
    if java_script:
        inspect(page, "identify-found")
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_text("“Payroll” is revoked.")).to_be_visible()
    assert APIKey.objects.get(name="Payroll", organisation=harbour).revoked_at
    page.get_by_role("link", name="Payroll", exact=True).click()
    expect(page.get_by_text("looked up here")).to_be_visible()

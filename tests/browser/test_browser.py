"""The browser tests' own tools: do they notice?"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser import ON_ONE_DATABASE, inspection
from tests.browser.complaints import complaints_of
from tests.browser.inspection import assert_accessible, assert_it_fits
from tests.browser.markup import SentPages, assert_valid

pytestmark = ON_ONE_DATABASE

SIGN_IN = "/login/"


def test_the_sign_in_page_opens_without_complaint(page: Page) -> None:
    response = page.goto(SIGN_IN)
    assert response is not None
    assert response.ok


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Give the page some seconds to bring the condition about."""
    for _ in range(50):
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("It didn't happen.")


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("new Image().src = '/no-such-page/'", "Answer 404"),
        ("location = 'https://elsewhere.example/'", "Request to elsewhere"),
        ("setTimeout(() => { throw new Error('broken') })", "Error: broken"),
        ("console.error('oh dear')", "Console: oh dear"),
        (
            "document.body.setAttribute('style', 'color: red')",
            "Content Security Policy",
        ),
    ],
)
def test_a_page_that_misbehaves_is_noticed(
    browser: Browser, live_server: LiveServer, script: str, complaint: str
) -> None:
    with browser.new_context(base_url=live_server.url) as context:
        complaints = complaints_of(context, live_server.url)
        page = context.new_page()
        page.goto(SIGN_IN)
        assert not complaints
        page.evaluate(f"() => {{ {script} }}")
        wait_until(page, lambda: complaint in "\n".join(complaints))


def test_a_page_that_was_meant_to_be_missing_is_no_complaint(page: Page) -> None:
    page.goto("/no-such-page/")


def test_a_page_that_some_people_cannot_use_is_noticed(page: Page) -> None:
    page.goto(SIGN_IN)
    page.evaluate("document.body.append(document.createElement('input'))")
    with pytest.raises(AssertionError, match="every form element has a label"):
        assert_accessible(page)


def test_html_that_is_not_valid_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "settings-GET-200.html").write_text("<!DOCTYPE html>\n<p><p>Oh</p></p>")
    with pytest.raises(AssertionError, match=r"settings.*:2:.*\[close-order\]"):
        assert_valid(tmp_path)


def test_the_html_that_the_server_sends_is_kept(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    with browser.new_context(base_url=live_server.url) as context:
        SentPages(tmp_path).collect(context, live_server.url)
        page = context.new_page()
        page.goto("/settings/api-keys/")
        page.goto("/no-such-page/")
        wait_until(page, lambda: len(list(tmp_path.iterdir())) == 2)
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept.keys() == {"login-GET-200-1.html", "no-such-page-GET-404-2.html"}
    assert kept["login-GET-200-1.html"].rstrip().endswith("</html>")


def test_a_page_that_is_too_wide_is_noticed(page: Page) -> None:
    page.goto(SIGN_IN)
    assert_it_fits(page)
    page.evaluate("document.querySelector('h1').append('W'.repeat(99))")
    page.evaluate("document.querySelector('h1').className = 'button'")
    with pytest.raises(AssertionError, match="sideways"):
        assert_it_fits(page)


def test_pictures_are_taken_when_asked_for(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PICTURES", raising=False)
    monkeypatch.setattr(inspection, "PICTURES", tmp_path)
    page.goto(SIGN_IN)
    inspection.look(page, "sign-in")
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("PICTURES", "1")
    inspection.look(page, "sign-in")
    assert {path.name for path in tmp_path.iterdir()} == {
        f"sign-in-{width}-{scheme}.png"
        for width in (320, 768, 1440)
        for scheme in ("light", "dark")
    }

"""Signing in, and the pages around it, as people meet them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hrtoolkit.organisations.sign_in.lockout import ACCOUNT_LIMIT
from tests.browser.conftest import OpenPage
from tests.browser.screenshots import shoot
from tests.browser.test_main_job import harbour, inspect

__all__ = ["harbour"]

pytestmark = pytest.mark.usefixtures("harbour")

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


def test_too_many_guesses(page: Page, look: Look) -> None:
    for _ in range(ACCOUNT_LIMIT):
        page.goto("/login/")
        page.get_by_label("Email address").fill("admin@harbour.example")
        page.get_by_label("Password").fill("wrong")
        press(page, "Sign in")
    expect(page.get_by_role("heading", name="Sign-in is locked")).to_be_visible()
    look(page, "locked-out")

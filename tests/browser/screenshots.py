"""Takes the README's pictures of the demo, light and dark, into ``.screenshots``.

Run by ``make screenshots``: what a command makes anew can't go stale.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.inspection import COLOUR_SCHEMES, PICTURES
from tests.services import chromium
from tests.services.demo import Demo, running_demo

API_KEYS = "/settings/api-keys/"

Open = Callable[[Page], object]


def at(address: str) -> Open:
    """Return what opens the page at an address."""
    return lambda page: page.goto(address)


def open_key(page: Page) -> None:
    """Open the page of the key that pays everybody."""
    page.goto(f"{API_KEYS}?status=active")
    page.get_by_role("link", name="Payroll – weekly pay run", exact=True).click()


def generate(page: Page) -> None:
    """Generate a key, to be shown its value."""
    page.goto(f"{API_KEYS}generate/")
    page.get_by_role("textbox", name="Name").fill("Expense cards")
    page.get_by_label("read:employees").check()
    page.get_by_label("In 90 days").check()
    page.get_by_role("button", name="Generate key").click()


# The value comes last: it makes a key that the other pictures needn't show.
PAGES: dict[str, Open] = {
    "list": at(API_KEYS),
    "key": open_key,
    "generate": at(f"{API_KEYS}generate/"),
    "audit-log": at("/settings/audit-log/"),
    "reference": at(f"{API_KEYS}reference/"),
    "reveal": generate,
}


def sign_in(page: Page, demo: Demo) -> None:
    """Sign in as the org admin."""
    page.goto("/login/")
    page.get_by_label("Email address").fill(demo.email)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Welcome").wait_for()


def take(browser: Browser, demo: Demo, folder: Path, pages: dict[str, Open]) -> None:
    """Leave a picture of each page in each colour scheme in ``folder``."""
    with browser.new_context(base_url=demo.address, locale="en-AU") as context:
        page = context.new_page()
        sign_in(page, demo)
        for name, open_it in pages.items():
            open_it(page)
            for scheme in COLOUR_SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=folder / f"readme-{name}-{scheme}.png")


if __name__ == "__main__":
    chromium.provide()
    with running_demo() as demo, chromium.started() as browser:
        take(browser, demo, PICTURES, PAGES)

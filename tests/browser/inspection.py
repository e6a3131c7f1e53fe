"""Can everybody use a page as it stands, and does it fit their screen?"""

import os
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOUR_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (320, 768, 1440)
NARROWEST, USUAL, HEIGHT = 320, 1280, 800
PICTURES = Path(".screenshots")

# WCAG 2.2 AA asks for big enough targets; axe does when it's told to.
EVERYTHING: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# All that the colour scheme can change.
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block"]}


def inspect(page: Page, name: str) -> None:
    """Fail if axe finds fault in either scheme, or if the page is too wide."""
    page.wait_for_load_state()  # axe stumbles over a page that is half there.
    for scheme, rules in zip(COLOUR_SCHEMES, (EVERYTHING, COLOURS), strict=True):
        # axe would catch colours on their way from one scheme to the other.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert_accessible(page, rules)
    assert_it_fits(page)
    look(page, name)


def assert_accessible(page: Page, rules: dict[str, Any] = EVERYTHING) -> None:
    """Fail with axe's report if it finds something wrong with the page as it is."""
    results = Axe().run(page, options=rules)
    assert not results.violations_count, results.generate_report()


def assert_it_fits(page: Page) -> None:
    """Fail if the page is wider than a small phone, or a desk at 400 % zoom."""
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROWEST, f"{page.url} has to be scrolled sideways"


def look(page: Page, name: str) -> None:
    """Leave pictures of a page to look at, if ``PICTURES`` is in the environment."""
    if os.environ.get("PICTURES"):
        take_pictures(page, name)
    page.set_viewport_size({"width": USUAL, "height": HEIGHT})


def take_pictures(page: Page, name: str) -> None:
    """Take pictures of the whole page, on a phone, a tablet and a desk."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in COLOUR_SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            path = PICTURES / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)

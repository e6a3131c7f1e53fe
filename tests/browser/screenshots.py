"""Pictures of pages, to look at."""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

DIRECTORY = Path(".screenshots")
WIDTHS = (375, 1280)
HEIGHT = 800
COLOUR_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def shoot(page: Page, name: str) -> None:
    """Take pictures of the whole page, on a phone and a desk, in light and dark."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in COLOUR_SCHEMES:
            # No colour is caught on its way from one scheme to the other.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            path = DIRECTORY / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)

"""The README's pictures are there whenever somebody wants them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.screenshots import PAGES, take
from tests.services.demo import Demo

# The demo has a database of its own.
pytestmark = pytest.mark.only_on("sqlite")


def test_a_picture_is_taken_in_both_colour_schemes(
    browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    take(browser, demo, tmp_path, {"reveal": PAGES["reveal"]})
    light = (tmp_path / "readme-reveal-light.png").read_bytes()
    dark = (tmp_path / "readme-reveal-dark.png").read_bytes()
    assert light.startswith(b"\x89PNG")
    assert dark.startswith(b"\x89PNG")
    assert light != dark

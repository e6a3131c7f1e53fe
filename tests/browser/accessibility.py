"""Can everybody use the page?"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_accessible(page: Page) -> None:
    """Fail with axe's report if it finds something wrong with the page as it is."""
    results = Axe().run(page)
    assert not results.violations_count, results.generate_report()

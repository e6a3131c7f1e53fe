"""How much a browser that has never been here is sent, as the demo sends it."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Response

from tests.browser.screenshots import API_KEYS, sign_in
from tests.services.demo import Demo

# The demo has a database of its own.
pytestmark = pytest.mark.only_on("sqlite")

KILOBYTE = 1000


@pytest.mark.parametrize("address", ["/login/", API_KEYS, f"{API_KEYS}generate/"])
def test_a_first_page_is_light(browser: Browser, demo: Demo, address: str) -> None:
    with browser.new_context(base_url=demo.address) as context:
        if address != "/login/":
            sign_in(context.new_page(), demo)
        state = context.storage_state()
    sent: Counter[str] = Counter()

    def weigh(response: Response) -> None:
        kind = response.request.resource_type
        sent[kind] += int(response.headers["content-length"])

    with browser.new_context(base_url=demo.address, storage_state=state) as context:
        page = context.new_page()
        page.on("response", weigh)
        page.goto(address, wait_until="networkidle")
        assert page.url == f"{demo.address}{address}"
    assert 0 < sent["stylesheet"] < 20 * KILOBYTE
    assert sent["script"] < 5 * KILOBYTE
    assert sum(sent.values()) < 60 * KILOBYTE

"""Browsers as people call them."""

import pytest

from apikeys.browsers import browser_name

MOZILLA = "Mozilla/5.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
MAC = "(Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{MOZILLA} (X11; Linux x86_64) {CHROME}", "Chrome 140 on Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {CHROME}", "Chrome 140 on ChromeOS"),
        (f"{MOZILLA} (Linux; Android 10; K) {CHROME}", "Chrome 140 on Android"),
        (f"{MOZILLA} {MAC} {CHROME} OPR/124.0.0.0", "Opera 124 on Mac"),
        (f"{MOZILLA} (Windows NT 10.0) {CHROME} Edg/141.0.0.0", "Edge 141 on Windows"),
        (
            f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox 140 on Linux",
        ),
        (
            f"{MOZILLA} {MAC} AppleWebKit/605.1.15 Version/18.6 Safari/605.1.15",
            "Safari 18 on Mac",
        ),
        (
            f"{MOZILLA} (iPhone; CPU OS 18_6 like Mac OS X) Version/18.6 Safari/604.1",
            "Safari 18 on iPhone",
        ),
    ],
)
def test_a_browser_has_the_name_that_people_know(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "payroll-sync/2.1",
        "python-requests/2.32.3",
        f"{MOZILLA} (compatible; Uptime/1.0)",
        f"{MOZILLA} (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko",
        "Chrome/140 on Windows, or so it says",
    ],
)
def test_anything_else_is_shown_as_it_is(user_agent: str) -> None:
    assert browser_name(user_agent) == user_agent

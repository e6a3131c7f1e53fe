"""What the pages tell an org admin of a key's use."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey
from apikeys.usage.chart import bars
from apikeys.usage.report import Report
from tests.factories import KeyUseFactory, UserFactory, generated_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> APIKey:
    long_ago = timezone.now() - timedelta(days=300)
    scopes = ["read:employees", "read:leave"]
    return generated_key(name="Payroll", scopes=scopes, at=long_ago).api_key


@pytest.fixture
def browser(key: APIKey) -> Client:
    client = Client()
    admin = UserFactory(org_admin=True, organisation=key.organisation)
    client.force_login(admin, backend="hrtoolkit.organisations.backends.UserBackend")
    return client


def used(key: APIKey, *, days_ago: int = 0, **fields: Any) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    KeyUseFactory(api_key=key, last_at=at, **fields)


def revoke(key: APIKey, *, days_ago: int) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    services.revoke(key, actor=Actor("Somebody"), at=at)


def text(browser: Client, key: APIKey, page: str = "") -> str:
    """Return the text of one of the key's pages, with single spaces."""
    response = browser.get(key.get_absolute_url() + page)
    assert response.status_code == 200
    content = re.sub("</?time[^>]*>", "", response.content.decode())
    content = re.sub("<[^>]*>", " ", content)
    return re.sub(r"\s+", " ", unescape(content)).replace(" .", ".").replace(" ,", ",")


def test_a_key_that_was_never_used_says_so(browser: Client, key: APIKey) -> None:
    for page in ("", "revoke/"):
        assert "Never used." in text(browser, key, page)
    assert "No requests" not in text(browser, key)


def test_the_last_use_is_told_however_old_it_is(browser: Client, key: APIKey) -> None:
    used(key, days_ago=62, ip_address="10.1.2.3")
    # What is refused is no use.
    used(key, outcome="scope_denied", scope="read:performance", ip_address="10.9.9.9")
    for page in ("", "revoke/"):
        shown = text(browser, key, page)
        assert "(2 months ago), from 10.1.2.3 by payroll-sync/2.1." in shown


def test_a_quiet_month_is_told(browser: Client, key: APIKey) -> None:
    used(key, days_ago=62)
    assert "No requests in the last 30 days." in text(browser, key)


def test_a_caller_that_says_nothing_of_itself(browser: Client, key: APIKey) -> None:
    used(key, ip_address="", client="")
    shown = text(browser, key)
    assert "(just now), from an unknown address by a client without a name." in shown
    assert "Unknown Not given 40 0" in shown


def test_thousands_can_be_read(browser: Client, key: APIKey) -> None:
    used(key, requests=12345)
    shown = text(browser, key)
    assert "12,345 answered" in shown
    assert "at most 12,345 a day" in shown
    assert "203.0.113.7 payroll-sync/2.1 12,345 0" in shown


def test_scopes_and_callers_are_told_apart(browser: Client, key: APIKey) -> None:
    used(key, days_ago=3, requests=9, client="dashboard/1")
    used(key, days_ago=2, requests=5)
    used(key, requests=2, scope="read:performance", outcome="scope_denied")
    used(key, requests=1, scope="")
    used(key, days_ago=30, requests=1000)
    shown = text(browser, key)
    assert "15 answered 2 refused" in shown
    assert "read:employees 14 0 2 days ago" in shown
    assert "read:leave 0 0 Not in 30 days" in shown
    assert "About the key itself 1 0 just now" in shown
    assert "read:performance 0 2 just now" in shown
    assert "203.0.113.7 payroll-sync/2.1 6 2 just now" in shown
    assert "203.0.113.7 dashboard/1 9 0 3 days ago" in shown
    assert "dashboard/1 9 0 3 days ago" in text(browser, key, "revoke/")


def test_what_a_client_calls_itself_is_only_text(browser: Client, key: APIKey) -> None:
    used(key, client="<script>alert(1)</script>")
    for page in ("", "revoke/"):
        content = browser.get(key.get_absolute_url() + page).content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert" in content


def test_the_chart_and_its_table_tell_the_same(browser: Client, key: APIKey) -> None:
    used(key, days_ago=29, requests=10)
    used(key, days_ago=1, requests=30, outcome="scope_denied")
    content = browser.get(key.get_absolute_url()).content.decode()
    [chart] = re.findall("<svg viewBox.*?</svg>", content, re.DOTALL)
    label = re.search('role="img" aria-label="(.*?)"', chart)
    assert label
    assert "10 answered and 30 refused in all, at most 30 a day" in label[1]
    assert chart.count("<rect") == 2
    assert "style=" not in content
    rows = re.findall(r'<td class="number">(\d+)</td>' * 2, content)
    assert rows == [("0", "0"), ("0", "30"), *[("0", "0")] * 27, ("10", "0")]


def test_bars_are_as_high_as_their_share_and_never_nothing() -> None:
    today = timezone.now().date()
    most, half, least, none = bars(
        [(today, 600_000, 400_000), (today, 0, 500_000), (today, 1, 1), (today, 0, 0)]
    )
    assert most.refused_y >= 0
    assert most.refused_y + most.refused_height == most.answered_y
    assert most.answered_y + most.answered_height == 100
    assert half.refused_height == pytest.approx(50, abs=2)
    assert half.answered_height == none.answered_height == none.refused_height == 0
    assert least.answered_height == least.refused_height == 2
    assert [most.x, half.x] == [0, 10]


def test_only_so_many_callers_are_shown(browser: Client, key: APIKey) -> None:
    for number in range(20):
        used(key, client=f"client-{number}")
    assert "And others before them." not in text(browser, key)
    used(key, days_ago=1, client="client-first")
    for page in ("", "revoke/"):
        shown = text(browser, key, page)
        assert "And others before them." in shown
        assert "client-first" not in shown


def test_a_revoked_key_that_is_still_presented_is_pointed_out(
    browser: Client, key: APIKey
) -> None:
    revoke(key, days_ago=9)
    assert "still presented" not in text(browser, key)
    used(key, days_ago=4, outcome="refused", requests=38)
    used(key, outcome="refused", requests=2, ip_address="10.1.2.3")
    shown = text(browser, key)
    assert re.search(
        r"This key was revoked on \d+ \w+ \d{4}, and is still presented: 40 times"
        r" since \d+ \w+ \d{4}, most recently just now from 10.1.2.3"
        r" by payroll-sync/2.1.",
        shown,
    )
    assert "someone who shouldn’t have it" in shown


def test_an_expired_key_that_is_still_presented_is_pointed_out(browser: Client) -> None:
    organisation = browser_organisation(browser)
    long_ago = timezone.now() - timedelta(days=300)
    key = generated_key(
        organisation=organisation,
        at=long_ago,
        expires_on=(long_ago + timedelta(days=9)).date(),
    ).api_key
    used(key, outcome="refused", requests=1)
    assert re.search(
        r"This key expired at the end of .* and is still presented: 1 time since",
        text(browser, key),
    )


def browser_organisation(browser: Client) -> Any:
    return browser.get("/settings/").context["user"].organisation


def test_an_active_key_is_told_nothing_of_the_sort(key: APIKey) -> None:
    used(key, outcome="scope_denied")
    assert Report(key).knocks is None


def test_the_pages_cost_as_many_queries_for_much_use_as_for_little(
    browser: Client, key: APIKey
) -> None:
    for page, queries in (("", 11), ("revoke/", 6)):
        for number in range(12):
            used(key, days_ago=number, client=f"{page}{number}")
            if number in (0, 11):
                with CaptureQueriesContext(connection) as context:
                    text(browser, key, page)
                # The session, the user, the key, its events and four of its use; on
                # its page also its successors, and which scopes it used lately.
                assert len(context) == queries

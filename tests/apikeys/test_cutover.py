"""While a key is being replaced: is it safe to revoke the old one?"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import services
from apikeys.actors import Actor
from apikeys.cutover import CutOver, Verdict, open_rotations
from apikeys.models import APIKey, Outcome
from hrtoolkit.organisations.models import Organisation
from tests.factories import KeyUseFactory, generated_key
from tests.people import text

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Mei Chen")
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # 1 pm on a Wednesday in Sydney
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def old(organisation: Organisation) -> APIKey:
    return generated_key(organisation=organisation).api_key


@pytest.fixture
def new(old: APIKey) -> APIKey:
    return rotate(old)


def rotate(key: APIKey) -> APIKey:
    rotated = services.rotate(key, actor=OPERATOR, submission_id=uuid4())
    return rotated.api_key


def used(key: APIKey, *agos: timedelta, **columns: object) -> None:
    """Let the key be used for some minutes, which ended so long ago each."""
    for ago in agos:
        at = NOW - ago
        KeyUseFactory(api_key=key, last_at=at, first_at=at - MINUTE, **columns)


def cutover(key: APIKey) -> CutOver:
    [found] = open_rotations(APIKey.objects.get(pk=key.pk))
    return found


def words(browser: Client, key: APIKey) -> str:
    page = text(browser.get(key.get_absolute_url()))
    return " ".join(page.replace("\xa0", " ").split())


def test_it_is_there_while_both_keys_work(old: APIKey, new: APIKey) -> None:
    for key in (old, new):
        found = cutover(key)
        assert (found.old, found.new) == (old, new)


def test_it_is_gone_when_one_of_them_ends(old: APIKey, new: APIKey) -> None:
    for ended in (new, old):
        services.revoke(ended, actor=OPERATOR)
        for key in APIKey.objects.all():
            assert not open_rotations(key)


def test_a_key_that_was_never_rotated_has_none(old: APIKey) -> None:
    assert not open_rotations(old)


def test_a_key_may_be_the_new_one_and_the_old_one(old: APIKey, new: APIKey) -> None:
    third = rotate(new)
    found = open_rotations(new)
    assert [(each.old, each.new) for each in found] == [(old, new), (new, third)]


@pytest.mark.parametrize(
    ("old_used", "new_used", "verdict"),
    [
        ((), (), Verdict.NEW_UNUSED),
        ((HOUR,), (), Verdict.NEW_UNUSED),
        ((99 * DAY,), (), Verdict.NEW_UNUSED),
        ((), (HOUR,), Verdict.SAFE),
        ((HOUR,), (MINUTE,), Verdict.STILL_USED),
        ((23 * HOUR,), (MINUTE,), Verdict.STILL_USED),
        ((25 * HOUR,), (MINUTE,), Verdict.SAFE),
        # Since the old key was used, the new one wasn't.
        ((25 * HOUR,), (26 * HOUR,), Verdict.STILL_USED),
        ((99 * DAY,), (100 * DAY,), Verdict.STILL_USED),
        # What calls every day may come back until it is later than ever.
        ((24 * HOUR + 2 * MINUTE, 49 * HOUR), (MINUTE,), Verdict.MAY_COME_BACK),
        ((25 * HOUR, 48 * HOUR), (MINUTE,), Verdict.SAFE),
        # What calls on working days has been quiet over a weekend before.
        ((2 * DAY, 5 * DAY, 6 * DAY), (MINUTE,), Verdict.MAY_COME_BACK),
        ((3 * DAY, 6 * DAY, 7 * DAY), (MINUTE,), Verdict.SAFE),
        # What calls once a week needs more than a week.
        ((6 * DAY, 13 * DAY, 20 * DAY), (MINUTE,), Verdict.MAY_COME_BACK),
        ((8 * DAY, 15 * DAY, 22 * DAY), (MINUTE,), Verdict.SAFE),
        # A rest of half a year, half a year ago, is forgotten.
        ((2 * DAY, 3 * DAY, 100 * DAY, 300 * DAY), (MINUTE,), Verdict.SAFE),
    ],
)
def test_the_verdict(
    old: APIKey,
    new: APIKey,
    old_used: tuple[timedelta, ...],
    new_used: tuple[timedelta, ...],
    verdict: Verdict,
) -> None:
    used(old, *old_used)
    used(new, *new_used)
    assert cutover(old).verdict == verdict


def test_only_what_was_answered_counts(old: APIKey, new: APIKey) -> None:
    used(old, HOUR, outcome=Outcome.ADDRESS_DENIED)
    used(new, MINUTE, outcome=Outcome.SCOPE_DENIED)
    found = cutover(old)
    assert (found.old_used_at, found.new_used_at) == (None, None)


def test_it_says_when_it_is_safe(browser: Client, old: APIKey, new: APIKey) -> None:
    used(old, 3 * DAY)
    used(new, 2 * MINUTE)
    said = (
        "The old key was last used 3 days ago, the new one 2 minutes ago:"
        " safe to revoke."
    )
    for key in (old, new):
        page = words(browser, key)
        assert said in page
        assert f'href="{old.get_absolute_url()}revoke/"' in page
        assert "Safe means:" in page


def test_it_says_who_still_uses_the_old_key(
    browser: Client, old: APIKey, new: APIKey
) -> None:
    for scope in ("read:employees", "read:leave"):
        used(old, HOUR, ip_address="10.1.2.3", requests=20, scope=scope)
    used(old, 2 * HOUR, ip_address="", client="", requests=1)
    used(old, 2 * HOUR, ip_address="10.0.0.1", requests=2)
    used(old, 2 * HOUR, ip_address="10.0.0.2", requests=3)
    used(old, 2 * DAY, ip_address="10.0.0.3", requests=400)
    used(new, MINUTE)
    page = words(browser, new)
    assert "The old key is still used:</strong> last used 1 hour ago" in page
    assert (
        "10.1.2.3, <code>payroll-sync/2.1</code>, 40 times today<br>10.0.0.2," in page
    )
    assert "an unknown address" not in page, "only the busiest are named"
    assert "10.0.0.3" not in page, "nor who came earlier"


def test_it_says_it_of_an_unknown_caller(
    browser: Client, old: APIKey, new: APIKey
) -> None:
    used(old, 2 * DAY, ip_address="", client="", requests=1)
    assert "an unknown address, no name, 1 time on 16 November" in words(browser, old)


def test_it_says_until_when_to_wait(browser: Client, old: APIKey, new: APIKey) -> None:
    used(old, 6 * DAY, 13 * DAY)
    used(new, 30 * timedelta(seconds=1))
    page = words(browser, old)
    assert "19 November 2026, 12:59 pm</time>.</strong> The old key" in page
    assert "last used 6 days ago, the new one just now" in page


def test_it_says_what_was_never_used(browser: Client, old: APIKey, new: APIKey) -> None:
    assert "The new key hasn’t been used yet.</strong> Nor has" in words(browser, old)
    used(new, MINUTE)
    said = "The old key was never used, the new one 1 minute ago: safe to revoke."
    assert said in words(browser, old)


def test_it_says_when_the_old_key_ends(browser: Client, old: APIKey) -> None:
    day = timezone.localdate(NOW) + 30 * DAY
    services.rotate(old, actor=OPERATOR, submission_id=uuid4(), ends_on=day)
    assert "Works to</dt><dd>the end of 18 December 2026" in words(browser, old)


def test_its_cost_doesnt_grow(
    browser: Client,
    old: APIKey,
    new: APIKey,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    used(new, MINUTE)
    for days in (1, 40):
        for number in range(days):
            used(old, number * DAY + HOUR, client=f"{days}/{number}")
        # The session and the user; the key, where it comes from, its successors and
        # its events; the other key, and four questions about their use. Four more
        # are about the use of this one.
        with django_assert_num_queries(15):
            browser.get(new.get_absolute_url())

"""The list of keys: narrowed, searched, in order and in pages."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.listing import PAGE_SIZE
from apikeys.models import APIKey, Outcome
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from tests.factories import (
    EXAMPLE,
    KeyUseFactory,
    OrganisationFactory,
    UserFactory,
    generated_key,
)
from tests.people import text

pytestmark = pytest.mark.django_db

LIST = "/settings/api-keys/"
IDENTIFY = "/settings/api-keys/identify/"


def names(response: Any) -> list[str]:
    """Return the names of the keys on a page, in their order."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', text(response))


def link(response: Any, label: str) -> str:
    """Return where a link of the page leads, or nothing."""
    match = re.search(rf'href="([^"]*)"[^>]*>{label}<', text(response))
    return match[1] if match else ""


def keys(organisation: Organisation, *names: str, **kwargs: Any) -> list[APIKey]:
    return [
        generated_key(organisation=organisation, name=name, **kwargs).api_key
        for name in names
    ]


def many_keys(organisation: Organisation, count: int) -> list[APIKey]:
    """Make keys in bulk: at the same instant, in groups of one name."""
    at = timezone.now() - timedelta(days=60)
    return APIKey.objects.bulk_create(
        APIKey(
            organisation=organisation,
            name=f"Key {number // 3:04}",
            scopes=Scope.values,
            digest=f"{number:064x}",
            created_at=at,
            created_by_name="Robin Lee",
        )
        for number in range(count)
    )


def test_it_narrows_by_scope(browser: Client, organisation: Organisation) -> None:
    keys(organisation, "Payroll", scopes=["read:employees", "read:leave"])
    keys(organisation, "Reviews", scopes=["read:performance"])
    assert names(browser.get(f"{LIST}?scope=read:leave")) == ["Payroll"]
    assert names(browser.get(f"{LIST}?scope=read:employees")) == ["Payroll"]
    assert names(browser.get(f"{LIST}?scope=read:performance")) == ["Reviews"]
    # The beginning of a scope is another one.
    assert not organisation.api_keys.with_scope("read:leav").exists()


def test_it_searches_the_names_in_either_case(
    browser: Client, organisation: Organisation
) -> None:
    keys(organisation, "Payroll – weekly", "Power BI 100%", "under_score")
    for q, expected in (
        ("pAYr", ["Payroll – weekly"]),
        (" weekly ", ["Payroll – weekly"]),
        ("0%", ["Power BI 100%"]),
        ("%", ["Power BI 100%"]),
        ("_", ["under_score"]),
        ("'", []),
        ("nothing", []),
    ):
        assert names(browser.get(LIST, {"q": q})) == expected


def test_it_finds_a_key_by_the_beginning_of_its_digest(
    browser: Client, organisation: Organisation
) -> None:
    one, _ = keys(organisation, "One", "Two")
    for q in (one.fingerprint, one.fingerprint[:8].upper(), one.digest):
        assert names(browser.get(LIST, {"q": q})) == ["One"]
    assert names(browser.get(LIST, {"q": one.digest[:3]})) == []
    assert names(browser.get(LIST, {"q": one.digest[1:]})) == []


@pytest.mark.parametrize("q", [EXAMPLE, f"my {EXAMPLE}\x00", f"{EXAMPLE}{'x' * 99}"])
def test_a_search_for_a_key_is_refused_and_never_repeated(
    browser: Client, organisation: Organisation, q: str
) -> None:
    keys(organisation, "One")
    response = browser.get(LIST, {"q": q, "status": "active"})
    assert response.status_code == 400
    assert EXAMPLE not in text(response)
    assert names(response) == ["One"]
    if q == EXAMPLE:
        assert "This looks like an API key." in text(response)
        assert f'<a href="{IDENTIFY}">identify it</a>' in text(response)


def test_filters_combine(browser: Client, organisation: Organisation) -> None:
    one, *_ = keys(organisation, "Payroll one", "Payroll two")
    keys(organisation, "Payroll three", scopes=["read:leave"])
    keys(organisation, "Other")
    services.revoke(one, actor=Actor("Somebody"))
    query = "?q=payroll&status=active&scope=read:employees&health=never_used"
    response = browser.get(LIST + query)
    assert names(response) == ["Payroll two"]
    # What leads on keeps the rest.
    assert 'name="status" value="active"' in text(response)
    assert 'name="health" value="never_used"' in text(response)
    revoked = link(response, "Revoked")
    for kept in ("q=payroll", "scope=read%3Aemployees", "status=revoked"):
        assert kept in revoked


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("status", "There is no such status"),
        ("scope", "There is no such scope"),
        ("health", "There is no such finding"),
        ("sort", "There is no such order"),
        ("after", "There is no such page"),
    ],
)
@pytest.mark.parametrize("value", ["lost", "%00", "%ED%A0%80", "9" * 5000, "a:b", "é"])
def test_what_is_wrong_is_said_and_narrows_nothing(
    browser: Client,
    organisation: Organisation,
    parameter: str,
    value: str,
    message: str,
) -> None:
    keys(organisation, "One")
    response = browser.get(f"{LIST}?{parameter}={value}&q=one&unknown=1")
    assert response.status_code == 400
    assert message in text(response) or "Null characters" in text(response)
    assert names(response) == ["One"]


def test_of_a_repeated_filter_the_last_counts(
    browser: Client, organisation: Organisation
) -> None:
    keys(organisation, "One")
    response = browser.get(f"{LIST}?status=revoked&status=active")
    assert (response.status_code, names(response)) == (200, ["One"])


def test_an_empty_result_leads_back(
    browser: Client, organisation: Organisation
) -> None:
    keys(organisation, "One")
    response = browser.get(f"{LIST}?q=two&scope=read:leave")
    assert "No keys found" in text(response)
    assert link(response, "Show all keys") == LIST


def test_it_shows_when_a_key_was_last_used(
    browser: Client, organisation: Organisation
) -> None:
    one, two = keys(organisation, "One", "Two")
    at = timezone.now() - timedelta(days=3)
    for days in (2, 0, 5):
        KeyUseFactory(api_key=one, last_at=at - timedelta(days=days))
    KeyUseFactory(api_key=one, outcome=Outcome.REFUSED)
    KeyUseFactory(api_key=two, outcome=Outcome.SCOPE_DENIED)
    page = text(browser.get(LIST))
    local = at.astimezone(organisation.zone)
    assert page.count(f'<time datetime="{local:%Y-%m-%dT%H:%M}') == 1
    assert page.count("Never\n") == 3  # Two never expire, one was never used.


def test_it_tells_which_of_two_keys_is_being_replaced(
    browser: Client, organisation: Organisation
) -> None:
    old = generated_key(organisation=organisation).api_key
    actor = Actor("Operator")
    new = services.rotate(old, actor=actor, submission_id=uuid4()).api_key

    def replaced() -> list[str]:
        rows = text(browser.get(LIST)).split("<tr>")
        return re.findall(r">([0-9a-f]{12})<", "".join(r for r in rows if "being" in r))

    assert replaced() == [old.fingerprint]
    services.revoke(old, actor=actor)
    assert replaced() == []
    services.rotate(new, actor=actor, submission_id=uuid4())
    assert replaced() == [new.fingerprint]


def test_it_sorts(browser: Client, organisation: Organisation) -> None:
    today = expiry.today(organisation)
    (b,) = keys(organisation, "beta", expires_on=today + timedelta(days=9))
    (a,) = keys(organisation, "Alpha", expires_on=today + timedelta(days=20))
    keys(organisation, "Gamma")
    KeyUseFactory(api_key=a)
    KeyUseFactory(api_key=b, last_at=timezone.now() - timedelta(days=2))
    for sort, expected in (
        ("", ["Gamma", "Alpha", "beta"]),
        ("newest", ["Gamma", "Alpha", "beta"]),
        ("name", ["Alpha", "beta", "Gamma"]),
        ("last_used", ["Gamma", "beta", "Alpha"]),
        ("expires", ["beta", "Alpha", "Gamma"]),
    ):
        assert names(browser.get(f"{LIST}?sort={sort}")) == expected


@pytest.mark.parametrize("sort", ["newest", "name", "last_used", "expires"])
def test_pages_follow_one_another_without_gap_or_repetition(
    browser: Client, organisation: Organisation, sort: str
) -> None:
    made = many_keys(organisation, 2 * PAGE_SIZE + 10)
    for number, key in enumerate(made[::7]):
        KeyUseFactory(api_key=key, last_at=timezone.now() - timedelta(days=number % 4))
    seen, pages, path = [], 0, f"{LIST}?sort={sort}&scope=read:leave"
    while path:
        response = browser.get(path)
        assert response.status_code == 200
        seen += re.findall(r'<th scope="row"><a href="([^"]*)"', text(response))
        pages += 1
        path = link(response, "Next page")
    assert pages == 3
    assert len(seen) == len(set(seen)) == len(made)
    assert link(response, "First page").endswith(f"?scope=read%3Aleave&sort={sort}")


def test_a_full_last_page_has_no_next_one(
    browser: Client, organisation: Organisation
) -> None:
    many_keys(organisation, PAGE_SIZE)
    assert not link(browser.get(LIST), "Next page")


def test_a_cursor_of_another_order_is_refused(
    browser: Client, organisation: Organisation
) -> None:
    many_keys(organisation, PAGE_SIZE + 1)
    path = link(browser.get(f"{LIST}?sort=name"), "Next page")
    assert browser.get(path).status_code == 200
    response = browser.get(path.replace("sort=name", "sort=newest"))
    assert response.status_code == 400
    assert "There is no such page" in text(response)


def test_a_cursor_leads_into_no_other_organisation(
    browser: Client, organisation: Organisation
) -> None:
    elsewhere = OrganisationFactory()
    many_keys(elsewhere, PAGE_SIZE + 5)
    stranger = Client()
    stranger.force_login(
        UserFactory(org_admin=True, organisation=elsewhere),
        backend="hrtoolkit.organisations.backends.UserBackend",
    )
    path = link(stranger.get(LIST), "Next page")
    assert len(names(stranger.get(path))) == 5
    assert names(browser.get(path)) == []


def test_a_thousand_keys_cost_no_more_queries_than_ten(
    browser: Client,
    organisation: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    query = "?sort=last_used&status=active&scope=read:leave&q=key&health=unused_scopes"
    for path in (LIST, LIST + query):
        browser.get(path)
    made = many_keys(organisation, 10)
    for count in (10, 1000):
        if count > len(made):
            APIKey.objects.bulk_create(
                APIKey(
                    organisation=organisation,
                    name=f"Key {number}",
                    scopes=Scope.values,
                    digest=f"{number:064x}",
                    created_at=made[0].created_at,
                    created_by_name="Robin Lee",
                )
                for number in range(10, count)
            )
        for path in (LIST, LIST + query):
            # The session, the user, the keys, and their health.
            with django_assert_num_queries(4):
                assert names(browser.get(path))
